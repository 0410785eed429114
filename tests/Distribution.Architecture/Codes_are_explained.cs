using System.Reflection;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Distribution.Architecture;

/// <summary>Clients branch on codes, so somebody has to be able to look them up: in docs/glossary.md, service by service.</summary>
public sealed partial class Codes_are_explained
{
    public static TheoryData<string> Sections => ["Any service", .. House.Services.Select(House.ServiceOf), "Labels"];

    [Theory]
    [MemberData(nameof(Sections))]
    public void Every_code_that_is_given_is_in_the_glossary(string section)
    {
        var given = AssembliesOf(section).SelectMany(GivenBy).Distinct().ToList();
        given.Count.ShouldBeGreaterThan(10, "the codes were not found");

        given.Except(ExplainedIn(section)).Except(ExplainedIn("Any service")).Order(StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Every_code_in_the_glossary_exists_and_stands_there_once(string section)
    {
        var texts = AssembliesOf(section).SelectMany(Calls.AndTextsOf).SelectMany(method => method.OfType<string>()).ToHashSet(StringComparer.Ordinal);
        ExplainedIn(section).ShouldBeUnique();

        ExplainedIn(section).Except(texts).ShouldBeEmpty();
    }

    private static IReadOnlyList<Assembly> AssembliesOf(string section) => section switch
    {
        "Any service" => House.Platform,
        "Labels" => [House.Labels],
        _ => [House.DomainOf(section), House.Services.Single(service => House.ServiceOf(service) == section)],
    };

    /// <summary>The texts in the form of a code that a method loads on its way to something that takes a <c>code</c>.</summary>
    private static IEnumerable<string> GivenBy(Assembly assembly)
    {
        foreach (var method in Calls.AndTextsOf(assembly))
        {
            var loaded = new List<string>();
            foreach (var step in method)
            {
                if (step is string text && Code().IsMatch(text))
                {
                    loaded.Add(text);
                }
                else if (step is Call { To: MethodBase { IsAbstract: false } callee } && TakesCode(callee))
                {
                    foreach (var code in loaded)
                        yield return code;
                    loaded.Clear();
                }
            }
        }
    }

    private static bool TakesCode(MethodBase method) => method.GetParameters()
        .Any(parameter => parameter.ParameterType == typeof(string) && string.Equals(parameter.Name, "code", StringComparison.OrdinalIgnoreCase));

    private static List<string> ExplainedIn(string section) =>
    [
        .. File.ReadLines(House.PathTo("docs/glossary.md"))
            .SkipWhile(line => line != "## Codes")
            .SkipWhile(line => line != $"### {section}")
            .Skip(1)
            .TakeWhile(line => line.Length == 0 || line[0] == '|')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => EventCatalog.Quoted(line.Split('|')[1])),
    ];

    [GeneratedRegex("^[a-z]+(-[a-z]+)+$")]
    private static partial Regex Code();
}
