using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Distribution.Architecture;

/// <summary>A decision depends on its command, its state and the policy, and on nothing else: it can be repeated, years later too.</summary>
public sealed class Domains_are_pure
{
    /// <summary>
    /// What of the base library a domain may be built on, by assembly. Not there: files, network, processes, threads, the
    /// console, random numbers.
    /// </summary>
    private static readonly string[] BaseLibrary =
    [
        "System.Runtime",
        "System.Collections",
        "System.Collections.Immutable",
        "System.Linq",
        "System.Memory",
        // Where the compiler finds what collection expressions become.
        "System.Runtime.InteropServices",
        "System.Text.Json",
        "System.Text.RegularExpressions",
    ];

    /// <summary>What lies in System.Runtime all the same. A trailing dot names a whole namespace.</summary>
    private static readonly string[] Impure =
    [
        "System.Console",
        "System.Environment",
        "System.AppContext",
        "System.AppDomain",
        "System.GC",
        "System.Random",
        "System.TimeProvider",
        "System.Diagnostics.Stopwatch",
        "System.Diagnostics.Process",
        "System.IO.",
        "System.Net.",
        "System.Threading.",
        "System.Security.Cryptography.RandomNumberGenerator",
    ];

    private static readonly string[] ImpureMembers =
    [
        "System.DateTime.get_Now",
        "System.DateTime.get_UtcNow",
        "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow",
        "System.DateTimeOffset.ToLocalTime",
        "System.DateTime.ToLocalTime",
        "System.Guid.NewGuid",
        "System.Guid.CreateVersion7",
        "System.TimeZoneInfo.get_Local",
        "System.TimeZoneInfo.FindSystemTimeZoneById",
        "System.Globalization.CultureInfo.get_CurrentCulture",
        "System.Globalization.CultureInfo.get_CurrentUICulture",
    ];

    /// <summary>Packs and regions are read from files by hosts, at their start; days are counted in the pack's time zone, vans come by the region's.</summary>
    private static readonly string[] Excepted = ["PolicyPack.LoadFile", "PolicyBook.LoadFile", "Region.LoadFile", "Region.NextSlots", "PolicyCalendar.Zone"];

    public static TheoryData<string> DomainsAndLabels => [.. House.Domains.Append(House.Labels).Select(assembly => assembly.GetName().Name!)];

    public static TheoryData<string> DomainsLabelsAndVocabulary => [.. DomainsLabelsAndBlood.Select(assembly => assembly.GetName().Name!)];

    private static IEnumerable<Assembly> DomainsLabelsAndBlood => [.. House.Domains, House.Labels, House.Blood];

    [Fact]
    public void The_four_domains_are_found() =>
        House.Domains.Select(House.ServiceOf).ShouldBe(["Dispatch", "Donation", "Inventory", "Request"]);

    [Theory]
    [MemberData(nameof(DomainsAndLabels))]
    public void A_domain_references_the_vocabulary_and_the_base_library_only(string name) =>
        ReferencesOf(name).ShouldBeSubsetOf(["Distribution.Blood", .. BaseLibrary]);

    [Fact]
    public void The_vocabulary_references_the_base_library_only() =>
        // Ids made from names are digests; durations in packs and regions are written as XML Schema writes them.
        ReferencesOf("Distribution.Blood").ShouldBeSubsetOf([.. BaseLibrary, "System.Security.Cryptography", "System.Xml.ReaderWriter"]);

    /// <summary>The compiler leaves out what is referenced and not used yet; the project file does not.</summary>
    [Fact]
    public void No_project_of_a_domain_names_a_package_or_a_framework()
    {
        var projects = House.ProjectFiles()
            .Where(path => path.Contains("/Domain/", StringComparison.Ordinal) || path.StartsWith("contracts/", StringComparison.Ordinal)
                || path.StartsWith("services/Distribution.Labels/", StringComparison.Ordinal))
            .ToList();
        projects.Count.ShouldBeGreaterThan(5);
        foreach (var path in projects)
        {
            var project = XDocument.Load(House.PathTo(path));
            project.Root!.Attribute("Sdk")!.Value.ShouldBe("Microsoft.NET.Sdk", path);
            project.Descendants().Where(element => element.Name.LocalName is "PackageReference" or "FrameworkReference" or "Reference").ShouldBeEmpty(path);
        }
    }

    [Theory]
    [MemberData(nameof(DomainsLabelsAndVocabulary))]
    public void Nothing_reads_a_clock_makes_a_random_id_or_looks_at_the_machine(string name)
    {
        var calls = Calls.In(Assembly.Load(name));
        calls.Count.ShouldBeGreaterThan(500, "the code of a domain was not read");

        calls.Where(call => IsImpure(call) && !Excepted.Contains(PlaceOf(call))).ShouldBeEmpty();
    }

    [Fact]
    public void An_exception_that_is_no_longer_needed_is_none() =>
        DomainsLabelsAndBlood.SelectMany(Calls.In).Where(IsImpure).Select(PlaceOf).Distinct().ShouldBe(Excepted, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(DomainsAndLabels))]
    public void A_domain_remembers_nothing_between_decisions(string name)
    {
        var fields = Assembly.Load(name).OwnTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field.GetCustomAttribute<CompilerGeneratedAttribute>() is null || !field.Name.StartsWith("<>", StringComparison.Ordinal))
            .ToList();
        fields.ShouldNotBeEmpty();

        fields.Where(field => field is { IsInitOnly: false, IsLiteral: false }).Select(field => $"{field.DeclaringType}.{field.Name}").ShouldBeEmpty();
    }

    private static IEnumerable<string> ReferencesOf(string name)
    {
        var references = Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!).ToList();
        references.ShouldContain("System.Runtime");
        return references;
    }

    private static string PlaceOf(Call call) => $"{call.Caller.Name}.{call.From.Name}";

    private static bool IsImpure(Call call)
    {
        // What iterators ask, to be used by one loop at a time.
        if (call.To.Name == "get_CurrentManagedThreadId")
            return false;
        var type = call.Callee.FullName ?? "";
        return Impure.Any(forbidden => forbidden[^1] == '.' ? type.StartsWith(forbidden, StringComparison.Ordinal) : type == forbidden)
            || ImpureMembers.Contains($"{type}.{call.To.Name}");
    }
}
