using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using Distribution.Blood.Policies;
using Distribution.Inventory.Safety;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

/// <summary>The expectations are written out by hand from Circular 26 and the tables of compatibility, not computed by the code under test.</summary>
public sealed class Judging_safety
{
    [Theory]
    // Cells: what the patient lacks must not be on them.
    [InlineData(ComponentKind.RedCells, "O+", "O-", "")]
    [InlineData(ComponentKind.RedCells, "A+", "O+", "")]
    [InlineData(ComponentKind.RedCells, "AB+", "B+", "")]
    [InlineData(ComponentKind.RedCells, "O+", "A+", "abo-incompatible:hard-stop")]
    [InlineData(ComponentKind.RedCells, "A+", "AB+", "abo-incompatible:hard-stop")]
    [InlineData(ComponentKind.RedCells, "A-", "A+", "rhd-incompatible:override")]
    [InlineData(ComponentKind.RedCells, "B-", "A+", "abo-incompatible:hard-stop rhd-incompatible:override")]
    // Whole blood is cells and plasma at once: identical ABO only.
    [InlineData(ComponentKind.WholeBlood, "A+", "A-", "")]
    [InlineData(ComponentKind.WholeBlood, "A+", "O+", "abo-incompatible:hard-stop")]
    [InlineData(ComponentKind.WholeBlood, "AB-", "AB+", "rhd-incompatible:override")]
    // Plasma: what the patient has must not be attacked; RhD does not matter.
    [InlineData(ComponentKind.Plasma, "O+", "AB-", "")]
    [InlineData(ComponentKind.Plasma, "A-", "AB+", "")]
    [InlineData(ComponentKind.Plasma, "AB+", "O+", "abo-incompatible:hard-stop")]
    [InlineData(ComponentKind.Plasma, "A+", "B+", "abo-incompatible:hard-stop")]
    // Platelets: the plasma around them and the few cells in them, each open to review.
    [InlineData(ComponentKind.Platelets, "A+", "A+", "")]
    [InlineData(ComponentKind.Platelets, "O+", "AB+", "")]
    [InlineData(ComponentKind.Platelets, "A+", "O+", "abo-minor-mismatch:override")]
    [InlineData(ComponentKind.Platelets, "A-", "A+", "rhd-incompatible:override")]
    [InlineData(ComponentKind.Platelets, "B-", "O+", "abo-minor-mismatch:override rhd-incompatible:override")]
    // Cryoprecipitate: a little plasma.
    [InlineData(ComponentKind.Cryoprecipitate, "A-", "A+", "")]
    [InlineData(ComponentKind.Cryoprecipitate, "AB+", "O+", "abo-minor-mismatch:override")]
    public void by_group(ComponentKind kind, string patient, string unit, string expected) =>
        Standing(Known(patient), InStock(Hospital, unit, kind)).ShouldBe(expected);

    [Theory]
    [InlineData(ComponentKind.RedCells)]
    [InlineData(ComponentKind.WholeBlood)]
    [InlineData(ComponentKind.Plasma)]
    [InlineData(ComponentKind.Platelets)]
    [InlineData(ComponentKind.Cryoprecipitate)]
    public void a_group_that_is_not_established_goes_with_nothing(ComponentKind kind) =>
        Standing(Known() with { Group = null }, InStock(Hospital, "AB-", kind)).ShouldBe("group-unknown:hard-stop");

    [Theory]
    [InlineData(ComponentKind.RedCells, "antibody-unmatched:override requirement-antigen:override")]
    [InlineData(ComponentKind.WholeBlood, "antibody-unmatched:override requirement-antigen:override")]
    [InlineData(ComponentKind.Platelets, "")]
    [InlineData(ComponentKind.Plasma, "")]
    public void antibodies_matter_where_there_are_cells(ComponentKind kind, string expected)
    {
        var patient = Known() with { Antibodies = AntigenSet.Of("K"), Requirements = UnitRequirements.None with { WithoutAntigens = AntigenSet.Of("E") } };

        Standing(patient, InStock(Hospital, "O+", kind)).ShouldBe(expected);
    }

    [Fact]
    public void a_unit_typed_negative_goes_with_the_antibody_and_any_other_does_not()
    {
        var patient = Known() with { Antibodies = AntigenSet.Of("K", "Jka") };

        Standing(patient, InStock(Hospital), new UnitTyping(AntigenSet.Of("K", "Jka"), false)).ShouldBe("");
        Standing(patient, InStock(Hospital), new UnitTyping(AntigenSet.Of("K"), false)).ShouldBe("antibody-unmatched:override");
    }

