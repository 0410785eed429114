using Distribution.Blood.Compatibility;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Policies;
using Distribution.Inventory.Safety;
using static Distribution.Inventory.UnitWords;

namespace Distribution.Inventory;

/// <summary>Hand the unit out for this patient.</summary>
/// <param name="VerifiedBy">The second person's staff code.</param>
/// <param name="Appearance">How the bag looks to those who hand it out.</param>
public sealed record HandOut(OrderId Order, RecipientId Recipient, string VerifiedBy, Appearance Appearance);

/// <summary>Let rules pass for this unit, this order and this patient.</summary>
/// <param name="Codes">Of the rules.</param>
/// <param name="Roles">What the caller may do.</param>
/// <param name="CountersignedBy">The second person's staff code.</param>
public sealed record LetPass(
    OrderId Order, RecipientId Recipient, IReadOnlyList<string> Codes, string Reason, IReadOnlySet<string> Roles, string CountersignedBy);

/// <summary>What a hospital's blood bank intends with a unit for a patient: the last gate before the bedside.</summary>
public static partial class BenchDecider
{
    /// <summary>Hands it out where every rule passes or was let pass.</summary>
    /// <param name="known">What we have been told of the patient.</param>
    public static Decision<UnitEvent> Issue(Unit state, KnownRecipient known, PolicyPack policy, HandOut command, Provenance by)
    {
        if (IsOutWith(state, command.Order, command.Recipient))
            return Decision<UnitEvent>.AlreadyDone;
        var refusals = Refusals(Judge(state, known, policy, command, by, emergency: false), command, by);
        return refusals.Count > 0
            ? Decision<UnitEvent>.Reject(refusals)
            : Decision<UnitEvent>.Accept(new UnitIssued(
                command.Order, command.Recipient, known.Group!.Value, command.VerifiedBy, by.OccurredAt + policy.AccountFor));
    }

    /// <summary>Hands it out to somebody who bleeds: what the policy does not wait for then is looked at afterwards, all the rest now.</summary>
    /// <param name="indication">Why it cannot wait.</param>
    /// <param name="by">The physician who answers for it.</param>
    public static Decision<UnitEvent> IssueInEmergency(
        Unit state, KnownRecipient known, PolicyPack policy, HandOut command, string indication, Provenance by)
    {
        if (IsOutWith(state, command.Order, command.Recipient))
            return Decision<UnitEvent>.AlreadyDone;
        var findings = Judge(state, known, policy, command, by, emergency: true);
        var refusals = Refusals(findings, command, by);
        if (refusals.Count > 0)
            return Decision<UnitEvent>.Reject(refusals);
        // Tested with a tube that serves no more, or for a group that is in doubt since, is not tested.
        var isTested = !findings.Any(finding => finding is { Verdict: SafetyVerdict.Overridden, Code: "sample-missing" or "sample-expired" or "crossmatch-missing" or AboRhCompatibility.GroupUnknown });
        return Decision<UnitEvent>.Accept(new UnitIssuedInEmergency(
            command.Order,
            command.Recipient,
            command.VerifiedBy,
            indication,
            by.OccurredAt + policy.AccountFor,
            known.Group,
            isTested || !SafetyRules.CarriesRedCells(state.Facts!.Kind) ? null : WholeSeconds(by.OccurredAt + policy.Emergency.RetrospectiveCrossmatch)));
    }

    /// <summary>A physician lets rules pass that stand against it and that the policy lets pass.</summary>
    public static Decision<UnitEvent> Override(Unit state, KnownRecipient known, PolicyPack policy, LetPass command, Provenance by)
    {
        var findings = SafetyRules.Judge(new SafetyCase(state, command.Order, command.Recipient, known, policy, by.Site, by.Latest));
        List<Rejection> refusals = [];
        // Who it is for has to be settled: what is let pass is let pass for one reservation.
        refusals.AddRange(SafetyRules.Refusals(findings.Where(finding => finding.Code is "unknown-unit" or "ended" or "not-here" or "issued" or "not-reserved" or "wrong-recipient")));
        for (var i = 0; i < command.Codes.Count; i++)
        {
            var (code, field) = (command.Codes[i], $"codes[{i}]");
            if (findings.FirstOrDefault(finding => string.Equals(finding.Code, code, StringComparison.Ordinal) && finding.Verdict is SafetyVerdict.Override or SafetyVerdict.Overridden) is not { } finding)
                refusals.Add(new Rejection("not-overridable", $"'{code}' does not stand against it, or nobody may let it pass.", field));
            else if (finding.Roles?.Any(command.Roles.Contains) != true)
                refusals.Add(new Rejection("override-role-missing", $"'{code}' may be let pass by: {string.Join(", ", finding.Roles ?? [])}.", field));
        }

        if (IsSame(command.CountersignedBy, by.Actor))
            refusals.Add(SecondPerson("Somebody else has to agree to it."));
        if (refusals.Count > 0)
            return Decision<UnitEvent>.Reject(refusals);
        if (!findings.Any(finding => finding.Verdict == SafetyVerdict.Override && command.Codes.Contains(finding.Code, StringComparer.Ordinal)))
            return Decision<UnitEvent>.AlreadyDone; // All of them have been let pass.
        return Decision<UnitEvent>.Accept(new UnitRulesOverridden(
            command.Order, command.Recipient, [.. command.Codes.Distinct(StringComparer.Ordinal)], command.Reason, command.CountersignedBy, known.Demands, known.Group));
    }

    /// <summary>Puts it away where it is.</summary>
    /// <param name="place">The site's own code of the place.</param>
    public static Decision<UnitEvent> Store(Unit state, string place, Provenance by)
    {
        var refusals = Unknown(state).Concat(EndedAlready(state)).ToList();
        if (refusals.Count == 0 && state.Custody != Custody.At(by.Site))
            refusals.Add(NotHere(state, by.Site));
        if (refusals.Count > 0)
            return Decision<UnitEvent>.Reject(refusals);
        return string.Equals(state.Place, place, StringComparison.Ordinal)
            ? Decision<UnitEvent>.AlreadyDone // It stands there.
            : Decision<UnitEvent>.Accept(new UnitStored(place));
    }

    // A deadline is kept to the microsecond, and one that falls due a moment early would find nothing overdue.
    private static DateTimeOffset WholeSeconds(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerSecond));

    private static bool IsOutWith(Unit state, OrderId order, RecipientId recipient) =>
        state is { Fate: null, Issue: { } issue } && issue.Order == order && issue.Recipient == recipient;

    private static IReadOnlyList<SafetyFinding> Judge(Unit state, KnownRecipient known, PolicyPack policy, HandOut command, Provenance by, bool emergency) =>
        SafetyRules.Judge(new SafetyCase(state, command.Order, command.Recipient, known, policy, by.Site, by.Latest)
        {
            Appearance = command.Appearance,
            Emergency = emergency,
        });

    private static List<Rejection> Refusals(IReadOnlyList<SafetyFinding> findings, HandOut command, Provenance by)
    {
        var refusals = SafetyRules.Refusals(findings).ToList();
        if (IsSame(command.VerifiedBy, by.Actor))
            refusals.Add(SecondPerson("A second person has to verify the unit and the patient."));
        return refusals;
    }

    private static Rejection SecondPerson(string message) => new("second-person-required", message, "verifierScan");
}
