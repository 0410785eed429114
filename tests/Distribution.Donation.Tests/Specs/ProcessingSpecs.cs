using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

/// <summary>A policy with ways from one component to another.</summary>
internal static class Processing
{
    public static readonly ProductCode Irradiated = ProductCode.Parse("D0103V00", null);
    public static readonly ProductCode Washed = ProductCode.Parse("D0104V00", null);
    public static readonly ProductCode Frozen = ProductCode.Parse("D0105V00", null);
    public static readonly ProductCode Poor = ProductCode.Parse("D0205V00", null);
    public static readonly ProductCode Pooled = ProductCode.Parse("D0302V00", null);

    public static readonly PolicyPack Pack = Policy with
    {
        Components =
        [
            .. Policy.Components,
            new Component(ComponentKind.RedCells, "D0103", "Red cells irradiated", TimeSpan.FromDays(28), 2, 6, 1, 10),
            new Component(ComponentKind.RedCells, "D0104", "Red cells washed", TimeSpan.FromHours(24), 2, 6, 1, 10),
            new Component(ComponentKind.RedCells, "D0105", "Red cells frozen", TimeSpan.FromDays(3650), null, -65, null, -65),
            new Component(ComponentKind.Plasma, "D0205", "Plasma poor in cryoprecipitate", TimeSpan.FromDays(730), null, -25, null, -18),
            new Component(ComponentKind.Platelets, "D0302", "Platelets pooled", TimeSpan.FromDays(5), 20, 24, 20, 24),
            new Component(ComponentKind.Cryoprecipitate, "D0401", "Cryoprecipitate", TimeSpan.FromDays(365), null, -18, null, -18, [CollectionKind.WholeBlood]),
        ],
        Procedures =
        [
            new ProcedureRule(ProcedureKind.Separate, "D0201", ["D0401", "D0205"], LongestDuration: TimeSpan.FromDays(1)),
            new ProcedureRule(ProcedureKind.Irradiate, "D0101", ["D0103"], TimeSpan.FromDays(28), LatestAfterCollection: TimeSpan.FromDays(14), MinimumDoseGy: 25),
            new ProcedureRule(ProcedureKind.Wash, "D0101", ["D0104"], TimeSpan.FromHours(24), MinimumCelsius: 2, MaximumCelsius: 10),
            new ProcedureRule(ProcedureKind.Wash, "D0103", ["D0104"], TimeSpan.FromHours(24)),
            new ProcedureRule(ProcedureKind.Freeze, "D0101", ["D0105"], TimeSpan.FromDays(3650), Extends: true),
            new ProcedureRule(ProcedureKind.Divide, "D0101", ["D0101"]),
            new ProcedureRule(ProcedureKind.Pool, "D0301", ["D0302"], MinimumSources: 2, MaximumSources: 12),
        ],
    };

    public static ProcessComponent Of(ProcedureKind procedure, ProductCode from, params IReadOnlyList<ProcedureResult> results) => new(procedure, from, results);

    public static ProductCode Part(ProductCode product, string division) => ProductCode.Create(product.Description, 'V', division);
}

public sealed class Making_components_of_a_component
{
    private static readonly DateTimeOffset NextMorning = At("2026-03-03T08:00:00+07:00");

    private static readonly ProcessComponent Separation = Processing.Of(ProcedureKind.Separate, Plasma, new ProcedureResult(Cryo, 30)) with { Minutes = 600 };

    private static readonly ProcessComponent Irradiation =
        Processing.Of(ProcedureKind.Irradiate, RedCells, new ProcedureResult(Processing.Irradiated, 200)) with { DoseGy = 25 };

    private static readonly ProcessComponent Washing =
        Processing.Of(ProcedureKind.Wash, RedCells, new ProcedureResult(Processing.Washed, 180)) with { Celsius = 4 };

    private static SpecOutcome<Donation, DonationEvent> Making(ProcessComponent command, params IReadOnlyList<object> history) => Making(command, NextMorning, history);

