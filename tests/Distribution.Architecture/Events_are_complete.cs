using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Distribution.Blood.Deciding;
using Distribution.Contracts;
using Distribution.EventStore;
using Distribution.Testing;
using Shouldly;
using Xunit;

namespace Distribution.Architecture;

/// <summary>
/// An event is there for good. Whoever adds one decides at once what it is stored as, what it does to its aggregate,
/// what the other services are told, and writes all that down.
/// </summary>
public sealed partial class Events_are_complete
{
    private const string Unit = "A999926123456D0101V00";

    public static TheoryData<string> StoredNames =>
        [.. Services().SelectMany(service => TypesOf(service).ByName.Keys.Select(name => $"{service} {name}")).Order(StringComparer.Ordinal)];

    public static TheoryData<string> ServiceNames => [.. Services()];

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Every_member_of_a_family_of_events_is_stored_under_a_name_and_nothing_else_is(string service)
    {
        var domain = House.DomainOf(service);
        var families = domain.OwnTypes().Where(type => type.IsAbstract && !type.IsSealed && type.Name.EndsWith("Event", StringComparison.Ordinal)).ToList();
        families.Count.ShouldBe(AggregatesOf(domain).Count, "an aggregate has one family of events");

        foreach (var family in families)
        {
            // Nobody outside the domain can add to it.
            family.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .ShouldAllBe(constructor => constructor.IsPrivate || constructor.IsFamilyAndAssembly || IsCopy(constructor, family));
            domain.GetTypes().Count(type => type.BaseType == family).ShouldBePositive($"{family.Name} has no members");
        }

        domain.GetTypes().Where(type => families.Contains(type.BaseType!)).ShouldBe(TypesOf(service).ByName.Values, ignoreOrder: true);
        TypesOf(service).ByName.Values.ShouldAllBe(type => type.IsSealed);
        domain.GetTypes().Count(type => type.GetCustomAttribute<StoredAsAttribute>() is not null).ShouldBe(TypesOf(service).ByName.Count);
    }

    [Theory]
    [MemberData(nameof(StoredNames))]
    public void A_stored_name_says_what_happened_in_which_version(string which) =>
        Read(which).Name.ShouldMatch(@"^[a-z]+(-[a-z]+)+\.v[1-9]\d*$");

    [Theory]
    [MemberData(nameof(StoredNames))]
    public void One_aggregate_folds_it_and_the_others_refuse_it(string which)
    {
        var (service, name) = Read(which);
        var @event = Example(service, name, "full");

        AggregatesOf(House.DomainOf(service)).Where(aggregate => Folds(aggregate, @event)).ShouldHaveSingleItem($"who folds {name}?");
    }

