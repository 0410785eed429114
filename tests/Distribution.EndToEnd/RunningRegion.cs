using Distribution.Checker;
using Distribution.Contracts;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Distribution.Workbench;
using Npgsql;
using Shouldly;

namespace Distribution.EndToEnd;

/// <summary>The whole system: four services as processes, each with its database, on one virtual host of the broker.</summary>
internal sealed class RunningRegion : IAsyncDisposable
{
    private readonly Dictionary<string, DatabaseFixture> _databases = Routes.Services.ToDictionary(name => name, _ => new DatabaseFixture(), StringComparer.Ordinal);
    private readonly Dictionary<string, List<ServiceProcess>> _services = Routes.Services.ToDictionary(name => name, _ => new List<ServiceProcess>(), StringComparer.Ordinal);
    private readonly List<ServiceProcess> _ended = [];
    private readonly Dictionary<string, string> _extra;
    private readonly string _keyFile = Path.Combine(Path.GetTempPath(), $"distribution-{Guid.CreateVersion7():N}.json");

    private RunningRegion(IReadOnlyDictionary<string, string>? environment) => _extra = new Dictionary<string, string>(environment ?? new Dictionary<string, string>());

    public BrokerFixture Broker { get; } = new();

    public RegionClient Client { get; private set; } = null!;

    public People People { get; private set; } = null!;

    /// <summary>Every line that any instance, also one that was killed, has written.</summary>
    public IEnumerable<string> Log => _ended.Concat(_services.Values.SelectMany(instances => instances)).SelectMany(process => process.Log);

    public static async Task<RunningRegion> StartAsync(int instances = 1, IReadOnlyDictionary<string, string>? environment = null)
    {
        var region = new RunningRegion(environment);
        DevelopmentTokens.CreateKeyFile(region._keyFile);
        await region.Broker.InitializeAsync();
        foreach (var database in region._databases.Values)
            await database.InitializeAsync();
        await Task.WhenAll(Routes.Services.Select(region.MigrateAsync));
        foreach (var service in Routes.Services)
        {
            for (var i = 0; i < instances; i++)
                region._services[service].Add(ServiceProcess.Start(service, region.Environment(service, region.Broker.Uri)));
        }

        await Task.WhenAll(region._services.Values.SelectMany(list => list).Select(process => process.WaitUntilReadyAsync()));
        region.ConnectClient();
        return region;
    }

    public ServiceProcess this[string service] => _services[service][0];

    public NpgsqlDataSource Database(string service) => _databases[service].Application;

    public NpgsqlDataSource DatabaseOwner(string service) => _databases[service].Owner;

    /// <summary>kill -9 of the first instance, then a new one in its place.</summary>
    /// <param name="broker">Where the new one finds the broker; the real address unless given.</param>
    public async Task RestartAsync(string service, Uri? broker = null)
    {
        var old = _services[service][0];
        await old.KillAsync();
        _ended.Add(old);
        _services[service][0] = ServiceProcess.Start(service, Environment(service, broker ?? Broker.Uri));
        await _services[service][0].WaitUntilReadyAsync();
        ConnectClient();
    }

    public Task<IReadOnlyList<LoggedEvent>> ReadLogsAsync() =>
        LogReading.ReadAsync(Routes.Services.ToDictionary(service => service, Database, StringComparer.Ordinal));

