using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;

namespace Distribution.Requests;

public sealed record RegisterRecipient(RecipientId Recipient, BloodGroup Group);

public static class RecipientDecider
{
    public static Decision<RecipientEvent> Register(Recipient state, RegisterRecipient command, Provenance by)
    {
        // The pseudonym follows from the submission: this submission has been taken before.
        if (state.IsRegistered)
            return Decision<RecipientEvent>.AlreadyDone;
        return command.Group.IsDefined
            ? Decision<RecipientEvent>.Accept(new RecipientRegistered(command.Recipient, command.Group, by.Site))
            : Decision<RecipientEvent>.Reject("group-unknown", "Compatible units can only be chosen for a known ABO and RhD group.", "group");
    }
}