    [Theory]
    [MemberData(nameof(StoredNames))]
    public void The_approved_full_example_has_everything_and_the_minimal_one_nothing_that_may_be_left_out(string which)
    {
        var (service, name) = Read(which);
        var type = TypesOf(service).ByName[name];

        foreach (var kind in new[] { "full", "minimal" })
        {
            // Written and read again it is the same: no member is ignored, none is read as something else.
            var approved = JsonDocument.Parse(File.ReadAllText(ApprovedFile(service, name, kind))).RootElement;
            var written = JsonSerializer.SerializeToElement(Example(service, name, kind), type, EventTypes.Json);
            JsonElement.DeepEquals(written, approved).ShouldBeTrue($"{name} {kind}: read and written again it is {written}");
        }

        MembersOf(service, name, "full").ShouldBe(Properties(type).Select(property => property.Name), ignoreOrder: true);
        MembersOf(service, name, "minimal").ShouldBe(Properties(type).Where(property => property.IsRequired).Select(property => property.Name), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Whatever_was_ever_approved_can_still_be_read(string service)
    {
        var files = Directory.GetFiles(House.PathTo($"tests/Distribution.{service}.Tests"), "*.approved.json", SearchOption.AllDirectories)
            .Where(file => EventFile().IsMatch(Path.GetFileName(file)))
            .ToList();
        files.Count.ShouldBeGreaterThanOrEqualTo(2 * TypesOf(service).ByName.Count);

        foreach (var file in files)
        {
            var name = EventFile().Match(Path.GetFileName(file)).Groups["name"].Value;
            Should.NotThrow(() => TypesOf(service).Deserialize(name, File.ReadAllBytes(file)), file);
        }
    }

    /// <summary>An example shows one word of each list; the log will hold them all.</summary>
    [Fact]
    public void The_words_of_every_list_in_an_event_are_approved()
    {
        var lists = Services().SelectMany(service => TypesOf(service).ByName.Values).SelectMany(ListsIn).Distinct()
            .OrderBy(type => type.FullName, StringComparer.Ordinal).ToList();
        lists.Count.ShouldBeGreaterThan(5);

        Approve.Text("stored-words.txt", string.Join('\n', lists.Select(type =>
            $"{type.FullName}: {string.Join(", ", Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToElement(value, type, EventTypes.Json).GetString()))}")));
    }

    [Theory]
    [MemberData(nameof(StoredNames))]
    public void The_others_are_told_of_it_or_it_is_listed_as_private(string which)
    {
        var (service, name) = Read(which);
        var description = Hosts.DescriptionOf(HostOf(service));
        var isPrivate = description.Contracts.NotPublished.Contains(TypesOf(service).ByName[name]);

        var told = Told(service, name);
        if (isPrivate)
            told.ShouldBeEmpty($"{name} is listed as private");
        else
            told.ShouldNotBeEmpty($"{name} is not listed as private and nothing is told of it");
        foreach (var contract in told)
            Routes.All.Single(route => route.Contract == contract).Publisher.ShouldBe(description.Name);
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Private_are_only_events_that_exist_and_each_once(string service)
    {
        var listed = Hosts.DescriptionOf(HostOf(service)).Contracts.NotPublished;
        listed.ShouldNotBeEmpty();
        listed.ShouldBeSubsetOf(TypesOf(service).ByName.Values);
        listed.ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void Every_contract_of_a_service_tells_of_some_event(string service)
    {
        var contracts = Routes.All.Where(route => route.Publisher == Hosts.DescriptionOf(HostOf(service)).Name).Select(route => route.Contract).ToList();
        contracts.ShouldNotBeEmpty();

        TypesOf(service).ByName.Keys.SelectMany(name => Told(service, name)).Distinct().ShouldBe(contracts, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void The_catalog_has_a_row_for_each_event_and_for_nothing_else(string service) =>
        EventCatalog.Section(service).Select(row => row.Name).ShouldBe(TypesOf(service).ByName.Keys, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(StoredNames))]
    public void The_catalog_says_its_stream_and_what_is_published(string which)
    {
        var (service, name) = Read(which);
        var row = EventCatalog.Section(service).Where(row => row.Name == name).ShouldHaveSingleItem();
        var aggregate = AggregatesOf(House.DomainOf(service)).Single(aggregate => Folds(aggregate, Example(service, name, "full")));

        row.Cells[1].ShouldStartWith($"`{CategoryOf(aggregate)}-{{");
        row.Cells[2].ShouldNotBeEmpty("when it happens");
        EventCatalog.Quoted(row.Cells[3]).ShouldBe(Told(service, name).Select(contract => contract.Name), ignoreOrder: true, row.Cells[3]);
    }

    /// <summary>The catalog names a use case as its folder and file: <c>Units/HoldUnit</c>.</summary>
    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void The_catalog_names_use_cases_that_exist(string service)
    {
        var named = EventCatalog.Section(service).SelectMany(row => EventCatalog.Quoted(row.Cells[2])).Where(text => text.Contains('/', StringComparison.Ordinal)).ToList();
        named.ShouldNotBeEmpty();

        named.Where(useCase => !File.Exists(House.PathTo($"services/{service}/Service/{useCase}.cs"))).ShouldBeEmpty();
    }

    [Fact]
    public void The_events_of_all_four_services_are_found()
    {
        StoredNames.Count.ShouldBeGreaterThan(40);
        Services().ShouldBe(["Dispatch", "Donation", "Inventory", "Request"]);
    }

    private static IEnumerable<string> Services() => House.Domains.Select(House.ServiceOf);

    private static string HostOf(string service) => $"Distribution.{service}.Service";

    /// <summary>As the service itself reads its log, with its upcasters.</summary>
    private static EventTypes TypesOf(string service) => Hosts.DescriptionOf(HostOf(service)).EventTypes;

    private static (string Service, string Name) Read(string which) => which.Split(' ') is [var service, var name]
        ? (service, name)
        : throw new ArgumentException(which, nameof(which));

    private static string ApprovedFile(string service, string name, string kind) =>
        Directory.GetFiles(House.PathTo($"tests/Distribution.{service}.Tests"), $"{name}.{kind}.approved.json", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "Approved")
            .ShouldHaveSingleItem($"the approved {kind} example of {name}");

    private static object Example(string service, string name, string kind) =>
        TypesOf(service).Deserialize(name, File.ReadAllBytes(ApprovedFile(service, name, kind)));

    private static IEnumerable<string> MembersOf(string service, string name, string kind) =>
        JsonDocument.Parse(File.ReadAllText(ApprovedFile(service, name, kind))).RootElement.EnumerateObject().Select(member => member.Name);

    private static IList<JsonPropertyInfo> Properties(Type type) => EventTypes.Json.GetTypeInfo(type).Properties;

    private static IEnumerable<Type> ListsIn(Type type) => EventTypes.Json.GetTypeInfo(type) switch
    {
        { Kind: JsonTypeInfoKind.Object } record => record.Properties.SelectMany(property => ListsIn(property.PropertyType)),
        { ElementType: { } element } => ListsIn(element),
        _ => (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } list ? [list] : [],
    };

    private static IReadOnlyList<Type> AggregatesOf(Assembly domain) =>
    [
        .. domain.GetTypes().Where(type => type.GetInterfaces().Any(contract =>
            contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IAggregate<>))),
    ];

    private static bool Folds(Type aggregate, object @event)
    {
        try
        {
            return (bool)Generic(nameof(FoldsFromTheStart), aggregate).Invoke(null, [@event])!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is InvalidOperationException)
        {
            return false;
        }
    }

    private static bool FoldsFromTheStart<TState>(object @event)
        where TState : IAggregate<TState> => TState.Evolve(TState.Initial, @event) is not null;

    private static string CategoryOf(Type aggregate) => (string)Generic(nameof(Category), aggregate).Invoke(null, [])!;

    private static string Category<TState>()
        where TState : IAggregate<TState> => TState.Category;

    private static MethodInfo Generic(string method, Type aggregate) =>
        typeof(Events_are_complete).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(aggregate);

    /// <summary>The contracts that the service's map makes of the approved examples.</summary>
    private static List<Type> Told(string service, string name) =>
    [
        .. new[] { "full", "minimal" }
            .SelectMany(kind => Hosts.DescriptionOf(HostOf(service)).Contracts.ToMessages(Stored(name, Example(service, name, kind))))
            .Select(message => message.GetType())
            .Distinct(),
    ];

    private static StoredEvent Stored(string name, object data) => new(
        new LogPosition(1, 1),
        Guid.CreateVersion7(),
        $"unit-{Unit}",
        1,
        name,
        data,
        new EventMetadata { Actor = "A9999-N01", Site = "HN-BM", OccurredAt = DateTimeOffset.UnixEpoch },
        DateTimeOffset.UnixEpoch);

    // Every unsealed record has a protected constructor that copies.
    private static bool IsCopy(ConstructorInfo constructor, Type family) =>
        constructor.GetParameters() is [var only] && only.ParameterType == family;

    [GeneratedRegex(@"^(?<name>[a-z-]+\.v\d+)\..*approved\.json$", RegexOptions.ExplicitCapture)]
    private static partial Regex EventFile();
}
