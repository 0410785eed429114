using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Http;

public sealed class Command_headers : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 7, 0, 0, TimeSpan.Zero);

    private TestService _service = null!;
    private HttpCommand? _command;
    private HoldUnit? _body;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(
        app => app.MapPost("/units/{unit}/hold", (string unit, HttpCommand command, HoldUnit body) =>
        {
            (_command, _body) = (command, body);
            return Results.NoContent();
        }).RequireAuthorization(Roles.BloodBank),
        new ManualClock(Now));

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Become_the_context_of_the_command_and_leave_the_body_to_be_read()
    {
        (await HoldAsync(("Idempotency-Key", "scan-17"), ("If-Match", "\"7\""), ("Occurred-At", "2026-03-01T13:30:00+07:00"), ("Correlation-Id", "c-1"))).Status.ShouldBe(204);

        var context = _command.ShouldNotBeNull().Context;
        context.Key.ShouldBe("http:POST /units/U1/hold:HN-XP:scan-17");
        context.ExpectedVersion.ShouldBe(7);
        context.Policy.ShouldBe(TestService.Policy.Version);
        context.CorrelationId.ShouldBe("c-1");
        context.Provenance.Actor.ShouldBe("A9999-N01");
        context.Provenance.Site.ShouldBe(TestService.Site);
        context.Provenance.OccurredAt.ShouldBe(new DateTimeOffset(2026, 3, 1, 6, 30, 0, TimeSpan.Zero));
        context.Provenance.OccurredAt.Offset.ShouldBe(TimeSpan.Zero);
        context.Provenance.Now.ShouldBe(Now);
        _command!.Caller.Roles.ShouldBe([Roles.BloodBank]);
        _body.ShouldBe(new HoldUnit("leak"));
    }

    [Fact]
    public async Task Are_defaulted_where_only_the_key_is_sent()
    {
        (await HoldAsync(("Idempotency-Key", "k"))).Status.ShouldBe(204);

        var context = _command.ShouldNotBeNull().Context;
        context.ExpectedVersion.ShouldBeNull();
        context.CorrelationId.ShouldNotBeNullOrEmpty();
        context.Provenance.OccurredAt.ShouldBe(Now);
    }

    [Fact]
    public async Task Tell_the_same_body_from_another_by_its_fingerprint()
    {
        var prints = new List<string?>();
        foreach (var reason in new[] { "leak", "leak", "clot" })
        {
            await HoldAsync(reason, ("Idempotency-Key", "k"));
            prints.Add(_command!.Context.Fingerprint);
        }

        prints[1].ShouldBe(prints[0]);
        prints[2].ShouldNotBe(prints[0]);
    }

    [Fact]
    public async Task Tell_another_person_time_or_query_from_the_same_act_by_its_fingerprint()
    {
        var other = DevelopmentTokens.Create(_service.KeyFile, "A9999-N02", [Roles.BloodBank], TestService.Site, TimeSpan.FromMinutes(5));
        var prints = new List<string?>();
        foreach (var (query, token, time) in new[]
        {
            ("", null, "2026-03-01T06:00:00Z"),
            ("", null, "2026-03-01T06:00:00Z"),
            ("", other, "2026-03-01T06:00:00Z"),
            ("", null, "2026-03-01T06:00:01Z"),
            ("?force=true", null, "2026-03-01T06:00:00Z"),
        })
        {
            await _service.SendAsync(
                HttpMethod.Post, $"/units/U1/hold{query}", """{"reason":"leak"}""", token, ("Idempotency-Key", "k"), ("Occurred-At", time));
            prints.Add(_command!.Context.Fingerprint);
        }

        prints[1].ShouldBe(prints[0]);
        prints[1..].Distinct().Count().ShouldBe(4);
    }

    [Theory]
    [InlineData("Idempotency-Key", null, 400, "idempotency-key-missing")]
    [InlineData("Idempotency-Key", "has space", 400, "idempotency-key-invalid")]
    [InlineData("If-Match", "7", 400, "if-match-invalid")]
    [InlineData("If-Match", "W/\"7\"", 400, "if-match-invalid")]
    [InlineData("If-Match", "\"-7\"", 400, "if-match-invalid")]
    [InlineData("If-Match", "*", 400, "if-match-invalid")]
    [InlineData("Occurred-At", "yesterday", 400, "occurred-at-invalid")]
    [InlineData("Occurred-At", "2026-03-01T13:30:00", 400, "occurred-at-invalid")]
    [InlineData("Occurred-At", "01/03/2026 13:30:00 +07:00", 400, "occurred-at-invalid")]
    [InlineData("Occurred-At", "2026-03-01T07:02:01Z", 422, "occurred-in-future")]
    [InlineData("Correlation-Id", "two words", 400, "correlation-id-invalid")]
    public async Task Are_refused_by_name_when_wrong(string header, string? value, int status, string code)
    {
        (string, string)[] headers = value is null ? [] : header == "Idempotency-Key" ? [(header, value)] : [("Idempotency-Key", "k"), (header, value)];

        var answer = await HoldAsync(headers);

        answer.Status.ShouldBe(status);
        answer.Code.ShouldBe(code);
        answer.Field.ShouldBe(header);
        answer.ContentType.ShouldBe("application/problem+json");
        _command.ShouldBeNull();
    }

    [Fact]
    public async Task Refuse_a_key_longer_than_100_characters()
    {
        (await HoldAsync(("Idempotency-Key", new string('k', 100)))).Status.ShouldBe(204);
        (await HoldAsync(("Idempotency-Key", new string('k', 101)))).Code.ShouldBe("idempotency-key-invalid");
    }

    [Fact]
    public async Task Allow_a_clock_that_is_two_minutes_fast() =>
        (await HoldAsync(("Idempotency-Key", "k"), ("Occurred-At", "2026-03-01T07:02:00Z"))).Status.ShouldBe(204);

    [Fact]
    public async Task Stand_in_the_description_of_the_api()
    {
        var document = (await _service.GetAsync("/openapi/v1.json")).Body.ShouldNotBeNull();

        var operation = document["paths"]!["/units/{unit}/hold"]!["post"]!;
        operation["parameters"]!.AsArray().Where(parameter => (string?)parameter!["in"] == "header").Select(parameter => (string?)parameter!["name"])
            .ShouldBe(["Idempotency-Key", "If-Match", "Occurred-At", "Correlation-Id"]);
        foreach (var status in new[] { "400", "401", "403", "409", "422", "503" })
            operation["responses"]![status].ShouldNotBeNull(status);
    }

    private Task<Answer> HoldAsync(params (string, string)[] headers) => HoldAsync("leak", headers);

    private Task<Answer> HoldAsync(string reason, params (string, string)[] headers) =>
        _service.SendAsync(HttpMethod.Post, "/units/U1/hold", $$"""{"reason":"{{reason}}"}""", null, headers);

    internal sealed record HoldUnit(string Reason);
}
