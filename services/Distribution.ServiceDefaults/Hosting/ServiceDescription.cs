using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.EventStore.Projections;
using Distribution.ServiceDefaults.Relay;

namespace Distribution.ServiceDefaults.Hosting;

/// <summary>What makes a service this service; everything else is the same for all.</summary>
public sealed record ServiceDescription
{
    /// <summary>Lower case, as in <see cref="Contracts.Routes"/>: also the name of its queue and its connection string.</summary>
    public required string Name { get; init; }

    public required EventTypes EventTypes { get; init; }

    /// <summary>Private events to public contracts.</summary>
    public required IContractMap Contracts { get; init; }

    /// <summary>Classes implementing MassTransit's <c>IConsumer&lt;T&gt;</c>.</summary>
    public IReadOnlyList<Type> Consumers { get; init; } = [];

    /// <summary>Classes deriving from <see cref="Projection"/>.</summary>
    public IReadOnlyList<Type> Projections { get; init; } = [];

    /// <summary>Classes implementing <see cref="IDeadlineHandler"/>.</summary>
    public IReadOnlyList<Type> DeadlineHandlers { get; init; } = [];

    /// <summary>Whether the service's database also holds the vault of people's identities.</summary>
    public bool KeepsIdentities { get; init; }
}
