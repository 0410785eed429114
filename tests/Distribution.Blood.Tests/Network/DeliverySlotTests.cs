using Distribution.Blood.Network;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Network;

public sealed class DeliverySlotTests
{
    private static readonly SiteId Hospital = SiteId.Parse("H1");
    private static readonly SiteId Centre = SiteId.Parse("C1");

    [Theory]
    // Monday the 16th of November 2026 to Sunday the 22nd; Hà Nội is 7 hours ahead.
    [InlineData("2026-11-16T07:29:59+07:00", "2026-11-16T07:30+07:00 2026-11-16T14:00+07:00 2026-11-19T07:30+07:00")]
    [InlineData("2026-11-16T07:30:00+07:00", "2026-11-16T14:00+07:00 2026-11-19T07:30+07:00 2026-11-19T14:00+07:00")]
    [InlineData("2026-11-16T14:00:00+07:00", "2026-11-19T07:30+07:00 2026-11-19T14:00+07:00 2026-11-23T07:30+07:00")]
    [InlineData("2026-11-19T23:59:59+07:00", "2026-11-23T07:30+07:00 2026-11-23T14:00+07:00 2026-11-26T07:30+07:00")]
    // Still Sunday in Greenwich, Monday already in Hà Nội.
    [InlineData("2026-11-22T23:00:00Z", "2026-11-23T07:30+07:00 2026-11-23T14:00+07:00 2026-11-26T07:30+07:00")]
    [InlineData("2026-11-23T00:31:00Z", "2026-11-23T14:00+07:00 2026-11-26T07:30+07:00 2026-11-26T14:00+07:00")]
    [InlineData("2026-12-31T14:00:00+07:00", "2027-01-04T07:30+07:00 2027-01-04T14:00+07:00 2027-01-07T07:30+07:00")]
    public void The_next_ones_are_those_after_now_by_the_regions_clock(string after, string slots) =>
        Told(Region(Slots("monday thursday", "07:30 14:00")).NextSlots(Hospital, At(after), 3)).ShouldBe(slots);

