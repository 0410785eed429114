using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Policies;

public sealed class ShippedPacks
{
    private static readonly PolicyPack Vietnam = Packs.Of(Packs.Vietnam);

    public static TheoryData<string> Ids => [.. Packs.Ids];

    [Theory]
    [InlineData(Packs.Vietnam, "VN", "Asia/Ho_Chi_Minh", "2013-11-15T00:00:00+07:00 2026-01-01T00:00:00+07:00", 21)]
    [InlineData(Packs.Europe, "GB", "Europe/London", "2005-11-08T00:00:00+00:00 2026-01-01T00:00:00+00:00", 21)]
    [InlineData(Packs.America, "US", "America/New_York", "2016-05-23T00:00:00-04:00 2026-01-01T00:00:00-05:00", 19)]
    public void Say_whose_they_are_and_from_when(string id, string jurisdiction, string zone, string from, int components)
    {
        var versions = PolicyBook.LoadFile(Packs.Path(id)).Versions;

        versions.Select(pack => pack.Version).ShouldBe([$"{id}.1", $"{id}.2"]);
        versions.Select(pack => pack.EffectiveFrom.ToString("yyyy-MM-dd'T'HH:mm:sszzz", null)).ShouldBe(from.Split(' '));
        versions.ShouldAllBe(pack => pack.Id == id && pack.Jurisdiction == jurisdiction && pack.TimeZone == zone && pack.Components.Count == components);
    }

    [Theory]
    [InlineData("D0001", ComponentKind.WholeBlood, 35, 2.0, 6, 1.0, 10)]
    [InlineData("D0101", ComponentKind.RedCells, 42, 2.0, 6, 1.0, 10)]
    [InlineData("D0201", ComponentKind.Plasma, 730, null, -25, null, -18)]
    [InlineData("D0301", ComponentKind.Platelets, 5, 20.0, 24, 20.0, 24)]
    [InlineData("D0401", ComponentKind.Cryoprecipitate, 365, null, -18, null, -18)]
    public void Tell_how_a_component_is_kept(
        string code, ComponentKind kind, int days, double? storageMinimum, double storageMaximum, double? transportMinimum, double transportMaximum)
    {
        var component = Vietnam.Require(Product(code));

        component.Kind.ShouldBe(kind);
        component.ShelfLife.ShouldBe(TimeSpan.FromDays(days));
        (component.StorageMinimumCelsius, component.StorageMaximumCelsius).ShouldBe((storageMinimum, storageMaximum));
        (component.TransportMinimumCelsius, component.TransportMaximumCelsius).ShouldBe((transportMinimum, transportMaximum));
        component.Name.ShouldNotBeEmpty();
    }

    [Fact]
    public void Tell_what_a_component_may_be_made_of_and_in_what_time()
    {
        var plasma = Vietnam.Require(Product("D0201"));
        plasma.CollectedBy.ShouldBe([CollectionKind.WholeBlood, CollectionKind.PlasmaApheresis]);
        (plasma.PreparedWithin, plasma.TransportLimit, plasma.Solution, plasma.Irradiated).ShouldBe((TimeSpan.FromHours(8), null, null, false));

        var irradiated = Vietnam.Require(Product("D0107"));
        (irradiated.CollectedBy, irradiated.PreparedWithin, irradiated.Solution, irradiated.Irradiated).ShouldBe((null, null, "SAGM", true));

        Packs.Of(Packs.Europe).Require(Product("D0101")).TransportLimit.ShouldBe(TimeSpan.FromHours(24));
    }

    [Fact]
    public void Know_their_markers()
    {
        Vietnam.MandatoryMarkers.ShouldBe(["hiv", "hbv", "hcv", "syphilis", "antibody-screen"]);
        Vietnam.FindMarker("malaria")!.Demand.ShouldBe(MarkerDemand.WhenIndicated);
        Vietnam.FindMarker("zika").ShouldBeNull();
        var hiv = Vietnam.FindMarker("hiv")!;
        (hiv.Repeats, hiv.ReleasesAfterNegativeRepeats, hiv.DefersDonor, hiv.LookbackWindow).ShouldBe((2, false, true, TimeSpan.FromDays(366)));
    }

