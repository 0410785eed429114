using System.Globalization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using static Distribution.Dispatches.ConsignmentRules;

namespace Distribution.Dispatches;

/// <summary>One reading of a temperature logger.</summary>
public sealed record TemperatureReading(DateTimeOffset At, double Celsius);

/// <summary>A logger's file: readings in the order of their times, at least one.</summary>
/// <param name="Logger">Its number where the file tells it.</param>
/// <param name="Digest">SHA-256 of the file, in hexadecimal digits.</param>
public sealed record LoggerSeries(string? Logger, string Digest, IReadOnlyList<TemperatureReading> Readings);

/// <summary>The time on the road, as far as it is known.</summary>
/// <param name="From">The hand-over; null where it was never in the books.</param>
/// <param name="Until">The box's first scan at the destination; null while it may be on the road still.</param>
/// <param name="IsEndKnown">False where what was scanned was not of this box: it may have been on the road for longer.</param>
public sealed record Journey(DateTimeOffset? From, DateTimeOffset? Until, bool IsEndKnown = true);

/// <summary>Whether what was in a box may be used as far as its temperature tells.</summary>
public static class TemperatureDecider
{
    /// <summary>A logger's file is judged for every unit in the box, by what its product bears.</summary>
    public static Decision<ConsignmentEvent> Read(
        Consignment state, int box, LoggerSeries series, Journey journey, PolicyPack policy, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireEnd(state, by, reasons);
        RequireSomethingInside(state, box, reasons);
        // The same file again brings nothing new.
        if (reasons.Count == 0 && state.Temperatures.Any(read => read.Box == box && read.Digest == series.Digest))
            return Decision<ConsignmentEvent>.AlreadyDone;

        var inside = state.Closed.GetValueOrDefault(box)?.Logger;
        if (series.Logger is not null && inside is not null && !string.Equals(series.Logger, inside, StringComparison.OrdinalIgnoreCase))
            reasons.Add(new Rejection("wrong-logger", $"Logger {inside} was in box {box}; the file is of {series.Logger}.", "file"));
        var (first, last) = (series.Readings[0].At, series.Readings[^1].At);
        if (journey.Until is not { } end)
        {
            // Of a box that nobody knows there is nothing to wait for.
            if (IsSomethingInside(state, box))
                reasons.Add(new Rejection("not-arrived", "The journey is not over; the file is judged as a whole once the box has been scanned at the destination.", "box"));
            return Decision<ConsignmentEvent>.Reject(reasons);
        }

        var from = journey.From ?? first;
        // Another box's arrival ends nothing here, and no wrong clock makes a journey end before it began: all that the file
        // tells is of the road then.
        var until = (journey.IsEndKnown && end >= from) || end > last ? end : last;
        if (first > from + policy.LoggerInterval || last < until - policy.LoggerInterval || until < from)
            reasons.Add(new Rejection("logger-incomplete", $"The file tells of {first:u} to {last:u}; the box was on the road from {from:u} to {until:u}.", "file"));
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);

        UnitNumber[] units = [.. state.UnitsIn(box), .. state.Loose];
        List<TemperatureExcursion> excursions = [];
        var (judgedFrom, judgedUntil) = Stretch(series.Readings, from, until);
        foreach (var alike in units.GroupBy(unit => TransportRange.Of(policy, unit.Product)))
        {
            if (alike.Key is { } range)
                excursions.AddRange(ExcursionsOf(series.Readings, range, judgedFrom, judgedUntil, policy.ExcursionTolerance, [.. alike]));
            else
                excursions.Add(new TemperatureExcursion(from, until, null, [.. alike]));
        }

        foreach (var alike in units.GroupBy(unit => policy.FindComponent(unit.Product)?.TransportLimit))
        {
            if (alike.Key is { } limit && until - from > limit)
                excursions.Add(new TemperatureExcursion(from + limit, until, null, [.. alike]));
        }

