using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Shouldly;
using Xunit;

namespace Distribution.Labels.Tests;

public sealed class What_a_label_may_not_lack
{
    private static readonly Dictionary<string, (UnitLabel Label, string Code, string Field)> Faults = new(StringComparer.Ordinal)
    {
        ["1 name"] = (Labels.RedCells with { FacilityName = " " }, "facility-name-missing", "facilityName"),
        ["1 address"] = (Labels.RedCells with { FacilityAddress = null }, "facility-address-missing", "facilityAddress"),
        ["1 room"] = (Labels.RedCells with { FacilityAddress = new string('a', 71) }, "text-too-long", "facilityAddress"),
        ["2"] = (Labels.RedCells with { ComponentName = "" }, "component-name-missing", "componentName"),
        ["3"] = (Labels.RedCells with { Unit = default }, "unit-missing", "unit"),
        ["3 division"] = (Labels.RedCells with { Unit = Labels.RedCells.Unit with { Product = ProductCode.Parse("D0101V99") } }, "division-unknown", "unit"),
        ["4"] = (Labels.RedCells with { Group = default }, "group-unknown", "group"),
        ["4 turned around"] = (Labels.RedCells with { OtherGroups = "K-\u202e" }, "text-invalid", "otherGroups"),
        ["5"] = (Labels.RedCells with { CollectedAt = default }, "date-invalid", "collectedAt"),
        ["6 red cells"] = (Labels.RedCells with { Solution = null }, "solution-missing", "solution"),
        ["6 whole blood"] = (Labels.RedCells with { Kind = ComponentKind.WholeBlood, Solution = "" }, "solution-missing", "solution"),
        ["6 a kind that is not known"] = (Labels.RedCells with { Kind = (ComponentKind)99, Solution = null }, "solution-missing", "solution"),
        ["6 command"] = (Labels.RedCells with { Solution = @"CPD\&SAGM" }, "text-invalid", "solution"),
        ["7"] = (Labels.RedCells with { ExpiresAt = new DateTimeOffset(2900, 1, 1, 0, 0, 0, TimeSpan.Zero) }, "date-invalid", "expiresAt"),
        ["7 before 5"] = (Labels.RedCells with { ExpiresAt = Labels.RedCells.CollectedAt }, "expiry-before-collection", "expiresAt"),
        ["8"] = (Labels.RedCells with { VolumeMl = null }, "amount-missing", "volumeMl"),
        ["8 nothing"] = (Labels.RedCells with { VolumeMl = 0 }, "amount-missing", "volumeMl"),
        ["9"] = (Labels.RedCells with { StorageMaximumCelsius = null }, "storage-missing", "storageMaximumCelsius"),
    };

    public static TheoryData<string> Names => [.. Faults.Keys];

    [Fact]
    public void A_complete_label_lacks_nothing() => Labels.RedCells.Validate().ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_fault_is_told_by_code_and_field(string name)
    {
        var (label, code, field) = Faults[name];

        var problem = label.Validate().ShouldHaveSingleItem();

        (problem.Code, problem.Field).ShouldBe((code, field));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_incomplete_is_printed(string name)
    {
        var (label, code, _) = Faults[name];

        Should.Throw<InvalidOperationException>(() => LabelHtml.Write(label)).Message.ShouldContain(code);
        Should.Throw<InvalidOperationException>(() => LabelZpl.Write(label)).Message.ShouldContain(code);
    }

    [Fact]
    public void All_faults_are_told_at_once() =>
        (Labels.RedCells with { FacilityAddress = null, Group = default, Solution = null }).Validate().Select(problem => problem.Code)
            .ShouldBe(["facility-address-missing", "group-unknown", "solution-missing"]);
}
