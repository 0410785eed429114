namespace Distribution.Blood.Policies;

/// <summary>
/// All versions of a jurisdiction's pack. A new version takes effect at its instant; what was decided before stays
/// decided as it was, and what happened before is judged by the version that was in force then.
/// </summary>
public sealed class PolicyBook
{
    private readonly PolicyPack[] _versions;

    /// <exception cref="PolicyException">None, of several packs, or two from the same instant on.</exception>
    public PolicyBook(params IReadOnlyList<PolicyPack> versions)
    {
        if (versions.Count == 0)
            throw new PolicyException(["$: there is no version"]);
        if (versions.Select(pack => pack.Id).Distinct(StringComparer.Ordinal).Count() > 1)
            throw new PolicyException(["$.id: the versions belong to several packs"]);
        if (versions.GroupBy(pack => pack.EffectiveFrom).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new PolicyException([$"$.effectiveFrom: {string.Join(" and ", twice.Select(pack => pack.Version))} take effect at the same instant"]);
        if (versions.GroupBy(pack => pack.Version, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } named)
            throw new PolicyException([$"$.version: {named.Key} is there twice"]);
        _versions = [.. versions.OrderBy(pack => pack.EffectiveFrom)];
    }

    /// <summary>In the order in which they take effect.</summary>
    public IReadOnlyList<PolicyPack> Versions => _versions;

    /// <summary>The version in force at an instant; for anything before the first one, the first.</summary>
    public PolicyPack At(DateTimeOffset instant) => Array.FindLast(_versions, pack => pack.EffectiveFrom <= instant) ?? _versions[0];

    /// <summary>The pack that a file holds a version of, with every other version that lies beside it in files that begin with the pack's id.</summary>
    /// <param name="path">One version's file.</param>
    /// <exception cref="PolicyException">One of the files is wrong: the book is refused as a whole, with every offending file and JSON path.</exception>
    public static PolicyBook LoadFile(string path)
    {
        List<string> problems = [];
        List<PolicyPack> packs = [];
        if (Read(path, Path.GetFileName(path), problems) is not { } named)
            throw new PolicyException(problems);
        packs.Add(named);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{named.Id}*.json").Order(StringComparer.Ordinal))
        {
            // Another pack whose id only begins alike is no concern of this one; a file that cannot be read may well be a version.
            if (!string.Equals(Path.GetFullPath(file), Path.GetFullPath(path), StringComparison.Ordinal)
                && Read(file, Path.GetFileName(file), problems) is { } other && string.Equals(other.Id, named.Id, StringComparison.Ordinal))
            {
                packs.Add(other);
            }
        }

        return problems.Count == 0 ? new PolicyBook(packs) : throw new PolicyException(problems);
    }

    private static PolicyPack? Read(string path, string name, List<string> problems)
    {
        try
        {
            return PolicyPack.LoadFile(path);
        }
        catch (PolicyException exception)
        {
            problems.AddRange(exception.Problems.Select(problem => $"{name}: {problem}"));
            return null;
        }
    }
}
