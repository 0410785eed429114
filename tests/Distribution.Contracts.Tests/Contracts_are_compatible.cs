using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.ServiceDefaults.Bus;
using Distribution.Testing;
using MassTransit;
using MassTransit.Serialization;
using Shouldly;
using Xunit;

namespace Distribution.Contracts.Tests;

/// <summary>
/// Services are deployed one after the other and queues hold messages of yesterday: within a version only nullable
/// members are added. When one is, the former full example stays beside the new one under a name of its own, such as
/// <c>….full-until-2026-03.approved.json</c>: whatever stands in Approved must be readable.
/// </summary>
public sealed class Contracts_are_compatible
{
    /// <summary>As the bus of the services writes and reads.</summary>
    private static readonly JsonSerializerOptions OnTheBus = MessageJson.From(SystemTextJsonMessageSerializer.Options);

    private static readonly JsonSerializerOptions ForReaders = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Contracts => [.. Routes.All.Select(route => NameOf(route.Contract))];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Its_JSON_is_approved_with_everything_set_and_with_only_what_it_requires(string contract)
    {
        var (full, minimal) = Examples.All[TypeOf(contract)];

        Approve.Text($"{contract}.full.json", Write(full));
        Approve.Text($"{contract}.minimal.json", Write(minimal));
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void The_full_example_has_every_member_and_the_minimal_one_those_that_are_required(string contract)
    {
        var (full, minimal) = Examples.All[TypeOf(contract)];
        var properties = OnTheBus.GetTypeInfo(TypeOf(contract)).Properties;

        MembersOf(full).ShouldBe(properties.Select(property => property.Name), ignoreOrder: true);
        MembersOf(minimal).ShouldBe(properties.Where(property => property.IsRequired).Select(property => property.Name), ignoreOrder: true);
        MembersOf(full, "by").Count().ShouldBe(5);
        MembersOf(minimal, "by").ShouldBe(["actor", "site", "occurredAt"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void What_was_ever_approved_is_still_read_and_says_the_same(string contract)
    {
        var files = Directory.GetFiles(Folder(), $"{contract}.*.approved.json");
        files.Length.ShouldBeGreaterThanOrEqualTo(2);

        foreach (var file in files)
        {
            var approved = JsonNode.Parse(File.ReadAllText(file));
            var message = approved.Deserialize(TypeOf(contract), OnTheBus);
            JsonNode.DeepEquals(JsonSerializer.SerializeToNode(message, TypeOf(contract), OnTheBus), approved).ShouldBeTrue($"{file} is read as {message}");
        }
    }

    [Fact]
    public void Every_approved_file_belongs_to_a_contract()
    {
        var files = Directory.GetFiles(Folder(), "*.approved.json").Select(file => Path.GetFileName(file)!).ToList();
        files.Count.ShouldBeGreaterThanOrEqualTo(2 * Routes.All.Count);

        files.Where(file => !Routes.All.Any(route => file.StartsWith($"{NameOf(route.Contract)}.", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    /// <summary>A receiver that does not know a member yet lets it pass.</summary>
    [Theory]
    [MemberData(nameof(Contracts))]
    public void A_member_that_is_added_later_does_not_disturb(string contract)
    {
        var tomorrow = JsonSerializer.SerializeToNode(Examples.All[TypeOf(contract)].Full, TypeOf(contract), OnTheBus)!.AsObject();
        tomorrow["addedTomorrow"] = "a value";

        Should.NotThrow(() => tomorrow.Deserialize(TypeOf(contract), OnTheBus));
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void A_message_that_lacks_what_is_required_is_refused_and_not_filled_with_nothing(string contract)
    {
        var whole = JsonSerializer.SerializeToNode(Examples.All[TypeOf(contract)].Minimal, TypeOf(contract), OnTheBus)!.AsObject();
        whole.Count.ShouldBeGreaterThan(1);
        foreach (var member in whole.Select(member => member.Key).ToList())
        {
            var lacking = whole.DeepClone().AsObject();
            lacking.Remove(member);
            Should.Throw<JsonException>(() => lacking.Deserialize(TypeOf(contract), OnTheBus), $"{contract} without {member}");
        }
    }

    /// <summary>The name by which the bus tells messages apart is part of the contract: a moved type would no longer be recognized.</summary>
    [Fact]
    public void The_names_on_the_bus_are_approved() =>
        Approve.Text("message-urns.txt", string.Join('\n', Routes.All.Select(route => MessageUrn.ForTypeString(route.Contract)).Order(StringComparer.Ordinal)));

    /// <summary>Where a message is published to.</summary>
    [Fact]
    public void The_exchanges_are_approved() =>
        Approve.Text("exchanges.txt", string.Join('\n', Routes.All.Select(route => Topology.ExchangeOf(route.Contract)).Order(StringComparer.Ordinal)));

    /// <summary>An example shows one word of each list; the other side has to know them all.</summary>
    [Fact]
    public void The_words_of_every_list_are_approved()
    {
        var lists = Routes.All.SelectMany(route => Parts.Of(route.Contract)).Where(type => type.IsEnum).Distinct().OrderBy(type => type.FullName, StringComparer.Ordinal).ToList();
        lists.Count.ShouldBeGreaterThan(3);

        Approve.Text("words.txt", string.Join('\n', lists.Select(type =>
            $"{type.FullName}: {string.Join(", ", Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, type, OnTheBus)!.GetValue<string>()))}")));
    }

    private static string Write(object message) =>
        JsonSerializer.SerializeToNode(message, message.GetType(), OnTheBus)!.ToJsonString(ForReaders);

    private static IEnumerable<string> MembersOf(object message, string? part = null)
    {
        var node = JsonSerializer.SerializeToNode(message, message.GetType(), OnTheBus)!;
        return (part is null ? node : node[part]!).AsObject().Select(member => member.Key);
    }

    /// <summary>"Donation.V1.ComponentPrepared".</summary>
    private static string NameOf(Type contract) => contract.FullName!["Distribution.Contracts.".Length..];

    private static Type TypeOf(string contract) => typeof(Routes).Assembly.GetType($"Distribution.Contracts.{contract}", throwOnError: true)!;

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Approved");
}
