using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Orders;

/// <param name="ExpectedAt">When the units are expected to be there.</param>
internal sealed record DeclineOrderBody(string Reason, DateTimeOffset? ExpectedAt = null);

internal static class DeclineOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/orders/{order}/decline", HandleAsync)
        .RequireAuthorization(Roles.Dispatcher)
        .WithTags("orders")
        .WithSummary("The supplier's staff will not serve an order of which nothing has left: why, and what is expected when.");

    private static async Task<IResult> HandleAsync(
        OrderId order, HttpCommand command, DeclineOrderBody body, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var seen = (await store.LoadAsync<Order>(order.ToString(), cancellationToken)).State;
        if (!seen.IsPlaced)
            return GetOrder.Unknown(order);
        command.Caller.RequireAt(seen.Supplier);

        var outcome = await runner.RunAsync<Order, OrderEvent>(
            command.Context,
            order.ToString(),
            state => OrderDecider.Decline(state, new Requests.DeclineOrder(body.Reason, body.ExpectedAt), command.Context.Provenance),
            cancellationToken: cancellationToken);
        return outcome.ToResult();
    }
}
