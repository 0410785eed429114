using System.Text.Json.Serialization;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Json;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Polly.Timeout;
using RabbitMQ.Client.Exceptions;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Http;

public sealed class Malformed_requests : IAsyncLifetime
{
    private const string Good = """{"order":"0f8fad5bd9cb469fa16570867728950e","lines":[{"quantity":2,"urgency":"routine"}]}""";

    private TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(app =>
    {
        app.MapPost("/orders", (HttpCommand command, PlaceOrder body) => Results.Ok(body)).RequireAuthorization(Roles.BloodBank);
        app.MapGet("/orders/{order}", (OrderId order, LogPosition? after, int page) => Results.NoContent()).RequireAuthorization(Roles.AnyStaff);
        app.MapGet("/broken", IResult () => throw new InvalidOperationException("secret detail")).RequireAuthorization(Roles.AnyStaff);
        app.MapGet("/no-broker", IResult () => throw new BrokerUnreachableException(new InvalidOperationException("refused"))).RequireAuthorization(Roles.AnyStaff);
        app.MapGet("/no-answer", IResult () => throw new TimeoutRejectedException("late")).RequireAuthorization(Roles.AnyStaff);
        app.MapGet("/outage", IResult () => throw new NpgsqlException("refused", new System.Net.Sockets.SocketException(111))).RequireAuthorization(Roles.AnyStaff);
    });

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Nothing_is_wrong_with_a_good_one()
    {
        var answer = await _service.PostAsync("/orders", Good);
        answer.Status.ShouldBe(200);
        answer.Body!.ToJsonString().ShouldBe(Good);
    }

    [Theory]
    [InlineData("""{"order":""", "invalid-body", null)]
    [InlineData("", "invalid-body", null)]
    [InlineData("null", "invalid-body", null)]
    [InlineData("[]", "invalid-body", null)]
    [InlineData("""{"lines":[]}""", "invalid-field", "order")]
    [InlineData("""{"order":null,"lines":[]}""", "invalid-field", "order")]
    [InlineData("""{"order":"x","lines":[]}""", "invalid-field", "order")]
    [InlineData("""{"order":"0f8fad5bd9cb469fa16570867728950e","lines":null}""", "invalid-field", "lines")]
    [InlineData("""{"order":"0f8fad5bd9cb469fa16570867728950e","lines":[{"quantity":"many","urgency":"routine"}]}""", "invalid-field", "lines[0].quantity")]
    [InlineData("""{"order":"0f8fad5bd9cb469fa16570867728950e","lines":[{"quantity":2,"urgency":"whenever"}]}""", "invalid-field", "lines[0].urgency")]
    [InlineData("""{"order":"0f8fad5bd9cb469fa16570867728950e","lines":[{"quantity":2,"urgency":1}]}""", "invalid-field", "lines[0].urgency")]
    [InlineData("""{"order":"0f8fad5bd9cb469fa16570867728950e","lines":[{"urgency":"routine"}]}""", "invalid-field", "lines[0].quantity")]
    [InlineData("""{"order":"0f8fad5bd9cb469fa16570867728950e","order":"0f8fad5bd9cb469fa16570867728950e","lines":[]}""", "invalid-field", "order")]
    public async Task In_the_body_are_answered_with_the_field(string json, string code, string? field)
    {
        var answer = await _service.PostAsync("/orders", json);

        answer.Status.ShouldBe(400);
        answer.Code.ShouldBe(code);
        answer.Field.ShouldBe(field);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Title.ShouldNotBeNull().ShouldNotContain("System.");
        answer.Title!.ShouldNotContain("Distribution.");
    }

    [Theory]
    [InlineData("/orders/nonsense?page=1", "order")]
    [InlineData("/orders/0f8fad5bd9cb469fa16570867728950e?page=one", "page")]
    [InlineData("/orders/0f8fad5bd9cb469fa16570867728950e", "page")]
    [InlineData("/orders/0f8fad5bd9cb469fa16570867728950e?page=1&after=later", "after")]
    public async Task In_route_and_query_are_answered_with_the_parameter(string path, string parameter)
    {
        var answer = await _service.GetAsync(path);
        (answer.Status, answer.Code, answer.Field).ShouldBe((400, "invalid-value", parameter));
    }

