using System.Collections.Immutable;
using System.Text.Json;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;

namespace Distribution.Blood.Policies;

/// <summary>What a hospital's bench and the road ask of a pack. All of it may be left out: then the strictest holds.</summary>
internal sealed partial class PolicyPackReader
{
    // The access control's names of roles (Roles of the service defaults): one that it does not know would be a rule that nobody can use.
    private static readonly string[] Roles =
        ["collector", "laboratory", "releaser", "blood-bank", "physician", "dispatcher", "auditor", "operator"];

    private PolicyPack WithSafety(PolicyPack pack, JsonElement root) => pack with
    {
        Emergency = root.TryGetProperty("emergency", out _) ? ReadEmergency(root) : pack.Emergency,
        Overrides = ReadOverrides(root),
        ElectronicCrossmatch = root.TryGetProperty("electronicCrossmatch", out _) && FigureFlag(root, "$", "electronicCrossmatch"),
        AccountFor = root.TryGetProperty("accountFor", out _) ? Duration(root, "$", "accountFor") : pack.AccountFor,
        LoggerInterval = root.TryGetProperty("loggerInterval", out _) ? Duration(root, "$", "loggerInterval") : pack.LoggerInterval,
        ExcursionTolerance = root.TryGetProperty("excursionTolerance", out _) ? Duration(root, "$", "excursionTolerance", orNone: true) : pack.ExcursionTolerance,
    };

    private EmergencyRules ReadEmergency(JsonElement root)
    {
        const string Path = "$.emergency";
        if (!reader.TryMember(root, "$", "emergency", JsonValueKind.Object, out var emergency))
            return EmergencyRules.None;
        reader.RefuseOthers(emergency, Path, "groups", "retrospectiveCrossmatch");
        var groups = ImmutableSortedDictionary.CreateBuilder<ComponentKind, ImmutableArray<BloodGroup>>();
        if (reader.TryMember(emergency, Path, "groups", JsonValueKind.Object, out var list))
        {
            const string ListPath = $"{Path}.groups";
            foreach (var name in list.EnumerateObject().Select(member => member.Name))
            {
                if (Words<ComponentKind>().TryGetValue(name, out var kind))
                    groups.Add(kind, ReadGroups(list, ListPath, name));
                else
                    reader.Note($"{ListPath}.{name}", $"is none of {string.Join(", ", Words<ComponentKind>().Keys)}");
            }

            if (groups.TryGetValue(ComponentKind.RedCells, out var cells) && cells.Any(group => group.Abo != Abo.O))
                reader.Note($"{ListPath}.red-cells.value", "must be of group O only: any other kills some of those whose group is not known");
            if (!list.EnumerateObject().Any())
                reader.Note(ListPath, "must not be empty");
        }

        return new EmergencyRules(groups.ToImmutable(), Duration(emergency, Path, "retrospectiveCrossmatch"));
    }

    private ImmutableArray<BloodGroup> ReadGroups(JsonElement list, string path, string name)
    {
        if (!TryFigure(list, path, name, JsonValueKind.Array, out _))
            return [];
        var groups = ImmutableArray.CreateBuilder<BloodGroup>();
        var valuePath = $"{path}.{name}.value";
        foreach (var text in Texts(list.GetProperty(name), $"{path}.{name}", "value"))
        {
            if (!BloodGroup.TryParse(text, null, out var group))
                reader.Note(valuePath, $"'{text}' is not a blood group");
            else if (groups.Contains(group))
                reader.Note(valuePath, $"'{text}' is there twice");
            else
                groups.Add(group);
        }

        return groups.ToImmutable();
    }

    private List<OverrideRule> ReadOverrides(JsonElement root)
    {
        List<OverrideRule> rules = [];
        foreach (var (element, path) in Each(root, "$", "overrides", optional: true))
        {
            reader.RefuseOthers(element, path, "code", "kinds", "roles", "countersigned", "source", "verified");
            var rule = new OverrideRule(
                ReadOverridable(element, path),
                element.TryGetProperty("kinds", out _) ? Choices<ComponentKind>(element, path, "kinds") : null,
                Texts(element, path, "roles"),
                element.TryGetProperty("countersigned", out _) ? Flag(element, path, "countersigned") : Missing(path, "countersigned"));
            foreach (var role in rule.Roles.Where(role => !Roles.Contains(role, StringComparer.Ordinal)))
                reader.Note($"{path}.roles", $"'{role}' is none of {string.Join(", ", Roles)}");
            if (rules.Exists(other => string.Equals(other.Code, rule.Code, StringComparison.Ordinal)
                && (other.Kinds is null || rule.Kinds is null || other.Kinds.Intersect(rule.Kinds).Any())))
            {
                reader.Note($"{path}.code", $"'{rule.Code}' is there already for such a component");
            }

            KeepFigures(element, path, rule.Code);
            rules.Add(rule);
        }

        return rules;
    }

    private string ReadOverridable(JsonElement element, string path)
    {
        var code = reader.Text(element, path, "code");
        if (OverridableRules.Never.Contains(code, StringComparer.Ordinal))
            reader.Note($"{path}.code", $"'{code}' can never be let pass");
        else if (code.Length > 0 && !OverridableRules.Codes.Contains(code, StringComparer.Ordinal))
            reader.Note($"{path}.code", $"'{code}' is none of {string.Join(", ", OverridableRules.Codes)}");
        return code;
    }

    private bool Missing(string path, string name)
    {
        reader.Note($"{path}.{name}", "is missing");
        return true;
    }

    /// <summary>One source stands for all that an entry says.</summary>
    private void KeepFigures(JsonElement element, string path, string about)
    {
        var (source, verified) = ReadSource(element, path);
        foreach (var name in new[] { "kinds", "roles", "countersigned" })
        {
            if (element.TryGetProperty(name, out var value))
                _figures.Add(new PolicyFigure($"{path}.{name}", value.GetRawText(), source, verified, about));
        }
    }
}
