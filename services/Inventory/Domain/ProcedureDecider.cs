using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using static Distribution.Inventory.UnitWords;

namespace Distribution.Inventory;

/// <summary>Make these units of those.</summary>
/// <param name="Sources">What is used up.</param>
/// <param name="Results">What comes of it.</param>
/// <param name="DoseGy">Gray, where something was irradiated.</param>
/// <param name="Celsius">Temperature of the procedure, °C.</param>
/// <param name="Minutes">How long it took.</param>
/// <param name="VerifiedBy">A second person's staff code, where one was named.</param>
/// <param name="Facility">The facility number that the site gives to what it makes a number for.</param>
public sealed record MakeUnits(
    ProcedureKind Procedure,
    IReadOnlyList<UnitNumber> Sources,
    IReadOnlyList<ProcedureResult> Results,
    decimal? DoseGy = null,
    double? Celsius = null,
    int? Minutes = null,
    string? VerifiedBy = null,
    string? Facility = null);

/// <param name="VolumeMl">Milliliters.</param>
public sealed record ProcedureResult(UnitNumber Unit, int VolumeMl);

/// <summary>One of the events of a procedure, and the unit whose history it belongs to.</summary>
public sealed record UnitChange(UnitNumber Unit, UnitEvent Event);

/// <summary>
/// Makes units of released units: every source ends and every result begins, or nothing happens. What may be made of what,
/// under which conditions and for how long it keeps is the policy's.
/// </summary>
public static class ProcedureDecider
{
    private const string Undivided = "00";

    /// <param name="units">The units that the command names, as they are now; <see cref="Unit.Initial"/> for what nobody has heard of. For a new label also what the sources were made of.</param>
    /// <param name="zone">The policy's: its midnight ends a last day.</param>
    public static Decision<UnitChange> Perform(
        MakeUnits command, IReadOnlyDictionary<UnitNumber, Unit> units, PolicyPack policy, TimeZoneInfo zone, Provenance by)
    {
        var shape = Shape(command).ToList();
        if (shape.Count > 0)
            return Decision<UnitChange>.Reject(shape); // Without sources and results there is nothing to judge.
        if (IsDone(command, units))
            return Decision<UnitChange>.AlreadyDone; // The same was made of the same before.

        UnitNumber[] results = [.. command.Results.Select(result => result.Unit)];
        var rules = (
            from source in command.Sources
            from result in results
            select policy.FindProcedure(command.Procedure, source.Product, result.Product)).ToList();
        List<Rejection> refusals =
        [
            .. command.Sources.SelectMany((unit, index) => SourceRefusals(units[unit], by).Select(reason => reason with { Field = Source(index) })),
            .. command.Results.SelectMany((result, index) => NumberRefusals(command, result.Unit).Concat(ExistsAlready(command, result.Unit, units))
                .Select(reason => reason with { Field = Result(index) })),
            .. PolicyRefusals(command, policy),
            .. rules.OfType<ProcedureRule>().SelectMany(rule => RuleRefusals(command, rule)),
        ];
        if (command.VerifiedBy is { } verifier && IsSame(verifier, by.Actor))
            refusals.Add(new Rejection("second-person-required", "Whoever verifies is somebody else than who does it.", "verifierScan"));

        Unit[] sources = [.. command.Sources.Select(unit => units[unit])];
        var known = sources.Select(source => source.Facts).OfType<UnitFacts>().ToList();
        // What is not known is refused above, and nothing can be said of its volume, group and times.
        if (known.Count == sources.Length)
        {
            refusals.AddRange(MatterRefusals(command, sources, known, by));
            refusals.AddRange(rules.OfType<ProcedureRule>().SelectMany(rule => TimeRefusals(rule, known, by)));
            if (refusals.Count == 0)
            {
                // Told late, its life may be over before it is in stock.
                refusals.AddRange(command.Results
                    .Select((result, index) => (ExpiresAt: ExpiryOf(command, result.Unit, units, policy, zone, by), Field: Result(index)))
                    .Where(made => made.ExpiresAt <= by.Latest)
                    .Select(made => new Rejection("component-expired", $"It would have expired at {Write(made.ExpiresAt)}.", made.Field)));
            }
        }

        return refusals.Count > 0
            ? Decision<UnitChange>.Reject([.. refusals.Distinct()])
            : Decision<UnitChange>.Accept(Changes(command, units, sources, known, policy, zone, by));
    }

