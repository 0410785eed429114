using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Distribution.Contracts;
using Distribution.ServiceDefaults.Bus;
using Distribution.Testing;
using MassTransit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Bus;

public sealed class Dead_letters : IAsyncLifetime
{
    private static readonly Guid[] Ids = [.. Enumerable.Range(1, 3).Select(i => Guid.Parse($"01890000-0000-7000-8000-00000000000{i}"))];

    private readonly BrokerFixture _broker = new();

    public Task InitializeAsync() => _broker.InitializeAsync();

    public Task DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Are_listed_with_what_they_were_and_why_and_stay()
    {
        await using var inventory = await WithThreeDeadAsync();

        var first = await inventory.DeadLetters.ListAsync(10);
        var second = await inventory.DeadLetters.ListAsync(10);

        second.ShouldBe(first);
        first.Select(letter => letter.MessageId).ShouldBe(Ids.Select(id => id.ToString()), ignoreOrder: true);
        first.ShouldAllBe(letter =>
            letter.Type == "Distribution.Contracts.Request.V1.ReleaseReservation"
            && letter.Reason == "delivery_limit"
            && letter.Deaths == 1
            && letter.DiedAt > Given.At
            && letter.Body.Contains("\"reason\":\"dead "));
    }

    [Fact]
    public async Task Stay_however_often_they_are_looked_at()
    {
        await using var inventory = await WithThreeDeadAsync();

        for (var look = 0; look < 30; look++)
            (await inventory.DeadLetters.ListAsync(2)).Count.ShouldBe(2);

        (await inventory.DeadLetters.ListAsync(10)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task One_is_replayed_and_the_others_stay()
    {
        await using var inventory = await WithThreeDeadAsync();
        inventory.Received.Handle = _ => Task.CompletedTask;
        inventory.Received.All.Clear();

        (await inventory.DeadLetters.ReplayAsync(Ids[1].ToString())).ShouldBeTrue();

        await Expect.BecomesAsync(() => inventory.Received.All.Count, 1);
        inventory.Received.All.Single().MessageId.ShouldBe(Ids[1]);
        (await inventory.DeadLetters.ListAsync(10)).Select(letter => letter.MessageId)
            .ShouldBe([Ids[0].ToString(), Ids[2].ToString()], ignoreOrder: true);
        (await inventory.DeadLetters.ReplayAsync(Ids[1].ToString())).ShouldBeFalse();
    }

    [Fact]
    public async Task All_are_replayed_under_their_own_ids()
    {
        await using var inventory = await WithThreeDeadAsync();
        inventory.Received.Handle = _ => Task.CompletedTask;
        inventory.Received.All.Clear();

        (await inventory.DeadLetters.ReplayAllAsync()).ShouldBe(3);

        await Expect.BecomesAsync(() => inventory.Received.All.Count, 3);
        inventory.Received.All.Select(delivery => delivery.MessageId).ShouldBe(Ids.Cast<Guid?>(), ignoreOrder: true);
        (await inventory.DeadLetters.ListAsync(10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_fails_again_dies_again_and_says_so()
    {
        await using var inventory = await WithThreeDeadAsync();

        await inventory.DeadLetters.ReplayAllAsync();

        await Expect.BecomesAsync(async () => (await inventory.DeadLetters.ListAsync(10)).Count(letter => letter.Deaths == 2), 3);
    }

    [Fact]
    public async Task One_without_an_id_can_be_named_all_the_same()
    {
        await using var inventory = await BusHost.StartAsync(Routes.Inventory, _broker.Uri);
        await using var connection = await _broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync(Topology.DeadLetterExchange, "inventory", mandatory: true, new BasicProperties(), Encoding.UTF8.GetBytes("junk"));
        await Expect.BecomesAsync(async () => (await inventory.DeadLetters.ListAsync(10)).Count, 1);

        var letter = (await inventory.DeadLetters.ListAsync(10)).Single();

        letter.MessageId.ShouldStartWith("sha256-");
        letter.Type.ShouldBeNull();
        letter.Body.ShouldBe("junk");
        (await inventory.DeadLetters.ReplayAsync(letter.MessageId)).ShouldBeTrue();
        await Expect.BecomesAsync(() => _broker.DepthAsync("inventory"), 1L);
    }

    [Fact]
    public async Task Their_number_is_measured()
    {
        await using var inventory = await WithThreeDeadAsync(new HurriedClock(20));

        await Expect.BecomesAsync(() => inventory.Services.GetRequiredService<QueueDepthSampler>().Dead, 3L);
        await Expect.BecomesAsync(() => inventory.Services.GetRequiredService<QueueDepthSampler>().Queue, 0L);
    }

    [Fact]
    public async Task Are_shown_and_replayed_over_HTTP_to_operators_only()
    {
        await using var inventory = await WithThreeDeadAsync();
        await using var application = await ApplicationAsync(inventory.DeadLetters);
        using var client = application.GetTestClient();

        (await client.GetAsync("/operations/dead-letters")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        client.DefaultRequestHeaders.Add("Role", "blood-bank");
        (await client.GetAsync("/operations/dead-letters")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await client.PostAsync("/operations/dead-letters/replay", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        client.DefaultRequestHeaders.Remove("Role");
        client.DefaultRequestHeaders.Add("Role", "operator");

        (await client.GetFromJsonAsync<List<DeadLetter>>("/operations/dead-letters?maximum=2"))!.Count.ShouldBe(2);
        (await client.PostAsync($"/operations/dead-letters/{Ids[0]}/replay", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.PostAsync("/operations/dead-letters/nothing/replay", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await (await client.PostAsync("/operations/dead-letters/replay", null)).Content.ReadFromJsonAsync<ReplayedDeadLetters>())!
            .Replayed.ShouldBeGreaterThanOrEqualTo(2);
    }

    private async Task<BusHost> WithThreeDeadAsync(TimeProvider? time = null)
    {
        var inventory = await BusHost.StartAsync(
            Routes.Inventory, _broker.Uri, [typeof(TakeReleaseReservation)], services => services.AddSingleton(time ?? TimeProvider.System));
        inventory.Received.Handle = _ => throw new InvalidOperationException("cannot be handled");
        foreach (var id in Ids)
            await inventory.Bus.Publish(Given.Message($"dead {id}"), context => context.MessageId = id);
        await Expect.BecomesAsync(() => _broker.DepthAsync("inventory.dead"), 3L);
        return inventory;
    }

    private static async Task<WebApplication> ApplicationAsync(DeadLetters letters)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Services.AddRouting();
        builder.Services.AddSingleton(letters);
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, RoleHeader>("test", null);
        builder.Services.AddAuthorizationBuilder().AddPolicy("operator", policy => policy.RequireRole("operator"));
        var application = builder.Build();
        application.UseRouting();
        application.UseAuthentication();
        application.UseAuthorization();
        application.MapDeadLetters();
        await application.StartAsync();
        return application;
    }

    private sealed class RoleHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers["Role"].ToString() is { Length: > 0 } role
                ? AuthenticateResult.Success(new AuthenticationTicket(
                    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, role)], "test")), "test"))
                : AuthenticateResult.NoResult());
    }
}
