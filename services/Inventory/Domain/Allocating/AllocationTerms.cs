using System.Collections.Immutable;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Network;

namespace Distribution.Inventory.Allocating;

/// <summary>What one allocation is made under.</summary>
/// <param name="Now">Ages and days left are counted from here.</param>
/// <param name="LeadTime">From where a unit stands to where it is wanted; null: there is no way. Asked once a pair of sites.</param>
public sealed record AllocationTerms(DateTimeOffset Now, Func<SiteId, SiteId, TimeSpan?> LeadTime)
{
    public Sparing Sparing { get; init; } = new();

    /// <summary>What may be given to anybody while the group is not known, by component, best first; none where the policy does not say.</summary>
    public Func<ComponentKind, ImmutableArray<BloodGroup>> EmergencyGroups { get; init; } = _ => [];

    /// <summary>Whether a physician may let pass all that stands against a unit of the last group for a patient of the other; nobody may where the policy does not say.</summary>
    public Func<ComponentKind, BloodGroup, BloodGroup, bool> MayLetPass { get; init; } = (_, _, _) => false;
}

/// <summary>
/// How much it is regretted that a unit goes to somebody who did not need what is special about it, in points. The figures
/// only order choices that are equally compatible; they are a site's to set, and no measurements.
/// </summary>
/// <param name="UniversalAbo">The ABO group that everybody can take: O of cells, AB of plasma and platelets.</param>
/// <param name="RhDNegative">For a recipient who is RhD positive.</param>
/// <param name="Irradiated">For a line that did not ask for it.</param>
/// <param name="CmvNegative">For a line that did not ask for it.</param>
/// <param name="AntigenNegative">Each antigen that it is known to lack and that the line did not exclude.</param>
/// <param name="RareNegative">The same for an antigen of <see cref="Rare"/>.</param>
/// <param name="Washed">For a line that did not ask for it.</param>
public sealed record Sparing(
    int UniversalAbo = 16, int RhDNegative = 32, int Irradiated = 1, int CmvNegative = 2, int AntigenNegative = 1, int RareNegative = 48, int Washed = 1)
{
    /// <summary>Antigens that nearly everybody has, so that a unit without one is a find.</summary>
    public AntigenSet Rare { get; init; } = AntigenSet.Of("e", "k", "Kpb", "Lub", "Dib");

    internal int PointsOf(AntigenSet lacking) => (lacking.Except(Rare).Count * AntigenNegative) + ((lacking & Rare).Count * RareNegative);
}
