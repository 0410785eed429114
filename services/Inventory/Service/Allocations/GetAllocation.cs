using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>What was decided for an order, from the log itself: what it wants, what it got and why, what it lacks, and every decision with its certificate.</summary>
internal static class GetAllocation
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/allocations/{order}", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<AllocationView>()
        .WithSummary("What was decided for an order, with the reasons and the certificates");

    private static async Task<IResult> HandleAsync(OrderId order, Caller caller, IEventStore store, CancellationToken cancellationToken)
    {
        var slice = await store.ReadStreamAsync(Aggregate.StreamId<Allocation>(order.ToString()), 0, cancellationToken);
        if (slice.Version == 0)
            return Answers.NotFound("unknown-order", $"Nobody has asked for units for {order}.");
        var state = slice.Fold<Allocation>().State;
        // Both ends of an order look at it.
        if (state.Demand?.Destination != caller.Site)
            caller.RequireReading(state.Supplier ?? default);
        var answers = slice.Events.Select(stored => stored.Data).ToList();
        return Answers.WithETag(slice.Version, new AllocationView(
            order,
            slice.Version,
            state.IsOpen,
            state.Demand,
            [.. answers.OfType<UnitsAllocated>().SelectMany(answer => answer.Units).Where(unit => state.Units.Contains(unit.Unit) && !state.Leaving.Contains(unit.Unit))],
            [.. state.Demand?.Lines.Where(line => state.MissingOf(line) > 0).Select(line => new AllocationShortfall(line.Line, state.MissingOf(line))) ?? []],
            answers.OfType<UnitsAllocated>().LastOrDefault(answer => answer.Certificate is not null)?.Certificate,
            [.. slice.Events.Select(stored => new AllocationEntry(stored.Version, stored.Type, stored.Data, stored.Metadata.OccurredAt, stored.Metadata.Actor, stored.Metadata.Policy))]));
    }
}

/// <param name="Waiting">Something is lacking and looked for.</param>
/// <param name="Demand">The newest wish; null in histories older than the waiting for units.</param>
/// <param name="Units">What was set aside and not given back, with the reasons.</param>
/// <param name="Certificate">Of the newest decision that gave it something.</param>
internal sealed record AllocationView(
    OrderId Order,
    long Version,
    bool Waiting,
    DemandRegistered? Demand,
    IReadOnlyList<AllocatedUnit> Units,
    IReadOnlyList<AllocationShortfall> Missing,
    AllocationProof? Certificate,
    IReadOnlyList<AllocationEntry> History);

/// <param name="Name">The stored name.</param>
internal sealed record AllocationEntry(long Version, string Name, object Data, DateTimeOffset OccurredAt, string Actor, string? Policy);
