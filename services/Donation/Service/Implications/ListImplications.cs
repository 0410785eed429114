using Distribution.Blood.Network;
using Distribution.Donations.Service.Donations;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Donations.Service.Implications;

/// <summary>The board of cases: what is due first comes first.</summary>
internal static class ListImplications
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/implications", HandleAsync)
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(Roles.Laboratory, Roles.Releaser, Roles.Auditor, Roles.Operator))
        .WithSummary("Cases with age and due time, due first, at most 500; ?open=true leaves out those that have ended.");

    private static async Task<IResult> HandleAsync(
        bool? open, LogPosition? after, Caller caller, NpgsqlDataSource database, ReadModels readModels, Region region, TimeProvider clock, CancellationToken cancellationToken)
    {
        await readModels.WaitForAsync(ImplicationsProjection.ProjectionName, after, cancellationToken: cancellationToken);
        await using var command = database.CreateCommand(
            """
            select recall, kind, reason, marker, donations, opened_at, due_at, ended_at
            from read.implications
            where ($1 or site is null or site = any ($2)) and ($3 is null or (ended_at is null) = $3)
            order by (ended_at is not null), due_at nulls last, opened_at, recall
            limit $4
            """);
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator) });
        command.Parameters.Add(new NpgsqlParameter
        {
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar,
            Value = Care.SitesOf(region, caller.Site).Select(site => site.ToString()).ToArray(),
        });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Boolean, Value = (object?)open ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });

        var now = clock.GetUtcNow();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<object> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            var openedAt = reader.GetFieldValue<DateTimeOffset>(5);
            var dueAt = await reader.GetFieldValueAsync<DateTimeOffset?>(6, cancellationToken);
            var endedAt = await reader.GetFieldValueAsync<DateTimeOffset?>(7, cancellationToken);
            rows.Add(new
            {
                Recall = reader.GetString(0),
                Kind = reader.GetString(1),
                Reason = reader.GetString(2),
                Marker = await reader.GetFieldValueAsync<string?>(3, cancellationToken),
                Donations = reader.GetInt32(4),
                OpenedAt = openedAt,
                AgeHours = ShowImplication.AgeHours(openedAt, endedAt ?? now),
                DueAt = dueAt,
                Overdue = endedAt is null && dueAt < now,
                EndedAt = endedAt,
            });
        }

        return Results.Json(new { Implications = rows }, EventTypes.Json);
    }
}
