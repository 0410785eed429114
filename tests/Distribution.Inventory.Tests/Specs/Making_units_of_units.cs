using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.ProcedurePack;
using static Distribution.Inventory.Tests.Specs.Laboratory;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Making_units_of_units
{
    private static readonly UnitNumber Source = Numbered(RedCells);
    private static readonly MakeUnits Irradiation = Make(ProcedureKind.Irradiate, Source, Made(Irradiated)) with { DoseGy = 25 };

    [Fact]
    public void ends_the_source_and_begins_the_result_released_where_it_was_made()
    {
        var laboratory = new Laboratory().With(Source);

        var made = laboratory.Makes(Irradiation with { VerifiedBy = SecondNurse, Minutes = 6 });

        made.ShouldBe(made with
        {
            Unit = Numbered(Irradiated),
            Kind = ComponentKind.RedCells,
            Procedure = ProcedureKind.Irradiate,
            DoseGy = 25,
            Celsius = null,
            Minutes = 6,
            CollectedAt = Now.AddDays(-2),
            MadeAt = Now,
            VolumeMl = 200,
            Site = Centre,
            Group = OPositive,
            VerifiedBy = SecondNurse,
        });
        made.Sources.ShouldBe([Source]);
        var source = laboratory[Source];
        source.Fate.ShouldBe(new UnitFate(FateKind.UsedUp, null, null));
        source.Children.ShouldBe([made.Unit]);
        source.IsAvailable(Now).ShouldBeFalse();
        var result = laboratory[made.Unit];
        result.IsAvailable(Now).ShouldBeTrue();
        result.Parents.ShouldBe([Source]);
        result.Procedure.ShouldBe(ProcedureKind.Irradiate);
        result.Custody.ShouldBe(Custody.At(Centre));
    }

    [Fact]
    public void twice_is_once()
    {
        var laboratory = new Laboratory().With(Source);
        laboratory.Makes(Irradiation);

        var again = laboratory.Try(Irradiation);

        again.IsRejected.ShouldBeFalse();
        again.Events.ShouldBeEmpty();
        laboratory.Refuses(Make(ProcedureKind.Wash, Source, Made(Washed)), "ended");
    }

    [Fact]
    public void twice_in_another_way_or_of_another_amount_is_not_the_same()
    {
        var laboratory = new Laboratory().With(Source);
        laboratory.Makes(Irradiation);

        laboratory.Refuses(Irradiation with { Results = [Made(Irradiated, 199)] }, "ended", "unit-exists");
        laboratory.Refuses(Irradiation with { Procedure = ProcedureKind.DepleteLeucocytes, DoseGy = null }, "ended", "unit-exists", "procedure-not-allowed");
    }

    [Fact]
    public void keeps_the_patients_whom_a_source_was_incompatible_with()
    {
        var laboratory = new Laboratory().With(Source, more: [ReservedForPatient(), Crossmatched(compatible: false), new UnitReservationEnded(Order, "lapsed")]);

        laboratory.Makes(Irradiation).IncompatibleWith.ShouldBe([Recipient]);

        laboratory[Numbered(Irradiated)].IncompatibleWith.ShouldBe([Recipient]);
        UnitDecider.Reserve(laboratory[Numbered(Irradiated)], ForPatient() with { Supplier = Centre }, AtCentre).Rejections.ShouldHaveSingleItem().Code.ShouldBe("crossmatch-incompatible");
    }

    [Fact]
    public void told_when_its_life_is_over_is_refused()
    {
        var decision = new Laboratory().With(Source).Try(Make(ProcedureKind.Wash, Source, Made(Washed)), Now.AddHours(24), occurredAt: Now);

        var reason = decision.Rejections.ShouldHaveSingleItem();
        reason.Code.ShouldBe("component-expired");
        reason.Field.ShouldBe("results[0].scan");
    }

    [Fact]
    public void begins_where_a_bag_that_was_scanned_too_soon_began()
    {
        var laboratory = new Laboratory().With(Source).WithHistory(Numbered(Irradiated), new UnitFound(Centre), Discrepancy("unknown-unit", "…"));

        laboratory.Makes(Irradiation);

        laboratory[Numbered(Irradiated)].IsAvailable(Now).ShouldBeTrue();
    }

    [Fact]
    public void that_exist_already_is_refused() => new Laboratory().With(Source).With(Numbered(Irradiated)).Refuses(Irradiation, "unit-exists");

    [Fact]
    public void alone_takes_no_second_person_but_not_the_same_one_twice() =>
        new Laboratory().With(Source).Refuses(Irradiation with { VerifiedBy = "a9991-n01" }, "second-person-required");

    public static TheoryData<string, string> Unfit => new()
    {
        { "held", "held" },
        { "reserved", "reserved-elsewhere" },
        { "discarded", "ended" },
        { "on the road", "not-here" },
        { "in quarantine", "not-released" },
        { "expired", "expired" },
        { "unknown", "unknown-unit" },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void is_refused_where_the_source_may_not_be_used(string source, string code)
    {
        var laboratory = source switch
        {
            "held" => new Laboratory().With(Source, more: new UnitHeld("lookback", null)),
            "reserved" => new Laboratory().With(Source, more: ReservedForStock()),
            "discarded" => new Laboratory().With(Source, more: new UnitDiscarded("leaking", null)),
            "on the road" => new Laboratory().With(Source, more: Dispatched()),
            "in quarantine" => new Laboratory().WithHistory(Source, Prepared()),
            "expired" => new Laboratory().With(Source, expiresAt: Now),
            _ => new Laboratory(),
        };

        laboratory.Refuses(Irradiation, code);
        laboratory.Try(Irradiation).Rejections.ShouldHaveSingleItem().Field.ShouldBe("sources[0]");
    }

    [Fact]
    public void is_refused_while_the_source_is_out_with_a_patient() => new Laboratory()
        .WithHistory(Source, [.. OutWithAPatient()])
        .Refuses(Irradiation, "not-here", "reserved-elsewhere", "issued");

    [Fact]
    public void that_the_policy_does_not_know_of_is_not_allowed()
    {
        var laboratory = new Laboratory().With(Source);

        laboratory.Refuses(Make(ProcedureKind.Thaw, Source, Made(Thawed)), "procedure-not-allowed");
        laboratory.Refuses(Make(ProcedureKind.Wash, Source, Made("D0999")), "procedure-not-allowed", "unknown-component");
    }

    [Fact]
    public void never_leads_back_to_what_was_thawed()
    {
        var plasma = Numbered(Plasma);
        var laboratory = new Laboratory().With(plasma, ComponentKind.Plasma);
        laboratory.Makes(Make(ProcedureKind.Thaw, plasma, Made(ThawedPlasma)) with { Celsius = 37, Minutes = 45 });

        laboratory.Refuses(Make(ProcedureKind.Freeze, Numbered(ThawedPlasma), Made(Plasma)) with { Celsius = -70 }, "procedure-not-allowed", "unit-exists");
    }

    [Theory]
    [InlineData(null, "dose-missing")]
    [InlineData(24.99, "dose-too-low")]
    [InlineData(25.0, null)]
    public void by_radiation_takes_the_dose_of_the_policy(double? dose, string? code) =>
        Judge(new Laboratory().With(Source), Irradiation with { DoseGy = (decimal?)dose }, code);

    [Theory]
    [InlineData(null, 45, "temperature-missing")]
    [InlineData(29.9, 45, "temperature-outside")]
    [InlineData(37.1, 45, "temperature-outside")]
    [InlineData(double.NaN, 45, "temperature-missing")]
    [InlineData(37.0, null, "duration-missing")]
    [InlineData(37.0, 46, "took-too-long")]
    [InlineData(30.0, 45, null)]
    public void by_warmth_takes_the_temperature_and_time_of_the_policy(double? celsius, int? minutes, string? code) => Judge(
        new Laboratory().With(Numbered(Plasma), ComponentKind.Plasma),
        Make(ProcedureKind.Thaw, Numbered(Plasma), Made(ThawedPlasma)) with { Celsius = celsius, Minutes = minutes },
        code);

    [Fact]
    public void too_long_after_the_collection_is_refused_by_when_it_was_done()
    {
        var freezing = Make(ProcedureKind.Freeze, Source, Made(Frozen)) with { Celsius = -65 };
        var laboratory = new Laboratory().With(Source);

        laboratory.Try(freezing, Now.AddDays(4).AddMinutes(1)).Rejections.ShouldHaveSingleItem().Code.ShouldBe("procedure-too-late");
        laboratory.Makes(freezing, Now.AddDays(9), occurredAt: Now.AddDays(4)).MadeAt.ShouldBe(Now.AddDays(4));
    }

    [Fact]
    public void before_the_source_was_there_is_refused()
    {
        var laboratory = new Laboratory().With(Source);

        laboratory.Try(Irradiation, Now, occurredAt: Now.AddDays(-1).AddMinutes(-1)).Rejections.ShouldHaveSingleItem().Code.ShouldBe("procedure-too-early");
    }

    [Fact]
    public void bears_the_donation_number_the_way_it_was_given_and_the_division_of_the_source()
    {
        var laboratory = new Laboratory().With(Source);

        laboratory.Refuses(Irradiation with { Results = [Made(Irradiated, sequence: 2)] }, "other-donation");
        laboratory.Refuses(Irradiation with { Results = [Made(Irradiated, division: "A0")] }, "division-invalid");
        laboratory.Refuses(
            Irradiation with { Results = [new ProcedureResult(new UnitNumber(Source.Donation, ProductCode.Create(Irradiated, 'V')), 200)] }, "collection-type-differs");
    }

    [Theory]
    [InlineData(250, null)]
    [InlineData(251, "volume-exceeds-source")]
    [InlineData(0, "volume-invalid")]
    [InlineData(-1, "volume-invalid")]
    public void holds_no_more_than_the_source(int volumeMl, string? code) =>
        Judge(new Laboratory().With(Source), Irradiation with { Results = [Made(Irradiated, volumeMl)] }, code);

    [Fact]
    public void is_one_of_one_unless_the_procedure_is_of_more()
    {
        var laboratory = new Laboratory().With(Source).With(Numbered(RedCells, 2));

        laboratory.Refuses(Irradiation with { Sources = [Source, Numbered(RedCells, 2)] }, "too-many-sources");
        laboratory.Refuses(Irradiation with { Results = [Made(Irradiated, 100), Made(Washed, 100)] }, "too-many-results");
        laboratory.Refuses(Irradiation with { Sources = [] }, "no-sources");
        laboratory.Refuses(Irradiation with { Results = [] }, "no-results");
        laboratory.Refuses(Make(ProcedureKind.Relabel, Source, new ProcedureResult(Source, 200)), "duplicate-unit");
    }

    [Fact]
    public void of_one_bag_by_separation_makes_several_components()
    {
        var plasma = Numbered(Plasma);
        var laboratory = new Laboratory().With(plasma, ComponentKind.Plasma);

        var decision = laboratory.Do(Make(ProcedureKind.Separate, plasma, Made(Cryoprecipitate, 30), Made(PoorPlasma, 220)));

        decision.Events.Select(change => change.Event).OfType<UnitMade>().Select(made => made.Kind).ShouldBe([ComponentKind.Cryoprecipitate, ComponentKind.Plasma]);
        laboratory[plasma].Children.ShouldBe([Numbered(Cryoprecipitate), Numbered(PoorPlasma)]);
    }

    internal static void Judge(Laboratory laboratory, MakeUnits command, string? code)
    {
        if (code is null)
            laboratory.Try(command).Rejections.ShouldBeEmpty();
        else
            laboratory.Refuses(command, code);
    }
}
