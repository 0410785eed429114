using System.Text.Json.Nodes;
using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Policies;

public sealed class VietnamesePolicyTests
{
    private static readonly PolicyPack Pack = PolicyPack.LoadFile(RepositoryFile.Path("infra", "policies", "vn-26-2013.json"));

    [Fact]
    public void The_pack_says_what_the_circular_says()
    {
        (Pack.Id, Pack.Version, Pack.Jurisdiction, Pack.TimeZone).ShouldBe(("vn-26-2013", "vn-26-2013.1", "VN", "Asia/Ho_Chi_Minh"));
        Pack.MandatoryMarkers.ShouldBe(["hiv", "hbv", "hcv", "syphilis"]);
        (Pack.MinimumDonorAge, Pack.MaximumDonorAge).ShouldBe((18, 60));
        Pack.WholeBloodInterval.ShouldBe(TimeSpan.FromDays(84));
        Pack.MaximumVolumeMl.ShouldBe(500);
        Pack.ReservationLife.ShouldBe(TimeSpan.FromHours(24));
        Pack.SampleValidity.ShouldBe(TimeSpan.FromHours(72));
        Pack.ReturnLimit.ShouldBe(TimeSpan.FromMinutes(30));
    }

    [Theory]
    [InlineData("D0001V00", ComponentKind.WholeBlood, 35, 2.0, 6, 1.0, 10)]
    [InlineData("D0101V00", ComponentKind.RedCells, 42, 2.0, 6, 1.0, 10)]
    [InlineData("D0201V00", ComponentKind.Plasma, 730, null, -25, null, -18)]
    [InlineData("D0301V00", ComponentKind.Platelets, 5, 20.0, 24, 20.0, 24)]
    [InlineData("D0401V00", ComponentKind.Cryoprecipitate, 365, null, -18, null, -18)]
    public void A_product_code_finds_its_component(
        string code, ComponentKind kind, int days, double? storageMinimum, double storageMaximum, double? transportMinimum, double transportMaximum)
    {
        var component = Pack.Require(ProductCode.Parse(code));

        component.Kind.ShouldBe(kind);
        component.ShelfLife.ShouldBe(TimeSpan.FromDays(days));
        (component.StorageMinimumCelsius, component.StorageMaximumCelsius).ShouldBe((storageMinimum, storageMaximum));
        (component.TransportMinimumCelsius, component.TransportMaximumCelsius).ShouldBe((transportMinimum, transportMaximum));
        component.Name.ShouldNotBeEmpty();
        Pack.Components.Count.ShouldBe(5);
    }

    [Fact]
    public void A_division_of_a_component_is_that_component() =>
        Pack.FindComponent(ProductCode.Parse("D0101VB0")).ShouldBe(Pack.Require(ProductCode.Parse("D0101V00")));

    [Fact]
    public void A_component_the_pack_does_not_have_is_not_found()
    {
        Pack.FindComponent(ProductCode.Parse("D0999V00")).ShouldBeNull();
        Pack.FindComponent(default).ShouldBeNull();
        Should.Throw<PolicyException>(() => Pack.Require(ProductCode.Parse("D0999V00"))).Message.ShouldContain("D0999");
    }

    [Fact]
    public void Every_figure_has_a_source_and_what_nobody_has_read_is_marked()
    {
        Pack.Figures.Count.ShouldBe(23);
        Pack.Figures.ShouldAllBe(figure => figure.Source.Length > 0);
        Pack.Figures.Where(figure => !figure.Verified).Select(figure => figure.Path).ShouldBe(
            ["$.components[1].storage", "$.components[1].shelfLife", "$.components[4].shelfLife", "$.sampleValidity", "$.returnLimit"],
            ignoreOrder: true);
    }
}

public sealed class LoadingPoliciesTests
{
    private static readonly string Sound = File.ReadAllText(RepositoryFile.Path("infra", "policies", "vn-26-2013.json"));

