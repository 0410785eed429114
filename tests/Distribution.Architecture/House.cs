using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Distribution.Testing;

namespace Distribution.Architecture;

/// <summary>
/// The assemblies that the rules look at, found by the projects on disk: a new project is under the rules before
/// anybody thinks of listing it, and fails to load until this project references it.
/// </summary>
internal static partial class House
{
    public static Assembly Blood { get; } = Assembly.Load("Distribution.Blood");

    public static Assembly Contracts { get; } = Assembly.Load("Distribution.Contracts");

    /// <summary>What a label says and how it is printed: as pure as a domain, and no aggregate.</summary>
    public static Assembly Labels { get; } = Assembly.Load("Distribution.Labels");

    /// <summary>Distribution.EventStore and Distribution.ServiceDefaults.</summary>
    public static IReadOnlyList<Assembly> Platform { get; } =
        [.. Load(ProductFile().Where(path => path.StartsWith("services/Distribution.", StringComparison.Ordinal))).Where(assembly => assembly != Labels)];

    public static IReadOnlyList<Assembly> Domains { get; } = Load(ProductFile().Where(path => path.Contains("/Domain/", StringComparison.Ordinal)));

    public static IReadOnlyList<Assembly> Services { get; } = Load(ProductFile().Where(path => path.Contains("/Service/", StringComparison.Ordinal)));

    /// <summary>Everything that ships.</summary>
    public static IReadOnlyList<Assembly> All { get; } = Load(ProductFile());

    /// <summary>"Inventory", of its domain or its host.</summary>
    public static string ServiceOf(Assembly assembly) => assembly.GetName().Name!.Split('.')[1];

    public static Assembly DomainOf(string service) => Domains.Single(domain => ServiceOf(domain) == service);

    /// <summary>Paths of all projects of the solution, from its folder.</summary>
    public static IReadOnlyList<string> ProjectFiles() =>
    [
        .. ProjectLine().Matches(File.ReadAllText(PathTo("Distribution.sln")))
            .Select(match => match.Groups["path"].Value.Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public static string PathTo(string relative) => Path.Combine(TestNodes.RepositoryRoot, relative);

    /// <summary>What people wrote: without what the compiler and its generators add.</summary>
    public static IEnumerable<Type> OwnTypes(this Assembly assembly) =>
        assembly.GetTypes().Where(type => !IsGenerated(type) && type.Namespace?.StartsWith("Distribution", StringComparison.Ordinal) != false);

    /// <summary>The outermost type: the one whose name the reader of a rule knows.</summary>
    public static Type Outermost(this Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.GetCustomAttribute<CompilerGeneratedAttribute>() is not null
        || type.GetCustomAttribute<System.CodeDom.Compiler.GeneratedCodeAttribute>() is not null
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static IEnumerable<string> ProductFile() => ProjectFiles().Where(path =>
        path.StartsWith("contracts/", StringComparison.Ordinal) || path.StartsWith("services/", StringComparison.Ordinal));

    private static IReadOnlyList<Assembly> Load(IEnumerable<string> projects) =>
        [.. projects.Select(path => Assembly.Load(Path.GetFileNameWithoutExtension(path)))];

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "(?<path>[^"]+\.csproj)",""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ProjectLine();
}
