using System.Reflection;
using Shouldly;
using Xunit;

namespace Distribution.Architecture;

/// <summary>Services share the vocabulary, the contracts and the platform; of each other they know messages only.</summary>
public sealed class Services_stand_alone
{
    private static readonly string[] Buses = ["MassTransit", "RabbitMQ"];

    public static TheoryData<string> Services => [.. House.Services.Select(service => service.GetName().Name!)];

    public static TheoryData<string> Platform => [.. House.Platform.Select(assembly => assembly.GetName().Name!)];

    [Fact]
    public void The_four_services_are_found() =>
        House.Services.Select(House.ServiceOf).ShouldBe(["Dispatch", "Donation", "Inventory", "Request"]);

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_references_its_own_domain_and_what_all_share(string name)
    {
        var service = Assembly.Load(name);
        OwnReferencesOf(service).ShouldBeSubsetOf(
        [
            $"Distribution.{House.ServiceOf(service)}.Domain",
            "Distribution.Blood",
            "Distribution.Contracts",
            "Distribution.EventStore",
            "Distribution.Labels",
            "Distribution.ServiceDefaults",
        ]);
    }

    /// <summary>A reference that no code uses yet is in the project file and not in the assembly.</summary>
    [Theory]
    [MemberData(nameof(Services))]
    public void No_project_file_of_a_service_names_another_services_folder(string name)
    {
        var service = House.ServiceOf(Assembly.Load(name));
        var text = File.ReadAllText(House.PathTo($"services/{service}/Service/{name}.csproj"));
        text.ShouldContain("<ProjectReference Include=\"../Domain/");
        foreach (var other in House.Services.Select(House.ServiceOf).Where(other => other != service))
            text.ShouldNotContain($"/{other}/");
    }

    [Theory]
    [MemberData(nameof(Platform))]
    public void The_platform_knows_no_service(string name) =>
        OwnReferencesOf(Assembly.Load(name)).ShouldBeSubsetOf(["Distribution.Blood", "Distribution.Contracts", "Distribution.EventStore"]);

    [Fact]
    public void The_event_store_knows_neither_contracts_nor_a_bus()
    {
        var references = ReferencesOf(Assembly.Load("Distribution.EventStore"));
        references.ShouldNotContain("Distribution.Contracts");
        references.Where(IsBus).ShouldBeEmpty();
    }

    [Fact]
    public void Contracts_and_vocabulary_know_no_bus()
    {
        foreach (var assembly in new[] { House.Contracts, House.Blood })
            ReferencesOf(assembly).Where(IsBus).ShouldBeEmpty(assembly.GetName().Name);
        OwnReferencesOf(House.Contracts).ShouldBe(["Distribution.Blood"]);
    }

    [Fact]
    public void A_bus_is_seen_when_there_is_one() =>
        ReferencesOf(Assembly.Load("Distribution.ServiceDefaults")).Count(IsBus).ShouldBeGreaterThan(1);

    private static List<string> ReferencesOf(Assembly assembly) => [.. assembly.GetReferencedAssemblies().Select(reference => reference.Name!)];

    private static List<string> OwnReferencesOf(Assembly assembly)
    {
        var own = ReferencesOf(assembly).Where(name => name.StartsWith("Distribution.", StringComparison.Ordinal)).ToList();
        own.ShouldNotBeEmpty($"the references of {assembly.GetName().Name} were not read");
        return own;
    }

    private static bool IsBus(string reference) => Buses.Any(bus => reference.StartsWith(bus, StringComparison.Ordinal));
}
