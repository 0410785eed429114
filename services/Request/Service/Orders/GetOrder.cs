using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Orders;

/// <param name="Next">What has to happen for the order to come to an end.</param>
/// <param name="Attempt">Which asking of Inventory says what is wanted now; one more with each amendment.</param>
/// <param name="DueAt">When it is to leave the supplier, or to come by its slot.</param>
/// <param name="Overdue">It has not left in its time, or has not ended by the time it was needed.</param>
/// <param name="WaitsUntil">Until when what is short is looked for.</param>
/// <param name="ExpectedAt">When units that would do are expected.</param>
/// <param name="Alternatives">What could be had instead of what is short; to be accepted or refused while the order runs, to be ordered anew once it was declined.</param>
/// <param name="History">Every change, oldest first.</param>
internal sealed record OrderView(
    OrderId Order,
    OrderPurpose Purpose,
    OrderUrgency Urgency,
    OrderStatus Status,
    OrderPhase Next,
    SiteId Hospital,
    SiteId Supplier,
    DateTimeOffset NeededBy,
    DateTimeOffset? Slot,
    DateTimeOffset? DueAt,
    bool Overdue,
    int Attempt,
    OrderFormId? Form,
    RecipientId? Recipient,
    BloodGroup? RecipientGroup,
    DateTimeOffset? ReservedUntil,
    DateTimeOffset? WaitsUntil,
    DateTimeOffset? ExpectedAt,
    IReadOnlyList<OrderLineView> Lines,
    IReadOnlyList<Alternative> Alternatives,
    IReadOnlyList<OrderUnitView> Units,
    IReadOnlyList<OrderConsignmentView> Consignments,
    IReadOnlyList<OrderChange> History);

/// <param name="Reserved">Set aside now, or served already.</param>
/// <param name="Served">Received, or issued for the patient.</param>
/// <param name="Short">Could not be set aside, by the last answer.</param>
/// <param name="Explanation">Why it is short.</param>
internal sealed record OrderLineView(
    int Line,
    ComponentKind Kind,
    BloodGroup Group,
    int Quantity,
    UnitRequirements? Requirements,
    int? SubstituteFor,
    int Reserved,
    int Served,
    int Short,
    string? Explanation);

internal sealed record OrderUnitView(
    UnitNumber Unit,
    int Line,
    ComponentKind Kind,
    BloodGroup Group,
    DateTimeOffset ExpiresAt,
    bool Served,
    bool Missing,
    bool Lapsed,
    bool Returned,
    UnitFate? Fate);

internal sealed record OrderConsignmentView(ConsignmentNumber Consignment, bool Dispatched, bool Received);

internal sealed record OrderChange(
    long Version,
    string Type,
    object Data,
    OrderStatus Status,
    DateTimeOffset OccurredAt,
    DateTimeOffset RecordedAt,
    string Actor,
    string Site,
    string? Policy,
    string? CorrelationId);

internal static class GetOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/orders/{order}", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithTags("orders")
        .WithSummary("An order with every change and its time, for the hospital that placed it and the site that serves it.")
        .Produces<OrderView>();

    public static IResult Unknown(OrderId order) => Answers.NotFound("unknown-order", $"There is no order {order}.");

    private static async Task<IResult> HandleAsync(OrderId order, Caller caller, IEventStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        var slice = await store.ReadStreamAsync(Aggregate.StreamId<Order>(order.ToString()), 0, cancellationToken);
        var state = slice.Fold<Order>().State;
        if (!state.IsPlaced)
            return Unknown(order);
        if (!caller.MayRead(state.Supplier))
            caller.RequireReading(state.Hospital);
        return Answers.WithETag(slice.Version, View(state, clock.GetUtcNow(), slice.Events));
    }

    private static OrderView View(Order state, DateTimeOffset now, IReadOnlyList<StoredEvent> events) => new(
        state.Id,
        state.Purpose,
        state.Urgency,
        state.Status,
        state.Next,
        state.Hospital,
        state.Supplier,
        state.NeededBy,
        state.Slot,
        state.DueAt,
        !state.HasEnded && (state.NeededBy < now || (state.DueAt < now && (state.Status is OrderStatus.Placed or OrderStatus.Waiting || (state.Status == OrderStatus.Reserved && state.Travels)))),
        state.Attempt,
        state.Form,
        state.Recipient,
        state.RecipientGroup,
        state.LapsesAt,
        state.IsWaiting ? state.CurrentAnswer?.WaitsUntil : null,
        state.CurrentAnswer?.ExpectedAt,
        [.. state.Lines.Select(line => View(state, line))],
        state.CurrentAnswer?.Alternatives ?? [],
        [.. state.Reserved.Values.OrderBy(unit => unit.Line).ThenBy(unit => unit.Unit).Select(unit => new OrderUnitView(
            unit.Unit,
            unit.Line,
            unit.Kind,
            unit.Group,
            unit.ExpiresAt,
            state.IsServed(unit.Unit),
            state.Missing.Contains(unit.Unit),
            state.IsLapsed(unit.Unit),
            state.IsReturned(unit.Unit),
            state.Fates.TryGetValue(unit.Unit, out var fate) ? fate : null))],
        [.. state.Dispatched.Keys.Union(state.Checked).Order().Select(consignment => new OrderConsignmentView(
            consignment, state.Dispatched.ContainsKey(consignment), state.Checked.Contains(consignment)))],
        History(events));

    private static OrderLineView View(Order state, OrderLine line) => new(
        line.Line,
        line.Kind,
        line.Group,
        line.Quantity,
        line.Requirements,
        line.SubstituteFor,
        state.Reserved.Values.Count(unit => unit.Line == line.Line && (!state.IsLapsed(unit.Unit) || state.IsServed(unit.Unit))),
        state.Served(line.Line),
        state.CurrentAnswer?.ShortOf(line.Line) ?? 0,
        state.CurrentAnswer?.Shortfalls.FirstOrDefault(shortfall => shortfall.Line == line.Line)?.Explanation);

    private static List<OrderChange> History(IReadOnlyList<StoredEvent> events)
    {
        var changes = new List<OrderChange>(events.Count);
        var state = Order.Initial;
        foreach (var stored in events)
        {
            state = Order.Evolve(state, stored.Data);
            changes.Add(new OrderChange(
                stored.Version,
                stored.Type,
                stored.Data,
                state.Status,
                stored.Metadata.OccurredAt,
                stored.RecordedAt,
                stored.Metadata.Actor,
                stored.Metadata.Site,
                stored.Metadata.Policy,
                stored.Metadata.CorrelationId));
        }

        return changes;
    }
}
