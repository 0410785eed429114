using Distribution.EventStore;

namespace Distribution.ServiceDefaults.Relay;

/// <summary>
/// The one place of a service that sees both its private events and the public contracts.
/// A test holds it against all events of the service: each is mapped or listed.
/// </summary>
public interface IContractMap
{
    /// <summary>What the others are told of this event: none, one or several messages, each of a type that <see cref="Contracts.Routes"/> names.</summary>
    /// <exception cref="InvalidOperationException">The event is neither mapped nor in <see cref="NotPublished"/>: the relay stops there.</exception>
    IReadOnlyList<object> ToMessages(StoredEvent stored);

    /// <summary>The events that stay private.</summary>
    IReadOnlyCollection<Type> NotPublished { get; }
}