    private static SpecOutcome<Donation, DonationEvent> Making(ProcessComponent command, DateTimeOffset at, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given(history).When(state => ProcessingDecider.Process(state, command, Processing.Pack, By(FirstPerson, at)));

    private static DateTimeOffset ExpiryOf(SpecOutcome<Donation, DonationEvent> outcome) => outcome.Decision.Events.OfType<ComponentPrepared>().First().ExpiresAt;

    [Fact]
    public void links_both_ways_and_uses_the_source_up()
    {
        var outcome = Making(Separation, Collected, PlasmaPrepared).Then(CryoMade, PlasmaUsedUp);

        var plasma = outcome.After.Find(PlasmaPrepared.Unit).ShouldNotBeNull();
        plasma.Standing.ShouldBe(Standing.UsedUp);
        plasma.Into.ShouldBe([CryoMade.Unit]);
        outcome.After.Find(CryoMade.Unit).ShouldNotBeNull().From.ShouldBe(PlasmaPrepared.Unit);
        outcome.After.InQuarantine.Select(component => component.Unit).ShouldBe([CryoMade.Unit]);
    }

    [Fact]
    public void gives_several_bags_at_once() =>
        Making(Separation with { Results = [new ProcedureResult(Cryo, 30), new ProcedureResult(Processing.Poor, 120)] }, Collected, PlasmaPrepared)
            .After.InQuarantine.Count().ShouldBe(2);

    [Fact]
    public void goes_on_at_any_depth()
    {
        var irradiated = Making(Irradiation, Collected, RedCellsPrepared);
        var washed = Making(
            Processing.Of(ProcedureKind.Wash, Processing.Irradiated, new ProcedureResult(Processing.Washed, 180)),
            NextMorning.AddHours(1),
            [Collected, RedCellsPrepared, .. irradiated.Decision.Events]);

        washed.After.InQuarantine.ShouldHaveSingleItem().From.ShouldBe(new UnitNumber(Number, Processing.Irradiated));
        washed.Decision.Events.OfType<ComponentUsedUp>().Single().From.ShouldBe(RedCellsPrepared.Unit);
    }

    [Fact]
    public void does_nothing_when_it_is_told_again() => Making(Separation, Collected, PlasmaPrepared, CryoMade, PlasmaUsedUp).ThenNothing();

    [Fact]
    public void is_refused_for_what_is_used_up() =>
        Making(Separation with { Results = [new ProcedureResult(Processing.Poor, 20)] }, Collected, PlasmaPrepared, CryoMade, PlasmaUsedUp).ThenRejected("used-up");

    [Fact]
    public void is_refused_for_what_is_not_in_quarantine_any_more()
    {
        Making(Irradiation, Collected, RedCellsPrepared, DiscardedFrom(RedCellsPrepared, "bag-broken")).ThenRejected("already-discarded");
        Making(Irradiation, Collected, RedCellsPrepared, ReleasedFrom(RedCellsPrepared)).ThenRejected("already-released");
        Making(Irradiation, Collected).ThenRejected("unknown-unit");
        Making(Irradiation).ThenRejected("unknown-donation");
    }

    [Fact]
    public void is_refused_for_what_has_expired() =>
        Making(Washing, RedCellsPrepared.ExpiresAt, Collected, RedCellsPrepared).ThenRejected("component-expired", "component-expired");

    [Fact]
    public void is_refused_before_the_source_was_there() =>
        Making(Washing, PreparedAt.AddMinutes(-1), Collected, RedCellsPrepared).ThenRejected("made-before-source");

    [Fact]
    public void never_holds_more_than_its_source()
    {
        var half = new ProcedureResult(Processing.Part(RedCells, "A0"), 100);
        var more = new ProcedureResult(Processing.Part(RedCells, "B0"), 101);

        Making(Processing.Of(ProcedureKind.Divide, RedCells, half, more), Collected, RedCellsPrepared).ThenRejected("volume-exceeds-source");
        Making(Processing.Of(ProcedureKind.Divide, RedCells, half, more with { VolumeMl = 100 }), Collected, RedCellsPrepared)
            .Decision.Events.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void is_refused_for_no_volume(int volume) =>
        Making(Separation with { Results = [new ProcedureResult(Cryo, volume)] }, Collected, PlasmaPrepared).ThenRejected("volume-invalid");

    [Fact]
    public void is_refused_where_the_policy_knows_no_such_way()
    {
        Making(Separation with { Procedure = ProcedureKind.Wash }, Collected, PlasmaPrepared).ThenRejected("procedure-not-allowed");
        var outcome = Making(Separation with { Results = [new ProcedureResult(Platelets, 30)] }, Collected, PlasmaPrepared).ThenRejected("procedure-not-allowed");
        outcome.Decision.Rejections[0].Field.ShouldBe("results[0].scan");
    }

    [Fact]
    public void makes_no_pool_of_one_donation() =>
        Making(Processing.Of(ProcedureKind.Pool, Platelets, new ProcedureResult(Processing.Pooled, 50)), Collected, PlateletsPrepared)
            .ThenRejected("procedure-not-allowed");

    [Fact]
    public void is_refused_for_a_label_that_is_on_another_bag() =>
        Making(Irradiation, Collected, RedCellsPrepared, RedCellsPrepared with { Unit = new UnitNumber(Number, Processing.Irradiated), VolumeMl = 10 })
            .ThenRejected("component-exists");

    [Theory]
    [InlineData("00", "A0", true)]
    [InlineData("00", "Aa", false)]
    [InlineData("00", "00", false)]
    [InlineData("A0", "Aa", true)]
    [InlineData("A0", "Bb", false)]
    [InlineData("A0", "C0", false)]
    public void names_the_parts_of_a_division_by_their_division_codes(string source, string part, bool fits)
    {
        var prepared = RedCellsPrepared with { Unit = new UnitNumber(Number, Processing.Part(RedCells, source)) };

        var outcome = Making(
            Processing.Of(ProcedureKind.Divide, prepared.Unit.Product, new ProcedureResult(Processing.Part(RedCells, part), 100)), Collected, prepared);

        if (fits)
            outcome.Decision.IsRejected.ShouldBeFalse();
        else
            outcome.Decision.Rejections.ShouldContain(reason => reason.Code == "division-invalid");
    }

    [Fact]
    public void keeps_the_division_of_what_it_is_made_of() =>
        Making(Irradiation with { Results = [new ProcedureResult(Processing.Part(Processing.Irradiated, "A0"), 100)] }, Collected, RedCellsPrepared)
            .ThenRejected("division-invalid");

    [Fact]
    public void expires_with_the_procedure_and_to_the_minute_where_that_is_short() =>
        ExpiryOf(Making(Washing, NextMorning.AddSeconds(40), Collected, RedCellsPrepared)).ShouldBe(At("2026-03-04T08:00:00+07:00"));

    [Fact]
    public void never_outlives_its_source() =>
        ExpiryOf(Making(Washing, At("2026-04-13T12:00:00+07:00"), Collected, RedCellsPrepared)).ShouldBe(RedCellsPrepared.ExpiresAt);

    [Fact]
    public void keeps_the_sources_expiry_where_only_a_procedure_makes_it_and_gives_no_life() =>
        ExpiryOf(Making(
            Separation with { Results = [new ProcedureResult(Processing.Poor, 100)] },
            Collected,
            PlasmaPrepared with { ExpiresAt = PlasmaPrepared.ExpiresAt.AddDays(30) })).ShouldBe(PlasmaPrepared.ExpiresAt.AddDays(30));

    [Fact]
    public void may_outlive_its_source_where_the_procedure_extends() =>
        ExpiryOf(Making(Processing.Of(ProcedureKind.Freeze, RedCells, new ProcedureResult(Processing.Frozen, 200)), Collected, RedCellsPrepared))
            .ShouldBe(At("2036-02-29T23:59:00+07:00"));

    [Theory]
    [InlineData(null, "dose-missing")]
    [InlineData(24.9, "dose-too-low")]
    [InlineData(25.0, null)]
    public void asks_for_the_dose(double? dose, string? code) => Check(Making(Irradiation with { DoseGy = (decimal?)dose }, Collected, RedCellsPrepared), code);

    [Theory]
    [InlineData(null, "temperature-missing")]
    [InlineData(1.9, "temperature-outside")]
    [InlineData(2.0, null)]
    [InlineData(10.0, null)]
    [InlineData(10.1, "temperature-outside")]
    public void asks_for_the_temperature(double? celsius, string? code) => Check(Making(Washing with { Celsius = celsius }, Collected, RedCellsPrepared), code);

    [Theory]
    [InlineData(null, "duration-missing")]
    [InlineData(-1, "duration-invalid")]
    [InlineData(1440, null)]
    [InlineData(1441, "took-too-long")]
    public void asks_for_the_time_it_took(int? minutes, string? code) => Check(Making(Separation with { Minutes = minutes }, Collected, PlasmaPrepared), code);

    [Theory]
    [InlineData("2026-03-16T08:30:00+07:00", null)]
    [InlineData("2026-03-16T08:30:01+07:00", "procedure-too-late")]
    public void comes_soon_enough_after_the_collection(string at, string? code) => Check(Making(Irradiation, At(at), Collected, RedCellsPrepared), code);

    [Fact]
    public void is_refused_with_all_reasons_at_once() =>
        Making(Separation with { Results = [new ProcedureResult(ProductCode.Parse("D9999V00", null), 0), new ProcedureResult(Cryo, 151)], Minutes = null }, Collected, PlasmaPrepared)
            .ThenRejected("unknown-component", "volume-invalid", "volume-exceeds-source", "duration-missing");

    [Fact]
    public void makes_something() => Making(Separation with { Results = [], Minutes = null }, Collected, PlasmaPrepared).ThenRejected("no-results");

    private static void Check(SpecOutcome<Donation, DonationEvent> outcome, string? code)
    {
        if (code is null)
            outcome.Decision.IsRejected.ShouldBeFalse();
        else
            outcome.ThenRejected(code);
    }
}

/// <summary>By the pack of Vietnam as it ships: of thawed plasma, say, the shelf life counts from the thawing.</summary>
public sealed class The_parts_of_a_bag
{
    private static readonly PolicyPack Vietnam = PolicyPack.LoadFile(Path.Combine(TestNodes.RepositoryRoot, "infra/policies/vn-26-2013.json"));

    private static readonly DateTimeOffset DividedAt = At("2026-06-10T09:00:00+07:00");

    public static TheoryData<string> Divided { get; } =
        [.. Vietnam.Procedures.Where(rule => rule.Kind == ProcedureKind.Divide).SelectMany(rule => rule.Results)];

    [Theory]
    [MemberData(nameof(Divided))]
    public void keep_as_long_as_the_bag(string description)
    {
        var product = ProductCode.Create(description);
        var source = new ComponentPrepared(
            new UnitNumber(Number, product), Vietnam.Require(product).Kind, 200, DividedAt.AddHours(-1), At("2026-06-10T14:30:00+07:00"), CollectedAt, CollectionPoint, Centre,
            RedCellsPrepared.Unit, ProcedureKind.Thaw);

        var parts = Spec.For<Donation>().Given(Collected, source)
            .When(state => ProcessingDecider.Process(
                state,
                Processing.Of(ProcedureKind.Divide, product, [.. new[] { "A0", "B0" }.Select(part => new ProcedureResult(Processing.Part(product, part), 100))]),
                Vietnam,
                By(FirstPerson, DividedAt)))
            .Decision.Events.OfType<ComponentPrepared>().ToList();

        parts.Select(part => part.ExpiresAt).ShouldBe([source.ExpiresAt, source.ExpiresAt]);
    }
}

public sealed class Preparing_of_other_collections
{
    private static SpecOutcome<Donation, DonationEvent> Preparing(ProductCode product, CollectionKind collection) =>
        Spec.For<Donation>().Given(Collected with { Collection = collection })
            .When(state => ProcessingDecider.Prepare(state, new PrepareComponent(product, 50), Processing.Pack, By(FirstPerson, PreparedAt)));

    [Fact]
    public void gives_platelets_of_platelet_apheresis() =>
        Preparing(Platelets, CollectionKind.PlateletApheresis).Decision.Events.ShouldHaveSingleItem();

    [Fact]
    public void gives_no_red_cells_of_platelet_apheresis() =>
        Preparing(RedCells, CollectionKind.PlateletApheresis).ThenRejected("not-of-this-collection");

    [Fact]
    public void gives_nothing_directly_that_only_a_procedure_makes() =>
        Preparing(Processing.Irradiated, CollectionKind.WholeBlood).ThenRejected("not-of-this-collection");

    [Theory]
    [InlineData("2026-03-02T16:30:00+07:00", null)]
    [InlineData("2026-03-02T16:30:01+07:00", "prepared-too-late")]
    public void comes_soon_enough_after_the_collection(string at, string? code)
    {
        var pack = Policy with { Components = [.. Policy.Components.Select(component => component with { PreparedWithin = TimeSpan.FromHours(8) })] };

        var outcome = Spec.For<Donation>().Given(Collected)
            .When(state => ProcessingDecider.Prepare(state, new PrepareComponent(Plasma, 150), pack, By(FirstPerson, At(at))));

        if (code is null)
            outcome.Decision.IsRejected.ShouldBeFalse();
        else
            outcome.ThenRejected(code);
    }

    [Fact]
    public void counts_only_what_was_made_directly_against_the_donation() =>
        Spec.For<Donation>().Given(Collected, PlasmaPrepared, CryoMade, PlasmaUsedUp)
            .When(state => ProcessingDecider.Prepare(state, new PrepareComponent(RedCells, 200), Processing.Pack, By(FirstPerson, PreparedAt)))
            .Then(RedCellsPrepared);
}
