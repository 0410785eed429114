using System.Text.Json.Nodes;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Policies;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Policies;

public sealed class SafetyRulesOfPacks
{
    private static readonly string[] NewMembers = ["emergency", "overrides", "electronicCrossmatch", "accountFor", "loggerInterval", "excursionTolerance"];

    private static readonly string Sound = File.ReadAllText(Packs.Path($"{Packs.Vietnam}.2"));

    public static TheoryData<string> Ids => [.. Packs.Ids];

    public static TheoryData<string> NeverOverridable =>
        ["abo-incompatible", "crossmatch-incompatible", "held", "expired", "not-released", "ended", "group-unknown", "group-not-identical"];

    public static TheoryData<string> Overridable =>
    [
        "abo-minor-mismatch", "rhd-incompatible", "antibody-unmatched", "requirement-irradiated", "requirement-cmv", "requirement-washed",
        "requirement-antigen", "requirement-fresh", "sample-missing", "sample-expired", "crossmatch-missing",
    ];

    [Theory]
    [InlineData(Packs.Vietnam, "O+ O-")]
    [InlineData(Packs.Europe, "O- O+")]
    [InlineData(Packs.America, "O- O+")]
    public void Say_what_somebody_unknown_who_bleeds_is_given(string id, string cells)
    {
        var emergency = Packs.Of(id).Emergency;

        string.Join(' ', emergency.GroupsFor(ComponentKind.RedCells)).ShouldBe(cells);
        emergency.GroupsFor(ComponentKind.Plasma).ShouldBe([BloodGroup.Parse("AB+"), BloodGroup.Parse("AB-")]);
        emergency.GroupsFor(ComponentKind.WholeBlood).ShouldBeEmpty();
        emergency.GroupsFor(ComponentKind.Platelets).ShouldBeEmpty();
        emergency.RetrospectiveCrossmatch.ShouldBe(TimeSpan.FromHours(24));
    }

    [Theory]
    [InlineData("rhd-incompatible", "whole-blood red-cells platelets", true)]
    [InlineData("abo-minor-mismatch", "platelets cryoprecipitate", false)]
    [InlineData("antibody-unmatched", "red-cells", true)]
    [InlineData("requirement-irradiated", "whole-blood red-cells plasma platelets cryoprecipitate", true)]
    [InlineData("requirement-cmv", "whole-blood red-cells plasma platelets cryoprecipitate", true)]
    [InlineData("requirement-washed", "whole-blood red-cells plasma platelets cryoprecipitate", true)]
    [InlineData("requirement-antigen", "whole-blood red-cells plasma platelets cryoprecipitate", true)]
    [InlineData("requirement-fresh", "whole-blood red-cells plasma platelets cryoprecipitate", true)]
    [InlineData("sample-missing", "", false)]
    [InlineData("crossmatch-missing", "", false)]
    [InlineData("abo-incompatible", "", false)]
    [InlineData("a-rule-of-tomorrow", "", false)]
    public void Say_which_rule_a_physician_may_let_pass_and_for_what(string code, string kinds, bool countersigned)
    {
        foreach (var pack in Packs.Ids.Select(Packs.Of))
        {
            var found = Enum.GetValues<ComponentKind>().Where(kind => pack.FindOverride(code, kind) is not null).ToArray();
            found.ShouldBe(Kinds(kinds), pack.Version);
            foreach (var kind in found)
            {
                var rule = pack.FindOverride(code, kind)!;
                rule.Roles.ShouldBe(["physician"]);
                rule.Countersigned.ShouldBe(countersigned);
            }
        }
    }