    [Theory]
    [InlineData(ComponentKind.RedCells, "requirement-cmv:override requirement-fresh:override requirement-irradiated:override requirement-washed:override")]
    [InlineData(ComponentKind.WholeBlood, "requirement-cmv:override requirement-fresh:override requirement-irradiated:override requirement-washed:override")]
    [InlineData(ComponentKind.Platelets, "requirement-cmv:override requirement-fresh:override requirement-irradiated:override requirement-washed:override")]
    [InlineData(ComponentKind.Plasma, "")]
    [InlineData(ComponentKind.Cryoprecipitate, "")]
    public void requirements_matter_where_there_are_living_cells(ComponentKind kind, string expected) =>
        Standing(Known() with { Requirements = new UnitRequirements(true, true, true, AntigenSet.None, 2) }, InStock(Hospital, "O+", kind)).ShouldBe(expected);

    [Fact]
    public void what_the_line_asked_for_matters_like_what_the_patient_needs()
    {
        var reserved = ReservedForPatient() with { Requirements = new UnitRequirements(false, true, false, AntigenSet.Of("K"), 2) };

        Codes(Judge(Known(), [.. InStock(Hospital), reserved, Crossmatched()]))
            .ShouldBe("requirement-antigen:override requirement-cmv:override requirement-fresh:override");
    }

    [Fact]
    public void what_is_known_of_the_product_and_of_the_unit_meets_the_requirements()
    {
        var patient = Known() with { Requirements = new UnitRequirements(true, true, true, AntigenSet.None, 3) };
        var pack = BenchPolicy with { Components = [.. BenchPolicy.Components.Select(component => component with { Irradiated = true, Washed = true })] };

        Standing(patient, InStock(Hospital), new UnitTyping(AntigenSet.None, true), pack).ShouldBe("");
    }

    [Theory]
    [InlineData(ComponentKind.RedCells, "sample-missing:hard-stop")]
    [InlineData(ComponentKind.WholeBlood, "sample-missing:hard-stop")]
    [InlineData(ComponentKind.Plasma, "")]
    [InlineData(ComponentKind.Platelets, "")]
    [InlineData(ComponentKind.Cryoprecipitate, "")]
    public void cells_need_a_sample(ComponentKind kind, string expected) =>
        Standing(Known() with { Sample = null }, InStock(Hospital, "O+", kind)).ShouldBe(expected);

    [Fact]
    public void the_sample_that_was_tested_has_to_be_good_still()
    {
        var tested = Crossmatched() with { SampleValidUntil = Now };
        var newer = Known() with { Sample = new RecipientSample("S-0002", Now, Now.AddDays(3)) };

        Codes(Judge(newer, [.. InStock(Hospital), ReservedForPatient(), tested])).ShouldBe("sample-expired:hard-stop");
        Codes(Judge(newer, [.. InStock(Hospital), ReservedForPatient(), Crossmatched()])).ShouldBe("");
    }

    [Theory]
    [InlineData(ComponentKind.RedCells, "crossmatch-missing:hard-stop")]
    [InlineData(ComponentKind.WholeBlood, "crossmatch-missing:hard-stop")]
    [InlineData(ComponentKind.Plasma, "")]
    [InlineData(ComponentKind.Platelets, "")]
    public void cells_are_crossmatched(ComponentKind kind, string expected) =>
        Codes(Judge(Known(), [.. InStock(Hospital, "O+", kind), ReservedForPatient()])).ShouldBe(expected);

    [Fact]
    public void what_is_found_in_the_patient_undoes_a_crossmatch_by_computer()
    {
        var lax = BenchPolicy with { ElectronicCrossmatch = true };
        IReadOnlyList<object> tested = [.. InStock(Hospital), ReservedForPatient(), Crossmatched() with { Method = CrossmatchMethod.Electronic }, new UnitTyped(AntigenSet.None, AntigenSet.Of("K"))];
        var screened = Known() with { Sample = new RecipientSample(Tube, Now.AddHours(-2), Now.AddHours(70), true) };

        Codes(SafetyRules.Judge(Case(Known(), tested, lax))).ShouldBe("");
        Codes(SafetyRules.Judge(Case(Known(), tested))).ShouldBe("crossmatch-missing:hard-stop");
        Codes(SafetyRules.Judge(Case(screened, tested, lax))).ShouldBe("crossmatch-missing:hard-stop");
        Codes(SafetyRules.Judge(Case(Known() with { Antibodies = AntigenSet.Of("K") }, tested, lax))).ShouldBe("crossmatch-missing:hard-stop");
    }

    [Fact]
    public void a_newer_tube_with_antibodies_undoes_a_crossmatch_with_an_older_one()
    {
        var screened = Known() with { Sample = new RecipientSample("S-0002", Now, Now.AddDays(3), true) };
        IReadOnlyList<object> tested = [.. InStock(Hospital), ReservedForPatient(), Crossmatched()];

        Codes(Judge(screened, tested)).ShouldBe("crossmatch-missing:hard-stop");
        Codes(Judge(screened with { Sample = screened.Sample! with { Number = Tube } }, tested)).ShouldBe("");
    }

