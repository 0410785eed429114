using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Slices;

/// <summary>The whole service on a real database and broker, and what the tests do with it again and again.</summary>
public sealed class RequestService() : ServiceFixture<Program>(Routes.Request)
{
    private static int _people;

    public CommandRunner Runner => Services.GetRequiredService<CommandRunner>();

    public HttpClient BloodBank => Client("A9991-N01", Hospital, Roles.BloodBank);

    public HttpClient SecondBloodBank => Client("A9991-N02", Hospital, Roles.BloodBank);

    public HttpClient OtherHospital => Client("A9993-N01", SiteId.Parse("HN-UB", null), Roles.BloodBank);

    public HttpClient Supplier => Client("A9990-N01", Centre, Roles.BloodBank);

    public HttpClient Auditor => Client("A9990-N09", Centre, Roles.Auditor);

    public HttpClient Operator => Client("A9990-N08", Centre, Roles.Operator);

    public static object StockOrder(int quantity = 2) => new
    {
        purpose = "stock",
        lines = new[] { new { kind = "red-cells", group = "O+", quantity } },
        neededBy = TimeProvider.System.GetUtcNow().AddDays(1),
    };

    /// <summary>A person of its own each time, all of one name.</summary>
    public static object Person(string fullName = "Test Patient", string? group = "O+", string? nationalId = null) => new
    {
        fullName,
        birthDate = "1990-04-01",
        nationalId = nationalId ?? string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _people):000000000000}"),
        group,
    };

    /// <summary>A patient of the hospital, whose group one person has found, or nobody.</summary>
    public async Task<RecipientId> RegisterAsync(string? group = "O+", string? key = null)
    {
        var answer = await BloodBank.CommandAsync("/recipients", Person(group: group), key);
        answer.EnsureSuccessStatusCode();
        return RecipientId.Parse((await answer.JsonAsync()).GetProperty("recipient").GetString()!);
    }

    /// <summary>A patient whose group two people have found.</summary>
    public async Task<RecipientId> RegisterWithGroupAsync(string group = "O+")
    {
        var recipient = await RegisterAsync(group);
        (await SecondBloodBank.CommandAsync($"/recipients/{recipient}/determinations", new { group })).EnsureSuccessStatusCode();
        return recipient;
    }

    public async Task<OrderId> PlaceAsync()
    {
        var answer = await BloodBank.CommandAsync("/orders", StockOrder());
        answer.EnsureSuccessStatusCode();
        return OrderId.Parse((await answer.JsonAsync()).GetProperty("order").GetString()!);
    }

    /// <summary>The position of a message's outcome; fails where it was not taken.</summary>
    public static LogPosition Taken(Outcome outcome) => outcome.ShouldBeOfType<Outcome.Done>().Position;

    /// <summary>What comes with a message; the same key is the same message.</summary>
    public static CommandContext Message(string key)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new CommandContext(key, new Provenance("A9990-N02", Centre, now, now), null);
    }

    public static Attribution By() => new("A9990-N02", Centre, Now, null, null);

    public async Task<JsonElement> OrderAsync(OrderId order) => await BloodBank.GetFromJsonAsync<JsonElement>($"/orders/{order}");

    public async Task<IReadOnlyList<string>> EventsAsync(OrderId order) =>
        [.. (await Store.ReadStreamAsync(Aggregate.StreamId<Order>(order.ToString()))).Events.Select(stored => stored.Type)];
}