    [Theory]
    [InlineData(Packs.Vietnam, false)]
    [InlineData(Packs.Europe, true)]
    [InlineData(Packs.America, true)]
    public void Say_how_the_bench_and_the_road_are_watched(string id, bool electronic)
    {
        var pack = Packs.Of(id);

        pack.ElectronicCrossmatch.ShouldBe(electronic);
        (pack.AccountFor, pack.LoggerInterval, pack.ExcursionTolerance).ShouldBe((TimeSpan.FromHours(24), TimeSpan.FromMinutes(15), TimeSpan.Zero));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Tell_of_washed_red_cells_and_of_nothing_else_that_they_are_washed(string id) =>
        Packs.Of(id).Components.Where(component => component.Washed).ShouldHaveSingleItem().Description.ShouldBe("D0104");

    [Theory]
    [MemberData(nameof(Ids))]
    public void Change_nothing_else_with_their_second_version(string id)
    {
        var first = JsonNode.Parse(File.ReadAllText(Packs.Path(id)))!.AsObject();
        var second = JsonNode.Parse(File.ReadAllText(Packs.Path($"{id}.2")))!.AsObject();
        foreach (var name in NewMembers)
            second.Remove(name).ShouldBeTrue(name);
        foreach (var component in second["components"]!.AsArray())
            component!.AsObject().Remove("washed");
        foreach (var name in new[] { "version", "effectiveFrom" })
            second[name] = first[name]!.DeepClone();

        JsonNode.DeepEquals(first, second).ShouldBeTrue();
    }

    [Fact]
    public void Are_the_strictest_where_a_pack_does_not_say()
    {
        var pack = PolicyPack.LoadFile(Packs.Path(Packs.Vietnam));

        pack.Emergency.ShouldBe(EmergencyRules.None);
        Enum.GetValues<ComponentKind>().ShouldAllBe(kind => pack.Emergency.GroupsFor(kind).IsEmpty);
        pack.Overrides.ShouldBeEmpty();
        pack.FindOverride("rhd-incompatible", ComponentKind.RedCells).ShouldBeNull();
        pack.ElectronicCrossmatch.ShouldBeFalse();
        (pack.AccountFor, pack.LoggerInterval, pack.ExcursionTolerance).ShouldBe((TimeSpan.FromHours(24), TimeSpan.FromMinutes(15), TimeSpan.Zero));
        pack.Components.ShouldAllBe(component => !component.Washed);
    }

    [Fact]
    public void Are_read_as_they_are_written()
    {
        var other = new[]
        {
            ("$.emergency.groups.plasma.value", """["A+", "AB-"]"""), ("$.emergency.retrospectiveCrossmatch.value", "\"PT6H\""),
            ("$.overrides[0].kinds", """["red-cells"]"""), ("$.overrides[0].roles", """["physician", "blood-bank"]"""), ("$.overrides[0].countersigned", "false"),
            ("$.electronicCrossmatch.value", "true"), ("$.accountFor.value", "\"PT12H\""), ("$.loggerInterval.value", "\"PT5M\""),
            ("$.excursionTolerance.value", "\"PT10M\""), ("$.components[3].washed", "true"),
        }.Aggregate(Sound, (json, change) => Json.With(json, change.Item1, change.Item2));

        var pack = PolicyPack.Load(other);

        pack.Emergency.GroupsFor(ComponentKind.Plasma).ShouldBe([BloodGroup.Parse("A+"), BloodGroup.Parse("AB-")]);
        pack.Emergency.RetrospectiveCrossmatch.ShouldBe(TimeSpan.FromHours(6));
        var rule = pack.FindOverride("rhd-incompatible", ComponentKind.RedCells).ShouldNotBeNull();
        rule.Roles.ShouldBe(["physician", "blood-bank"]);
        rule.Countersigned.ShouldBeFalse();
        pack.FindOverride("rhd-incompatible", ComponentKind.WholeBlood).ShouldBeNull();
        pack.ElectronicCrossmatch.ShouldBeTrue();
        (pack.AccountFor, pack.LoggerInterval, pack.ExcursionTolerance).ShouldBe((TimeSpan.FromHours(12), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)));
        pack.Components.Count(component => component.Washed).ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(NeverOverridable))]
    public void Never_let_a_hard_stop_pass_whatever_the_file_says(string code) =>
        Should.Throw<PolicyException>(() => PolicyPack.Load(Json.With(Sound, "$.overrides[0].code", $"\"{code}\""))).Problems
            .ShouldHaveSingleItem().ShouldBe($"$.overrides[0].code: '{code}' can never be let pass");

    [Theory]
    [MemberData(nameof(Overridable))]
    public void May_be_opened_one_by_one(string code)
    {
        var pack = JsonNode.Parse(Sound)!;
        pack["overrides"] = new JsonArray(pack["overrides"]![0]!.DeepClone());
        pack["overrides"]![0]!["code"] = code;

        PolicyPack.Load(pack.ToJsonString()).FindOverride(code, ComponentKind.Platelets).ShouldNotBeNull();
    }

    [Fact]
    public void May_differ_by_component_and_never_say_two_things_of_one()
    {
        var apart = Json.With(Json.With(Sound, "$.overrides[1].code", "\"rhd-incompatible\""), "$.overrides[1].kinds", """["cryoprecipitate"]""");
        var everything = Json.With(apart, "$.overrides[1].kinds", null);

        var pack = PolicyPack.Load(apart);
        pack.FindOverride("rhd-incompatible", ComponentKind.Cryoprecipitate)!.Countersigned.ShouldBeFalse();
        pack.FindOverride("rhd-incompatible", ComponentKind.Platelets)!.Countersigned.ShouldBeTrue();
        Should.Throw<PolicyException>(() => PolicyPack.Load(everything)).Problems.ShouldHaveSingleItem().ShouldStartWith("$.overrides[1].code: ");
    }

    [Fact]
    public void Show_what_an_override_rests_on() =>
        Packs.Of(Packs.Vietnam).FiguresAbout("antibody-unmatched").Select(figure => (figure.Path, figure.Value, figure.Verified)).ShouldBe(
        [
            ("$.overrides[2].kinds", """["red-cells"]""", false),
            ("$.overrides[2].roles", """["physician"]""", false),
            ("$.overrides[2].countersigned", "true", false),
        ]);

    private static ComponentKind[] Kinds(string words) =>
        [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Enum.Parse<ComponentKind>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true))];
}
