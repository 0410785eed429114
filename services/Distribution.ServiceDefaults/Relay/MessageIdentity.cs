using Distribution.Blood.Identifiers;

namespace Distribution.ServiceDefaults.Relay;

/// <summary>The id of a message follows from its event, so that a message published again is the same message.</summary>
public static class MessageIdentity
{
    /// <param name="eventId">The event that is told of.</param>
    /// <param name="contract">The message's type.</param>
    /// <param name="nth">From 0: the how-manieth message of this contract from this event.</param>
    public static Guid Of(Guid eventId, Type contract, int nth = 0) =>
        NameBasedGuid.Create(eventId, nth == 0 ? contract.FullName! : $"{contract.FullName}#{nth}");
}
