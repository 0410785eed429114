using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Donation.V1;

/// <summary>
/// What a unit is and where it comes from. Travels with every message of the Donation service,
/// so that whichever arrives first can open the unit's history.
/// </summary>
/// <param name="CollectedAt">When the donation was taken.</param>
/// <param name="CollectedAtSite">Where it was taken.</param>
/// <param name="PreparedAt">When the component was made from it.</param>
/// <param name="ExpiresAt">The last instant at which it may be used.</param>
/// <param name="VolumeMl">Millilitres.</param>
/// <param name="Site">Where the unit stood when it was prepared.</param>
/// <param name="From">The unit of the same donation that it was made of; null where it was made of the donation itself.</param>
public sealed record ComponentFacts(
    ComponentKind Kind,
    DateTimeOffset CollectedAt,
    SiteId CollectedAtSite,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    int VolumeMl,
    SiteId Site,
    UnitNumber? From = null);
