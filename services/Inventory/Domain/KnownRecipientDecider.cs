using Distribution.Blood.Deciding;

namespace Distribution.Inventory;

/// <summary>Keeps up with what is told of patients.</summary>
public static class KnownRecipientDecider
{
    /// <summary>Messages come late and swapped: what is older than what we know changes nothing.</summary>
    public static Decision<KnownRecipientEvent> Tell(KnownRecipient state, RecipientTold told) => told.Version <= state.Version
        ? Decision<KnownRecipientEvent>.AlreadyDone
        : Decision<KnownRecipientEvent>.Accept(told);
}
