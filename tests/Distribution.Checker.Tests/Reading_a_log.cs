using Distribution.EventStore;
using Distribution.EventStore.Postgres;
using Distribution.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Distribution.Checker.Tests;

public sealed class Reading_a_log(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    [Fact]
    public async Task What_was_written_is_read_whole()
    {
        var written = Journey.Tell().Drafts.FindAll(draft => draft.Service == Services.Inventory);
        await using (var store = new PostgresEventStore(database.Application, Services.All[Services.Inventory]))
        {
            var versions = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var draft in written)
            {
                var version = versions.GetValueOrDefault(draft.Stream);
                versions[draft.Stream] = version + 1;
                (await store.CommitAsync(new Commit
                {
                    Metadata = new EventMetadata { Actor = draft.Actor, Site = draft.Site.ToString(), OccurredAt = draft.At },
                    Appends = [new StreamAppend(draft.Stream, version, [draft.Data])],
                })).ShouldBeOfType<CommitResult.Committed>();
            }
        }

        var logs = await LogReading.ReadAsync(new Dictionary<string, NpgsqlDataSource>(StringComparer.Ordinal) { [Services.Inventory] = database.Application });

        logs.Count.ShouldBe(written.Count);
        logs.ShouldAllBe(logged => logged.Service == Services.Inventory);
        LogChecker.Check(logs, settled: false).Violations.ShouldNotContain(violation => violation.Invariant == "I9");
    }
}
