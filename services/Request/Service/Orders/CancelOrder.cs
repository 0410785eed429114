using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Orders;

internal sealed record CancelOrderBody(string Reason);

internal static class CancelOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/orders/{order}/cancel", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("orders")
        .WithSummary("Cancels an order whose units have neither left nor been issued; what was set aside for it is given back.");

    private static async Task<IResult> HandleAsync(
        OrderId order, HttpCommand command, CancelOrderBody body, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var loaded = await store.LoadAsync<Order>(order.ToString(), cancellationToken);
        if (!loaded.State.IsPlaced)
            return GetOrder.Unknown(order);
        command.Caller.RequireAt(loaded.State.Hospital);

        var outcome = await runner.RunAsync<Order, OrderEvent>(
            command.Context,
            order.ToString(),
            state => OrderDecider.Cancel(state, new Requests.CancelOrder(body.Reason)),
            cancellationToken: cancellationToken);
        return outcome.ToResult();
    }
}
