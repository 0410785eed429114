using System.Net.Http.Headers;
using System.Text;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.EventStore.Projections;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Hosting;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Relay;
using Distribution.ServiceDefaults.Security;
using Distribution.ServiceDefaults.Tests.Http;
using Distribution.ServiceDefaults.Tests.Telemetry;
using Distribution.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Hosting;

/// <summary>A whole host with one aggregate, one projection and nothing to publish, on real nodes.</summary>
public sealed class Hosting_a_service(Hosting_a_service.Host host) : IClassFixture<Hosting_a_service.Host>
{
    [Fact]
    public async Task Is_alive_and_ready()
    {
        (await host.GetAsync("/health/live")).Status.ShouldBe(200);
        var ready = await host.GetAsync("/health/ready");
        ready.Status.ShouldBe(200);
        ((string?)ready.Body!["status"]).ShouldBe("healthy");
        ready.Body["checks"]!.AsObject().Select(check => check.Key).ShouldBe(
            ["database", "dead-letters", "deadlines", "masstransit-bus", "projections", "relay"], ignoreOrder: true);
    }

    [Fact]
    public async Task Takes_commands_once_and_lets_their_writer_read_them()
    {
        var first = await host.NoteAsync("N1", "key-1", "checked");
        first.Status.ShouldBe(200);
        ((bool)first.Body!["repeated"]!).ShouldBeFalse();

        var query = await host.GetAsync($"/notes/N1?after={first.Body["position"]}");
        query.Status.ShouldBe(200);
        ((int)query.Body!["notes"]!).ShouldBe(1);

        var again = await host.NoteAsync("N1", "key-1", "checked");
        ((bool)again.Body!["repeated"]!).ShouldBeTrue();
        (await host.NoteAsync("N1", "key-1", "something else")).Code.ShouldBe("idempotency-key-reused");
        ((int)(await host.GetAsync($"/notes/N1?after={again.Body["position"]}")).Body!["notes"]!).ShouldBe(1);
    }

