using System.Text.Json.Serialization;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Json;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;
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

    internal sealed record PlaceOrder(OrderId Order, IReadOnlyList<OrderLine> Lines, string? Remark, int? Priority);

    internal sealed record OrderLine(int Quantity, Urgency Urgency);

    [JsonConverter(typeof(KebabEnumConverter<Urgency>))]
    internal enum Urgency
    {
        Routine,
        Emergency,
    }
}
