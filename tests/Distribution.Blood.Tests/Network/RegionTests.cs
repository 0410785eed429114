using System.Text.Json.Nodes;
using Distribution.Blood.Network;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Network;

public sealed class HanoiRegionTests
{
    private static readonly Region Hanoi = Region.LoadFile(RepositoryFile.Path("infra", "regions", "hanoi.json"));

    [Fact]
    public void The_region_has_its_centre_its_hospitals_and_its_collection_points()
    {
        (Hanoi.Id, Hanoi.TimeZone).ShouldBe(("hanoi", "Asia/Ho_Chi_Minh"));
        Hanoi.Sites.Where(site => site.Tier == SiteTier.Centre).ShouldHaveSingleItem().Id.ShouldBe(Id("HN-BM"));
        Ids(SiteTier.Hospital).ShouldBe(["HN-XP", "HN-PS", "HN-UB", "HN-NTL"]);
        Ids(SiteTier.Satellite).ShouldBe(["HN-MD", "HN-PT", "HN-PX", "HN-TT", "HN-SS"]);
        Ids(SiteTier.Province).ShouldBe(["BK"]);
        Ids(SiteTier.CollectionPoint).ShouldBe(["HN-HK", "HN-TX", "HN-DD"]);
    }

    [Fact]
    public void Everybody_uses_facility_numbers_set_aside_for_validation_and_collection_points_the_centres()
    {
        Hanoi.Sites.ShouldAllBe(site => site.Facility.StartsWith("A999", StringComparison.Ordinal));
        Hanoi.Sites.Where(site => site.Tier == SiteTier.CollectionPoint).ShouldAllBe(site => site.Facility == "A9990");
    }

    [Fact]
    public void What_is_supplied_can_also_be_sent_back()
    {
        foreach (var site in Hanoi.Sites.Where(site => site.SuppliedBy is not null))
        {
            Hanoi.FindLane(site.SuppliedBy!.Value, site.Id).ShouldNotBeNull().LeadTime.ShouldBeGreaterThan(TimeSpan.Zero);
            Hanoi.FindLane(site.Id, site.SuppliedBy!.Value).ShouldNotBeNull();
        }
    }

    [Fact]
    public void A_site_or_lane_that_is_not_there_is_not_found()
    {
        Hanoi.Find(Id("HN-XX")).ShouldBeNull();
        Hanoi.Find(Id("BK")).ShouldNotBeNull().Name.ShouldBe("Bắc Kạn");
        Hanoi.FindLane(Id("HN-BM"), Id("HN-HK")).ShouldBeNull();
        Hanoi.FindLane(Id("HN-BM"), Id("BK")).ShouldNotBeNull().LeadTime.ShouldBe(TimeSpan.FromMinutes(285));
    }

    [Fact]
    public void The_centre_answers_for_its_collection_points_and_everybody_else_for_himself()
    {
        Hanoi.FindPreparer(Id("HN-HK")).ShouldNotBeNull().Id.ShouldBe(Id("HN-BM"));
        Hanoi.FindPreparer(Id("HN-BM")).ShouldNotBeNull().Address.ShouldBe("78 Giải Phóng, Hà Nội");
        Hanoi.FindPreparer(Id("BK")).ShouldNotBeNull().Id.ShouldBe(Id("BK"));
        Hanoi.FindPreparer(Id("HN-XX")).ShouldBeNull();
    }

    [Fact]
    public void The_van_comes_to_hospitals_twice_a_day_to_satellites_three_days_and_to_the_province_two()
    {
        foreach (var site in Hanoi.Sites)
        {
            (site.Slots.Count, site.Slots.Select(slot => slot.Day).Distinct().Count()).ShouldBe(
                site.Tier switch
                {
                    SiteTier.Hospital => (14, 7),
                    SiteTier.Satellite => (3, 3),
                    SiteTier.Province => (2, 2),
                    _ => (0, 0),
                },
                site.Name);
        }

        Hanoi.Service.ShouldBe(new ServiceTimes(TimeSpan.FromMinutes(30), TimeSpan.FromHours(8), TimeSpan.FromHours(4), TimeSpan.FromHours(1)));
    }

    [Fact]
    public void The_province_is_five_hours_and_a_quarter_away() =>
        Hanoi.EarliestDelivery(Id("HN-BM"), Id("BK"), DateTimeOffset.UnixEpoch).ShouldBe(DateTimeOffset.UnixEpoch.AddMinutes(285 + 30));

    private static SiteId Id(string text) => SiteId.Parse(text, null);

    private static IEnumerable<string> Ids(SiteTier tier) => Hanoi.Sites.Where(site => site.Tier == tier).Select(site => site.Id.ToString());
}

