using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
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

/// <summary>The donor gave whole blood.</summary>
/// <param name="CollectedAt">From here the interval to the next donation counts.</param>
[StoredAs("donor-gave.v1")]
public sealed record DonorGave(DonationNumber Donation, DateTimeOffset CollectedAt) : DonorEvent;

/// <summary>The donor may not give for the time being, or never again.</summary>
/// <param name="Reason">A code, such as <c>marker-reactive</c>.</param>
/// <param name="Donation">The donation that gave the reason, where one did.</param>
/// <param name="Until">The first instant at which the donor may give again; null means never.</param>
[StoredAs("donor-deferred.v1")]
public sealed record DonorDeferred(string Reason, DonationNumber? Donation = null, DateTimeOffset? Until = null) : DonorEvent;

/// <summary>A donation established the donor's group; later donations are held against it.</summary>
[StoredAs("donor-group-known.v1")]
public sealed record DonorGroupKnown(BloodGroup Group, DonationNumber Donation) : DonorEvent;