    [Theory]
    [InlineData(Appearance.Normal, "")]
    [InlineData(Appearance.Leaking, "appearance-abnormal:hard-stop")]
    [InlineData(Appearance.Layered, "appearance-abnormal:hard-stop")]
    [InlineData(Appearance.Discolored, "appearance-abnormal:hard-stop")]
    [InlineData(Appearance.Clots, "appearance-abnormal:hard-stop")]
    [InlineData(Appearance.Film, "appearance-abnormal:hard-stop")]
    public void what_does_not_look_as_it_should_stays(Appearance appearance, string expected) =>
        Codes(SafetyRules.Judge(Case(Known(), [.. InStock(Hospital), ReservedForPatient(), Crossmatched()]) with { Appearance = appearance })).ShouldBe(expected);

    [Fact]
    public void of_all_that_stands_against_it_is_told_at_once()
    {
        var patient = new KnownRecipient { Version = 1, Antibodies = AntigenSet.Of("K"), Requirements = UnitRequirements.None with { Irradiated = true } };

        Codes(Judge(patient, [Prepared(Facts(expiresAt: Now)), new UnitHeld("lookback", null), new UnitHeld("recall", null)])).ShouldBe(
            "antibody-unmatched:override crossmatch-missing:hard-stop expired:hard-stop group-unknown:hard-stop held:hard-stop held:hard-stop not-here:hard-stop "
            + "not-released:hard-stop not-reserved:hard-stop requirement-irradiated:override sample-missing:hard-stop");
    }

    [Fact]
    public void every_rule_says_something()
    {
        var findings = Judge(Known(), [.. InStock(Hospital), ReservedForPatient(), Crossmatched()]);

        findings.ShouldAllBe(finding => finding.Verdict == SafetyVerdict.Pass && finding.Message == null);
        findings.Select(finding => finding.Code).ShouldBe(
            ["ended", "not-released", "held", "expired", "not-here", "issued", "not-reserved", "wrong-recipient", "group-unknown", "abo-incompatible", "rhd-incompatible",
                "requirement-irradiated", "requirement-cmv", "requirement-washed", "requirement-fresh", "antibody-unmatched", "requirement-antigen",
                "sample-missing", "sample-expired", "crossmatch-missing", "crossmatch-incompatible"]);
    }

    [Fact]
    public void nothing_that_kills_is_opened_by_any_policy()
    {
        string[] never = ["ended", "not-released", "held", "expired", "not-here", "issued", "not-reserved", "wrong-recipient", "group-unknown", "abo-incompatible", "group-not-identical", "crossmatch-incompatible", "appearance-abnormal"];
        var lax = BenchPolicy with { Overrides = [.. never.Select(code => new OverrideRule(code, null, ["physician"], false))] };
        var found = Standing(Known("O-"), [Prepared(Facts(expiresAt: Now)), Released("A+"), new UnitHeld("lookback", null)], pack: lax);

        found.ShouldNotContain(":override");
        found.ShouldContain("abo-incompatible:hard-stop");
    }

    [Fact]
    public void without_a_policy_on_it_every_rule_is_a_hard_stop() =>
        Standing(Known("A-"), InStock(Hospital, "A+"), pack: ProcedurePack.Policy).ShouldBe("rhd-incompatible:hard-stop");

    /// <summary>What stands against a unit that is reserved for the patient and, where it is cells, crossmatched.</summary>
    private static string Standing(KnownRecipient known, IReadOnlyList<object> history, UnitTyping? typing = null, PolicyPack? pack = null) =>
        Codes(SafetyRules.Judge(Case(known, [.. history, ReservedForPatient(), Crossmatched()], pack) with { Typing = typing ?? UnitTyping.Unknown }));

    private static IReadOnlyList<SafetyFinding> Judge(KnownRecipient known, IReadOnlyList<object> history) => SafetyRules.Judge(Case(known, history));

    private static SafetyCase Case(KnownRecipient known, IReadOnlyList<object> history, PolicyPack? pack = null) =>
        new(Spec.For<Unit>().Given(history).State(), Order, Recipient, known, pack ?? BenchPolicy, Hospital, Now);

    private static string Codes(IReadOnlyList<SafetyFinding> findings) => string.Join(' ', findings
        .Where(finding => finding.Blocks)
        .Select(finding => $"{finding.Code}:{(finding.Verdict == SafetyVerdict.HardStop ? "hard-stop" : "override")}")
        .Order(StringComparer.Ordinal));
}
