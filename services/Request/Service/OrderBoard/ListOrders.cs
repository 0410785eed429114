using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Requests.Service.OrderBoard;

internal static class ListOrders
{
    private const int MaximumRows = 500;

    private static readonly IReadOnlyList<string> Statuses = Words.All<OrderStatus>();
    private static readonly IReadOnlyList<string> Urgencies = Words.All<OrderUrgency>();

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/orders", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithTags("orders")
        .WithSummary("The orders that the caller's site placed or is to serve, emergencies first, then what is due first; of all sites for an auditor. Open ones only, unless a status or open=false is asked for.")
        .Produces<IReadOnlyList<OrderRow>>();

    private static async Task<IResult> HandleAsync(
        string? status,
        string? urgency,
        bool? open,
        bool? overdue,
        SiteId? hospital,
        LogPosition? after,
        Caller caller,
        ReadModels readModels,
        NpgsqlDataSource database,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (status is not null && !Statuses.Contains(status, StringComparer.Ordinal))
            return Answers.Invalid("status", "invalid-value", $"A status is one of {string.Join(", ", Statuses)}.");
        if (urgency is not null && !Urgencies.Contains(urgency, StringComparer.Ordinal))
            return Answers.Invalid("urgency", "invalid-value", $"An urgency is one of {string.Join(", ", Urgencies)}.");

        await readModels.WaitForAsync(OrdersProjection.ProjectionName, after, cancellationToken: cancellationToken);
        await using var command = database.CreateCommand(
            $"""
            select {OrderRow.Columns} from read.orders
            where ($2 is null or status = $2) and ($3 is null or hospital = $3) and ($4 is null or hospital = $4 or supplier = $4)
              and ($5 is null or urgency = $5) and ($6 is null or (ended_at is null) = $6) and ($7 is null or {OrderRow.IsOverdue} = $7)
            order by {OrderRow.Sequence}
            limit {MaximumRows}
            """);
        var sees = caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator) ? null : caller.Site.ToString();
        // Who asks for a status means it, ended or not.
        open ??= status is null ? true : null;
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        foreach (var value in new[] { status, hospital?.ToString(), sees, urgency })
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        foreach (var value in new[] { open, overdue })
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean });
        return Results.Ok(await OrderRow.ReadAsync(command, cancellationToken));
    }
}