    [Theory]
    [InlineData(ComponentKind.WholeBlood, true)]
    [InlineData(ComponentKind.Plasma, true)]
    [InlineData(ComponentKind.Platelets, true)]
    [InlineData(ComponentKind.Cryoprecipitate, true)]
    [InlineData(ComponentKind.RedCells, false)]
    public void Let_the_red_cells_of_a_donation_with_antibodies_go(ComponentKind kind, bool barred)
    {
        Vietnam.FindMarker("antibody-screen")!.Bar(kind).ShouldBe(barred);
        Vietnam.FindMarker("hiv")!.Bar(kind).ShouldBeTrue();
    }

    [Fact]
    public void Know_who_may_give_and_when()
    {
        var donors = Vietnam.Donors;

        (donors.MinimumAge, donors.MaximumAge, donors.MinimumWeightOfWomenKg, donors.MinimumWeightOfMenKg).ShouldBe((18, 60, 42m, 45m));
        donors.Volumes.Where(band => band.Collection == CollectionKind.WholeBlood).ShouldBe(
            [new VolumeBand(CollectionKind.WholeBlood, 42, 250), new VolumeBand(CollectionKind.WholeBlood, 45, 500, 9)]);
        donors.Intervals[CollectionKind.WholeBlood].ShouldBe(TimeSpan.FromDays(84));
        donors.Frequencies.ShouldBe([new FrequencyLimit(CollectionKind.GranulocyteApheresis, 3, TimeSpan.FromDays(7))]);
        donors.FindDeferral("tattoo").ShouldBe(new DeferralRule("tattoo", "Xăm trổ trên da", TimeSpan.FromDays(184)));
        donors.FindDeferral("marker-reactive")!.Duration.ShouldBeNull();
        donors.FindDeferral("long-hair").ShouldBeNull();
    }

    [Fact]
    public void Know_the_spans_of_the_pack_as_a_whole()
    {
        (Vietnam.ReservationLife, Vietnam.SampleValidity, Vietnam.ReturnLimit).ShouldBe((TimeSpan.FromHours(24), TimeSpan.FromHours(72), TimeSpan.FromMinutes(30)));
        (Vietnam.LookbackClock, Vietnam.RetentionYears, Vietnam.GroupDeterminations).ShouldBe((TimeSpan.FromDays(3), 10, 2));
        (Vietnam.SampleRetention, Vietnam.SampleStorageMinimumCelsius, Vietnam.SampleStorageMaximumCelsius).ShouldBe((TimeSpan.FromDays(5), 2, 6));
        Packs.Of(Packs.Europe).RetentionYears.ShouldBe(30);
    }

