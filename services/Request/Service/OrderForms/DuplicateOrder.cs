using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.Requests.Service.Orders;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.OrderForms;

/// <param name="Name">Of the draft; left out, it says of which order it is a copy.</param>
internal sealed record DuplicateOrderBody(string? Name = null);

internal static class DuplicateOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/orders/{order}/duplicate", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("orders")
        .WithSummary("A draft that asks for what the order asks for.");

    private static async Task<IResult> HandleAsync(
        OrderId order, HttpCommand command, DuplicateOrderBody body, FormDesk desk, IEventStore store, CancellationToken cancellationToken)
    {
        var seen = (await store.LoadAsync<Order>(order.ToString(), cancellationToken)).State;
        if (!seen.IsPlaced)
            return GetOrder.Unknown(order);
        command.Caller.RequireAt(seen.Hospital);

        // Sent twice, the same draft.
        var id = OrderFormId.From(command.Context.Key);
        var isForPatient = seen.Purpose == OrderPurpose.Patient;
        var save = new SaveOrderForm(
            id,
            OrderFormKind.Draft,
            body.Name ?? $"Copy of {order}",
            seen.Purpose,
            OrderFormDecider.CopyLines(seen),
            seen.Recipient,
            seen.Urgency == OrderUrgency.Standing ? OrderUrgency.Routine : seen.Urgency,
            isForPatient && seen.Travels);
        return (await desk.SaveAsync(command, save, cancellationToken)).ToResult(_ => new { Form = id });
    }
}
