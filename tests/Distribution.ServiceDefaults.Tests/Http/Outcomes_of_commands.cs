using Distribution.Blood.Deciding;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Http;

public sealed class Outcomes_of_commands : IAsyncLifetime
{
    private static readonly LogPosition Position = new(7421, 1033);

    private TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(app =>
    {
        Map(app, "/done", new Outcome.Done(Position, Repeated: false));
        Map(app, "/repeated", new Outcome.Done(Position, Repeated: true));
        Map(app, "/refused-once", new Outcome.Refused([new Rejection("unit-expired", "The unit has expired.", "unit")]));
        Map(app, "/refused-twice", new Outcome.Refused([new Rejection("unit-expired", "The unit has expired.", "unit"), new Rejection("unit-held", "The unit is on hold.")]));
        Map(app, "/stale", new Outcome.Stale("unit-U1", 3, 5));
        app.MapGet("/versioned", () => Answers.WithETag(7, new { Unit = "U1" })).RequireAuthorization(Roles.AnyStaff);
        app.MapGet("/missing", () => Answers.NotFound("unknown-unit", "There is no such unit.")).RequireAuthorization(Roles.AnyStaff);
        app.MapGet("/invalid", () => Answers.Invalid("group", "unknown-group", "There is no such group.")).RequireAuthorization(Roles.AnyStaff);
    });

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Done_tells_its_position_and_whatever_the_slice_adds()
    {
        var answer = await _service.GetAsync("/done");

        answer.Status.ShouldBe(200);
        answer.Body!.ToJsonString().ShouldBe("""{"position":"7421-1033","repeated":false,"unit":"U1"}""");
        answer.Headers.GetValues("Log-Position").ShouldBe(["7421-1033"]);
    }

    [Fact]
    public async Task A_repeat_says_so() =>
        ((bool)(await _service.GetAsync("/repeated")).Body!["repeated"]!).ShouldBeTrue();

    [Fact]
    public async Task One_reason_lends_the_problem_its_code()
    {
        var answer = await _service.GetAsync("/refused-once");

        (answer.Status, answer.Code, answer.Field, answer.Title).ShouldBe((422, "unit-expired", "unit", "The unit has expired."));
        ((string?)answer.Body!["type"]).ShouldBe("urn:distribution:problem:unit-expired");
        ((int)answer.Body["status"]!).ShouldBe(422);
        answer.Body["reasons"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Several_reasons_are_all_told()
    {
        var answer = await _service.GetAsync("/refused-twice");

        (answer.Status, answer.Code).ShouldBe((422, "refused"));
        answer.Body!["reasons"]!.ToJsonString().ShouldBe(
            """[{"code":"unit-expired","message":"The unit has expired.","field":"unit"},{"code":"unit-held","message":"The unit is on hold."}]""");
    }

    [Fact]
    public async Task Stale_is_a_conflict()
    {
        var answer = await _service.GetAsync("/stale");
        (answer.Status, answer.Code).ShouldBe((409, "stale"));
    }

    [Fact]
    public async Task What_is_missing_or_invalid_has_a_code()
    {
        var missing = await _service.GetAsync("/missing");
        (missing.Status, missing.Code).ShouldBe((404, "unknown-unit"));
        var invalid = await _service.GetAsync("/invalid");
        (invalid.Status, invalid.Code, invalid.Field).ShouldBe((400, "unknown-group", "group"));
    }

    [Fact]
    public async Task A_version_is_an_entity_tag_and_is_not_sent_twice()
    {
        var first = await _service.GetAsync("/versioned");
        first.Headers.ETag!.Tag.ShouldBe("\"7\"");
        first.Body!.ToJsonString().ShouldBe("""{"unit":"U1"}""");

        (await _service.GetAsync("/versioned", ("If-None-Match", "\"7\""))).Status.ShouldBe(304);
        (await _service.GetAsync("/versioned", ("If-None-Match", "\"6\""))).Status.ShouldBe(200);
    }

    private static void Map(WebApplication app, string path, Outcome outcome) =>
        app.MapGet(path, () => outcome.ToResult(_ => new { Unit = "U1" })).RequireAuthorization(Roles.AnyStaff);
}