    [Theory]
    [InlineData("$.id", "\"\"", "$.id")]
    [InlineData("$.version", "\"vn-27.1\"", "$.version")]
    [InlineData("$.version", null, "$.version")]
    [InlineData("$.jurisdiction", "5", "$.jurisdiction")]
    [InlineData("$.timeZone", "\"Asia/Atlantis\"", "$.timeZone")]
    [InlineData("$.components", "[]", "$.components")]
    [InlineData("$.components", null, "$.components")]
    [InlineData("$.components[1].kind", "\"granulocytes\"", "$.components[1].kind")]
    [InlineData("$.components[1].description", "\"0101\"", "$.components[1].description")]
    [InlineData("$.components[1].description", "\"D0001\"", "$.components[1].description")]
    [InlineData("$.components[1].shelfLife.value", "\"42 days\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.value", "\"P1M\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.value", "\"P0D\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.value", "\"-P1D\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.value", "\"P99999999999D\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.source", "\"\"", "$.components[1].shelfLife.source")]
    [InlineData("$.components[1].shelfLife.verified", null, "$.components[1].shelfLife.verified")]
    [InlineData("$.components[1].shelfLife", "\"P42D\"", "$.components[1].shelfLife")]
    [InlineData("$.components[1].storage.value.maximum", null, "$.components[1].storage.value.maximum")]
    [InlineData("$.components[1].storage.value.maximum", "1", "$.components[1].storage.value.maximum")]
    [InlineData("$.components[1].storage.value.minimum", "-300", "$.components[1].storage.value.minimum")]
    [InlineData("$.components[1].irradiated", "true", "$.components[1].irradiated")]
    [InlineData("$.components[1]", "7", "$.components[1].kind")]
    [InlineData("$.mandatoryMarkers.value", "[]", "$.mandatoryMarkers.value")]
    [InlineData("$.mandatoryMarkers.value", "[\"hiv\", 5]", "$.mandatoryMarkers.value[1]")]
    [InlineData("$.mandatoryMarkers.value", "[\"hiv\", \"hiv\"]", "$.mandatoryMarkers.value[1]")]
    [InlineData("$.mandatoryMarkers.value", "[\"HIV\"]", "$.mandatoryMarkers.value[0]")]
    [InlineData("$.minimumDonorAge.value", "17.5", "$.minimumDonorAge.value")]
    [InlineData("$.minimumDonorAge.value", "61", "$.maximumDonorAge.value")]
    [InlineData("$.maximumVolumeMl.value", "0", "$.maximumVolumeMl.value")]
    [InlineData("$.returnLimit", null, "$.returnLimit")]
    [InlineData("$.sampleValidty", "1", "$.sampleValidty")]
    public void A_pack_with_a_fault_is_refused_at_its_path(string at, string? json, string path)
    {
        var error = Should.Throw<PolicyException>(() => PolicyPack.Load(Json.With(Sound, at, json)));

        error.Problems.ShouldContain(problem => problem.StartsWith($"{path}: ", StringComparison.Ordinal), string.Join('\n', error.Problems));
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        var faulty = Json.With(Json.With(Sound, "$.returnLimit", null), "$.components[1].kind", "\"granulocytes\"");

        Should.Throw<PolicyException>(() => PolicyPack.Load(faulty)).Problems.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"id\": \"a\", \"id\": \"b\"}")]
    [InlineData("{")]
    public void What_is_no_pack_is_refused(string json) =>
        Should.Throw<PolicyException>(() => PolicyPack.Load(json)).Problems.ShouldContain(problem => problem.StartsWith("$: ", StringComparison.Ordinal));

    [Fact]
    public void A_pack_with_any_one_member_gone_is_refused()
    {
        var paths = Json.Paths(JsonNode.Parse(Sound)!).Where(path => !path.EndsWith(']') && !path.EndsWith(".minimum", StringComparison.Ordinal)).ToArray();

        paths.Length.ShouldBeGreaterThan(80);
        foreach (var path in paths)
            Should.Throw<PolicyException>(() => PolicyPack.Load(Json.With(Sound, path, null)), path);
    }

    [Fact]
    public void No_text_is_anything_but_a_pack_or_refused() =>
        Check.QuickThrowOnFailure(Prop.ForAll<NonNull<string>>(text =>
        {
            try
            {
                PolicyPack.Load(text.Get);
                return false;
            }
            catch (PolicyException e)
            {
                return e.Problems.Count > 0;
            }
        }));
}