    private static List<UnitChange> Changes(
        MakeUnits command, IReadOnlyDictionary<UnitNumber, Unit> units, IReadOnlyList<Unit> sources, IReadOnlyList<UnitFacts> facts, PolicyPack policy, TimeZoneInfo zone, Provenance by)
    {
        UnitNumber[] into = [.. command.Results.Select(result => result.Unit)];
        var first = facts.MinBy(source => source.CollectedAt)!;
        var group = sources[0].Group!.Value;
        var (positive, negative, cmv) = TypingDecider.Inherited(sources);
        var patients = sources.SelectMany(source => source.IncompatibleWith).Distinct().ToList();
        return
        [
            .. command.Sources.Select(unit => new UnitChange(unit, new UnitUsedUp(command.Procedure, into))),
            .. command.Results.Select(result => new UnitChange(result.Unit, new UnitMade(
                result.Unit,
                policy.Require(result.Unit.Product).Kind,
                command.Sources,
                command.Procedure,
                command.DoseGy,
                command.Celsius,
                command.Minutes,
                first.CollectedAt,
                first.CollectedAtSite,
                by.OccurredAt,
                ExpiryOf(command, result.Unit, units, policy, zone, by).ToUniversalTime(),
                result.VolumeMl,
                by.Site,
                group,
                command.VerifiedBy,
                patients.Count > 0 ? patients : null,
                positive,
                negative,
                cmv))),
        ];
    }

    /// <summary>
    /// The strictest of the rules, where sources of several products went into one. A new label lets no unit outlive what it
    /// was thawed of: its life is that of the thawed bag, and ended with that of the frozen one.
    /// </summary>
    private static DateTimeOffset ExpiryOf(
        MakeUnits command, UnitNumber result, IReadOnlyDictionary<UnitNumber, Unit> units, PolicyPack policy, TimeZoneInfo zone, Provenance by)
    {
        var earliest = command.Sources.Min(source => units[source].Facts!.ExpiresAt);
        var bound = command.Sources
            .Select(source => policy.FindProcedure(command.Procedure, source.Product, result.Product)!)
            .Min(rule => Expiry.Bound(by.OccurredAt, rule.Life, earliest, zone, rule.Extends));
        return command.Procedure == ProcedureKind.Relabel
            ? command.Sources.Aggregate(bound, (limit, source) => Expiry.Earliest([limit, .. OriginsOf(source, units).Select(origin => origin?.ExpiresAt ?? earliest)]))
            : bound;
    }

    /// <summary>What the unit was made of when it became the product that it is, past divisions and the like; null for what nobody has told of.</summary>
    private static IEnumerable<UnitFacts?> OriginsOf(UnitNumber unit, IReadOnlyDictionary<UnitNumber, Unit> units) => units.GetValueOrDefault(unit, Unit.Initial).Parents
        .SelectMany(parent => string.Equals(parent.Product.Description, unit.Product.Description, StringComparison.Ordinal)
            ? OriginsOf(parent, units)
            : [units.GetValueOrDefault(parent, Unit.Initial).Facts]);

    /// <summary>Only the very same is a repeat: of the same sources, in the same way, as much.</summary>
    private static bool IsDone(MakeUnits command, IReadOnlyDictionary<UnitNumber, Unit> units) =>
        command.Sources.All(source => units[source] is { Fate.Kind: FateKind.UsedUp } used && used.Children.SequenceEqual(command.Results.Select(result => result.Unit)))
        && command.Results.All(result => units[result.Unit] is { Facts: { } made } unit && unit.Procedure == command.Procedure
            && made.VolumeMl == result.VolumeMl && unit.Parents.ToHashSet().SetEquals(command.Sources));

    // ---- what is asked ---------------------------------------------------------------------------------------------

