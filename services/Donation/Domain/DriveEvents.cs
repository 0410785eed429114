using System.Text.Json.Serialization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Donations;

// The stored names and the members' names below ARE the storage format: rename a record freely, never these.

/// <summary>Whether donors are called for some days or come all the year. There is no zero: what nobody has set is neither.</summary>
[JsonConverter(typeof(KebabEnumConverter<DriveKind>))]
public enum DriveKind
{
    Campaign = 10,
    FixedPoint = 20,
}

/// <summary>Some hours at one site in which donors are received.</summary>
/// <param name="Id">Unique within the drive: small letters, digits and hyphens.</param>
/// <param name="Date">The day as the policy's jurisdiction counts it.</param>
/// <param name="From">Local time.</param>
/// <param name="To">Local time; after <paramref name="From"/>.</param>
/// <param name="Slots">How many donors can be received.</param>
public sealed record DriveSession(string Id, SiteId Site, DateOnly Date, TimeOnly From, TimeOnly To, int Slots);

/// <summary>What happens to a drive: what was planned. What it brought is told by donors and donations.</summary>
public abstract record DriveEvent
{
    private protected DriveEvent()
    {
    }
}

/// <summary>A drive, or a year of a fixed point, was planned.</summary>
/// <param name="Series">A code: drives of one series are compared year by year.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="TargetUnits">How many donations shall be collected.</param>
/// <param name="Sessions">May be empty: then only days and sites are planned.</param>
[StoredAs("drive-planned.v1")]
public sealed record DrivePlanned(
    DriveCode Drive,
    string Name,
    string Series,
    DriveKind Kind,
    IReadOnlyList<SiteId> Sites,
    DateOnly From,
    DateOnly To,
    int TargetUnits,
    IReadOnlyList<DriveSession> Sessions) : DriveEvent;

/// <summary>The plan is another one from now on; the whole of it is told.</summary>
[StoredAs("drive-amended.v1")]
public sealed record DriveAmended(
    string Name,
    string Series,
    DriveKind Kind,
    IReadOnlyList<SiteId> Sites,
    DateOnly From,
    DateOnly To,
    int TargetUnits,
    IReadOnlyList<DriveSession> Sessions) : DriveEvent;

/// <summary>The drive does not take place, or ends before its last day; what it has brought stays.</summary>
/// <param name="Reason">A code, such as <c>storm</c>.</param>
[StoredAs("drive-canceled.v1")]
public sealed record DriveCanceled(string Reason) : DriveEvent;