public sealed class LoadingRegionsTests
{
    private const string Sound = """
        {
          "id": "small",
          "name": "Small",
          "timeZone": "Asia/Ho_Chi_Minh",
          "sites": [
            {"id": "C1", "name": "Centre", "tier": "centre", "facility": "A9990", "latitude": 21, "longitude": 105},
            {"id": "H1", "name": "Hospital", "tier": "hospital", "facility": "A9991", "latitude": 21, "longitude": 105, "suppliedBy": "C1"},
            {"id": "S1", "name": "Satellite", "tier": "satellite", "facility": "A9992", "latitude": 21, "longitude": 105, "suppliedBy": "H1"},
            {"id": "P1", "name": "Collection point", "tier": "collection-point", "facility": "A9990", "latitude": 21, "longitude": 105}
          ],
          "lanes": [
            {"from": "C1", "to": "H1", "leadTime": "PT30M", "assumed": true},
            {"from": "H1", "to": "S1", "leadTime": "PT1H", "assumed": true},
            {"from": "P1", "to": "C1", "leadTime": "PT1H", "assumed": true},
            {"from": "S1", "to": "H1", "leadTime": "PT1H", "assumed": true}
          ]
        }
        """;

    [Fact]
    public void A_sound_region_is_read()
    {
        var region = Region.Load(Sound);

        region.Sites.Count.ShouldBe(4);
        region.Lanes.Count.ShouldBe(4);
        region.Find(SiteId.Parse("S1", null)).ShouldNotBeNull().SuppliedBy.ShouldBe(SiteId.Parse("H1", null));
    }

    [Theory]
    [InlineData("$.name", "\" \"", "$.name")]
    [InlineData("$.timeZone", "\"Asia/Atlantis\"", "$.timeZone")]
    [InlineData("$.sites", "[]", "$.sites")]
    [InlineData("$.lanes", "{}", "$.lanes")]
    [InlineData("$.sites[1].id", "\"c1\"", "$.sites[1].id")]
    [InlineData("$.sites[2].id", "\"H1\"", "$.sites[2].id")]
    [InlineData("$.sites[1].tier", "\"clinic\"", "$.sites[1].tier")]
    [InlineData("$.sites[1].facility", "\"O9999\"", "$.sites[1].facility")]
    [InlineData("$.sites[1].latitude", "91", "$.sites[1].latitude")]
    [InlineData("$.sites[1].longitude", "\"east\"", "$.sites[1].longitude")]
    [InlineData("$.sites[1].suppliedBy", null, "$.sites[1].suppliedBy")]
    [InlineData("$.sites[1].suppliedBy", "\"C9\"", "$.sites[1].suppliedBy")]
    [InlineData("$.sites[1].suppliedBy", "\"P1\"", "$.sites[1].suppliedBy")]
    [InlineData("$.sites[1].suppliedBy", "\"H1\"", "$.sites[1].suppliedBy")]
    [InlineData("$.sites[1].suppliedBy", "\"S1\"", "$.sites[1].suppliedBy")]
    [InlineData("$.sites[1].suppliedBy", "\"S1\"", "$.sites[2].suppliedBy")]
    [InlineData("$.sites[2].suppliedBy", "\"C1\"", "$.sites[2].suppliedBy")]
    [InlineData("$.sites[0].tier", "\"collection-point\"", "$.sites")]
    [InlineData("$.sites[1].beds", "500", "$.sites[1].beds")]
    [InlineData("$.sites[1].address", "\" \"", "$.sites[1].address")]
    [InlineData("$.lanes[2].to", "\"H1\"", "$.sites[3].id")]
    [InlineData("$.lanes[0].from", "\"C9\"", "$.lanes[0].from")]
    [InlineData("$.lanes[0].to", "\"C9\"", "$.lanes[0].to")]
    [InlineData("$.lanes[0].to", "\"C1\"", "$.lanes[0].to")]
    [InlineData("$.lanes[3]", "{\"from\": \"C1\", \"to\": \"H1\", \"leadTime\": \"PT1H\"}", "$.lanes[3]")]
    [InlineData("$.lanes[0].leadTime", "\"PT0M\"", "$.lanes[0].leadTime")]
    [InlineData("$.lanes[0].leadTime", "30", "$.lanes[0].leadTime")]
    [InlineData("$.sites[2]", "null", "$.sites[2].id")]
    public void A_region_with_a_fault_is_refused_at_its_path(string at, string? json, string path)
    {
        var error = Should.Throw<RegionException>(() => Region.Load(Json.With(Sound, at, json)));

        error.Problems.ShouldContain(problem => problem.StartsWith($"{path}: ", StringComparison.Ordinal), string.Join('\n', error.Problems));
    }

    [Fact]
    public void A_ring_of_supply_is_refused_even_for_who_hangs_on_it()
    {
        var ring = Json.With(Json.With(Sound, "$.sites[1].suppliedBy", "\"S1\""), "$.sites[0].suppliedBy", "\"H1\"");

        Should.Throw<RegionException>(() => Region.Load(ring)).Problems
            .Count(problem => problem.Contains("ring", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public void A_region_with_any_one_member_gone_is_refused()
    {
        var paths = Json.Paths(JsonNode.Parse(Sound)!).Where(path => !path.EndsWith(']') && !path.EndsWith(".assumed", StringComparison.Ordinal));

        foreach (var path in paths)
            Should.Throw<RegionException>(() => Region.Load(Json.With(Sound, path, null)), path);
    }

    [Fact]
    public void No_text_is_anything_but_a_region_or_refused() =>
        Check.QuickThrowOnFailure(Prop.ForAll<NonNull<string>>(text =>
        {
            try
            {
                Region.Load(text.Get);
                return false;
            }
            catch (RegionException e)
            {
                return e.Problems.Count > 0;
            }
        }));
}