    /// <summary>How many of each the procedure takes, whatever the policy says.</summary>
    private static IEnumerable<Rejection> Shape(MakeUnits command)
    {
        if (command.Sources.Count == 0)
            yield return new Rejection("no-sources", "Scan what it is made of.", "sources");
        if (command.Results.Count == 0)
            yield return new Rejection("no-results", "Scan what is made.", "results");
        if (command.Sources.Concat(command.Results.Select(result => result.Unit)).GroupBy(unit => unit).FirstOrDefault(group => group.Count() > 1) is { } twice)
            yield return new Rejection("duplicate-unit", $"{twice.Key} was scanned twice.", command.Sources.Contains(twice.Key) ? "sources" : "results");
        if (command.Procedure == ProcedureKind.Pool && command.Sources.Count == 1)
            yield return new Rejection("too-few-sources", "A pool is made of two units or more.", "sources");
        if (command.Procedure != ProcedureKind.Pool && command.Sources.Count > 1)
            yield return new Rejection("too-many-sources", "This is done to one unit at a time.", "sources");
        if (command.Procedure is not (ProcedureKind.Divide or ProcedureKind.Separate) && command.Results.Count > 1)
            yield return new Rejection("too-many-results", "One unit comes of it.", "results");
        if (command.Procedure == ProcedureKind.Divide && command.Results.Count == 1)
            yield return new Rejection("division-invalid", "A division makes two parts or more.", "results");
    }

    private static IEnumerable<Rejection> SourceRefusals(Unit source, Provenance by)
    {
        foreach (var reason in UnitDecider.Unusable(source, by.Site, by))
            yield return reason;
        if (source is { Fate: null, Reservation: not null })
            yield return new Rejection("reserved-elsewhere", "The unit is reserved for an order.");
        if (source is { Fate: null, Issue: not null })
            yield return new Rejection("issued", "The unit is out with a patient.");
    }

    /// <summary>A pool has a number of its own; everything else keeps the donation's, and with it the way it was given and divided.</summary>
    private static IEnumerable<Rejection> NumberRefusals(MakeUnits command, UnitNumber result)
    {
        if (command.Procedure == ProcedureKind.Pool)
        {
            if (command.Sources.Any(unit => unit.Donation == result.Donation))
                yield return new Rejection("pool-number-used", "A pool has a number of its own, not that of a donation in it.");
            if (!string.Equals(result.Donation.Facility, command.Facility, StringComparison.Ordinal))
                yield return new Rejection("wrong-facility", "A pool bears a number of the site that makes it.");
            if (!string.Equals(result.Product.Division, Undivided, StringComparison.Ordinal))
                yield return new Rejection("division-invalid", "A pool is not divided when it is made.");
            yield break;
        }

        var source = command.Sources[0];
        if (result.Donation != source.Donation)
            yield return new Rejection("other-donation", $"What is made of {source} bears its donation number.");
        if (result.Product.CollectionType != source.Product.CollectionType)
            yield return new Rejection("collection-type-differs", "What is made of a unit was given in the same way.");
        if (command.Procedure == ProcedureKind.Divide
            ? !IsPart(source.Product.Division, result.Product.Division)
            : !string.Equals(result.Product.Division, source.Product.Division, StringComparison.Ordinal))
        {
            yield return new Rejection("division-invalid", $"{result.Product.Division} is no division of {source.Product.Division} that this procedure makes.");
        }
    }

    /// <summary>An undivided unit into A0, B0 …; such a part into Aa, Ab …; that is as far as the code goes (ST-001 2.4.3).</summary>
    private static bool IsPart(string division, string part) => division is Undivided
        ? part is [>= 'A' and <= 'Z', '0']
        : division is [>= 'A' and <= 'Z', '0'] && part[0] == division[0] && part[1] is >= 'a' and <= 'z';

    private static IEnumerable<Rejection> ExistsAlready(MakeUnits command, UnitNumber result, IReadOnlyDictionary<UnitNumber, Unit> units)
    {
        // Met before we are told of its making, as a bag that was scanned too soon: that is where its history begins.
        if (units[result] is { Facts: not null } or { Fate: not null })
        {
            yield return command.Procedure == ProcedureKind.Pool
                ? new Rejection("pool-number-used", "There is a unit of this number.")
                : new Rejection("unit-exists", "There is a unit of this number and product.");
        }
    }

    // ---- what the policy asks --------------------------------------------------------------------------------------

