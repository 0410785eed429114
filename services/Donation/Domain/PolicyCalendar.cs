using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>Days and years as the pack's jurisdiction counts them.</summary>
internal static class PolicyCalendar
{
    public static TimeZoneInfo Zone(this PolicyPack pack) => TimeZoneInfo.FindSystemTimeZoneById(pack.TimeZone);

    public static DateOnly DayOf(this PolicyPack pack, DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, pack.Zone()).DateTime);
}
