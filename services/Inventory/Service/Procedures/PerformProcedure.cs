using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.Inventory.Service.Recalls;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Procedures;

/// <summary>Makes units of released units: the end of every source and the beginning of every result in one commit.</summary>
internal static class PerformProcedure
{
    /// <summary>Far above what any policy lets into one pool or any bag be divided into.</summary>
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/procedures", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.Laboratory, Roles.BloodBank))
        .WithSummary("Divide, pool, irradiate, wash, freeze, thaw, leucocyte-deplete, separate or relabel units in stock");

    private static async Task<IResult> HandleAsync(
        PerformProcedureBody body, HttpCommand command, UnitDesk desk, CommandRunner runner, IEventStore store, Kinship kinship, Region region, CancellationToken cancellationToken)
    {
        var procedure = Read(body) with { Facility = region.Find(command.Caller.Site)?.Facility };
        await desk.RequireAnyAsync(command.Caller, procedure.Sources, cancellationToken);
        var outcome = await runner.RunAsync(
            command.Context, token => PlanAsync(procedure, command, store, kinship, token), cancellationToken);
        return outcome.ToResult(_ => new { units = procedure.Results.Select(result => result.Unit) });
    }

    private static async Task<Plan> PlanAsync(
        MakeUnits procedure, HttpCommand command, IEventStore store, Kinship kinship, CancellationToken cancellationToken)
    {
        UnitNumber[] named = [.. procedure.Sources.Concat(procedure.Results.Select(result => result.Unit)).Distinct()];
        var histories = await store.LoadAsync<Unit>([.. named.Select(unit => unit.ToString())], cancellationToken);
        var loaded = named.Zip(histories).ToDictionary(pair => pair.First, pair => pair.Second);
        var units = loaded.ToDictionary(pair => pair.Key, pair => pair.Value.State);
        // A history that has ended tells its expiry for good: no check of its version is needed.
        if (procedure.Procedure == ProcedureKind.Relabel)
        {
            foreach (var ancestor in await kinship.AncestorsAsync(units[procedure.Sources[0]], _ => true, cancellationToken))
                units.TryAdd(ancestor.Number, ancestor.State);
        }

        var decision = ProcedureDecider.Perform(
            procedure,
            units,
            command.Policy,
            TimeZoneInfo.FindSystemTimeZoneById(command.Policy.TimeZone),
            command.Context.Provenance);
        if (decision.IsRejected)
            return Plan.Refuse(decision.Rejections);
        if (decision.Events.Count == 0)
            return Plan.Write([]);
        var made = decision.Events.Select(change => change.Event).OfType<UnitMade>().ToList();
        var results = await Listing.PlanAsync(
            store, [.. made.Select(unit => new NewUnit(unit.Unit, loaded[unit.Unit], [unit]))], command.Caller.Site, cancellationToken);
        if (procedure.Procedure == ProcedureKind.Pool && TakesUsedNumber(made[0].Unit.Donation, results))
            return Plan.Refuse(new Rejection("pool-number-used", "The number is that of a donation or of another pool.", "results[0].scan"));
        return Plan.Write(
            [.. decision.Events.Where(change => change.Event is UnitUsedUp).Select(change => loaded[change.Unit].Append([change.Event])), .. results],
            [.. made.Select(unit => new Deadline(ExpireUnit.DeadlineName, Aggregate.StreamId<Unit>(unit.Unit.ToString()), unit.ExpiresAt))]);
    }

    /// <summary>Judged by the very version that the commit will check: nobody else uses the number meanwhile.</summary>
    private static bool TakesUsedNumber(DonationNumber number, IReadOnlyList<StreamAppend> appends)
    {
        var family = Aggregate.StreamId<Family>(number.ToString());
        return appends.Any(append => append.ExpectedVersion > 0 && string.Equals(append.StreamId, family, StringComparison.Ordinal));
    }

    private static MakeUnits Read(PerformProcedureBody body)
    {
        var fields = new BodyFields();
        var procedure = fields.Required("procedure", body.Procedure);
        var (scans, made) = (body.Sources ?? [], body.Results ?? []);
        fields.Check(scans.Count is > 0 and <= Most, "sources", scans.Count == 0 ? "no-sources" : "too-many-sources", $"Scan 1 to {Most} units that it is made of.");
        fields.Check(made.Count is > 0 and <= Most, "results", made.Count == 0 ? "no-results" : "too-many-results", $"Scan 1 to {Most} units that are made.");
        UnitNumber[] sources = [.. scans.Take(Most).Select((scan, index) => fields.Unit($"sources[{index}]", scan))];
        ProcedureResult[] results =
        [
            .. made.Take(Most).Select((result, index) => new ProcedureResult(
                fields.Unit($"results[{index}].scan", result?.Scan), fields.Required($"results[{index}].volumeMl", result?.VolumeMl))),
        ];
        fields.Check(body.DoseGy is null or > 0, "doseGy", "dose-invalid", "The dose is more than nothing, in gray.");
        fields.Check(body.Minutes is null or >= 0, "minutes", "duration-invalid", "The duration is not negative, in minutes.");
        var verifier = body.VerifierScan is null ? null : fields.Staff("verifierScan", body.VerifierScan);
        fields.ThrowIfAny();
        return new MakeUnits(procedure, sources, results, body.DoseGy, body.Celsius, body.Minutes, verifier);
    }

    /// <param name="Sources">Symbols 001 and 003 of each bag that is used up.</param>
    /// <param name="DoseGy">Gray, where the policy asks for a dose.</param>
    /// <param name="Celsius">°C, where the policy asks for a temperature.</param>
    /// <param name="Minutes">How long it took, where the policy sets a limit.</param>
    /// <param name="VerifierScan">The badge (symbol 020) or staff code of a second person; none is needed.</param>
    internal sealed record PerformProcedureBody(
        ProcedureKind? Procedure,
        IReadOnlyList<string?>? Sources,
        IReadOnlyList<MadeUnitBody?>? Results,
        decimal? DoseGy,
        double? Celsius,
        int? Minutes,
        string? VerifierScan);

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="VolumeMl">Milliliters.</param>
    internal sealed record MadeUnitBody(string? Scan, int? VolumeMl);
}
