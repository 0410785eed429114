using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>Staff who have units, or an operator, call back those units or all that travelled on a consignment; not what else was made of their donations.</summary>
internal static class CallUnitsBack
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recalls", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Laboratory, Roles.Operator))
        .WithSummary("Call back units, or all that travelled on a consignment");

    private static async Task<IResult> HandleAsync(
        CallUnitsBackBody body, HttpCommand command, RecallDesk desk, CommandRunner runner, IEventStore store, NpgsqlDataSource dataSource, ReadModels readModels,
        CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var reason = fields.Reason("reason", body.Reason);
        List<UnitNumber> units = [.. (body.Units ?? []).Select((scan, index) => fields.Unit($"units[{index}]", scan))];
        var consignment = body.Consignment is null ? default : fields.Box("consignment", body.Consignment).Consignment;
        fields.Check(units.Count > 0 || body.Consignment is not null, "units", "field-missing", "Scan the units, or the consignment.");
        fields.ThrowIfAny();

        var everywhere = command.Caller.Roles.Contains(Roles.Operator);
        foreach (var (number, unit) in units.Zip(await store.LoadAsync<Unit>([.. units.Select(unit => unit.ToString())], cancellationToken)))
        {
            if (unit.Version == 0)
                return new Problem(StatusCodes.Status404NotFound, "unknown-unit", $"We have not heard of unit {number}.", "units");
            if (!everywhere && !unit.State.ActingSites().Any(command.Caller.MayActAt))
                command.Caller.RequireAt(unit.State.Custody.Site ?? default);
        }

        if (body.Consignment is not null)
        {
            // What travelled and is committed must be called back: the table is asked when it has come so far.
            await readModels.WaitForAsync(ConsignmentProjection.TableName, await store.HeadAsync(cancellationToken), cancellationToken: cancellationToken);
            var (onBoard, ends) = await OnBoardAsync(dataSource, consignment, cancellationToken);
            if (onBoard.Count == 0)
                return new Problem(StatusCodes.Status404NotFound, "unknown-consignment", $"We have not heard of anything on {consignment}.", "consignment");
            if (!everywhere && !ends.Any(command.Caller.MayActAt))
                command.Caller.RequireAt(ends.First());
            units.AddRange(onBoard);
        }

        var opening = new OpenRecall(
            RecallId.From("recall", command.Context.Key),
            RecallKind.Recall,
            reason,
            RecallSource.Inventory,
            [.. units.Select(unit => unit.Donation).Distinct()],
            WholeFamilies: false);
        var context = command.Context with { Reason = reason };
        var outcome = await runner.RunAsync(context, token => desk.PlanOpeningAsync(opening, units, null, context.Provenance, token), cancellationToken);
        return outcome.ToResult(_ => new { recall = opening.Recall });
    }

    private static async Task<(IReadOnlyList<UnitNumber> Units, IReadOnlySet<SiteId> Ends)> OnBoardAsync(
        NpgsqlDataSource dataSource, ConsignmentNumber consignment, CancellationToken cancellationToken)
    {
        await using var query = dataSource.CreateCommand("select unit, from_site, to_site from read.consignment_units where consignment = $1 order by unit");
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consignment.ToString() });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var (units, ends) = (new List<UnitNumber>(), new HashSet<SiteId>());
        while (await reader.ReadAsync(cancellationToken))
        {
            units.Add(UnitNumber.Parse(reader.GetString(0).AsSpan(), null));
            if (!reader.IsDBNull(1))
                ends.Add(SiteId.Parse(reader.GetString(1).AsSpan(), null));
            ends.Add(SiteId.Parse(reader.GetString(2).AsSpan(), null));
        }

        return (units, ends);
    }

    /// <param name="Reason">In words or as a code; never who a donor or a patient is.</param>
    /// <param name="Units">Symbols 001 and 003 of each bag.</param>
    /// <param name="Consignment">Symbol 028 of a box or of the papers.</param>
    internal sealed record CallUnitsBackBody(string? Reason, IReadOnlyList<string>? Units, string? Consignment);
}
