using Distribution.Blood.Isbt128;
using Distribution.Dispatches;

namespace Distribution.Checker;

/// <content>What is asked of several of a consignment's events.</content>
internal static partial class ConsignmentCheck
{
    private sealed partial class Sent
    {
        private void RequirePlanned(UnitNumber unit)
        {
            if (plan.Units.All(planned => planned.Unit != unit))
                findings.Violate("I8", _stream, $"{unit} is not on the list.");
            if (_sent is not null)
                findings.Violate("I8", _stream, $"{unit} was picked, packed or left out after the consignment had left.");
        }

        private void RequireSound(UnitNumber unit, Entry<ConsignmentEvent> entry, string what, string done)
        {
            var gate = road.GateOf(unit.ToString());
            var holds = gate.Holds.Where(hold => hold.Value).Select(hold => hold.Key).ToList();
            findings.Require(holds.Count == 0, "I6", what, _stream, $"{unit} was {done} while held for {string.Join(", ", holds)}.");
            findings.Require(!gate.IsOver(plan.Consignment, plan.Order), "I1", what, _stream, $"{unit} was {done} after its reservation had ended.");
            findings.Require(gate.Fate is null, "I5", what, _stream, $"{unit} was {done} after it was {gate.Fate}.");
            var expiresAt = plan.Units.FirstOrDefault(planned => planned.Unit == unit)?.ExpiresAt;
            findings.Require(expiresAt is null || entry.Latest < expiresAt, "I4", what, _stream, $"{unit} was {done} at {entry.Latest:O} and expired at {expiresAt:O}.");
        }

        private void RequireCheckedIn(UnitNumber unit) => findings.Require(
            _checkedIn.Contains(unit), "I8", "inspections", _stream, $"{unit} was looked at and not checked in.");

        private void RequireBox(int box) => findings.Require(
            _packed.ContainsValue(box) || _checkedIn.Any(IsLoose), "I8", "temperatures", _stream, $"A temperature of box {box} is told, in which nothing is.");

        /// <summary>Nobody packed it in the books: it may have come in any box.</summary>
        private bool IsLoose(UnitNumber unit) => !_packed.ContainsKey(unit);

        private void RequireStray(Entry<ConsignmentEvent> entry, string site)
        {
            RequireAt(site, entry, "stray consignments");
            findings.Require(site != plan.To.ToString(), "I8", "stray consignments", _stream, $"Something went astray to {site}, where it belongs.");
        }

        private void RequireEitherEnd(Entry<ConsignmentEvent> entry, string what) =>
            RequireAt((entry.By.Site == plan.From.ToString() ? plan.From : plan.To).ToString(), entry, what);

        private void RequireAt(string site, Entry<ConsignmentEvent> entry, string what) =>
            findings.Require(entry.By.Site == site, "I14", what, _stream, $"{entry.Stored.Type} was done at {entry.By.Site}, not at {site}.");
    }
}
