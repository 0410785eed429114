using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Bench;

/// <summary>Where staff act on one unit for one patient: what was decided on what is known of the patient must still stand when it is written.</summary>
internal sealed class BenchDesk(CommandRunner runner, IEventStore store)
{
    /// <exception cref="HttpProblemException">404 <c>unknown-unit</c> or 403 <c>wrong-site</c>.</exception>
    public async Task<IResult> ActAsync(
        HttpCommand command,
        UnitNumber unit,
        RecipientId recipient,
        string? reason,
        Func<Unit, KnownRecipient, Provenance, Decision<UnitEvent>> decide,
        CancellationToken cancellationToken)
    {
        await FindAsync(command.Caller, unit, recipient, cancellationToken);
        var context = command.Context with { Reason = reason };
        var outcome = await runner.RunAsync(
            context,
            async token =>
            {
                var (loaded, known) = await LoadAsync(unit, recipient, token);
                if (context.ExpectedVersion is { } expected && expected != loaded.Version)
                    return Plan.Stale(loaded.StreamId, expected, loaded.Version);
                var decision = decide(loaded.State, known.State, context.Provenance);
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);
                if (decision.Events.Count == 0)
                    return Plan.Write([]);
                return Plan.Write(
                    // Also where nothing has been told yet: the first news may come meanwhile.
                    [loaded.Append(decision.Events), known.Append([])],
                    [.. decision.Events.OfType<UnitIssuedInEmergency>().Select(issued => issued.CrossmatchDue).OfType<DateTimeOffset>()
                        .Select(due => new Deadline(RemindOfCrossmatch.DeadlineName, loaded.StreamId, due))]);
            },
            cancellationToken);
        return outcome.ToResult(_ => new { unit });
    }

    /// <summary>The unit and the patient as they are, for somebody of a site that has to do with the unit.</summary>
    /// <exception cref="HttpProblemException">404 <c>unknown-unit</c> or 403 <c>wrong-site</c>.</exception>
    public async Task<(Unit Unit, KnownRecipient Known)> FindAsync(Caller caller, UnitNumber unit, RecipientId recipient, CancellationToken cancellationToken)
    {
        var (loaded, known) = await LoadAsync(unit, recipient, cancellationToken);
        if (loaded.Version == 0)
            throw new HttpProblemException(new Problem(StatusCodes.Status404NotFound, "unknown-unit", $"We have not heard of unit {unit}."));
        if (!loaded.State.ActingSites().Any(caller.MayActAt))
            caller.RequireAt(loaded.State.Custody.Site ?? default);
        return (loaded.State, known.State);
    }

    private async Task<(Loaded<Unit> Unit, Loaded<KnownRecipient> Known)> LoadAsync(UnitNumber unit, RecipientId recipient, CancellationToken cancellationToken) =>
        (await store.LoadAsync<Unit>(unit.ToString(), cancellationToken), await store.LoadAsync<KnownRecipient>(recipient.ToString(), cancellationToken));
}
