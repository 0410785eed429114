namespace Distribution.Requests;

/// <summary>When a standing order places itself.</summary>
public static class OrderSchedules
{
    /// <summary>Longer than any outage; what was missed before is not even told.</summary>
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(400);

    /// <summary>Every occurrence after one instant and not after another, oldest first.</summary>
    public static IReadOnlyList<DateTimeOffset> Between(StandingSchedule schedule, TimeZoneInfo zone, DateTimeOffset after, DateTimeOffset until)
    {
        var from = until - after > Furthest ? until - Furthest : after;
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime);
        var last = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(until, zone).DateTime);
        return [.. Enumerable.Range(0, Math.Max(0, last.DayNumber - first.DayNumber + 1))
            .Select(first.AddDays)
            .Where(day => schedule.Days.Contains(Of(day.DayOfWeek)))
            .Select(day => day.ToDateTime(schedule.PlaceAt))
            .Select(local => new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime())
            .Where(occurrence => occurrence > from && occurrence <= until)];
    }

    /// <summary>The first occurrence after an instant.</summary>
    public static DateTimeOffset Next(StandingSchedule schedule, TimeZoneInfo zone, DateTimeOffset after) =>
        // A week and a day hold at least one.
        Between(schedule, zone, after, after.AddDays(8))[0];

    internal static bool AreSame(StandingSchedule one, StandingSchedule other) =>
        one.PlaceAt == other.PlaceAt && one.NeededAfterHours == other.NeededAfterHours && one.Days.Order().SequenceEqual(other.Days.Order());

    private static Weekday Of(DayOfWeek day) => day == DayOfWeek.Sunday ? Weekday.Sunday : (Weekday)(int)day;
}
