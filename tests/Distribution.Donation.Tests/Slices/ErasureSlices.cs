using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

/// <summary>A donor with words for particulars that stand nowhere else in the world, followed to every place where they could have been written.</summary>
public sealed class After_an_erasure(After_an_erasure.Fixture service) : IClassFixture<After_an_erasure.Fixture>
{
    private static readonly string Mark = Guid.CreateVersion7().ToString("N")[12..];
    private static readonly string Name = $"Kanarienvogel {Mark}a";
    private static readonly string NationalId = $"{Mark}b";
    private static readonly string Phone = $"+84 {Mark}c";

    [Fact]
    public async Task every_history_is_read_as_before_and_the_person_is_found_nowhere()
    {
        var donor = await LiveAsync();

        await EveryStreamFoldsAsync();
        await EveryProjectionIsBuiltAnewAsync();

        await using (var server = NpgsqlDataSource.Create(TestNodes.Postgres))
        await using (var checkpoint = server.CreateCommand("checkpoint"))
            await checkpoint.ExecuteNonQueryAsync();
        string[] needles = [.. new[] { Name, NationalId, Phone, Mark }.SelectMany(Spellings)];
        // What is known to be there is found: a search that finds nothing would prove nothing.
        var known = Encoding.UTF8.GetBytes($"donor-{donor}");

        var tables = await TablesAsync();
        tables.ShouldContain(table => table.Contains($"donor-{donor}", StringComparison.Ordinal));
        foreach (var needle in needles)
            tables.Where(table => table.Contains(needle, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(needle);

        byte[][] bytes = [.. needles.Select(Encoding.UTF8.GetBytes)];
        var folder = await DataFolderAsync();
        Holding(folder, [known]).ShouldNotBeEmpty("the files of the database do not hold what was written");
        Holding(folder, bytes).ShouldBeEmpty();
        Holding(Path.Combine(TestNodes.Folder, "rabbitmq"), bytes).ShouldBeEmpty();

        service.Lines.ShouldContain(line => line.Contains("was read by A9990-C01", StringComparison.Ordinal));
        foreach (var needle in needles)
            service.Lines.Where(line => line.Contains(needle, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(needle);
    }

    /// <summary>Registered, seen, refused as a duplicate, collected, deferred, processed, erased; sent once more by a terminal that heard no answer.</summary>
    private async Task<string> LiveAsync()
    {
        var person = new { FullName = Name, BirthDate = "1990-05-17", NationalId, Phone, Sex = "female" };
        var collector = service.Client("A9990-C01", SiteId.Parse("HN-HK"), Roles.Collector);
        var laboratory = service.Client("A9990-L01", SiteId.Parse("HN-BM"), Roles.Laboratory);
        var donor = (await (await collector.CommandAsync("/donors", person, "first")).EnsureAsync()).GetProperty("donor").GetString()!;
        (await collector.CommandAsync("/donors", person)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Conflict);
        (await collector.CommandAsync("/donors", person with { Sex = "none" })).IsSuccessStatusCode.ShouldBeFalse();
        (await collector.ReadAsync($"/donors/{donor}/identity")).GetProperty("nationalId").GetString().ShouldBe(NationalId);
        var number = DonationNumber.Create("A9990", 26, 1);
        await (await collector.CommandAsync("/donations", new { Donor = donor, Scan = $"={number}00", VolumeMl = 350, WeightKg = 60 })).EnsureAsync();
        await (await laboratory.CommandAsync($"/donations/{number}/components", new { Scan = "=<D0101V00", VolumeMl = 250 })).EnsureAsync();
        await (await laboratory.CommandAsync($"/donations/{number}/markers", new { Results = new { Hiv = "reactive" } })).EnsureAsync();

        var @operator = service.Client("A9990-O01", SiteId.Parse("HN-BM"), Roles.Operator);
        await (await @operator.CommandAsync($"/donors/{donor}/erasure", new { Basis = "donor-request" })).EnsureAsync();
        (await collector.CommandAsync("/donors", person, "first")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Gone);
        return donor;
    }

    private async Task EveryStreamFoldsAsync()
    {
        var folded = 0;
        await foreach (var slice in service.Store.ReadAllStreamsAsync())
        {
            _ = slice.StreamId.Split('-')[0] switch
            {
                "donor" => (object)Aggregate.Fold<Donor>(slice.Events.Select(stored => stored.Data)),
                "donation" => Aggregate.Fold<Donation>(slice.Events.Select(stored => stored.Data)),
                _ => slice,
            };
            folded++;
        }

        folded.ShouldBeGreaterThanOrEqualTo(2);
    }

    private async Task EveryProjectionIsBuiltAnewAsync()
    {
        var @operator = service.Client("A9990-O01", SiteId.Parse("HN-BM"), Roles.Operator);
        var status = await @operator.ReadAsync("/operations/status");
        foreach (var projection in status.GetProperty("projections").EnumerateArray())
        {
            var name = projection.GetProperty("name").GetString();
            // Leadership comes a moment after the start.
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, $"/operations/projections/{name}/rebuild");
                    return (await @operator.SendAsync(request)).IsSuccessStatusCode;
                },
                $"{name} is built anew");
        }
    }

    /// <summary>Every row of every table and view, as text.</summary>
    private async Task<IReadOnlyList<string>> TablesAsync()
    {
        List<string> names = [];
        await using (var list = service.Owner.CreateCommand(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                names.Add(reader.GetString(0));
        }

        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(TestNodes.Postgres)
        {
            Database = new NpgsqlConnectionStringBuilder(service.OwnerConnectionString).Database,
        }.ConnectionString);
        List<string> texts = [];
        foreach (var name in names)
        {
            await using var dump = server.CreateCommand($"select t::text from {name} t");
            await using var reader = await dump.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                texts.Add($"{name}: {reader.GetString(0)}");
        }

        return texts;
    }

    private static async Task<string> DataFolderAsync()
    {
        await using var server = NpgsqlDataSource.Create(TestNodes.Postgres);
        await using var command = server.CreateCommand("show data_directory");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>As text, in hexadecimal digits, and in base64 wherever it begins among the three bytes of a group.</summary>
    private static IEnumerable<string> Spellings(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        yield return text;
        yield return Convert.ToHexStringLower(bytes);
        yield return Convert.ToHexString(bytes);
        for (var lead = 0; lead < 3; lead++)
        {
            // Without the characters at both ends, which depend on what stands beside the text.
            var encoded = Convert.ToBase64String([.. new byte[lead], .. bytes]);
            yield return encoded[(lead == 0 ? 0 : lead + 1)..^4];
        }
    }

    /// <summary>The files of a folder that hold any of the needles.</summary>
    private static List<string> Holding(string folder, IReadOnlyList<byte[]> needles)
    {
        List<string> files = [];
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            byte[] content;
            try
            {
                content = File.ReadAllBytes(file);
            }
            catch (IOException)
            {
                // Other tests' databases come and go in the same folder.
                continue;
            }

            foreach (var needle in needles)
            {
                if (content.AsSpan().IndexOf(needle) >= 0)
                    files.Add(string.Create(CultureInfo.InvariantCulture, $"{file} holds {Encoding.UTF8.GetString(needle)}"));
            }
        }

        return files;
    }

    public sealed class Fixture() : ServiceFixture<Program>("donation")
    {
        private readonly CapturedLog _log = new();

        public IReadOnlyCollection<string> Lines => _log.Lines;

        protected override void Configure(IServiceCollection services) =>
            services.AddLogging(logging => logging.AddProvider(_log).AddFilter<CapturedLog>(null, LogLevel.Trace));
    }

    /// <summary>Everything that is logged, messages and values alike, down to the smallest.</summary>
    private sealed class CapturedLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "";
                lines.Enqueue($"{category}: {formatter(state, exception)} {values} {exception}");
            }
        }
    }
}