    [Fact]
    public async Task Of_another_content_type_are_refused()
    {
        using var content = new StringContent("order=1", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        content.Headers.Add("Idempotency-Key-Ignored", "x");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/orders") { Content = content };
        request.Headers.Add("Idempotency-Key", "k");
        var answer = await Answer.ReadAsync(await _service.Client.SendAsync(request));
        (answer.Status, answer.Code).ShouldBe((415, "content-type-invalid"));
    }

    [Fact]
    public async Task At_a_wrong_address_or_with_a_wrong_method_say_so()
    {
        var nowhere = await _service.GetAsync("/nowhere");
        (nowhere.Status, nowhere.Code).ShouldBe((404, "not-found"));
        var method = await _service.SendAsync(HttpMethod.Delete, "/orders");
        (method.Status, method.Code).ShouldBe((405, "method-not-allowed"));
    }

    [Fact]
    public async Task Are_told_apart_from_our_own_failures_which_tell_no_details()
    {
        var answer = await _service.GetAsync("/broken");

        (answer.Status, answer.Code).ShouldBe((500, "unexpected"));
        answer.Body!.ToJsonString().ShouldNotContain("secret");
        _service.Log.Lines.ShouldContain(line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("secret detail"));
    }

    [Fact]
    public async Task Are_told_apart_from_an_outage_of_the_database()
    {
        var answer = await _service.GetAsync("/outage");

        (answer.Status, answer.Code).ShouldBe((503, "database-unavailable"));
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("/no-broker", "broker-unavailable")]
    [InlineData("/no-answer", "database-unavailable")]
    public async Task Are_told_apart_from_whatever_else_is_away(string path, string code)
    {
        var answer = await _service.GetAsync(path);

        (answer.Status, answer.Code).ShouldBe((503, code));
    }

    [Theory]
    [InlineData("{\"remark\":\"a\\u0000b\",%", "remark")]
    [InlineData("{\"remark\":\"a\\u001bb\",%", "remark")]
    [InlineData("{\"needed\":\"2026-03-01T14:05:00\",%", "needed")]
    [InlineData("{\"needed\":\"2026-03-01\",%", "needed")]
    [InlineData("{\"needed\":\"noon\",%", "needed")]
    [InlineData("{\"tags\":[\"a\",null],%", "tags")]
    public async Task Of_text_times_and_lists_are_answered_with_the_field(string beginning, string field)
    {
        var answer = await _service.PostAsync("/orders", beginning.Replace("%", Good[1..], StringComparison.Ordinal));

        (answer.Status, answer.Code, answer.Field).ShouldBe((400, "invalid-field", field));
        if (field == "needed")
            answer.Title.ShouldNotBeNull().ShouldContain("offset");
    }

    [Theory]
    [InlineData("2026-03-01T14:05:00+07:00")]
    [InlineData("2026-03-01T14:05:00.5Z")]
    [InlineData("2026-03-01T14:05Z")]
    public async Task Are_neither_lines_nor_tabs_nor_times_with_their_offset(string needed)
    {
        var answer = await _service.PostAsync("/orders", $$"""{"remark":"a\r\n\tb","needed":"{{needed}}","tags":["a"],{{Good[1..]}}""");

        answer.Status.ShouldBe(200);
        ((string?)answer.Body!["remark"]).ShouldBe("a\r\n\tb");
    }

    internal sealed record PlaceOrder(OrderId Order, IReadOnlyList<OrderLine> Lines, string? Remark, int? Priority, DateTimeOffset? Needed, IReadOnlyList<string>? Tags);

    internal sealed record OrderLine(int Quantity, Urgency Urgency);

    [JsonConverter(typeof(KebabEnumConverter<Urgency>))]
    internal enum Urgency
    {
        Routine,
        Emergency,
    }
}