    private static IEnumerable<Rejection> PolicyRefusals(MakeUnits command, PolicyPack policy)
    {
        foreach (var (result, index) in command.Results.Select((result, index) => (result, index)))
        {
            if (policy.FindComponent(result.Unit.Product) is null)
                yield return new Rejection("unknown-component", $"{policy.Version} has no component {result.Unit.Product.Description}.", Result(index));
            foreach (var source in command.Sources)
            {
                if (policy.FindProcedure(command.Procedure, source.Product, result.Unit.Product) is null)
                {
                    yield return new Rejection(
                        "procedure-not-allowed",
                        $"{policy.Version} does not let {result.Unit.Product.Description} be made of {source.Product.Description} in this way.",
                        Result(index));
                }
            }
        }
    }

    private static IEnumerable<Rejection> RuleRefusals(MakeUnits command, ProcedureRule rule)
    {
        if (command.Sources.Count < rule.MinimumSources)
            yield return new Rejection("too-few-sources", $"It takes {rule.MinimumSources} units or more.", "sources");
        if (command.Sources.Count > rule.MaximumSources)
            yield return new Rejection("too-many-sources", $"It takes {rule.MaximumSources} units at most.", "sources");
        if (rule.MinimumDoseGy is { } dose)
        {
            if (command.DoseGy is null)
                yield return new Rejection("dose-missing", "Say with how many gray it was irradiated.", "doseGy");
            else if (command.DoseGy < dose)
                yield return new Rejection("dose-too-low", $"It takes {dose} Gy or more.", "doseGy");
        }

        if (rule.MinimumCelsius is not null || rule.MaximumCelsius is not null)
        {
            if (command.Celsius is not { } celsius || !double.IsFinite(celsius))
                yield return new Rejection("temperature-missing", "Say at how many °C it was done.", "celsius");
            else if (celsius < rule.MinimumCelsius || celsius > rule.MaximumCelsius)
                yield return new Rejection("temperature-outside", $"It is done at {Range(rule)} °C.", "celsius");
        }

        if (rule.LongestDuration is { } longest)
        {
            if (command.Minutes is not { } minutes)
                yield return new Rejection("duration-missing", "Say how many minutes it took.", "minutes");
            else if (TimeSpan.FromMinutes(minutes) > longest)
                yield return new Rejection("took-too-long", $"It takes {longest.TotalMinutes} minutes at most.", "minutes");
        }
    }

    private static IEnumerable<Rejection> TimeRefusals(ProcedureRule rule, IReadOnlyList<UnitFacts> sources, Provenance by)
    {
        if (rule.LatestAfterCollection is { } latest && by.OccurredAt > sources.Min(source => source.CollectedAt) + latest)
            yield return new Rejection("procedure-too-late", $"It is done within {latest.TotalHours} hours of the collection.");
    }

    // ---- what is there ---------------------------------------------------------------------------------------------

    private static IEnumerable<Rejection> MatterRefusals(
        MakeUnits command, IReadOnlyList<Unit> sources, IReadOnlyList<UnitFacts> facts, Provenance by)
    {
        if (facts.Any(source => source.PreparedAt > by.OccurredAt))
            yield return new Rejection("procedure-too-early", "It was done before there was anything to do it to.");
        if (sources.Select(source => source.Group).OfType<BloodGroup>().Distinct().Count() > 1)
            yield return new Rejection("groups-differ", "What goes into one pool is of one ABO and RhD group.", "sources");
        foreach (var (result, index) in command.Results.Select((result, index) => (result, index)))
        {
            if (result.VolumeMl <= 0)
                yield return new Rejection("volume-invalid", "The volume is more than nothing, in milliliters.", $"results[{index}].volumeMl");
        }

        // As long, because volumes as typed may add up beyond what an int holds.
        var made = command.Results.Sum(result => (long)result.VolumeMl);
        var used = facts.Sum(source => (long)source.VolumeMl);
        if (made > used)
            yield return new Rejection("volume-exceeds-source", $"{made} mL cannot come of {used} mL.", "results");
    }

    private static string Source(int index) => $"sources[{index}]";

    private static string Result(int index) => $"results[{index}].scan";

    private static string Range(ProcedureRule rule) => (rule.MinimumCelsius, rule.MaximumCelsius) switch
    {
        ({ } minimum, { } maximum) => $"{minimum} to {maximum}",
        ({ } minimum, null) => $"{minimum} or more",
        _ => $"{rule.MaximumCelsius} or less",
    };
}
