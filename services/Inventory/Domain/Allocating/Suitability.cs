using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Distribution.Blood.Json;

namespace Distribution.Inventory.Allocating;

/// <summary>Why a unit may not be given to a line, in the order in which it is asked.</summary>
[JsonConverter(typeof(KebabEnumConverter<Obstacle>))]
public enum Obstacle
{
    None,

    /// <summary>Another component.</summary>
    OtherComponent,

    /// <summary>The line's group or the unit's is not known.</summary>
    GroupUnknown,

    GroupIncompatible,

    /// <summary>It has an antigen that the line excludes.</summary>
    AntigenPositive,

    /// <summary>It was not tested for an antigen that the line excludes.</summary>
    AntigenNotTested,

    NotIrradiated,
    CmvNotNegative,
    NotWashed,

    /// <summary>Collected too long ago.</summary>
    NotFresh,

    /// <summary>There is no way from where it stands to where it is wanted.</summary>
    NoLane,

    /// <summary>Out of date when it would be used.</summary>
    ExpiresTooEarly,
}

/// <summary>The hard rules: whether a unit may be given to a line at all, before anything is weighed.</summary>
public static class Suitability
{
    /// <summary>The first rule that stands against it.</summary>
    public static Obstacle Judge(Ask ask, Offer offer, AllocationTerms terms)
    {
        var way = Way.Of(terms.LeadTime(offer.Site, ask.Destination));
        return new AskFacts(ask, terms).Judge(new OfferFacts(offer, terms), way);
    }

    /// <summary>What the unit would cost the line; only of a unit that may be given.</summary>
    public static CostTerms Weigh(Ask ask, Offer offer, AllocationTerms terms)
    {
        var way = Way.Of(terms.LeadTime(offer.Site, ask.Destination));
        return new AskFacts(ask, terms).Weigh(new OfferFacts(offer, terms), way);
    }
}

/// <summary>The time from one site to another, as the rules use it.</summary>
/// <param name="Ticks">Negative: there is no way.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Way(long Ticks, int HalfHours)
{
    public static Way Of(TimeSpan? lead) => lead is { } time && time >= TimeSpan.Zero
        ? new Way(time.Ticks, (int)Math.Min(AllocationCost.MostHalfHours, (time.Ticks / HalfHourTicks) + (time.Ticks % HalfHourTicks > 0 ? 1 : 0)))
        : new Way(-1, 0);

    private const long HalfHourTicks = 30 * TimeSpan.TicksPerMinute;
}

/// <summary>A unit as the rules and weights see it: two units with equal facts are equally good for every line.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct OfferFacts
{
    public OfferFacts(Offer offer, AllocationTerms terms)
    {
        Kind = offer.Kind;
        Group = Groups.IndexOf(offer.Group);
        Negative = offer.AntigenNegative.Except(offer.AntigenPositive);
        Positive = offer.AntigenPositive;
        Irradiated = offer.Irradiated;
        CmvNegative = offer.Cmv == CmvStatus.Negative;
        Washed = offer.Washed;
        CollectedAt = offer.CollectedAt.UtcTicks;
        ExpiresAt = offer.ExpiresAt.UtcTicks;
        var now = terms.Now.UtcTicks;
        DaysLeft = WholeDays(ExpiresAt - now);
        Age = WholeDays(now - CollectedAt);
        // What is special about it before it is known who gets it; the line takes away what it needs.
        Special = terms.Sparing.PointsOf(Negative)
            + (Irradiated ? terms.Sparing.Irradiated : 0)
            + (CmvNegative ? terms.Sparing.CmvNegative : 0)
            + (Washed ? terms.Sparing.Washed : 0);
    }

    public ComponentKind Kind { get; }

    public int Group { get; }

    public AntigenSet Negative { get; }

    public AntigenSet Positive { get; }

    public bool Irradiated { get; }

    public bool CmvNegative { get; }

    public bool Washed { get; }

    public long CollectedAt { get; }

    public long ExpiresAt { get; }

    public int DaysLeft { get; }

    public int Age { get; }

    public int Special { get; }

    private static int WholeDays(long ticks) => (int)Math.Clamp(ticks / TimeSpan.TicksPerDay, 0, AllocationCost.MostDays);
}

/// <summary>A line as the rules and weights see it.</summary>
internal sealed class AskFacts
{
    /// <summary>A hundred years: no bound on age, and still a point in time.</summary>
    private const int OldestDays = 36_500;

    private readonly GroupTable _groups;
    private readonly int _served;
    private readonly bool _irradiated;
    private readonly bool _cmvNegative;
    private readonly bool _washed;
    private readonly bool _prefersFresh;

    public AskFacts(Ask ask, AllocationTerms terms)
        : this(ask, terms, GroupTable.Of(ask, terms))
    {
    }

    /// <param name="groups">Of this component and group; the same for many lines.</param>
    public AskFacts(Ask ask, AllocationTerms terms, GroupTable groups)
    {
        _groups = groups;
        Kind = ask.Kind;
        Without = ask.WithoutAntigens;
        NeededAt = Math.Max(ask.NeededBy.UtcTicks, terms.Now.UtcTicks);
        CollectedAfter = CutOf(ask, terms);
        (_irradiated, _cmvNegative, _washed, _prefersFresh) = (ask.Irradiated, ask.CmvNegative, ask.Washed, ask.PrefersFresh);
        var sparing = terms.Sparing;
        _served = sparing.PointsOf(Without) + (_irradiated ? sparing.Irradiated : 0) + (_cmvNegative ? sparing.CmvNegative : 0) + (_washed ? sparing.Washed : 0);
    }