    [Fact]
    public void One_slot_a_week_is_the_same_hour_every_week() =>
        Told(Region(Slots("sunday", "00:00")).NextSlots(Hospital, At("2026-11-22T00:00:00+07:00"), 4))
            .ShouldBe("2026-11-29T00:00+07:00 2026-12-06T00:00+07:00 2026-12-13T00:00+07:00 2026-12-20T00:00+07:00");

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(100)]
    public void As_many_are_told_as_were_asked_for_without_a_gap(int count)
    {
        var slots = Region(Slots("monday tuesday wednesday thursday friday saturday sunday", "07:30 14:00")).NextSlots(Hospital, At("2026-11-16T08:00:00+07:00"), count);

        slots.Count.ShouldBe(count);
        slots.Select((slot, index) => (slot.TimeOfDay, slot.Day)).ShouldBe(Enumerable.Range(1, count).Select(index =>
            (index % 2 == 0 ? new TimeSpan(7, 30, 0) : new TimeSpan(14, 0, 0), new DateTime(2026, 11, 16, 0, 0, 0, DateTimeKind.Unspecified).AddDays(index / 2).Day)));
    }

    [Fact]
    public void A_van_comes_by_the_clock_on_the_wall_when_clocks_are_changed()
    {
        var london = Region(Slots("saturday sunday", "07:30"), "Europe/London");

        Told(london.NextSlots(Hospital, At("2026-10-23T12:00:00Z"), 2)).ShouldBe("2026-10-24T07:30+01:00 2026-10-25T07:30+00:00");
        Told(london.NextSlots(Hospital, At("2026-03-27T12:00:00Z"), 2)).ShouldBe("2026-03-28T07:30+00:00 2026-03-29T07:30+01:00");
    }

    [Fact]
    public void Where_no_van_comes_there_is_none()
    {
        var region = Region(Slots("monday", "07:30"));

        region.NextSlots(Centre, At("2026-11-16T00:00:00+07:00"), 3).ShouldBeEmpty();
        region.NextSlots(SiteId.Parse("XX"), At("2026-11-16T00:00:00+07:00"), 3).ShouldBeEmpty();
        region.NextSlots(Hospital, At("2026-11-16T00:00:00+07:00"), 0).ShouldBeEmpty();
    }

    [Fact]
    public void The_soonest_delivery_is_picked_packed_and_driven()
    {
        var region = Region(Slots("monday", "07:30"));
        var now = At("2026-11-16T23:50:00+07:00");

        region.EarliestDelivery(Centre, Hospital, now).ShouldBe(At("2026-11-17T00:35:00+07:00"));
        region.EarliestDelivery(Hospital, Hospital, now).ShouldBe(now);
        region.EarliestDelivery(Hospital, Centre, now).ShouldBeNull();
    }

    [Fact]
    public void Days_and_times_are_read_as_every_day_at_every_time() =>
        Region(Slots("monday thursday", "07:30 14:00"), more: Slots("sunday", "00:05")).Find(Hospital)!.Slots.ShouldBe(
        [
            new(DayOfWeek.Monday, new TimeOnly(7, 30)), new(DayOfWeek.Monday, new TimeOnly(14, 0)),
            new(DayOfWeek.Thursday, new TimeOnly(7, 30)), new(DayOfWeek.Thursday, new TimeOnly(14, 0)),
            new(DayOfWeek.Sunday, new TimeOnly(0, 5)),
        ]);

    [Theory]
    [InlineData("[]", "$.sites[1].slots")]
    [InlineData("{}", "$.sites[1].slots")]
    [InlineData("""["monday"]""", "$.sites[1].slots[0].days")]
    [InlineData("""[{"days": ["monday"]}]""", "$.sites[1].slots[0].at")]
    [InlineData("""[{"at": ["07:30"]}]""", "$.sites[1].slots[0].days")]
    [InlineData("""[{"days": [], "at": ["07:30"]}]""", "$.sites[1].slots[0].days")]
    [InlineData("""[{"days": ["monday"], "at": []}]""", "$.sites[1].slots[0].at")]
    [InlineData("""[{"days": "monday", "at": ["07:30"]}]""", "$.sites[1].slots[0].days")]
    [InlineData("""[{"days": ["sunday", "Monday"], "at": ["07:30"]}]""", "$.sites[1].slots[0].days[1]")]
    [InlineData("""[{"days": [1], "at": ["07:30"]}]""", "$.sites[1].slots[0].days[0]")]
    [InlineData("""[{"days": ["monday"], "at": ["7:30"]}]""", "$.sites[1].slots[0].at[0]")]
    [InlineData("""[{"days": ["monday"], "at": ["07:30", "24:00"]}]""", "$.sites[1].slots[0].at[1]")]
    [InlineData("""[{"days": ["monday"], "at": [730]}]""", "$.sites[1].slots[0].at[0]")]
    [InlineData("""[{"days": ["monday", "monday"], "at": ["07:30"]}]""", "$.sites[1].slots[0]")]
    [InlineData("""[{"days": ["monday"], "at": ["07:30"]}, {"days": ["monday", "friday"], "at": ["07:30"]}]""", "$.sites[1].slots[1]")]
    [InlineData("""[{"days": ["monday"], "at": ["07:30"], "van": 1}]""", "$.sites[1].slots[0].van")]
    public void Slots_with_a_fault_are_refused_at_their_path(string slots, string path) => Refused("$.sites[1].slots", slots, path);

    [Fact]
    public void Slots_of_a_site_that_nobody_supplies_are_refused() => Refused("$.sites[0].slots", $"[{Slots("monday", "07:30")}]", "$.sites[0].slots");

    [Theory]
    [InlineData("7", "$.service")]
    [InlineData("""{"routine": "PT8H", "urgent": "PT4H", "emergency": "PT1H"}""", "$.service.pickAndPack")]
    [InlineData("""{"pickAndPack": "PT30M", "urgent": "PT4H", "emergency": "PT1H"}""", "$.service.routine")]
    [InlineData("""{"pickAndPack": "PT30M", "routine": "PT8H", "emergency": "PT1H"}""", "$.service.urgent")]
    [InlineData("""{"pickAndPack": "PT30M", "routine": "PT8H", "urgent": "PT4H"}""", "$.service.emergency")]
    [InlineData("""{"pickAndPack": "PT30M", "routine": "8 h", "urgent": "PT4H", "emergency": "PT1H"}""", "$.service.routine")]
    [InlineData("""{"pickAndPack": "PT30M", "routine": "PT3H", "urgent": "PT4H", "emergency": "PT1H"}""", "$.service.routine")]
    [InlineData("""{"pickAndPack": "PT30M", "routine": "PT8H", "urgent": "PT30M", "emergency": "PT1H"}""", "$.service.urgent")]
    [InlineData("""{"pickAndPack": "PT2H", "routine": "PT8H", "urgent": "PT4H", "emergency": "PT1H"}""", "$.service.emergency")]
    [InlineData("""{"pickAndPack": "PT0S", "routine": "PT8H", "urgent": "PT4H", "emergency": "PT1H"}""", "$.service.pickAndPack")]
    [InlineData("""{"pickAndPack": "PT30M", "routine": "PT8H", "urgent": "PT4H", "emergency": "PT1H", "night": "PT9H"}""", "$.service.night")]
    public void Service_times_with_a_fault_are_refused_at_their_path(string service, string path) => Refused("$.service", service, path);

    [Fact]
    public void Service_times_are_read_and_where_there_are_none_are_those_of_american_distributors()
    {
        Distribution.Blood.Network.Region.Load(Json.With(
            Document(Slots("monday", "07:30")), "$.service", """{"pickAndPack": "PT20M", "routine": "PT6H", "urgent": "PT3H", "emergency": "PT45M", "assumed": true}"""))
            .Service.ShouldBe(new ServiceTimes(TimeSpan.FromMinutes(20), TimeSpan.FromHours(6), TimeSpan.FromHours(3), TimeSpan.FromMinutes(45)));
        Region(Slots("monday", "07:30")).Service.ShouldBe(
            new ServiceTimes(TimeSpan.FromMinutes(30), TimeSpan.FromHours(8), TimeSpan.FromHours(4), TimeSpan.FromHours(1)));
    }

    private static void Refused(string at, string json, string path)
    {
        var error = Should.Throw<RegionException>(() => Distribution.Blood.Network.Region.Load(Json.With(Document(Slots("monday", "07:30")), at, json)));

        error.Problems.ShouldContain(problem => problem.StartsWith($"{path}: ", StringComparison.Ordinal), string.Join('\n', error.Problems));
    }

    private static string Slots(string days, string times) => $$"""{"days": [{{Quoted(days)}}], "at": [{{Quoted(times)}}]}""";

    private static string Quoted(string words) => string.Join(", ", words.Split(' ').Select(word => $"\"{word}\""));

    private static Region Region(string slots, string zone = "Asia/Ho_Chi_Minh", string? more = null) =>
        Distribution.Blood.Network.Region.Load(Document(more is null ? slots : $"{slots}, {more}", zone));

    private static string Document(string slots, string zone = "Asia/Ho_Chi_Minh") => $$"""
        {
          "id": "small",
          "name": "Small",
          "timeZone": "{{zone}}",
          "sites": [
            {"id": "C1", "name": "Centre", "tier": "centre", "facility": "A9990", "latitude": 21, "longitude": 105},
            {"id": "H1", "name": "Hospital", "tier": "hospital", "facility": "A9991", "latitude": 21, "longitude": 105, "suppliedBy": "C1", "slots": [{{slots}}]}
          ],
          "lanes": [{"from": "C1", "to": "H1", "leadTime": "PT15M"}]
        }
        """;

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, null);

    private static string Told(IEnumerable<DateTimeOffset> slots) => string.Join(' ', slots.Select(slot => slot.ToString("yyyy-MM-dd'T'HH:mmzzz", null)));
}