        var read = new ConsignmentEvent.BoxTemperatureRead(
            box,
            first,
            last,
            [.. series.Readings.Select(reading => (int)(reading.At - first).TotalSeconds)],
            [.. series.Readings.Select(reading => reading.Celsius)],
            series.Readings.Min(reading => reading.Celsius),
            series.Readings.Max(reading => reading.Celsius),
            series.Digest,
            excursions,
            series.Logger ?? inside);
        return excursions.Count == 0
            ? Decision<ConsignmentEvent>.Accept(read)
            : Decision<ConsignmentEvent>.Accept(read, Break(state, box, excursions));
    }

    /// <summary>The box's temperature when it was opened: a fact, and judged like a reading.</summary>
    public static Decision<ConsignmentEvent> TakeAtDoor(Consignment state, int box, double celsius, PolicyPack policy, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.To, by, reasons);
        RequireSomethingInside(state, box, reasons);
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);

        var taken = new ConsignmentEvent.DoorTemperatureTaken(box, celsius);
        UnitNumber[] affected = [.. state.UnitsIn(box).Concat(state.Loose).Where(unit => TransportRange.Of(policy, unit.Product)?.Holds(celsius) != true)];
        return affected.Length == 0
            ? Decision<ConsignmentEvent>.Accept(taken)
            : Decision<ConsignmentEvent>.Accept(taken, Break(state, box, [new TemperatureExcursion(by.OccurredAt, by.OccurredAt, celsius, affected)]));
    }

    /// <summary>
    /// What is against a unit that is checked in, though no reading is: nobody packed it in the books, so it may have been in
    /// the box that broke; or it was on the road for longer than it bears. Null where nothing is.
    /// </summary>
    /// <param name="state">As it was before.</param>
    internal static ConsignmentEvent.ColdChainBroken? JudgeArrival(Consignment state, UnitNumber unit, PolicyPack policy, Provenance by)
    {
        if (state.ColdChainBreaks.Any(broken => broken.Units.Contains(unit)))
            return null;
        if (!state.Packed.ContainsKey(unit) && !state.ColdChainBreaks.IsEmpty)
            return state.ColdChainBreaks[^1] with { Units = [unit] };
        return state.HandedOver is { } handover && policy.FindComponent(unit.Product)?.TransportLimit is { } limit && by.OccurredAt - handover.At > limit
            ? Break(state, BoxOf(state, unit), [new TemperatureExcursion(handover.At + limit, by.OccurredAt, null, [unit])])
            : null;
    }

    /// <summary>The bag's own temperature says nothing for it where nobody knows what it bears. Null where that was told, or it is known.</summary>
    internal static ConsignmentEvent.ColdChainBroken? JudgeBag(Consignment state, UnitNumber unit, double celsius, PolicyPack policy, Provenance by) =>
        TransportRange.Of(policy, unit.Product) is not null || state.ColdChainBreaks.Any(broken => broken.Units.Contains(unit))
            ? null
            : Break(state, BoxOf(state, unit), [new TemperatureExcursion(by.OccurredAt, by.OccurredAt, celsius, [unit])]);

    private static void RequireSomethingInside(Consignment state, int box, List<Rejection> reasons)
    {
        if (!IsSomethingInside(state, box))
            reasons.Add(NothingIn(state, box));
    }

    // What came without having been packed in the books came in some box, so it may be any that was scanned.
    private static bool IsSomethingInside(Consignment state, int box) =>
        state.UnitsIn(box).Any() || (state.Loose.Any() && (state.Packed.IsEmpty || state.ArrivedBoxes.Contains(box)));

    private static int BoxOf(Consignment state, UnitNumber unit) =>
        state.Packed.GetValueOrDefault(unit)?.Box ?? state.Boxes.DefaultIfEmpty(1).First();

    /// <summary>The journey; where it is so short that it lies between two readings, from the one to the other.</summary>
    private static (DateTimeOffset From, DateTimeOffset Until) Stretch(IReadOnlyList<TemperatureReading> readings, DateTimeOffset from, DateTimeOffset until) =>
        readings.Any(reading => reading.At >= from && reading.At <= until)
            ? (from, until)
            : (readings.Select(reading => reading.At).LastOrDefault(at => at < from, from), readings.Select(reading => reading.At).FirstOrDefault(at => at > until, until));

    private static IEnumerable<TemperatureExcursion> ExcursionsOf(
        IReadOnlyList<TemperatureReading> readings, TransportRange range, DateTimeOffset from, DateTimeOffset until, TimeSpan tolerance, IReadOnlyList<UnitNumber> units)
    {
        TemperatureReading? start = null;
        var worst = 0.0;
        // What the logger saw before the journey and after it is not the box's.
        foreach (var reading in readings.Where(reading => reading.At >= from && reading.At <= until))
        {
            if (!range.Holds(reading.Celsius))
            {
                if (start is null || Beyond(reading.Celsius) > Beyond(worst))
                    worst = reading.Celsius;
                start ??= reading;
            }
            else if (start is not null)
            {
                if (IsTooLong(reading.At - start.At))
                    yield return new TemperatureExcursion(start.At, reading.At, worst, units);
                start = null;
            }
        }

        if (start is not null && IsTooLong(until - start.At))
            yield return new TemperatureExcursion(start.At, until, worst, units);

        // Out at the very last reading is out, where nothing is borne with.
        bool IsTooLong(TimeSpan time) => time > tolerance || tolerance == TimeSpan.Zero;

        double Beyond(double celsius) => range.IsTooWarm(celsius) ? celsius - range.MaximumCelsius : (range.MinimumCelsius ?? celsius) - celsius;
    }

    private static ConsignmentEvent.ColdChainBroken Break(Consignment state, int box, IReadOnlyList<TemperatureExcursion> excursions) => new(
        state.Number,
        state.Order,
        box,
        [.. excursions.SelectMany(excursion => excursion.Units).Distinct().Order()],
        string.Join("; ", excursions.Select(InWords).Distinct(StringComparer.Ordinal)),
        excursions.Min(excursion => excursion.From),
        excursions.Max(excursion => excursion.Until));

    private static string InWords(TemperatureExcursion excursion) => excursion.WorstCelsius is { } worst
        ? string.Create(CultureInfo.InvariantCulture, $"{worst} °C at worst from {excursion.From:u} to {excursion.Until:u}")
        : string.Create(CultureInfo.InvariantCulture, $"too long on the road, or not to be judged, from {excursion.From:u} to {excursion.Until:u}");
}