    public ComponentKind Kind { get; }

    public AntigenSet Without { get; }

    public long NeededAt { get; }

    /// <summary><see cref="long.MinValue"/>: any age.</summary>
    public long CollectedAfter { get; }

    /// <summary>Units of the group may be given as far as the group goes.</summary>
    public bool Takes(int group) => _groups.Preference[group] != int.MaxValue;

    public static long CutOf(Ask ask, AllocationTerms terms) => ask.FresherThanDays is { } days
        ? Math.Max(ask.NeededBy.UtcTicks, terms.Now.UtcTicks) - (Math.Clamp(days, 0, OldestDays) * TimeSpan.TicksPerDay)
        : long.MinValue;

    public Obstacle Judge(in OfferFacts offer, Way way)
    {
        if (offer.Kind != Kind)
            return Obstacle.OtherComponent;
        if (!Takes(offer.Group))
            return offer.Group == Groups.Unknown || _groups.Recipient == Groups.Unknown ? Obstacle.GroupUnknown : Obstacle.GroupIncompatible;
        if (!offer.Negative.Contains(Without))
            return (offer.Positive & Without).IsEmpty ? Obstacle.AntigenNotTested : Obstacle.AntigenPositive;
        if (_irradiated && !offer.Irradiated)
            return Obstacle.NotIrradiated;
        if (_cmvNegative && !offer.CmvNegative)
            return Obstacle.CmvNotNegative;
        if (_washed && !offer.Washed)
            return Obstacle.NotWashed;
        if (offer.CollectedAt <= CollectedAfter)
            return Obstacle.NotFresh;
        if (way.Ticks < 0)
            return Obstacle.NoLane;
        return offer.ExpiresAt - way.Ticks < NeededAt ? Obstacle.ExpiresTooEarly : Obstacle.None;
    }

    public CostTerms Weigh(in OfferFacts offer, Way way) => new(
        _groups.Preference[offer.Group],
        Math.Clamp(offer.Special - _served + _groups.Regret[offer.Group], 0, AllocationCost.MostSparing),
        _prefersFresh ? offer.Age : offer.DaysLeft,
        way.HalfHours);
}

/// <summary>How each group suits a recipient's, and what is regretted in giving it.</summary>
internal sealed class GroupTable
{
    public GroupTable(ComponentKind kind, BloodGroup recipient, bool exact, Sparing sparing)
    {
        Recipient = Groups.IndexOf(recipient);
        for (var i = 0; i < BloodGroup.All.Count; i++)
        {
            var unit = BloodGroup.All[i];
            Preference[i] = exact && unit != recipient ? int.MaxValue : AboRhCompatibility.Preference(kind, recipient, unit);
            Regret[i] = RegretOf(kind, recipient, unit, sparing);
        }

        Preference[Groups.Unknown] = int.MaxValue;
    }

    /// <summary>For a recipient whose group is not known: what the policy gives to anybody, and nothing else.</summary>
    private GroupTable(ImmutableArray<BloodGroup> anybody)
    {
        // Of a known group for once: what is not among these is of the wrong group, not of an unknown one.
        Recipient = 0;
        Array.Fill(Preference, int.MaxValue);
        for (var i = anybody.Length - 1; i >= 0; i--)
            Preference[Groups.IndexOf(anybody[i])] = Math.Min(i, AllocationCost.MostPreference);
        Preference[Groups.Unknown] = int.MaxValue;
    }

    public int Recipient { get; }

    /// <summary>By the unit's group; <see cref="int.MaxValue"/>: may not be given.</summary>
    public int[] Preference { get; } = new int[Groups.Count];

    public int[] Regret { get; } = new int[Groups.Count];

    public static GroupTable Of(Ask ask, AllocationTerms terms) => ask switch
    {
        { GroupUnknown: true } => new GroupTable(terms.EmergencyGroups(ask.Kind)),
        { InsteadOf: { } own } when !terms.MayLetPass(ask.Kind, own, ask.Group) => new GroupTable([]),
        _ => new GroupTable(ask.Kind, ask.Group, ask.ExactGroup, terms.Sparing),
    };

    private static int RegretOf(ComponentKind kind, BloodGroup recipient, BloodGroup unit, Sparing sparing)
    {
        var cells = kind is ComponentKind.RedCells or ComponentKind.WholeBlood;
        var universal = cells ? Abo.O : Abo.AB;
        var abo = unit.Abo == universal && recipient.Abo != universal ? sparing.UniversalAbo : 0;
        // Nobody is harmed by the RhD of what holds no cells.
        var carriesCells = kind is not (ComponentKind.Plasma or ComponentKind.Cryoprecipitate);
        return abo + (carriesCells && unit.RhD == RhD.Negative && recipient.RhD == RhD.Positive ? sparing.RhDNegative : 0);
    }
}

internal static class Groups
{
    public const int Unknown = 8;

    public const int Count = 9;

    /// <summary>The position in <see cref="BloodGroup.All"/>; what is no group comes last.</summary>
    public static int IndexOf(BloodGroup group) => group.IsDefined ? (((int)group.Abo - 1) * 2) + (int)group.RhD - 1 : Unknown;
}
