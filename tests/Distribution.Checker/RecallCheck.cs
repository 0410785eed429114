using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.Inventory;

namespace Distribution.Checker;

/// <summary>
/// I6, across units: whatever is made of a donation that a case holds is held from its first moment until the case has ended or
/// the unit has, and so is every unit that a case names. Judged after each commit, in the order in which they were written.
/// </summary>
internal static class RecallCheck
{
    /// <param name="answering">By unit, the sites that had it when it ended.</param>
    public static void Run(Logs logs, IReadOnlyDictionary<string, IReadOnlyList<SiteId>> answering, Findings findings)
    {
        var walk = new Walk(answering, findings);
        foreach (var commit in logs.Commits(Services.Inventory))
            walk.Follow(commit);
    }

    private sealed class Family
    {
        public HashSet<string> Units { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Holds { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Case
    {
        /// <summary>It is about donations, and so about whatever is made of them; otherwise about the units that somebody named.</summary>
        public bool HoldsFamilies { get; set; }

        public HashSet<string> Units { get; } = new(StringComparer.Ordinal);

        public HashSet<(SiteId Site, string Unit)> Answers { get; } = [];

        public bool IsOpen { get; set; }

        /// <summary>It came to nothing: it holds nothing any more.</summary>
        public bool IsCleared { get; set; }
    }

    private sealed class Walk(IReadOnlyDictionary<string, IReadOnlyList<SiteId>> answering, Findings findings)
    {
        private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Case> _cases = new(StringComparer.Ordinal);
        private readonly Dictionary<string, HashSet<string>> _holds = new(StringComparer.Ordinal);
        private readonly Dictionary<string, HashSet<string>> _heldFor = new(StringComparer.Ordinal);
        private readonly Dictionary<string, IReadOnlyList<UnitNumber>> _children = new(StringComparer.Ordinal);
        private readonly HashSet<string> _known = new(StringComparer.Ordinal);
        private readonly HashSet<string> _reacted = new(StringComparer.Ordinal);
        private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
        private readonly HashSet<(string Unit, string Recall, string StreamId)> _touched = [];
        private readonly List<(string Unit, string StreamId)> _reactions = [];
        private readonly List<(string Unit, string StreamId)> _begun = [];

        public void Follow(IReadOnlyList<StoredEvent> commit)
        {
            _touched.Clear();
            _reactions.Clear();
            _begun.Clear();
            // The facts of the commit first: whether somebody is stopped is asked when all of it is written.
            foreach (var stored in commit)
            {
                if (stored.Data is UnitEvent data)
                    HearUnit(AllocationCheck.UnitOf(stored.StreamId), data, stored.StreamId);
            }

            foreach (var stored in commit)
            {
                if (stored.Data is FamilyEvent family)
                    HearFamily(AllocationCheck.UnitOf(stored.StreamId), family, stored.StreamId);
                else if (stored.Data is RecallEvent recall)
                    HearRecall(AllocationCheck.UnitOf(stored.StreamId), new Entry<RecallEvent>(stored, recall));
            }

            foreach (var (unit, recall, streamId) in _touched)
                RequireHeld(unit, recall, streamId);
            foreach (var (unit, streamId) in _begun)
                findings.Require(FamilyOf(unit)?.Units.Contains(unit) == true, "I6", "units of donations", streamId, $"{unit} began, and is not listed with its donation: no case would find it.");
            foreach (var stored in commit)
            {
                var name = AllocationCheck.UnitOf(stored.StreamId);
                if (stored.Data is RecallOpened opened)
                    RequireFamilies(name, opened.Donations, stored.StreamId);
                else if (stored.Data is RecallExtended extended)
                    RequireFamilies(name, extended.Donations, stored.StreamId);
                else if (stored.Data is RecallClosed closed)
                    RequireEnd(name, closed, stored.StreamId);
            }

            foreach (var (unit, streamId) in _reactions)
            {
                findings.Require(
                    _cases.Values.Any(@case => !@case.IsCleared && @case.Units.Contains(unit)),
                    "I6", "reactions", streamId, $"A patient reacted to {unit}, and no case calls back what was made of the same donations.");
            }
        }

        private static HashSet<string> Of(Dictionary<string, HashSet<string>> sets, string key) =>
            sets.TryGetValue(key, out var set) ? set : sets[key] = new HashSet<string>(StringComparer.Ordinal);

        private void HearUnit(string unit, UnitEvent @event, string streamId)
        {
            switch (@event)
            {
                case UnitPrepared or UnitMade:
                    _known.Add(unit);
                    _begun.Add((unit, streamId));
                    break;
                case UnitTransfused or UnitDiscarded or UnitExpired or UnitLost:
                    _ended.Add(unit);
                    break;
                case UnitUsedUp used:
                    _ended.Add(unit);
                    _children[unit] = used.Into;
                    break;
                case UnitHeld held:
                    Of(_holds, unit).Add(held.HoldReason);
                    if (held.Recall is { } recall)
                    {
                        Of(_heldFor, recall.ToString()).Add(unit);
                        _touched.Add((unit, recall.ToString(), streamId));
                    }

                    break;
                case UnitHoldEnded ended:
                    Of(_holds, unit).Remove(ended.HoldReason);
                    if (Of(_heldFor, ended.HoldReason).Remove(unit))
                        _touched.Add((unit, ended.HoldReason, streamId));
                    break;
                case UnitReactionReported:
                    _reacted.Add(unit);
                    _reactions.Add((unit, streamId));
                    break;
                default:
                    break;
            }
        }

        private void HearFamily(string name, FamilyEvent @event, string streamId)
        {
            if (!_families.TryGetValue(name, out var family))
                _families[name] = family = new Family();
            switch (@event)
            {
                case UnitListed listed:
                    findings.Require(family.Units.Add(listed.Unit.ToString()), "I11", "units listed", streamId, $"{listed.Unit} was listed twice.");
                    if (name != listed.Unit.Donation.ToString())
                        findings.Violate("I9", streamId, $"{listed.Unit} is no unit of donation {name}.");
                    _touched.UnionWith(family.Holds.Select(recall => (listed.Unit.ToString(), recall, streamId)));
                    break;
                case FamilyHeld held:
                    findings.Require(family.Holds.Add(held.Recall.ToString()), "I11", "donations held", streamId, $"The donation was held for {held.Recall} twice.");
                    _touched.UnionWith(family.Units.Select(unit => (unit, held.Recall.ToString(), streamId)));
                    break;
                case FamilyHoldEnded over:
                    findings.Require(family.Holds.Remove(over.Recall.ToString()), "I6", "ends of donations' holds", streamId, $"A hold for {over.Recall} ended that nobody had laid.");
                    break;
                default:
                    findings.Violate("I9", streamId, $"No invariant knows {@event.GetType().Name}.");
                    break;
            }
        }

        private void HearRecall(string name, Entry<RecallEvent> entry)
        {
            if (!_cases.TryGetValue(name, out var @case))
                _cases[name] = @case = new Case();
            switch (entry.Data)
            {
                case RecallOpened opened:
                    findings.Require(!@case.IsOpen, "I11", "cases", entry.StreamId, "The case was opened while it was open.");
                    if (@case.IsCleared)
                        findings.Violate("I5", entry.StreamId, "The case was opened after it had come to nothing.");
                    if (opened.Kind == RecallKind.Reaction)
                        findings.Require(opened.Units.Any(unit => _reacted.Contains(unit.Unit.ToString())), "I6", "reactions", entry.StreamId, "Units are called back for a reaction that nobody reported.");
                    (@case.IsOpen, @case.HoldsFamilies) = (true, opened.Source == RecallSource.DonationService || opened.Kind == RecallKind.Reaction);
                    Call(opened.Units);
                    break;
                case RecallExtended extended:
                    @case.IsOpen = true;
                    Call(extended.Units);
                    break;
                case RecallAcknowledged acknowledged:
                    findings.Require(
                        entry.By.Site == acknowledged.Site.ToString(), "I14", "acknowledgements", entry.StreamId, $"{entry.By.Site} answered for {acknowledged.Site}.");
                    foreach (var unit in acknowledged.Units.Where(unit => !@case.Units.Contains(unit.ToString())))
                        findings.Violate("I6", entry.StreamId, $"{acknowledged.Site} answered for {unit}, which the case does not name.");
                    @case.Answers.UnionWith(acknowledged.Units.Select(unit => (acknowledged.Site, unit.ToString())));
                    break;
                case RecallOverdue:
                    findings.Saw("I6", "cases overdue");
                    break;
                case RecallClosed closed:
                    findings.Require(
                        !CaseHistory.IsSame(closed.VerifiedBy, entry.By.Actor), "I2", "ends of cases", entry.StreamId, "The case was ended by one person alone.");
                    (@case.IsOpen, @case.IsCleared) = (false, closed.Cleared);
                    break;
                default:
                    findings.Violate("I9", entry.StreamId, $"No invariant knows {entry.Data.GetType().Name}.");
                    break;
            }

            void Call(IReadOnlyList<RecalledUnit> units)
            {
                foreach (var unit in units.Select(unit => unit.Unit.ToString()))
                {
                    @case.Units.Add(unit);
                    _touched.Add((unit, name, entry.StreamId));
                }

                // Whatever was made of it is as doubtful as itself; what nobody has told of yet comes into the case with its beginning.
                foreach (var child in units.SelectMany(unit => _children.GetValueOrDefault(unit.Unit.ToString(), [])).Select(child => child.ToString()).Where(_known.Contains))
                {
                    findings.Require(
                        @case.Units.Contains(child) || units.Any(unit => unit.Unit.ToString() == child),
                        "I6", "units made of units called back", entry.StreamId, $"{child} was made of a unit that {name} calls back, and the case does not name it.");
                }
            }
        }

        private void RequireHeld(string unit, string recall, string streamId)
        {
            var isCalled = _cases.TryGetValue(recall, out var @case) && !@case.IsCleared && @case.Units.Contains(unit);
            if (isCalled)
            {
                findings.Require(
                    _ended.Contains(unit) || Of(_holds, unit).Contains(recall), "I6", "units called back", streamId, $"{unit} is called back by {recall} and is not held.");
                return;
            }

            var isOfFamily = FamilyOf(unit)?.Holds.Contains(recall) == true;
            findings.Require(!isOfFamily, "I6", "units of cases", streamId, $"{unit} is of a donation that {recall} holds, and the case does not name it.");
            if (!isOfFamily && !_ended.Contains(unit) && Of(_heldFor, recall).Contains(unit))
                findings.Violate("I6", streamId, $"{unit} is held for {recall}, which does not call it back.");
        }

        private Family? FamilyOf(string unit) => _families.GetValueOrDefault(unit[..DonationNumber.Length]);

        private void RequireFamilies(string name, IReadOnlyList<DonationNumber> donations, string streamId)
        {
            if (!_cases[name].HoldsFamilies)
                return;
            foreach (var donation in donations)
            {
                findings.Require(
                    _families.GetValueOrDefault(donation.ToString())?.Holds.Contains(name) == true,
                    "I6", "donations of cases, by units", streamId, $"{donation} is of the case, and what is made of it would not be held.");
            }
        }

        private void RequireEnd(string name, RecallClosed closed, string streamId)
        {
            if (closed.Cleared)
            {
                findings.Saw("I6", "cases that came to nothing");
                foreach (var unit in Of(_heldFor, name).Where(unit => !_ended.Contains(unit)))
                    findings.Violate("I6", streamId, $"The case came to nothing, and {unit} is held for it still.");
                foreach (var (donation, _) in _families.Where(family => family.Value.Holds.Contains(name)))
                    findings.Violate("I6", streamId, $"The case came to nothing, and donation {donation} is held for it still.");
                return;
            }

            findings.Saw("I6", "cases closed as complete");
            foreach (var unit in _cases[name].Units)
            {
                if (!_ended.Contains(unit))
                    findings.Violate("I6", streamId, $"The case was closed, and {unit} has not ended.");
                foreach (var site in answering.GetValueOrDefault(unit, []).Where(site => !_cases[name].Answers.Contains((site, unit))))
                    findings.Violate("I6", streamId, $"The case was closed, and {site} has not answered for {unit}.");
            }
        }
    }
}
