using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>What a unit was made of, up to what was prepared of donations, and what was made of it, down to what is used.</summary>
internal static class GetAncestry
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/units/{unit}/ancestry", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<UnitAncestry>()
        .WithSummary("What a unit was made of and what was made of it, at any depth; asOf and knownAt as with the unit itself");

    private static async Task<IResult> HandleAsync(
        UnitNumber unit, DateTimeOffset? asOf, DateTimeOffset? knownAt, Caller caller, UnitDesk desk, Kinship kinship, CancellationToken cancellationToken)
    {
        var slice = await desk.ReadAsync(unit, cancellationToken);
        UnitDesk.RequireReading(caller, slice.Fold<Unit>().State);
        StoredEvent[] events = [.. slice.Events.Where(Counts)];
        var own = new Relative(unit, 0, events, Aggregate.Fold<Unit>(events.Select(stored => stored.Data)), slice.Version);
        var ancestors = await kinship.AncestorsAsync(own.State, Counts, cancellationToken);
        var descendants = await kinship.DescendantsAsync(own.State, Counts, cancellationToken);
        return Results.Json(new UnitAncestry(unit, [.. ancestors.Append(own).Concat(descendants).OrderBy(relative => relative.Generation).Select(View)]), EventTypes.Json);

        bool Counts(StoredEvent stored) => GetUnit.Counts(stored, asOf, knownAt);
    }

    private static RelatedUnit View(Relative relative)
    {
        var (state, facts) = (relative.State, relative.State.Facts);
        return new RelatedUnit(
            relative.Number,
            relative.Generation,
            state.Parents,
            state.Children,
            state.Procedure,
            relative.Events.Select(stored => stored.Data).OfType<UnitUsedUp>().FirstOrDefault()?.Procedure,
            facts?.Kind,
            state.Group,
            facts?.VolumeMl,
            facts?.CollectedAt,
            facts?.PreparedAt,
            facts?.ExpiresAt,
            state.Custody.Kind,
            state.Custody.Site,
            state.Released,
            state.Holds,
            state.Fate?.Kind,
            state.Fate is null ? null : relative.Events.First(stored => IsEnd(stored.Data)).Metadata.OccurredAt);
    }

    private static bool IsEnd(object @event) => @event is UnitTransfused or UnitDiscarded or UnitExpired or UnitLost or UnitUsedUp;
}

/// <param name="Units">The unit itself at generation 0; before it, from the oldest on, what it was made of; after it what was made of it.</param>
internal sealed record UnitAncestry(UnitNumber Unit, IReadOnlyList<RelatedUnit> Units);

/// <param name="Generation">How many procedures away: below zero what it was made of, above zero what was made of it.</param>
/// <param name="Procedure">How it was made of its parents; null where it was prepared, or made before its release.</param>
/// <param name="UsedUpBy">How its children were made of it; null where the centre did not say.</param>
/// <param name="VolumeMl">Milliliters.</param>
/// <param name="MadeAt">When it was prepared or made.</param>
/// <param name="EndedAt">When it met its fate.</param>
internal sealed record RelatedUnit(
    UnitNumber Unit,
    int Generation,
    IReadOnlyList<UnitNumber> Parents,
    IReadOnlyList<UnitNumber> Children,
    ProcedureKind? Procedure,
    ProcedureKind? UsedUpBy,
    ComponentKind? Kind,
    BloodGroup? Group,
    int? VolumeMl,
    DateTimeOffset? CollectedAt,
    DateTimeOffset? MadeAt,
    DateTimeOffset? ExpiresAt,
    CustodyKind Custody,
    SiteId? Site,
    bool Released,
    IReadOnlyList<string> Holds,
    FateKind? Fate,
    DateTimeOffset? EndedAt);