    [Fact]
    public async Task Tells_a_stale_decision()
    {
        await host.NoteAsync("N2", "key-2", "checked");
        (await host.NoteAsync("N2", "key-3", "checked", ("If-Match", "\"9\""))).Code.ShouldBe("stale");
        (await host.NoteAsync("N2", "key-4", "checked", ("If-Match", "\"1\""))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Waits_for_nothing_that_will_never_be_written()
    {
        await host.NoteAsync("N3", "key-5", "checked");
        (await host.GetAsync($"/notes/N3?after=9223372036854775807-1")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Shows_its_figures_to_Prometheus()
    {
        await host.NoteAsync("N4", "key-6", "checked");

        var samples = Exposition.Parse(await host.Client.GetStringAsync("/metrics"));

        samples.Keys.ShouldContain(name => name.StartsWith("http_server_request_duration_seconds_bucket{", StringComparison.Ordinal) && name.Contains("/notes/{note}"));
        samples["distribution_append_events_total"].ShouldBeGreaterThan(0);
        samples.Keys.ShouldContain(name => name.StartsWith("distribution_append_batch_size_bucket", StringComparison.Ordinal));
        samples.Keys.ShouldContain("distribution_projection_lag{projection=\"note_counts\"}");
        samples.Keys.ShouldContain("distribution_relay_lag_seconds");
        samples.Keys.ShouldContain("distribution_bus_queue_depth{queue=\"inventory\"}");
    }

    [Fact]
    public async Task Describes_its_api()
    {
        var document = (await host.GetAsync("/openapi/v1.json")).Body!;
        ((string?)document["info"]!["title"]).ShouldBe("inventory");
        document["paths"]!.AsObject().Select(path => path.Key).ShouldContain("/notes/{note}");
    }

    [Fact]
    public async Task Shows_and_rebuilds_to_operators_only()
    {
        (await host.GetAsync("/operations/status")).Code.ShouldBe("role-missing");
        var status = await host.SendAsync(HttpMethod.Get, "/operations/status", Roles.Operator);
        status.Status.ShouldBe(200);
        ((bool)status.Body!["projections"]![0]!["isLeader"]!).ShouldBeTrue();

        (await host.SendAsync(HttpMethod.Post, "/operations/projections/note_counts/rebuild", Roles.Operator)).Status.ShouldBe(204);
        (await host.SendAsync(HttpMethod.Post, "/operations/projections/none/rebuild", Roles.Operator)).Code.ShouldBe("unknown-projection");
        (await host.SendAsync(HttpMethod.Get, "/operations/dead-letters", Roles.Operator)).Status.ShouldBe(200);
        (await host.SendAsync(HttpMethod.Get, "/operations/dead-letters", Roles.Auditor)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Keeps_identities_when_it_is_told_to()
    {
        var vault = host.Services.GetRequiredService<IdentityVault>();
        var subject = Guid.CreateVersion7();
        await vault.StoreAsync(subject, new PersonIdentity("Made Up", new DateOnly(1990, 1, 1), "000"));
        (await vault.FindAsync(subject)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Migrates_again_without_harm() => (await host.MigrateAsync()).ShouldBe(0);

    [Theory]
    [InlineData("ConnectionStrings:inventory", null, "ConnectionStrings__inventory")]
    [InlineData("RABBITMQ:URI", null, "RABBITMQ__URI")]
    [InlineData("Auth:SigningKeyFile", null, "Auth__SigningKeyFile")]
    [InlineData("Auth:SigningKeyFile", "/nowhere/key.json", "/nowhere/key.json")]
    [InlineData("Policy:File", "/nowhere/policy.json", "/nowhere/policy.json")]
    [InlineData("Region:File", "/nowhere/region.json", "/nowhere/region.json")]
    public async Task Does_not_start_without_what_it_needs_and_names_it(string key, string? value, string named)
    {
        var app = host.Build(settings => settings[key] = value);
        var exception = await Should.ThrowAsync<HostConfigurationException>(() => ServiceHost.RunOrThrowAsync(app, []).WaitAsync(Eventually.Patience));
        exception.Message.ShouldContain(named);
    }

    [Fact]
    public async Task Refuses_an_invalid_policy_as_a_whole()
    {
        var path = Path.Combine(host.Folder, "policy.json");
        await File.WriteAllTextAsync(path, """{"id":"x"}""");
        var app = host.Build(settings => settings["Policy:File"] = path);
        (await Should.ThrowAsync<HostConfigurationException>(() => ServiceHost.RunOrThrowAsync(app, []).WaitAsync(Eventually.Patience))).Message.ShouldContain(path);
    }

    [Fact]
    public async Task Ends_with_1_and_names_file_and_path_when_one_version_of_the_policy_is_wrong()
    {
        var folder = Directory.CreateDirectory(Path.Combine(host.Folder, "versions")).FullName;
        var first = await File.ReadAllTextAsync(Path.Combine(TestNodes.RepositoryRoot, "infra/policies/vn-26-2013.json"));
        var path = Path.Combine(folder, "vn-26-2013.json");
        await File.WriteAllTextAsync(path, first);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "vn-26-2013.2.json"),
            first.Replace("vn-26-2013.1", "vn-26-2013.2", StringComparison.Ordinal).Replace("\"PT30M\"", "\"half an hour\"", StringComparison.Ordinal));
        using var errors = new StringWriter();
        var usual = Console.Error;
        Console.SetError(errors);
        try
        {
            (await host.Build(settings => settings["Policy:File"] = path).RunServiceAsync([]).WaitAsync(Eventually.Patience)).ShouldBe(1);
        }
        finally
        {
            Console.SetError(usual);
        }

        errors.ToString().ShouldContain("vn-26-2013.2.json: $.returnLimit.value: must be a duration");
    }

    [Fact]
    public async Task Migrates_without_broker_key_and_service_connection() =>
        (await ServiceHost.RunServiceAsync(
            host.Build(settings => (settings["RABBITMQ:URI"], settings["ConnectionStrings:inventory"], settings["Auth:SigningKeyFile"]) = (null, null, null)),
            ["migrate"])).ShouldBe(0);

    public sealed class Host : DatabaseFixture
    {
        private static readonly ServiceDescription Description = new()
        {
            Name = "inventory",
            EventTypes = EventTypes.From(typeof(Noted).Assembly),
            Contracts = new PublishesNothing(),
            Projections = [typeof(NoteCounts)],
            DeadlineHandlers = [typeof(Reminder)],
            KeepsIdentities = true,
        };

        private readonly BrokerFixture _broker = new();
        private WebApplication _app = null!;
        private Task<int> _running = null!;

        public string Folder { get; } = Directory.CreateTempSubdirectory("distribution-").FullName;

        public HttpClient Client { get; private set; } = null!;

        public IServiceProvider Services => _app.Services;

        private string KeyFile => Path.Combine(Folder, "key.json");

        public override async Task InitializeAsync()
        {
            await base.InitializeAsync();
            DevelopmentTokens.CreateKeyFile(KeyFile);
            await _broker.InitializeAsync();
            (await MigrateAsync()).ShouldBe(0);
            _app = Build(_ => { });
            _running = _app.RunServiceAsync([]);
            await Eventually.BecomesTrueAsync(() => Task.FromResult(_running.IsCompleted || _app.Urls.Any(url => !url.EndsWith(":0", StringComparison.Ordinal))), "the host listens");
            Client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
            await Eventually.GetAsync(() => GetAsync("/health/ready"), answer => answer.Status == 200, "the host is ready");
            await Eventually.GetAsync(() => SendAsync(HttpMethod.Get, "/operations/status", Roles.Operator),
                answer => (bool)answer.Body!["projections"]![0]!["isLeader"]! && (long)answer.Body["queue"]!["waiting"]! >= 0, "the host leads");
        }

        public override async Task DisposeAsync()
        {
            Client.Dispose();
            await _app.StopAsync();
            (await _running).ShouldBe(0);
            await _broker.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
            await base.DisposeAsync();
        }

        public Task<int> MigrateAsync() => Build(_ => { }).RunServiceAsync(["migrate"]);

        public WebApplication Build(Action<Dictionary<string, string?>> change)
        {
            var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["ConnectionStrings:inventory"] = ApplicationConnectionString,
                ["ConnectionStrings:inventory_owner"] = OwnerConnectionString,
                ["RABBITMQ:URI"] = _broker.Uri.ToString(),
                ["Auth:SigningKeyFile"] = KeyFile,
                ["Migrate:AppRole"] = ApplicationRole,
            };
            change(settings);
            var builder = WebApplication.CreateBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration.AddInMemoryCollection(settings);
            builder.AddServiceDefaults(Description);
            var app = builder.Build();
            app.UseServiceDefaults();
            app.MapPost("/notes/{note}", async (string note, HttpCommand command, TakeNote body, CommandRunner runner, CancellationToken cancellationToken) =>
                (await runner.RunAsync<Note, Noted>(command.Context, note, _ => Decision<Noted>.Accept(new Noted(body.Text)), null, cancellationToken)).ToResult())
                .RequireAuthorization(Roles.BloodBank);
            app.MapGet("/notes/{note}", async (string note, LogPosition? after, ReadModels models, NpgsqlDataSource database, CancellationToken cancellationToken) =>
            {
                await models.WaitForAsync("note_counts", after, cancellationToken: cancellationToken);
                await using var command = database.CreateCommand("select notes from read.note_counts where note = $1");
                command.Parameters.Add(new() { Value = $"note-{note}" });
                return new { Notes = await command.ExecuteScalarAsync(cancellationToken) ?? 0 };
            }).RequireAuthorization(Roles.AnyStaff);
            return app;
        }

        internal Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, Roles.BloodBank);

        internal Task<Answer> NoteAsync(string note, string key, string text, params (string Name, string Value)[] headers) =>
            SendAsync(HttpMethod.Post, $"/notes/{note}", Roles.BloodBank, $$"""{"text":"{{text}}"}""", [("Idempotency-Key", key), .. headers]);

        internal async Task<Answer> SendAsync(HttpMethod method, string path, string role, string? json = null, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", DevelopmentTokens.Create(KeyFile, "A9999-N01", [role], SiteId.Parse("HN-XP", null), TimeSpan.FromMinutes(5)));
            if (json is not null)
                request.Content = new StringContent(json, Encoding.UTF8, "application/json");
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            return await Answer.ReadAsync(await Client.SendAsync(request));
        }
    }

    internal sealed record TakeNote(string Text);

    [StoredAs("noted.v1")]
    internal sealed record Noted(string Text);

    internal sealed record Note(int Count) : IAggregate<Note>
    {
        public static string Category => "note";

        public static Note Initial { get; } = new(0);

        public static Note Evolve(Note state, object @event) => new(state.Count + 1);
    }

    private sealed class PublishesNothing : IContractMap
    {
        public IReadOnlyCollection<Type> NotPublished => [typeof(Noted)];

        public IReadOnlyList<object> ToMessages(StoredEvent stored) => [];
    }

    private sealed class Reminder : IDeadlineHandler
    {
        public string Name => "reminder";

        public Task HandleAsync(Deadline deadline, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class NoteCounts : Projection
    {
        public override string Name => "note_counts";

        public override int Version => 1;

        public override IReadOnlyList<string> Tables => ["note_counts"];

        public override string Schema => "create table note_counts (note varchar primary key, notes int not null)";

        public override void Project(StoredEvent stored, NpgsqlBatch batch) => batch.BatchCommands.Add(
            new NpgsqlBatchCommand("insert into note_counts as n values ($1, 1) on conflict (note) do update set notes = n.notes + 1")
            {
                Parameters = { new() { Value = stored.StreamId } },
            });
    }
}
