using System.Collections.Immutable;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Policies;
using Distribution.Inventory.Allocating;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

/// <summary>What an order that goes short is told: what it could have instead, and when what it wants may come.</summary>
public sealed class Hoping_for_units
{
    private static readonly AllocationTerms Terms = new(Now, (_, _) => TimeSpan.Zero);

    private static readonly PolicyPack Pack = PolicyPack.LoadFile(Path.Combine(TestNodes.RepositoryRoot, "infra", "policies", "vn-26-2013.json")) with
    {
        Overrides = [new OverrideRule("rhd-incompatible", [ComponentKind.RedCells], ["physician"], Countersigned: true)],
    };

    [Fact]
    public void A_stock_may_have_the_other_RhD_type_and_then_what_everybody_can_take() =>
        Groups(ForStockOf("A+"), Free(1, "O+"), Free(2, "A-"), Free(3, "A-"), Free(4, "B+"))
            .ShouldBe(["A- 2", "O+ 1"]);

    [Fact]
    public void A_patient_may_have_what_a_physician_may_let_pass_and_nothing_else() =>
        Groups(ForPatientOf("A-"), Free(1, "A+"), Free(2, "O+"), Free(3, "B-"), Free(4, "AB+"))
            .ShouldBe(["O+ 1", "A+ 1"], ignoreOrder: true);

    [Fact]
    public void A_requirement_of_the_line_can_be_let_go_but_none_of_the_patients()
    {
        var own = ForPatientOf("A+", UnitRequirements.None with { Irradiated = true });
        var patients = own with { Will = own.Will with { RecipientRequirements = UnitRequirements.None with { WithoutAntigens = AntigenSet.Of("K") } } };

        Find(own, Free(1, "A+")).Alternatives.ShouldHaveSingleItem().Without.ShouldBe(["irradiated"]);
        Find(patients, Free(1, "A+")).Alternatives.ShouldBeEmpty();
        Find(patients, Free(1, "A+") with { AntigenNegative = AntigenSet.Of("K") }).Alternatives.ShouldHaveSingleItem().Without.ShouldBe(["irradiated"]);
    }

    [Fact]
    public void The_same_at_another_site_is_offered_with_its_place()
    {
        var alternative = Find(ForStockOf("A+"), Free(1, "A+") with { Site = Elsewhere }).Alternatives.ShouldHaveSingleItem();

        (alternative.Site, alternative.Group, alternative.Quantity).ShouldBe((Elsewhere, APositive, 1));
        alternative.Without.ShouldBeEmpty();
    }

    [Fact]
    public void No_more_than_a_handful_is_offered_for_a_line()
    {
        string[] sites = ["HN-PS", "HN-UB", "HN-NTL", "HN-MD", "HN-PT", "HN-PX", "HN-TT"];

        Find(ForStockOf("A+"), [.. sites.Select((site, number) => Free(number + 1, "A+") with { Site = Blood.Network.SiteId.Parse(site, null) })])
            .Alternatives.Count.ShouldBe(Prospect.MostAlternatives);
    }

    [Fact]
    public void The_first_suitable_unit_that_may_come_says_when()
    {
        Arrival[] arrivals =
        [
            new(Free(1, "B+"), Now.AddHours(1)), new(Free(2, "A+"), Now.AddHours(5)), new(Free(3, "A+"), Now.AddHours(3)), new(Free(4, "A+") with { ExpiresAt = Now }, Now.AddHours(2)),
        ];

        Prospect.Of(ForStockOf("A+"), [], arrivals, Terms, Pack).ExpectedAt.ShouldBe(Now.AddHours(3));
        Prospect.Of(ForStockOf("O-"), [], arrivals, Terms, Pack).ExpectedAt.ShouldBeNull();
    }

    [Fact]
    public void What_is_overdue_is_expected_from_now_on() =>
        Prospect.Of(ForStockOf("A+"), [], [new Arrival(Free(2, "A+"), Now.AddHours(-5))], Terms, Pack).ExpectedAt.ShouldBe(Now);

    private static string[] Groups(OpenDemand demand, params Offer[] free) =>
        [.. Find(demand, free).Alternatives.Select(alternative => $"{alternative.Group} {alternative.Quantity}")];

    private static Prospect Find(OpenDemand demand, params Offer[] free) => Prospect.Of(demand, free, [], Terms, Pack);

    private static Offer Free(int number, string group) =>
        new(Number(number), ComponentKind.RedCells, BloodGroup.Parse(group), Now.AddDays(-2), Now.AddDays(20), Centre);

    private static OpenDemand ForStockOf(string group) => Lacking(new DemandRegistered(
        Order, 1, ReservationPurpose.Stock, AskPriority.Routine, Centre, Hospital,
        [new DemandLine(1, ComponentKind.RedCells, BloodGroup.Parse(group), 2)], null, null, Now.AddHours(3), Now, null));

    private static OpenDemand ForPatientOf(string group, UnitRequirements? requirements = null) => Lacking(new DemandRegistered(
        Order, 1, ReservationPurpose.Patient, AskPriority.Routine, Centre, Hospital,
        [new DemandLine(1, ComponentKind.RedCells, BloodGroup.Parse(group), 2, requirements)], Recipient, BloodGroup.Parse(group), Now.AddHours(3), Now, null));

    private static OpenDemand Lacking(DemandRegistered will) => new(will, ImmutableSortedDictionary<int, int>.Empty.Add(1, 2));
}
