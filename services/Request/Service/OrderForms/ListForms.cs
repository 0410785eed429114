using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.Requests.Service.OrderBoard;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Requests.Service.OrderForms;

/// <param name="Quantity">Units of all lines.</param>
/// <param name="Next">When it next places itself.</param>
/// <param name="SkippedAt">When it was to place itself last and did not; null where it did.</param>
/// <param name="SkippedCodes">Why it did not.</param>
internal sealed record OrderFormRow(
    string Form,
    SiteId Site,
    string Kind,
    string Name,
    string Purpose,
    int Quantity,
    DateTimeOffset SavedAt,
    bool Paused,
    DateTimeOffset? Next,
    string? LastOrder,
    DateTimeOffset? LastPlacedAt,
    DateTimeOffset? SkippedAt,
    IReadOnlyList<string> SkippedCodes);

internal static class ListForms
{
    private const int MaximumRows = 500;

    private static readonly IReadOnlyList<string> Kinds = Words.All<OrderFormKind>();

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/order-forms", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithTags("order-forms")
        .WithSummary("The drafts, templates and standing orders of the caller's site, those first that did not place themselves; of all sites for an auditor.")
        .Produces<IReadOnlyList<OrderFormRow>>();

    private static async Task<IResult> HandleAsync(
        string? kind, LogPosition? after, Caller caller, ReadModels readModels, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (kind is not null && !Kinds.Contains(kind, StringComparer.Ordinal))
            return Answers.Invalid("kind", "invalid-value", $"A kind is one of {string.Join(", ", Kinds)}.");

        await readModels.WaitForAsync(OrderFormsProjection.ProjectionName, after, cancellationToken: cancellationToken);
        await using var command = database.CreateCommand(
            $"""
            select form_id, site, kind, name, purpose, quantity, saved_at, paused, next_at, last_order, last_placed_at, skipped_at, skipped_codes
            from read.order_forms
            where discarded_at is null and ($1 is null or kind = $1) and ($2 is null or site = $2)
            order by (skipped_at is null), kind, name, form_id
            limit {MaximumRows}
            """);
        var sees = caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator) ? null : caller.Site.ToString();
        foreach (var value in new[] { kind, sees })
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });

        var rows = new List<OrderFormRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        DateTimeOffset? Instant(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new OrderFormRow(
                reader.GetString(0),
                SiteId.Parse(reader.GetString(1), null),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetString(4),
                reader.GetInt32(5),
                reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetBoolean(7),
                Instant(8),
                reader.IsDBNull(9) ? null : reader.GetString(9),
                Instant(10),
                Instant(11),
                reader.GetFieldValue<string[]>(12)));
        }

        return Results.Ok(rows);
    }
}
