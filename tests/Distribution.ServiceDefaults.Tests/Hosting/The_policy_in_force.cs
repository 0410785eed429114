using System.Text.Json.Nodes;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Hosting;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Distribution.ServiceDefaults.Tests.Http;
using Distribution.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Hosting;

public sealed class The_policy_in_force(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private static readonly DateTimeOffset Change = new(2027, 1, 1, 0, 0, 0, TimeSpan.FromHours(7));

    // A stream of its own for each test: they share the database.
    private readonly string _unit = $"U{Guid.CreateVersion7():N}";
    private readonly ManualClock _clock = new(Change.AddMinutes(-1));
    private TestService _service = null!;
    private IEventStore _store = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(
        app =>
        {
            _store = app.Services.GetRequiredService<IEventStore>();
            app.MapPolicy();
            app.MapPost("/returns/{unit}", async (string unit, HttpCommand command, CommandRunner runner, CancellationToken cancellationToken) =>
                (await runner.RunAsync<Return, Taken>(
                    command.Context, unit, _ => Decision<Taken>.Accept(new Taken(command.Policy.ReturnLimit)), null, cancellationToken)).ToResult())
                .RequireAuthorization(Roles.BloodBank);
            app.MapGet("/return-limit", (PolicyPack policy) => new { policy.Version, policy.ReturnLimit.TotalMinutes }).RequireAuthorization(Roles.AnyStaff);
        },
        _clock,
        services => services
            .AddEventStore(new EventStoreOptions { ConnectionString = database.ApplicationConnectionString, EventTypes = EventTypes.From(typeof(Taken).Assembly) })
            .AddSingleton<CommandRunner>(),
        new PolicyBook(TestService.Policy, Second()));

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Changes_at_its_instant_and_leaves_what_was_decided_as_it_was()
    {
        await ReturnAsync("k-1");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await ReturnAsync("k-2");

        (await DecidedAsync()).ShouldBe([("vn-26-2013.1", 30), ("vn-26-2013.2", 20)]);
    }

    [Fact]
    public async Task Is_the_one_of_the_time_at_which_it_happened_and_not_of_the_time_at_which_it_is_told()
    {
        _clock.Advance(TimeSpan.FromHours(1));
        await ReturnAsync("k-3", ("Occurred-At", "2026-12-31T23:59:59+07:00"));
        await ReturnAsync("k-4", ("Occurred-At", "2027-01-01T00:00:00+07:00"));

        (await DecidedAsync()).ShouldBe([("vn-26-2013.1", 30), ("vn-26-2013.2", 20)]);
    }

    [Fact]
    public async Task Is_the_one_of_now_for_a_question()
    {
        ((string?)(await _service.GetAsync("/return-limit")).Body!["version"]).ShouldBe("vn-26-2013.1");
        _clock.Advance(TimeSpan.FromMinutes(1));
        ((string?)(await _service.GetAsync("/return-limit")).Body!["version"]).ShouldBe("vn-26-2013.2");
    }

    [Fact]
    public async Task Is_shown_with_every_figure_its_source_and_whether_it_was_read()
    {
        var shown = (await _service.GetAsync("/policy")).Body!;

        ((string?)shown["id"], (string?)shown["version"], (string?)shown["jurisdiction"]).ShouldBe(("vn-26-2013", "vn-26-2013.1", "VN"));
        ((DateTimeOffset)shown["effectiveFrom"]!).ShouldBe(TestService.Policy.EffectiveFrom);
        shown["figures"]!.AsArray().Count.ShouldBe(TestService.Policy.Figures.Count);
        shown["figures"]!.AsArray().Select(figure => figure!.ToJsonString()).ShouldContain(
            """{"path":"$.components[0].shelfLife","value":"P35D","source":"Circular 26/2013/TT-BYT Art. 22, CPDA","verified":true,"about":"D0001"}""");
        ((int)shown["unverified"]!).ShouldBe(TestService.Policy.Figures.Count(figure => !figure.Verified));
        shown["versions"]!.AsArray().Select(version => (string?)version!["version"]).ShouldBe(["vn-26-2013.1", "vn-26-2013.2"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Is_shown_by_what_was_read_and_what_was_not(bool verified)
    {
        var shown = (await _service.GetAsync($"/policy?verified={verified}")).Body!;

        shown["figures"]!.AsArray().Select(figure => (string?)figure!["path"]).ShouldBe(
            TestService.Policy.Figures.Where(figure => figure.Verified == verified).Select(figure => figure.Path));
        shown["figures"]!.AsArray().ShouldAllBe(figure => (bool)figure!["verified"]! == verified);
        ((int)shown["unverified"]!).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("2026-12-31T23:59:59%2B07:00", "vn-26-2013.1")]
    [InlineData("2027-01-01T00:00:00%2B07:00", "vn-26-2013.2")]
    [InlineData("2026-12-31T17:00:00Z", "vn-26-2013.2")]
    public async Task Is_shown_as_it_was_or_will_be(string at, string version) =>
        ((string?)(await _service.GetAsync($"/policy?at={at}")).Body!["version"]).ShouldBe(version);

    [Theory]
    [InlineData("at=yesterday", "at")]
    [InlineData("at=2027-01-01T00:00:00", "at")]
    [InlineData("verified=perhaps", "verified")]
    public async Task Is_not_guessed_from_a_question_that_cannot_be_read(string query, string field)
    {
        var answer = await _service.GetAsync($"/policy?{query}");
        (answer.Status, answer.Code, answer.Field).ShouldBe((400, "invalid-value", field));
    }

    [Fact]
    public async Task Is_for_staff_only()
    {
        _service.Client.DefaultRequestHeaders.Authorization = null;
        (await _service.GetAsync("/policy")).Code.ShouldBe("not-authenticated");
        (await _service.SendAsync(HttpMethod.Get, "/policy", null, _service.Token(Roles.Auditor))).Status.ShouldBe(200);
    }

    private static PolicyPack Second()
    {
        var pack = JsonNode.Parse(File.ReadAllText(Path.Combine(TestNodes.RepositoryRoot, "infra/policies/vn-26-2013.json")))!;
        pack["version"] = "vn-26-2013.2";
        pack["effectiveFrom"] = "2027-01-01T00:00:00+07:00";
        pack["returnLimit"]!["value"] = "PT20M";
        return PolicyPack.Load(pack.ToJsonString());
    }

    private async Task ReturnAsync(string key, params (string Name, string Value)[] headers) =>
        (await _service.SendAsync(HttpMethod.Post, $"/returns/{_unit}", null, null, [("Idempotency-Key", key), .. headers])).Status.ShouldBe(200);

    private async Task<IReadOnlyList<(string?, double)>> DecidedAsync() =>
        [.. (await _store.ReadStreamAsync($"return-{_unit}")).Events.Select(stored => (stored.Metadata.Policy, ((Taken)stored.Data).Limit.TotalMinutes))];

    [StoredAs("taken.v1")]
    internal sealed record Taken(TimeSpan Limit);

    internal sealed record Return(int Count) : IAggregate<Return>
    {
        public static string Category => "return";

        public static Return Initial { get; } = new(0);

        public static Return Evolve(Return state, object @event) => new(state.Count + 1);
    }
}
