using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>Days and years as the pack's jurisdiction counts them.</summary>
internal static class PolicyCalendar
{
    public static TimeZoneInfo Zone(this PolicyPack pack) => TimeZoneInfo.FindSystemTimeZoneById(pack.TimeZone);

    public static DateOnly DayOf(this PolicyPack pack, DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, pack.Zone()).DateTime);

    /// <summary>The first instant of a day.</summary>
    public static DateTimeOffset StartOf(this PolicyPack pack, DateOnly day)
    {
        var (zone, midnight) = (pack.Zone(), day.ToDateTime(TimeOnly.MinValue));
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }

    /// <summary>A rule's time in whole days: what is begun counts.</summary>
    public static int InDays(this TimeSpan time) => (int)Math.Ceiling(time.TotalDays);
}