    /// <summary>Once all is quiet: no violation in any log, no dead letter, every projection what a rebuild gives.</summary>
    public async Task ShouldBeSoundAsync()
    {
        var report = await Eventually.GetAsync(
            async () => LogChecker.Check(await ReadLogsAsync(), settled: true),
            report => report.Violations.Count == 0,
            "the checker finds no violation in the settled logs",
            TimeSpan.FromSeconds(60));
        report.Events.ShouldBeGreaterThan(0);
        foreach (var service in Routes.Services)
            (await Broker.DepthAsync($"{service}.dead") ?? 0).ShouldBe(0, $"dead letters of {service}");
        foreach (var service in Routes.Services)
            await ProjectionsShouldBeTheFoldOfTheLogAsync(service);
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var process in _services.Values.SelectMany(instances => instances).Concat(_ended))
            await process.DisposeAsync();
        await Broker.DisposeAsync();
        foreach (var database in _databases.Values)
            await database.DisposeAsync();
        File.Delete(_keyFile);
    }

    /// <summary>The live tables against those that the operator's rebuild makes of the log, row for row.</summary>
    private async Task ProjectionsShouldBeTheFoldOfTheLogAsync(string service)
    {
        var tables = await TablesAsync(service);
        if (tables.Count == 0)
            return;
        var head = await new PostgresHead(Database(service)).ReadAsync();
        await Eventually.BecomesTrueAsync(async () => await new PostgresHead(Database(service)).FoldedAsync(head), $"{service} has folded its log");
        var before = await ContentsAsync(service, tables);
        foreach (var projection in await NamesAsync(service, "select name from projections order by name"))
        {
            var answers = new List<Answer>();
            foreach (var instance in _services[service])
            {
                using var client = new RegionClient(new Dictionary<string, IReadOnlyList<Uri>> { [service] = [instance.Address] }, _keyFile);
                answers.Add(await client.TryAsync(service, People.Operator, $"/operations/projections/{projection}/rebuild", new { }));
            }

            answers.Count(answer => answer.IsDone).ShouldBe(1, $"{service}: exactly one instance runs {projection}");
        }

        (await ContentsAsync(service, tables)).ShouldBe(before, $"the projections of {service} are not the fold of its log");
    }

    private Task<List<string>> TablesAsync(string service) =>
        NamesAsync(service, "select viewname from pg_views where schemaname = 'read' order by viewname");

    private async Task<List<string>> NamesAsync(string service, string sql)
    {
        await using var command = Database(service).CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }

    private async Task<string> ContentsAsync(string service, List<string> tables)
    {
        var contents = "";
        foreach (var table in tables)
        {
            await using var command = Database(service).CreateCommand($"select coalesce(string_agg(t::text, E'\\n' order by t::text), '') from read.{table} t");
            contents += $"{table}\n{await command.ExecuteScalarAsync()}\n";
        }

        return contents;
    }

    private void ConnectClient()
    {
        Client = new RegionClient(_services.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<Uri>)[.. pair.Value.Select(process => process.Address)], StringComparer.Ordinal), _keyFile);
        People = new People(Client);
    }

    private async Task MigrateAsync(string service)
    {
        // The fixture has applied the store's schema; the service adds its own, as at every deployment.
        var environment = Environment(service, Broker.Uri);
        environment[$"ConnectionStrings__{service}_owner"] = _databases[service].OwnerConnectionString;
        environment["Migrate__AppRole"] = _databases[service].ApplicationRole;
        await ServiceProcess.MigrateAsync(service, environment);
    }

    private Dictionary<string, string> Environment(string service, Uri broker) => new(_extra)
    {
        [$"ConnectionStrings__{service}"] = _databases[service].ApplicationConnectionString + ";Maximum Pool Size=30",
        ["RABBITMQ__URI"] = broker.ToString(),
        ["Auth__SigningKeyFile"] = _keyFile,
    };
}

/// <summary>How far a service's log goes and how far its live projections have folded it.</summary>
internal sealed class PostgresHead(NpgsqlDataSource dataSource)
{
    public async Task<long> ReadAsync()
    {
        await using var command = dataSource.CreateCommand("select coalesce(max(seq_id), 0) from (select seq_id from mt_events order by transaction_id desc, seq_id desc limit 1) last");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task<bool> FoldedAsync(long sequence)
    {
        await using var command = dataSource.CreateCommand(
            "select count(*) from projections p left join mt_event_progression g on g.name = 'projection:' || p.build where coalesce(g.last_seq_id, 0) < $1");
        command.Parameters.AddWithValue(sequence);
        return (long)(await command.ExecuteScalarAsync())! == 0;
    }
}
