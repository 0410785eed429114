using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Distribution.Architecture;

/// <summary>
/// Whoever runs this must be free to: every package that was resolved for any project, tests and analyzers too, states a
/// licence from the list below, and none comes in a version that nobody chose.
/// </summary>
public sealed partial class Packages_are_exact_and_licensed
{
    /// <summary>By SPDX identifier. Of alternatives ("OR") one is enough, of conditions ("AND") all are needed.</summary>
    private static readonly string[] Allowed =
        ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MS-PL", "PostgreSQL", "Unlicense", "0BSD", "Zlib"];

    /// <summary>Packages from before licence expressions, by id and version; each was looked at.</summary>
    private static readonly Dictionary<string, (string Url, string License)> Read = new(StringComparer.Ordinal)
    {
        ["xunit.abstractions/2.0.3"] = ("https://raw.githubusercontent.com/xunit/xunit/master/license.txt", "Apache-2.0"),
    };

    private static readonly Lazy<IReadOnlyList<Resolved>> Packages = new(Resolve);

    [Fact]
    public void Every_project_was_restored()
    {
        House.ProjectFiles().Count.ShouldBeGreaterThan(20);
        House.ProjectFiles().Where(path => !File.Exists(AssetsOf(path))).ShouldBeEmpty("not restored, so nobody can look: dotnet restore Distribution.sln");
    }

    [Fact]
    public void Every_resolved_package_may_be_used_by_anybody()
    {
        Packages.Value.Count.ShouldBeGreaterThan(30);

        Packages.Value.Where(package => !IsAllowed(package.License)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Apache-2.0 OR MPL-2.0", true)]
    [InlineData("(MIT AND BSD-3-Clause)", true)]
    [InlineData("MIT AND GPL-3.0-only", false)]
    [InlineData("AGPL-3.0-or-later", false)]
    [InlineData("MIT WITH an exception nobody has read", false)]
    [InlineData("a file: LICENSE.txt", false)]
    [InlineData("", false)]
    public void A_license_is_judged_by_its_expression(string license, bool allowed) => IsAllowed(license).ShouldBe(allowed);

    [Fact]
    public void What_was_read_by_hand_is_still_used() =>
        Read.Keys.ShouldBeSubsetOf(Packages.Value.Select(package => package.Id));

    [Fact]
    public void Every_version_is_exact_and_stands_in_one_place()
    {
        var central = XDocument.Load(House.PathTo("Directory.Packages.props")).Descendants("PackageVersion").ToList();
        central.Count.ShouldBeGreaterThan(15);
        foreach (var package in central)
            package.Attribute("Version")!.Value.ShouldMatch(@"^\[\d+\.\d+\.\d+(\.\d+)?\]$", package.Attribute("Include")!.Value);

        foreach (var path in House.ProjectFiles())
        {
            foreach (var reference in XDocument.Load(House.PathTo(path)).Descendants("PackageReference"))
            {
                reference.Attribute("Version").ShouldBeNull(path);
                reference.Attribute("VersionOverride").ShouldBeNull(path);
            }
        }
    }

    /// <summary>From version 9 on it is sold.</summary>
    [Fact]
    public void MassTransit_stays_below_9()
    {
        var versions = Packages.Value
            .Where(package => package.Name.StartsWith("MassTransit", StringComparison.Ordinal))
            .Select(package => Version.Parse(package.Version))
            .ToList();
        versions.Count.ShouldBeGreaterThan(2);
        versions.ShouldAllBe(version => version.Major < 9);
    }

    private static bool IsAllowed(string license)
    {
        var inner = license.Trim();
        if (Bracketed().IsMatch(inner))
            inner = inner[1..^1];
        if (inner.Contains('(', StringComparison.Ordinal))
            return false;
        return inner.Split(" OR ").Any(alternative => alternative.Split(" AND ").All(condition => Allowed.Contains(condition.Trim())));
    }

    private static IReadOnlyList<Resolved> Resolve() =>
    [
        .. House.ProjectFiles()
            .Select(AssetsOf)
            .Where(File.Exists)
            .SelectMany(PackagesIn)
            .DistinctBy(package => package.Id)
            .OrderBy(package => package.Id, StringComparer.Ordinal),
    ];

    private static List<Resolved> PackagesIn(string assets)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(assets));
        var folders = json.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        return
        [
            .. json.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(library => library.Value.GetProperty("type").GetString() == "package")
                .Select(library => Describe(library, folders)),
        ];
    }

    private static Resolved Describe(JsonProperty library, List<string> folders)
    {
        var path = library.Value.GetProperty("path").GetString()!;
        var file = library.Value.GetProperty("files").EnumerateArray().Select(entry => entry.GetString()!)
            .Single(entry => entry.EndsWith(".nuspec", StringComparison.Ordinal));
        var nuspec = folders.Select(folder => Path.Combine(folder, path, file)).FirstOrDefault(File.Exists);
        return new Resolved(library.Name, nuspec is null ? "not in any package folder" : LicenseIn(library.Name, XDocument.Load(nuspec)));
    }

    private static string LicenseIn(string id, XDocument nuspec)
    {
        string? Value(string name) => nuspec.Root!.Elements().Single(element => element.Name.LocalName == "metadata")
            .Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

        var stated = nuspec.Descendants().SingleOrDefault(element => element.Name.LocalName == "license");
        if (stated is not null)
            return stated.Attribute("type")?.Value == "expression" ? stated.Value : $"a file: {stated.Value}";
        var url = Value("licenseUrl");
        return Read.TryGetValue(id, out var read) && read.Url == url ? read.License : $"only an address: {url ?? "none"}";
    }

    private static string AssetsOf(string project) => Path.Combine(Path.GetDirectoryName(House.PathTo(project))!, "obj", "project.assets.json");

    [GeneratedRegex(@"^\([^()]*\)$")]
    private static partial Regex Bracketed();

    /// <param name="Id">Name and version.</param>
    /// <param name="License">SPDX expression, or in words why there is none.</param>
    private sealed record Resolved(string Id, string License)
    {
        public string Name => Id.Split('/')[0];

        public string Version => Id.Split('/')[1];
    }
}
