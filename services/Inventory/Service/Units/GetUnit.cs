using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>One unit: what it is now or was then, as we know it now or knew it then; and everything that happened to it.</summary>
internal static class GetUnit
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/units/{unit}", StateAsync)
            .RequireAuthorization(Roles.AnyStaff)
            .Produces<UnitView>()
            .WithSummary("A unit's state; asOf: by what had happened then, knownAt: by what was recorded then");
        routes.MapGet("/units/{unit}/history", HistoryAsync)
            .RequireAuthorization(Roles.AnyStaff)
            .Produces<UnitHistory>()
            .WithSummary("Everything that happened to a unit and to what it was made of, from vein to vein");
    }

    private static async Task<IResult> StateAsync(
        UnitNumber unit, DateTimeOffset? asOf, DateTimeOffset? knownAt, Caller caller, UnitDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var slice = await desk.ReadAsync(unit, cancellationToken);
        UnitDesk.RequireReading(caller, slice.Fold<Unit>().State);
        var view = View(unit, Until(slice, asOf, knownAt), asOf ?? knownAt ?? clock.GetUtcNow());
        return Answers.WithETag(view.Version, view);
    }

    private static async Task<IResult> HistoryAsync(
        UnitNumber unit, DateTimeOffset? asOf, DateTimeOffset? knownAt, Caller caller, UnitDesk desk, Kinship kinship, TimeProvider clock, CancellationToken cancellationToken)
    {
        var slice = await desk.ReadAsync(unit, cancellationToken);
        UnitDesk.RequireReading(caller, slice.Fold<Unit>().State);
        var events = Until(slice, asOf, knownAt);
        var at = asOf ?? knownAt ?? clock.GetUtcNow();
        var view = View(unit, events, at);
        var ancestors = await kinship.AncestorsAsync(view.State, stored => Counts(stored, asOf, knownAt), cancellationToken);
        return Answers.WithETag(view.Version, new UnitHistory(
            [.. events.Select(stored => Entry(unit, stored))],
            view,
            // In order of time: what was made of another begins after it.
            [.. ancestors.Where(relative => relative.Events.Count > 0)
                .OrderBy(relative => relative.Events[0].Metadata.OccurredAt)
                .ThenBy(relative => relative.Generation)
                .Select(relative => new AncestorHistory([.. relative.Events.Select(stored => Entry(relative.Number, stored))], View(relative.Number, relative.Events, at)))]));
    }

    /// <summary>By the end of what is asked about it had happened and was known.</summary>
    public static bool Counts(StoredEvent stored, DateTimeOffset? asOf, DateTimeOffset? knownAt) =>
        (asOf is null || stored.Metadata.OccurredAt <= asOf) && (knownAt is null || stored.RecordedAt <= knownAt);

    private static IReadOnlyList<StoredEvent> Until(StreamSlice slice, DateTimeOffset? asOf, DateTimeOffset? knownAt) =>
        [.. slice.Events.Where(stored => Counts(stored, asOf, knownAt))];

    private static UnitView View(UnitNumber unit, IReadOnlyList<StoredEvent> events, DateTimeOffset at)
    {
        var state = Aggregate.Fold<Unit>(events.Select(stored => stored.Data));
        return new UnitView(unit, events.Count > 0 ? events[^1].Version : 0, state.IsAvailable(at), state);
    }

    private static HistoryEntry Entry(UnitNumber unit, StoredEvent stored) => new(
        stored.Version,
        stored.Type,
        stored.Data,
        stored.Metadata.OccurredAt,
        stored.RecordedAt,
        stored.Metadata.Actor,
        stored.Metadata.Site,
        stored.Metadata.Reason,
        stored.Metadata.Policy,
        stored.Metadata.CorrelationId,
        // W3C trace context: version, trace id, span id, flags.
        stored.Metadata.TraceParent?.Split('-') is [_, var trace, ..] ? trace : null,
        Links(unit, stored.Data));

    private static HistoryLinks Links(UnitNumber unit, object @event) => @event switch
    {
        UnitHeld e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitHoldEnded e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitReserved e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitReservationEnded e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitDispatched e => new HistoryLinks(unit.Donation, e.Order, e.Consignment),
        UnitReceived e => new HistoryLinks(unit.Donation, e.Order, e.Consignment),
        UnitMissing e => new HistoryLinks(unit.Donation, e.Order, e.Consignment),
        UnitCrossmatched e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitIssued e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitIncompatibilityFound e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitCrossmatchOverdue e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitRulesOverridden e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitIssuedInEmergency e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitIssueRecorded e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitReturned e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitTransfused e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitDiscarded e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitExpired e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitLost e => new HistoryLinks(unit.Donation, e.Order, null),
        UnitUsedUp e => new HistoryLinks(unit.Donation, e.Order, null),
        _ => new HistoryLinks(unit.Donation, null, null),
    };
}

/// <param name="Version">Of the unit's stream, up to the last event that counts.</param>
/// <param name="Available">In a site's stock and free for anybody.</param>
internal sealed record UnitView(UnitNumber Unit, long Version, bool Available, Unit State);

/// <param name="Ancestors">The histories of all that it was made of, at any depth, the oldest first.</param>
internal sealed record UnitHistory(IReadOnlyList<HistoryEntry> Events, UnitView Unit, IReadOnlyList<AncestorHistory> Ancestors);

internal sealed record AncestorHistory(IReadOnlyList<HistoryEntry> Events, UnitView Unit);

/// <param name="Name">The stored name.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="RecordedAt">When we learned of it.</param>
internal sealed record HistoryEntry(
    long Version,
    string Name,
    object Data,
    DateTimeOffset OccurredAt,
    DateTimeOffset RecordedAt,
    string Actor,
    string Site,
    string? Reason,
    string? Policy,
    string? CorrelationId,
    string? TraceId,
    HistoryLinks Links);

internal sealed record HistoryLinks(DonationNumber Donation, OrderId? Order, ConsignmentNumber? Consignment);
