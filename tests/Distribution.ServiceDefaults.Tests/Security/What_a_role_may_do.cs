using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.ServiceDefaults.Tests.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Security;

public sealed class What_a_role_may_do : IAsyncLifetime
{
    private TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(app =>
    {
        foreach (var role in Roles.All)
            app.MapGet($"/{role}", () => Results.NoContent()).RequireAuthorization(role);
        app.MapGet("/board", () => Results.NoContent()).RequireAuthorization(Roles.AnyStaff);
        app.MapPost("/note", () => Results.NoContent()).RequireAuthorization(Roles.AnyStaff);
        app.MapGet("/forgotten", () => Results.NoContent());
        app.MapGet("/stock/{site}", (SiteId site, Caller caller) =>
        {
            caller.RequireReading(site);
            return Results.NoContent();
        }).RequireAuthorization(Roles.AnyStaff);
        app.MapPost("/stock/{site}", (SiteId site, Caller caller) =>
        {
            caller.RequireAt(site);
            return Results.NoContent();
        }).RequireAuthorization(Roles.AnyStaff);
    });

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Is_what_its_own_policy_guards_and_nothing_else()
    {
        foreach (var held in Roles.All)
        {
            foreach (var asked in Roles.All)
                (await AsAsync(HttpMethod.Get, $"/{asked}", held)).Status.ShouldBe(held == asked ? 204 : 403, $"{held} at /{asked}");
        }
    }

    [Fact]
    public async Task Is_told_and_logged_when_it_is_missing()
    {
        var answer = await AsAsync(HttpMethod.Get, "/releaser", Roles.Laboratory);

        (answer.Status, answer.Code, answer.ContentType).ShouldBe((403, "role-missing", "application/problem+json"));
        answer.Title.ShouldNotBeNull().ShouldContain("releaser");
        _service.Log.Lines.ShouldContain(line => line.Contains("Role missing: GET /releaser by A9999-N01 at HN-XP, wanted releaser"));
    }

    [Fact]
    public async Task Is_nothing_where_an_endpoint_names_no_policy() =>
        (await AsAsync(HttpMethod.Get, "/forgotten", [.. Roles.All])).Status.ShouldBe(403);

    [Fact]
    public async Task Is_nothing_without_a_role_that_is_known()
    {
        (await AsAsync(HttpMethod.Get, "/board")).Status.ShouldBe(403);
        (await AsAsync(HttpMethod.Get, "/board", "director")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Is_reading_only_for_an_auditor()
    {
        (await AsAsync(HttpMethod.Get, "/board", Roles.Auditor)).Status.ShouldBe(204);
        (await AsAsync(HttpMethod.Post, "/note", Roles.Auditor)).Status.ShouldBe(403);
        (await AsAsync(HttpMethod.Post, "/note", Roles.Dispatcher)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task Ends_at_the_site_the_caller_stands_in()
    {
        (await AsAsync(HttpMethod.Get, "/stock/HN-XP", Roles.BloodBank)).Status.ShouldBe(204);
        var answer = await AsAsync(HttpMethod.Get, "/stock/HN-PS", Roles.BloodBank);
        (answer.Status, answer.Code).ShouldBe((403, "wrong-site"));
        _service.Log.Lines.ShouldContain(line => line.Contains("wrong-site: GET /stock/{site} by A9999-N01"));
        (await AsAsync(HttpMethod.Get, "/stock/HN-PS", Roles.Auditor)).Status.ShouldBe(204);
        (await AsAsync(HttpMethod.Post, "/stock/HN-PS", Roles.BloodBank)).Code.ShouldBe("wrong-site");
    }

    [Fact]
    public async Task Does_not_show_strangers_which_addresses_exist()
    {
        using var client = new HttpClient { BaseAddress = _service.Client.BaseAddress };
        foreach (var path in new[] { "/board", "/nowhere", "/forgotten" })
            ((int)(await client.GetAsync(path)).StatusCode).ShouldBe(401, path);
    }

    private Task<Answer> AsAsync(HttpMethod method, string path, params string[] roles) =>
        _service.SendAsync(method, path, null, _service.Token(roles));
}
