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
/// <param name="History">Every change, oldest first.</param>
internal sealed record OrderView(
    OrderId Order,
    OrderPurpose Purpose,
    OrderStatus Status,
    OrderPhase Next,
    SiteId Hospital,
    SiteId Supplier,
    DateTimeOffset NeededBy,
    RecipientId? Recipient,
    BloodGroup? RecipientGroup,
    DateTimeOffset? ReservedUntil,
    IReadOnlyList<OrderLineView> Lines,
    IReadOnlyList<OrderUnitView> Units,
    IReadOnlyList<OrderConsignmentView> Consignments,
    IReadOnlyList<OrderChange> History);

/// <param name="Served">Received, or issued for the patient.</param>
internal sealed record OrderLineView(int Line, ComponentKind Kind, BloodGroup Group, int Quantity, int Reserved, int Served);

internal sealed record OrderUnitView(
    UnitNumber Unit, int Line, ComponentKind Kind, BloodGroup Group, DateTimeOffset ExpiresAt, bool Served, bool Missing, bool Lapsed, UnitFate? Fate);

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

    private static async Task<IResult> HandleAsync(OrderId order, Caller caller, IEventStore store, CancellationToken cancellationToken)
    {
        var slice = await store.ReadStreamAsync(Aggregate.StreamId<Order>(order.ToString()), 0, cancellationToken);
        var state = slice.Fold<Order>().State;
        if (!state.IsPlaced)
            return Unknown(order);
        if (!caller.MayRead(state.Supplier))
            caller.RequireReading(state.Hospital);
        return Answers.WithETag(slice.Version, View(state, slice.Events));
    }

    private static OrderView View(Order state, IReadOnlyList<StoredEvent> events) => new(
        state.Id,
        state.Purpose,
        state.Status,
        state.Next,
        state.Hospital,
        state.Supplier,
        state.NeededBy,
        state.Recipient,
        state.RecipientGroup,
        state.LapsesAt,
        [.. state.Lines.Select(line => new OrderLineView(
            line.Line, line.Kind, line.Group, line.Quantity, state.Reserved?.Values.Count(unit => unit.Line == line.Line) ?? 0, state.Served(line.Line)))],
        [.. (state.Reserved?.Values ?? []).OrderBy(unit => unit.Line).ThenBy(unit => unit.Unit).Select(unit => new OrderUnitView(
            unit.Unit,
            unit.Line,
            unit.Kind,
            unit.Group,
            unit.ExpiresAt,
            state.IsServed(unit.Unit),
            state.Missing.Contains(unit.Unit),
            state.Lapsed.Contains(unit.Unit),
            state.Fates.TryGetValue(unit.Unit, out var fate) ? fate : null))],
        [.. state.Dispatched.Keys.Union(state.Checked).Order().Select(consignment => new OrderConsignmentView(
            consignment, state.Dispatched.ContainsKey(consignment), state.Checked.Contains(consignment)))],
        History(events));

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
