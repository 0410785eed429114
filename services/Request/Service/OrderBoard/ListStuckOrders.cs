using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Requests.Service.OrderBoard;

/// <param name="Next">What did not happen.</param>
internal sealed record StuckOrder(OrderRow Order, OrderPhase Next);

/// <summary>The watchdog: what has no ending although its time has passed waits for somebody who looks.</summary>
internal static class ListStuckOrders
{
    private const int MaximumRows = 200;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operations/stuck", HandleAsync)
        .RequireAuthorization(Roles.Operator)
        .WithTags("operations")
        .WithSummary("Orders that have not ended although the time by which they were needed has passed, or have not left although they were due: the most pressing first.")
        .Produces<IReadOnlyList<StuckOrder>>();

    private static async Task<IResult> HandleAsync(
        LogPosition? after, ReadModels readModels, NpgsqlDataSource database, IEventStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        await readModels.WaitForAsync(OrdersProjection.ProjectionName, after, cancellationToken: cancellationToken);
        await using var command = database.CreateCommand(
            $"select {OrderRow.Columns} from read.orders where {OrderRow.IsOverdue} order by {OrderRow.Sequence} limit {MaximumRows}");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        var rows = await OrderRow.ReadAsync(command, cancellationToken);
        var orders = await store.LoadAsync<Order>([.. rows.Select(row => row.Order)], cancellationToken);
        // The streams are ahead of the board: what has ended meanwhile is not stuck.
        return Results.Ok(rows.Zip(orders)
            .Where(pair => !pair.Second.State.HasEnded)
            .Select(pair => new StuckOrder(pair.First, pair.Second.State.Next)));
    }
}
