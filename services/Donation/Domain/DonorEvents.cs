using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Donations;

// The stored names and the members' names below ARE the storage format: rename a record freely, never these.
// No event of a donor says who the person is; that stands in the identity vault alone.

/// <summary>The sex that donor rules of weight and interval distinguish. There is no zero: what nobody has set is neither.</summary>
[JsonConverter(typeof(KebabEnumConverter<Sex>))]
public enum Sex
{
    Female = 1,
    Male,
}

/// <summary>What happens to a donor.</summary>
public abstract record DonorEvent
{
    private protected DonorEvent()
    {
    }
}

/// <summary>A person is known under a pseudonym.</summary>
/// <param name="BirthYear">All that the age rules need of the birth date.</param>
/// <param name="Site">Where the registration was made.</param>
[StoredAs("donor-registered.v1")]
public sealed record DonorRegistered(DonorId Donor, Sex Sex, int BirthYear, SiteId Site) : DonorEvent;

/// <summary>The donor gave.</summary>
/// <param name="CollectedAt">From here the interval to the next donation counts.</param>
/// <param name="Collection">How: decides the interval. What was stored without it was whole blood.</param>
/// <param name="VolumeMl">Milliliters.</param>
/// <param name="WeightKg">The donor's weight on that day, kilograms: what the volume was judged by.</param>
[StoredAs("donor-gave.v1")]
public sealed record DonorGave(
    DonationNumber Donation,
    DateTimeOffset CollectedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] CollectionKind Collection = CollectionKind.WholeBlood,
    int? VolumeMl = null,
    decimal? WeightKg = null) : DonorEvent;

/// <summary>The donor may not give for the time being, or never again.</summary>
/// <param name="Reason">A code, such as <c>marker-reactive</c>.</param>
/// <param name="Donation">The donation that gave the reason, where one did.</param>
/// <param name="Until">The first instant at which the donor may give again; null means never.</param>
/// <param name="From">The day of the cause, from which the time was counted; null where it was counted from the event.</param>
/// <param name="Drive">Where the donor was turned away at a drive: which.</param>
/// <param name="Session">And at which of its sessions.</param>
[StoredAs("donor-deferred.v1")]
public sealed record DonorDeferred(
    string Reason,
    DonationNumber? Donation = null,
    DateTimeOffset? Until = null,
    DateOnly? From = null,
    DriveCode? Drive = null,
    string? Session = null) : DonorEvent;

/// <summary>The reason no longer keeps the donor from giving: it was a mistake, or what it rested on has been corrected.</summary>
/// <param name="Reason">The deferral's code.</param>
/// <param name="Donation">Only the deferral that this donation gave; null: every one with the reason.</param>
/// <param name="VerifiedBy">Staff code of the second person; null where the ending follows from a correction that two people made.</param>
[StoredAs("donor-deferral-ended.v1")]
public sealed record DonorDeferralEnded(string Reason, DonationNumber? Donation = null, string? VerifiedBy = null) : DonorEvent;

/// <summary>Nobody can say any more who the pseudonym stands for; what was given and why not stays.</summary>
/// <param name="Basis">A code for what the erasure rests on, such as <c>donor-request</c>.</param>
[StoredAs("donor-identity-erased.v1")]
public sealed record DonorIdentityErased(string Basis) : DonorEvent;

/// <summary>A donation established the donor's group; later donations are held against it.</summary>
[StoredAs("donor-group-known.v1")]
public sealed record DonorGroupKnown(BloodGroup Group, DonationNumber Donation) : DonorEvent;
