using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;

namespace Distribution.Inventory;

// CAREFUL: the stored names and the member names below ARE the storage format of every history ever written.
// Rename a record freely; change anything else only by a new stored name and an upcaster.

/// <summary>What we hear of a patient.</summary>
public abstract record KnownRecipientEvent
{
    private protected KnownRecipientEvent()
    {
    }
}

/// <summary>All that is known of the patient now.</summary>
/// <param name="Version">Of the recipient where it is kept: the higher is the newer.</param>
/// <param name="Group">Null while it is not established.</param>
/// <param name="Antibodies">Against which antigens the patient has, or ever had, antibodies.</param>
/// <param name="Requirements">What every unit for the patient must be.</param>
/// <param name="Sample">The newest.</param>
[StoredAs("recipient-told.v1")]
public sealed record RecipientTold(
    long Version,
    SiteId Site,
    AntigenSet Antibodies,
    BloodGroup? Group = null,
    UnitRequirements? Requirements = null,
    RecipientSample? Sample = null) : KnownRecipientEvent;
