using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Requests;

// Each name in StoredAs is the storage format: logs hold it for good. Rename a record, never its stored name.
public abstract record RecipientEvent
{
    private protected RecipientEvent()
    {
    }
}

/// <summary>A patient is known under a pseudonym. Who it is stands in the vault and nowhere else.</summary>
/// <param name="Group">As determined by the hospital.</param>
/// <param name="Site">The hospital that registered the recipient and alone orders for it.</param>
[StoredAs("recipient-registered.v1")]
public sealed record RecipientRegistered(RecipientId Recipient, BloodGroup Group, SiteId Site) : RecipientEvent;
