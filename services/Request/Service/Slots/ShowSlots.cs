using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Slots;

/// <param name="Supplier">Who brings it; null where nobody does.</param>
/// <param name="Earliest">The soonest that something ordered now can be there, picked, packed and driven; null where there is no lane.</param>
/// <param name="Slots">When the supplier's van comes next.</param>
/// <param name="Service">From placing to dispatch, by urgency.</param>
internal sealed record SlotsView(
    SiteId Site, SiteId? Supplier, DateTimeOffset Now, DateTimeOffset? Earliest, IReadOnlyList<SlotView> Slots, ServiceTimesView Service);

/// <param name="Reached">What is ordered now can still come with it.</param>
internal sealed record SlotView(DateTimeOffset At, bool Reached);

internal sealed record ServiceTimesView(int RoutineMinutes, int UrgentMinutes, int EmergencyMinutes);

internal static class ShowSlots
{
    private const int Usual = 14;
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/slots", Handle)
        .RequireAuthorization(Roles.AnyStaff)
        .WithTags("orders")
        .WithSummary("When the supplier's van next comes to a site (the caller's where none is named), and how soon something can be there without it.")
        .Produces<SlotsView>();

    private static IResult Handle(SiteId? site, int? count, Caller caller, Region region, TimeProvider clock)
    {
        if (count is < 1 or > Most)
            return Answers.Invalid("count", "invalid-value", $"At most {Most} slots are told, and at least one.");
        if (region.Find(site ?? caller.Site) is not { } asked)
            return Answers.NotFound("unknown-site", $"The region does not know {site ?? caller.Site}.");
        var now = clock.GetUtcNow();
        var earliest = asked.SuppliedBy is { } supplier ? region.EarliestDelivery(supplier, asked.Id, now) : null;
        return Results.Ok(new SlotsView(
            asked.Id,
            asked.SuppliedBy,
            now,
            earliest,
            [.. region.NextSlots(asked.Id, now, count ?? Usual).Select(slot => new SlotView(slot, earliest is { } soonest && slot >= soonest))],
            new ServiceTimesView(
                (int)region.Service.Routine.TotalMinutes, (int)region.Service.Urgent.TotalMinutes, (int)region.Service.Emergency.TotalMinutes)));
    }
}
