namespace Distribution.Blood.Components;

/// <summary>When a component expires.</summary>
public static class Expiry
{
    /// <summary>Up to this shelf life the hour counts; beyond it a component lives to the end of its last day. Secondary source: pathlabtalk 4603.</summary>
    public static readonly TimeSpan LongestExact = TimeSpan.FromHours(72);

    /// <summary>
    /// The last minute of use. Shelf lives up to 72 h are exact to the minute; longer ones end at 23:59 local of day n,
    /// where the day of collection is day 0 (UK Red Book 6.5) and n is the number of whole days.
    /// </summary>
    /// <param name="collectedAt">When the collection ended.</param>
    /// <param name="shelfLife">From the policy pack; more than zero.</param>
    /// <param name="zone">The zone whose midnight ends the day: the policy pack's, not the server's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shelf life is not positive.</exception>
    public static DateTimeOffset Derive(DateTimeOffset collectedAt, TimeSpan shelfLife, TimeZoneInfo zone)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(shelfLife, TimeSpan.Zero);
        if (shelfLife <= LongestExact)
        {
            var exact = TimeZoneInfo.ConvertTime(collectedAt + shelfLife, zone);
            return exact.AddTicks(-(exact.Ticks % TimeSpan.TicksPerMinute));
        }

        var lastDay = TimeZoneInfo.ConvertTime(collectedAt, zone).Date.AddDays(shelfLife.Days);
        var end = lastDay.AddHours(23).AddMinutes(59);

        // Where clocks fall back over that minute it comes twice: the first one counts.
        var offset = zone.IsAmbiguousTime(end) ? zone.GetAmbiguousTimeOffsets(end).Max() : zone.GetUtcOffset(end);
        return new DateTimeOffset(end, offset);
    }

    /// <summary>
    /// The last minute of use of what a procedure made: the end of the life that the procedure gives or the first expiry
    /// of a source, whichever comes first (UK Red Book 6.5). The life is counted as in <see cref="Derive"/>, from the procedure.
    /// </summary>
    /// <param name="procedureAt">When the procedure ended.</param>
    /// <param name="life">What the procedure gives, more than zero; null: the result keeps the sources' expiry.</param>
    /// <param name="earliestSource">The first expiry among the sources.</param>
    /// <param name="zone">The zone whose midnight ends the day: the policy pack's, not the server's.</param>
    /// <param name="extends">The result may outlive its sources, as frozen red cells do; without a life it has no meaning.</param>
    /// <exception cref="ArgumentOutOfRangeException">The life is not positive.</exception>
    public static DateTimeOffset Bound(
        DateTimeOffset procedureAt, TimeSpan? life, DateTimeOffset earliestSource, TimeZoneInfo zone, bool extends = false)
    {
        if (life is not { } given)
            return earliestSource;
        var derived = Derive(procedureAt, given, zone);
        return extends ? derived : Earliest(derived, earliestSource);
    }

    /// <summary>A modified or pooled component expires with the first of its limits (UK Red Book 6.5).</summary>
    /// <exception cref="ArgumentException">No limit was given.</exception>
    public static DateTimeOffset Earliest(params ReadOnlySpan<DateTimeOffset> limits)
    {
        if (limits.IsEmpty)
            throw new ArgumentException("An expiry needs at least one limit.", nameof(limits));
        var earliest = limits[0];
        foreach (var limit in limits[1..])
        {
            if (limit < earliest)
                earliest = limit;
        }

        return earliest;
    }
}
