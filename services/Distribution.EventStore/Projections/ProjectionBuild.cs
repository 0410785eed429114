using System.Globalization;
using Npgsql;

namespace Distribution.EventStore.Projections;

/// <summary>One set of tables of a projection, live or being built.</summary>
internal sealed record ProjectionBuild(Projection Projection, string Schema)
{
    public string Checkpoint => CheckpointOf(Schema);

    public static ProjectionBuild Next(Projection projection, string? live)
    {
        var prefix = $"p_{projection.Name}_{projection.Version.ToString(CultureInfo.InvariantCulture)}_";
        var number = live is not null && live.StartsWith(prefix, StringComparison.Ordinal)
            ? int.Parse(live[prefix.Length..], CultureInfo.InvariantCulture) + 1
            : 1;
        return new ProjectionBuild(projection, prefix + number.ToString(CultureInfo.InvariantCulture));
    }

    public static async Task<(string Build, int Version)?> FindLiveAsync(NpgsqlDataSource dataSource, string name, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select build, version from projections where name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetString(0), reader.GetInt32(1)) : null;
    }

    /// <summary>Empty tables and a checkpoint at the start; what an interrupted build left goes first.</summary>
    /// <exception cref="LeadershipLostException">Readers see this build already: somebody else has made it.</exception>
    public async Task CreateAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var seen = new NpgsqlCommand("select 1 from projections where build = $1", connection))
        {
            seen.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Schema });
            if (await seen.ExecuteScalarAsync(cancellationToken) is not null)
                throw new LeadershipLostException();
        }

        await ExecuteAsync(connection, $"drop schema if exists {Schema} cascade; create schema {Schema}; set local search_path = {Schema}, public", cancellationToken);
        await ExecuteAsync(connection, Projection.Schema, cancellationToken);
        await ForgetAsync(connection, Checkpoint, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Readers see this build from now on; the one before it is dropped, with its checkpoint.</summary>
    /// <exception cref="LeadershipLostException">Readers see another build than the one before: somebody else has taken over.</exception>
    public async Task GoLiveAsync(NpgsqlDataSource dataSource, string? before, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var point = new NpgsqlCommand(
            before is null
                ? "insert into projections (name, version, build) values ($1, $2, $3) on conflict do nothing"
                : "update projections set version = $2, build = $3 where name = $1 and build = $4",
            connection))
        {
            point.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Projection.Name });
            point.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Projection.Version });
            point.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Schema });
            if (before is not null)
                point.Parameters.Add(new NpgsqlParameter<string> { TypedValue = before });
            // First, as it holds the row: what is dropped below is then nobody's.
            if (await point.ExecuteNonQueryAsync(cancellationToken) == 0)
                throw new LeadershipLostException();
        }

        foreach (var table in Projection.Tables)
            await ExecuteAsync(connection, $"drop view if exists read.{table}; create view read.{table} as select * from {Schema}.{table}", cancellationToken);
        if (before is not null)
        {
            await ExecuteAsync(connection, $"drop schema if exists {before} cascade", cancellationToken);
            await ForgetAsync(connection, CheckpointOf(before), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Folds a page and moves the checkpoint in one transaction: effectively once.</summary>
    /// <exception cref="LeadershipLostException">Somebody else has moved the checkpoint since this build was opened.</exception>
    public async Task FoldAsync(
        NpgsqlDataSource dataSource, IReadOnlyList<StoredEvent> page, LogPosition from, LogPosition to, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        // Not durable at once: tables and checkpoint are lost together, and folded again.
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"set local synchronous_commit = off"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"set local search_path = {Schema}, public"));
        foreach (var stored in page)
            Projection.Project(stored, batch);
        await batch.ExecuteNonQueryAsync(cancellationToken);

        await using var move = new NpgsqlCommand(
            """
            insert into public.mt_event_progression as p (name, transaction_id, last_seq_id)
            select $1, $2, $3
            where ($4 = '0'::xid8 and $5 = 0) or exists (select from public.mt_event_progression where name = $1)
            on conflict (name) do update set transaction_id = excluded.transaction_id, last_seq_id = excluded.last_seq_id, last_updated = transaction_timestamp()
            where p.transaction_id = $4 and p.last_seq_id = $5
            """,
            connection,
            transaction);
        move.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Checkpoint });
        move.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8, Value = to.TransactionId });
        move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to.Sequence });
        move.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8, Value = from.TransactionId });
        move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from.Sequence });
        if (await move.ExecuteNonQueryAsync(cancellationToken) == 0)
            throw new LeadershipLostException();
        await transaction.CommitAsync(cancellationToken);
    }

    private static string CheckpointOf(string build) => $"projection:{build}";

    private static async Task ForgetAsync(NpgsqlConnection connection, string checkpoint, CancellationToken cancellationToken)
    {
        await using var forget = new NpgsqlCommand("delete from public.mt_event_progression where name = $1", connection);
        forget.Parameters.Add(new NpgsqlParameter<string> { TypedValue = checkpoint });
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Names and DDL come from the projection's code, never from a request.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

internal sealed class LeadershipLostException() : Exception("Another instance has taken over.");
