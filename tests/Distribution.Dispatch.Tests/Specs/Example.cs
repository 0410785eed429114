using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Testing;

namespace Distribution.Dispatches.Tests.Specs;

/// <summary>One consignment of three units from the centre to a hospital, and moments around it.</summary>
internal static class Example
{
    public const string Packer = "A9990-D01";
    public const string Carrier = "A9990-C07";
    public const string Nurse = "A9991-N03";

    public static readonly SiteId Centre = SiteId.Parse("HN-BM", null);
    public static readonly SiteId Hospital = SiteId.Parse("HN-XP", null);
    public static readonly SiteId Elsewhere = SiteId.Parse("HN-SS", null);
    public static readonly OrderId Order = OrderId.From("HN-XP first order");
    public static readonly OrderId OtherOrder = OrderId.From("HN-XP second order");
    public static readonly ConsignmentNumber Number = ConsignmentNumber.Parse("A99902600007", null);
    public static readonly ConsignmentNumber OtherNumber = ConsignmentNumber.Parse("A99902600008", null);

    public static readonly UnitNumber First = UnitNumber.Parse("A999026000001D0101V00", null);
    public static readonly UnitNumber Second = UnitNumber.Parse("A999026000002D0101V00", null);
    public static readonly UnitNumber Third = UnitNumber.Parse("A999026000003D0101V00", null);
    public static readonly UnitNumber Stranger = UnitNumber.Parse("A999026000099D0101V00", null);

    public static readonly DateTimeOffset Morning = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset ReservedUntil = Morning.AddHours(6);
    public static readonly TimeSpan LeadTime = TimeSpan.FromMinutes(25);

    public static readonly PolicyPack Policy = PolicyPack.LoadFile(Path.Combine(TestNodes.RepositoryRoot, "infra/policies/vn-26-2013.json")) with
    {
        LoggerInterval = TimeSpan.FromMinutes(15),
        ExcursionTolerance = TimeSpan.Zero,
    };

    public static ConsignmentEvent Planned { get; } = new ConsignmentEvent.ConsignmentPlanned(
        Number, Order, Centre, Hospital, [Listed(First, 9), Listed(Second, 3), Listed(Third, 6)], Morning.AddHours(8), ReservedUntil);

    public static ConsignmentEvent Dispatched { get; } = new ConsignmentEvent.ConsignmentDispatched(
        Number, Order, Centre, Hospital, [First, Second, Third], Morning.AddHours(1), Morning.AddHours(1) + LeadTime, Carrier);

    public static IReadOnlyList<ConsignmentEvent> AllPacked { get; } = [Planned, Packed(First), Packed(Second), Packed(Third)];

    public static IReadOnlyDictionary<UnitNumber, Gate> OpenGates { get; } =
        new[] { First, Second, Third }.ToDictionary(unit => unit, _ => Gate.Initial);

    public static PlannedUnit Listed(UnitNumber unit, int daysLeft) =>
        new(unit, 1, ComponentKind.RedCells, BloodGroup.Parse("O+", null), Morning.AddDays(daysLeft));

    public static ConsignmentEvent Packed(UnitNumber unit, int box = 1, int boxes = 1) => new ConsignmentEvent.UnitPacked(unit, box, boxes);

    public static BoxNumber Box(int box, int boxes) => new(Number, box, boxes);

    public static Provenance AtCentre(DateTimeOffset? at = null, string actor = Packer) => By(Centre, actor, at);

    public static Provenance AtHospital(DateTimeOffset? at = null) => By(Hospital, Nurse, at);

    public static Provenance By(SiteId site, string actor, DateTimeOffset? at = null)
    {
        var instant = at ?? Morning.AddHours(1);
        return new Provenance(actor, site, instant, instant);
    }

    public static Gate Knowing(params IEnumerable<GateEvent> events) => Aggregate.Fold<Gate>(events);
}
