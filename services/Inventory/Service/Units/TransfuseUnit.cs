using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Records that a unit was transfused: a fact, taken whatever the record says.</summary>
internal static class TransfuseUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/transfuse", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithSummary("Record that a unit was transfused");

    private static Task<IResult> HandleAsync(TransfuseUnitBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var by = command.Context.Provenance;
        var startedAt = body.StartedAt ?? by.OccurredAt;
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        fields.Check(startedAt <= by.Now + HttpCommand.ClockTolerance, "startedAt", "started-in-future", "The transfusion cannot have begun in the future.");
        fields.Check(body.VolumeMl is null or > 0, "volumeMl", "volume-invalid", "The volume is more than nothing, in milliliters.");
        fields.Check(body.EndedAt is null || body.EndedAt > startedAt, "endedAt", "ended-before-start", "The transfusion ends after it has begun.");
        fields.Check(body.EndedAt is null || body.EndedAt <= by.Now + HttpCommand.ClockTolerance, "endedAt", "ended-in-future", "The transfusion cannot have ended in the future.");
        var ward = fields.Place("ward", body.Ward);
        fields.ThrowIfAny();
        var transfusion = new Transfusion(startedAt.ToUniversalTime(), body.VolumeMl, body.EndedAt?.ToUniversalTime(), ward);
        return desk.RecordAsync(command, unit, (state, provenance) => BenchDecider.RecordTransfusion(state, transfusion, provenance), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="StartedAt">When it began; the time of the act when absent.</param>
    /// <param name="VolumeMl">How much ran in, milliliters; unknown when absent.</param>
    /// <param name="EndedAt">When it ended; unknown when absent.</param>
    /// <param name="Ward">The hospital's own code of the ward.</param>
    internal sealed record TransfuseUnitBody(string? Scan, DateTimeOffset? StartedAt, int? VolumeMl, DateTimeOffset? EndedAt, string? Ward);
}
