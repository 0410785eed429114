using System.Text.Json;
using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.EventStore.Postgres;

/// <summary>New streams by binary COPY: one thread serializes while PostgreSQL writes what the other ships.</summary>
internal static class BulkImport
{
    private const int EventsPerChunk = 50_000;

    public static async Task<long> RunAsync(
        NpgsqlDataSource dataSource, EventTypes types, IAsyncEnumerable<ImportedStream> streams, CancellationToken cancellationToken)
    {
        var chunks = Channel.CreateBounded<List<Row>>(new BoundedChannelOptions(16) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var serializing = Task.Run(() => SerializeAsync(streams, types, chunks.Writer, stop.Token), CancellationToken.None);
        long written = 0;
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            var more = true;
            while (more)
                (more, written) = await WriteChunkAsync(connection, chunks.Reader, written, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await serializing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await serializing;
        await using var notify = dataSource.CreateCommand("select pg_notify('events_appended', '')");
        await notify.ExecuteNonQueryAsync(cancellationToken);
        return written;
    }

    private static async Task<(bool More, long Written)> WriteChunkAsync(
        NpgsqlConnection connection, ChannelReader<List<Row>> pages, long written, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var versions = new List<(string Id, string Category, long Version)>();
        var deadlines = new List<Deadline>();
        var inChunk = 0;
        await using (var events = await connection.BeginBinaryImportAsync(
            "copy mt_events (id, stream_id, version, data, type, headers, user_name, correlation_id, causation_id) from stdin (format binary)", cancellationToken))
        {
            while (inChunk < EventsPerChunk && await pages.WaitToReadAsync(cancellationToken) && pages.TryRead(out var page))
            {
                foreach (var row in page)
                {
                    await events.StartRowAsync(cancellationToken);
                    await events.WriteAsync(Guid.CreateVersion7(), NpgsqlDbType.Uuid, cancellationToken);
                    await events.WriteAsync(row.StreamId, NpgsqlDbType.Varchar, cancellationToken);
                    await events.WriteAsync(row.Version, NpgsqlDbType.Bigint, cancellationToken);
                    await events.WriteAsync(row.Data, NpgsqlDbType.Jsonb, cancellationToken);
                    await events.WriteAsync(row.Type, NpgsqlDbType.Varchar, cancellationToken);
                    await events.WriteAsync(row.Headers, NpgsqlDbType.Jsonb, cancellationToken);
                    await events.WriteAsync(row.User, NpgsqlDbType.Varchar, cancellationToken);
                    await WriteAsync(events, row.Correlation, cancellationToken);
                    await WriteAsync(events, row.Causation, cancellationToken);
                    if (row.Deadlines is { } waiting)
                    {
                        versions.Add((row.StreamId, row.Category, row.Version));
                        deadlines.AddRange(waiting);
                    }

                    inChunk++;
                }
            }

            await events.CompleteAsync(cancellationToken);
        }

        await using (var heads = await connection.BeginBinaryImportAsync("copy mt_streams (id, type, version) from stdin (format binary)", cancellationToken))
        {
            foreach (var (id, category, version) in versions)
            {
                await heads.StartRowAsync(cancellationToken);
                await heads.WriteAsync(id, NpgsqlDbType.Varchar, cancellationToken);
                await heads.WriteAsync(category, NpgsqlDbType.Varchar, cancellationToken);
                await heads.WriteAsync(version, NpgsqlDbType.Bigint, cancellationToken);
            }

            await heads.CompleteAsync(cancellationToken);
        }

        await using (var rows = await connection.BeginBinaryImportAsync("copy deadlines (name, stream_id, due_at) from stdin (format binary)", cancellationToken))
        {
            foreach (var deadline in deadlines)
            {
                await rows.StartRowAsync(cancellationToken);
                await rows.WriteAsync(deadline.Name, NpgsqlDbType.Varchar, cancellationToken);
                await rows.WriteAsync(deadline.StreamId, NpgsqlDbType.Varchar, cancellationToken);
                await rows.WriteAsync(deadline.DueAt.ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellationToken);
            }

            await rows.CompleteAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return (inChunk > 0, written + inChunk);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter events, string? text, CancellationToken cancellationToken) =>
        text is null ? events.WriteNullAsync(cancellationToken) : events.WriteAsync(text, NpgsqlDbType.Varchar, cancellationToken);

    /// <summary>A page never splits a stream, so that a chunk holds whole streams.</summary>
    private static async Task SerializeAsync(
        IAsyncEnumerable<ImportedStream> streams, EventTypes types, ChannelWriter<List<Row>> pages, CancellationToken cancellationToken)
    {
        try
        {
            var page = new List<Row>(1024);
            EventMetadata? last = null;
            var headers = "";
            await foreach (var stream in streams.WithCancellation(cancellationToken))
            {
                var category = stream.StreamId.Split('-', 2)[0];
                for (var i = 0; i < stream.Events.Count; i++)
                {
                    var (data, metadata) = stream.Events[i];
                    if (!ReferenceEquals(metadata, last))
                        (last, headers) = (metadata, StoredMetadata.WriteHeaders(metadata));
                    page.Add(new Row(
                        stream.StreamId, category, i + 1, types.NameOf(data.GetType()), JsonSerializer.Serialize(data, data.GetType(), EventTypes.Json),
                        headers, metadata.Actor, metadata.CorrelationId, metadata.CausationId, i == stream.Events.Count - 1 ? stream.Deadlines : null));
                }

                if (page.Count >= 1000)
                {
                    await pages.WriteAsync(page, cancellationToken);
                    page = new List<Row>(1024);
                }
            }

            if (page.Count > 0)
                await pages.WriteAsync(page, cancellationToken);
            pages.Complete();
        }
        catch (Exception exception)
        {
            pages.Complete(exception);
            throw;
        }
    }

    /// <param name="Deadlines">On a stream's last event only, where it is never null.</param>
    private readonly record struct Row(
        string StreamId, string Category, long Version, string Type, string Data, string Headers, string User, string? Correlation, string? Causation,
        IReadOnlyList<Deadline>? Deadlines);
}
