using Distribution.Blood.Identifiers;
using Distribution.Inventory;

namespace Distribution.Checker;

/// <summary>
/// I6, across units: whatever is made of a donation that a case holds is held from its first moment until the case has ended or
/// the unit has, and so is every unit that a case names. Judged after each commit, in the order in which they were written.
/// </summary>
internal static class RecallCheck
{
    public static void Run(Logs logs, Findings findings)
    {
        var families = new Dictionary<string, (HashSet<string> Units, HashSet<RecallId> Holds)>(StringComparer.Ordinal);
        var called = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var holds = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var ended = new HashSet<string>(StringComparer.Ordinal);
        foreach (var commit in logs.InOrder.Where(logged => logged.Service == Services.Inventory).GroupBy(logged => logged.Stored.Position.TransactionId))
        {
            var touched = new HashSet<(string Unit, string Recall, string StreamId)>();
            // The facts of the commit first: whether somebody is stopped is asked when all of it is written.
            foreach (var stored in commit.Select(logged => logged.Stored).Where(stored => stored.Data is UnitEvent))
            {
                var unit = AllocationCheck.UnitOf(stored.StreamId);
                if (stored.Data is UnitTransfused or UnitDiscarded or UnitExpired or UnitLost)
                    ended.Add(unit);
                else if (stored.Data is UnitHeld held)
                    Of(holds, unit).Add(held.HoldReason);
                else if (stored.Data is UnitHoldEnded over && Of(holds, unit).Remove(over.HoldReason) && Of(called, over.HoldReason).Contains(unit))
                    touched.Add((unit, over.HoldReason, stored.StreamId));
            }

            foreach (var stored in commit.Select(logged => logged.Stored))
            {
                var name = AllocationCheck.UnitOf(stored.StreamId);
                if (stored.Data is FamilyEvent && !families.ContainsKey(name))
                    families[name] = (new HashSet<string>(StringComparer.Ordinal), []);
                switch (stored.Data)
                {
                    case UnitListed listed:
                        findings.Require(families[name].Units.Add(listed.Unit.ToString()), "I11", "units listed", stored.StreamId, $"{listed.Unit} was listed twice.");
                        if (name != listed.Unit.Donation.ToString())
                            findings.Violate("I9", stored.StreamId, $"{listed.Unit} is no unit of donation {name}.");
                        touched.UnionWith(families[name].Holds.Select(recall => (listed.Unit.ToString(), recall.ToString(), stored.StreamId)));
                        break;
                    case FamilyHeld held:
                        findings.Require(families[name].Holds.Add(held.Recall), "I11", "donations held", stored.StreamId, $"The donation was held for {held.Recall} twice.");
                        touched.UnionWith(families[name].Units.Select(unit => (unit, held.Recall.ToString(), stored.StreamId)));
                        break;
                    case FamilyHoldEnded over:
                        findings.Require(families[name].Holds.Remove(over.Recall), "I6", "ends of donations' holds", stored.StreamId, $"A hold for {over.Recall} ended that nobody had laid.");
                        break;
                    case RecallOpened opened:
                        called[name] = [.. opened.Units.Select(unit => unit.Unit.ToString())];
                        touched.UnionWith(opened.Units.Select(unit => (unit.Unit.ToString(), name, stored.StreamId)));
                        break;
                    case RecallExtended extended:
                        Of(called, name).UnionWith(extended.Units.Select(unit => unit.Unit.ToString()));
                        touched.UnionWith(extended.Units.Select(unit => (unit.Unit.ToString(), name, stored.StreamId)));
                        break;
                    case RecallClosed { Cleared: true }:
                        called.Remove(name);
                        touched.RemoveWhere(pair => pair.Recall == name);
                        break;
                    default:
                        break;
                }
            }

            foreach (var (unit, recall, streamId) in touched)
            {
                findings.Require(
                    ended.Contains(unit) || Of(holds, unit).Contains(recall) || !Of(called, recall).Contains(unit),
                    "I6", "units called back", streamId, $"{unit} is called back by {recall} and is not held.");
                findings.Require(
                    Of(called, recall).Contains(unit) || !IsHeld(unit, recall),
                    "I6", "units of cases", streamId, $"{unit} is of a donation that {recall} holds, and the case does not name it.");
            }
        }

        bool IsHeld(string unit, string recall) => families.TryGetValue(unit[..Blood.Isbt128.DonationNumber.Length], out var family)
            && family.Holds.Any(hold => hold.ToString() == recall);
    }

    private static HashSet<string> Of(Dictionary<string, HashSet<string>> sets, string key) =>
        sets.TryGetValue(key, out var set) ? set : sets[key] = new HashSet<string>(StringComparer.Ordinal);
}
