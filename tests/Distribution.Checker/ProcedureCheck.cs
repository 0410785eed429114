using Distribution.Blood.BloodGroups;
using Distribution.Inventory;

namespace Distribution.Checker;

/// <summary>
/// I3, I4 and I7 between units that were made of each other: both sides say so in one commit, nothing comes of nothing, and
/// every unit leads back to what was prepared from a donation. Whether a unit might be used up at all is judged along its own history.
/// </summary>
internal static class ProcedureCheck
{
    public static void Run(Logs logs, Findings findings)
    {
        var known = new Dictionary<string, Known>(StringComparer.Ordinal);
        foreach (var commit in logs.Commits(Services.Inventory))
        {
            var made = new Dictionary<string, UnitMade>(StringComparer.Ordinal);
            var used = new Dictionary<string, UnitUsedUp>(StringComparer.Ordinal);
            foreach (var stored in commit)
            {
                var unit = AllocationCheck.UnitOf(stored.StreamId);
                switch (stored.Data)
                {
                    case UnitPrepared prepared:
                        known.TryAdd(unit, new Known(prepared.VolumeMl, prepared.ExpiresAt, null));
                        break;
                    case UnitReleased released when known.TryGetValue(unit, out var before):
                        known[unit] = before with { Group = released.Group };
                        break;
                    case UnitMade result:
                        made.TryAdd(unit, result);
                        break;
                    // Without a procedure it is news of the centre, which tells of the results one by one.
                    case UnitUsedUp { Procedure: not null } source:
                        used.TryAdd(unit, source);
                        break;
                    default:
                        break;
                }
            }

            foreach (var (unit, result) in made)
                Look(unit, result);
            foreach (var (unit, source) in used)
            {
                findings.Require(
                    source.Into.Count > 0 && source.Into.All(into => made.TryGetValue(into.ToString(), out var result) && result.Sources.Any(from => from.ToString() == unit)),
                    "I7", "units used up for others", $"unit-{unit}", $"{unit} was used up for {string.Join(", ", source.Into)}, which are not said to be made of it in the same commit.");
            }

            foreach (var results in made.Values.GroupBy(result => string.Join(' ', result.Sources.Order()), StringComparer.Ordinal))
            {
                var volume = results.Sum(result => result.VolumeMl);
                var sources = results.First().Sources.Distinct().Sum(source => known.TryGetValue(source.ToString(), out var from) ? from.VolumeMl : 0);
                findings.Require(volume <= sources, "I7", "volumes of units made", $"unit-{results.First().Unit}", $"{volume} mL were made of {sources} mL.");
            }

            foreach (var (unit, result) in made)
                known.TryAdd(unit, new Known(result.VolumeMl, result.ExpiresAt, result.Group));

            void Look(string unit, UnitMade result)
            {
                var stream = $"unit-{unit}";
                findings.Require(result.Sources.Count > 0, "I7", "units made of others", stream, $"{unit} was made of nothing.");
                foreach (var from in result.Sources.Select(source => source.ToString()))
                {
                    findings.Require(
                        used.TryGetValue(from, out var source) && source.Procedure == result.Procedure && source.Into.Contains(result.Unit),
                        "I7", "sources of units", stream, $"{unit} was made of {from}, which is not said to be used up for it in the same commit.");
                    if (!known.TryGetValue(from, out var facts))
                    {
                        findings.Violate("I7", stream, $"{unit} was made of {from}, and nobody knows what that was made of.");
                        continue;
                    }

                    // Without a group it was not released, which its own history says.
                    findings.Require(facts.Group is not { } group || group == result.Group, "I3", "groups of units made", stream, $"{unit} of {result.Group} was made of {from} of {facts.Group}.");
                    findings.Require(
                        result.ExpiresAt <= facts.ExpiresAt || DonationHistory.MayOutlive(result.Procedure), "I4", "expiries of units made", stream, $"{unit} outlives {from}, which it was made of.");
                }
            }
        }
    }

    private sealed record Known(int VolumeMl, DateTimeOffset ExpiresAt, BloodGroup? Group);
}