    [Fact]
    public void Know_how_a_product_becomes_another()
    {
        var thaw = Vietnam.FindProcedure(ProcedureKind.Thaw, Product("D0201"), Product("D0203")).ShouldNotBeNull();
        (thaw.Life, thaw.Extends, thaw.MinimumCelsius, thaw.MaximumCelsius, thaw.LongestDuration).ShouldBe(
            (TimeSpan.FromHours(6), false, 30, 37, TimeSpan.FromMinutes(45)));
        var irradiate = Vietnam.FindProcedure(ProcedureKind.Irradiate, Product("D0101"), Product("D0103")).ShouldNotBeNull();
        (irradiate.Life, irradiate.MinimumDoseGy, irradiate.MinimumCelsius, irradiate.MaximumCelsius).ShouldBe((TimeSpan.FromDays(28), 25, null, null));
        var freeze = Vietnam.FindProcedure(ProcedureKind.Freeze, Product("D0101"), Product("D0105")).ShouldNotBeNull();
        (freeze.Extends, freeze.LatestAfterCollection).ShouldBe((true, TimeSpan.FromDays(6)));
        var pool = Vietnam.FindProcedure(ProcedureKind.Pool, Product("D0401"), Product("D0402")).ShouldNotBeNull();
        (pool.MinimumSources, pool.MaximumSources, pool.Life).ShouldBe((2, 12, null));
        Vietnam.FindProcedure(ProcedureKind.Separate, Product("D0201"), Product("D0205")).ShouldNotBeNull();
        Vietnam.FindProcedure(ProcedureKind.Thaw, Product("D0203"), Product("D0204")).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Let_every_product_be_divided_into_its_own_kind(string id) =>
        Packs.Of(id).Components.ShouldAllBe(component =>
            Packs.Of(id).FindProcedure(ProcedureKind.Divide, Product(component.Description), Product(component.Description)) != null);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Let_every_product_be_made_in_some_way(string id)
    {
        var pack = Packs.Of(id);
        pack.Components.ShouldAllBe(component => component.CollectedBy != null
            || pack.Procedures.Any(rule => rule.Kind != ProcedureKind.Divide && rule.Results.Contains(component.Description)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Let_nothing_that_was_thawed_be_frozen_again(string id)
    {
        var pack = Packs.Of(id);
        var thawed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var round in pack.Procedures)
        {
            foreach (var rule in pack.Procedures.Where(rule => rule.Kind == ProcedureKind.Thaw || thawed.Contains(rule.Source)))
                thawed.UnionWith(rule.Results);
        }

        thawed.ShouldContain("D0204");
        pack.Components.Where(component => thawed.Contains(component.Description)).ShouldAllBe(component => component.StorageMaximumCelsius > 0);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Mean_the_same_kind_by_the_same_code_everywhere(string id) =>
        Packs.Of(id).Components.ShouldAllBe(component =>
            Vietnam.Components.Single(same => same.Description == component.Description).Kind == component.Kind);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Give_every_figure_a_source_and_a_path_of_its_own(string id)
    {
        var figures = Packs.Of(id).Figures;
        figures.Count.ShouldBeGreaterThan(150);
        figures.Select(figure => figure.Path).ShouldBeUnique();
        figures.ShouldAllBe(figure => figure.Source.Length > 0);
    }

    [Fact]
    public void Tell_the_figures_that_a_decision_rests_on()
    {
        Vietnam.FiguresAbout("D0101").Select(figure => (figure.Path, figure.Verified)).ShouldBe(
            [("$.components[3].shelfLife", false), ("$.components[3].storage", false), ("$.components[3].transport", true)], ignoreOrder: true);
        Vietnam.FiguresAbout("thaw D0201").Count.ShouldBe(3);
        Vietnam.FiguresAbout("tattoo").ShouldHaveSingleItem().Value.ShouldBe("P184D");
        Vietnam.FiguresAt("$.components[1]").Select(figure => figure.About).Distinct().ShouldBe(["D0002"]);
        Vietnam.FiguresAt("$.retentionYears").ShouldHaveSingleItem().Value.ShouldBe("10");
        Vietnam.FiguresAt("$.retention").ShouldBeEmpty();
    }

    [Fact]
    public void Take_a_division_of_a_component_for_that_component() =>
        Vietnam.FindComponent(ProductCode.Parse("D0101VB0")).ShouldBe(Vietnam.Require(ProductCode.Parse("D0101V00")));

    [Fact]
    public void Do_not_find_a_component_they_do_not_have()
    {
        Vietnam.FindComponent(Product("D0999")).ShouldBeNull();
        Vietnam.FindComponent(default).ShouldBeNull();
        Should.Throw<PolicyException>(() => Vietnam.Require(Product("D0999"))).Message.ShouldContain("D0999");
    }

    private static ProductCode Product(string description) => ProductCode.Parse($"{description}V00");
}
