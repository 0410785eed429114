using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;
using static Distribution.Inventory.UnitWords;

namespace Distribution.Inventory.Safety;

/// <summary>
/// The rules at the last gate before the bedside, all judged together, so that every reason is told at once. What is not known
/// counts as the strictest. Only what the policy lists may be let pass, and of that never what kills.
/// </summary>
public static class SafetyRules
{
    /// <summary>What each rule says, one finding for each reason; where a rule has nothing against it, that.</summary>
    public static IReadOnlyList<SafetyFinding> Judge(SafetyCase @case)
    {
        var objections = Objections(@case).ToList();
        var standing = objections.Select(objection => objection.Code).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. objections.Select(objection => Weigh(@case, objection)),
            .. Rules(@case).Where(code => !standing.Contains(code)).Select(code => new SafetyFinding(code, SafetyVerdict.Pass)),
        ];
    }

    /// <summary>Why the unit may not be handed out, as reasons of a refusal; none where nothing stands against it that is not let pass.</summary>
    public static IEnumerable<Rejection> Refusals(IEnumerable<SafetyFinding> findings) => findings
        .Where(finding => finding.Blocks)
        .Select(finding => new Rejection(
            finding.Code,
            finding.Verdict == SafetyVerdict.Override ? $"{finding.Message} May be let pass by: {string.Join(", ", finding.Roles ?? [])}." : finding.Message!,
            finding.Field));

    /// <summary>What carries red cells is crossmatched; the rest needs compatibility of the groups only. A kind not known is taken for cells.</summary>
    public static bool CarriesRedCells(ComponentKind kind) => kind is not (ComponentKind.Plasma or ComponentKind.Platelets or ComponentKind.Cryoprecipitate);

    /// <summary>Has living white cells in it: irradiation, washing, freshness and CMV matter.</summary>
    private static bool IsCellular(ComponentKind kind) => kind is not (ComponentKind.Plasma or ComponentKind.Cryoprecipitate);

    private static SafetyFinding Weigh(SafetyCase @case, Objection objection)
    {
        if (IsWaived(@case, objection))
            return new SafetyFinding(objection.Code, SafetyVerdict.Overridden, objection.Message, objection.Field);
        var rule = @case.Unit.Facts is { } facts && OverridableRules.Codes.Contains(objection.Code, StringComparer.Ordinal)
            ? @case.Policy.FindOverride(objection.Code, facts.Kind)
            : null;
        if (rule is null)
            return new SafetyFinding(objection.Code, SafetyVerdict.HardStop, objection.Message, objection.Field);
        var isLetPass = @case.Unit.Overrides.Exists(given => given.Order == @case.Order
            && given.Recipient == @case.Recipient
            && given.Codes.Contains(objection.Code, StringComparer.Ordinal)
            // Whoever let it pass did not know of what was found since.
            && given.RecipientGroup == @case.Known.Group
            && given.Demands == @case.Known.Demands);
        return new SafetyFinding(
            objection.Code, isLetPass ? SafetyVerdict.Overridden : SafetyVerdict.Override, objection.Message, objection.Field, rule.Roles, rule.Countersigned);
    }

    /// <summary>Somebody bleeds, and the policy gives this component before these are known.</summary>
    private static bool IsWaived(SafetyCase @case, Objection objection) =>
        @case is { Emergency: true, Unit: { Facts: { } facts, Reservation.Emergency: true } }
        && !@case.Policy.Emergency.GroupsFor(facts.Kind).IsEmpty
        && (objection.Code is "sample-missing" or "sample-expired" or "crossmatch-missing" || objection is { Code: AboRhCompatibility.GroupUnknown, Field: "recipient" });

    /// <summary>The rules that are judged for such a component.</summary>
    private static IEnumerable<string> Rules(SafetyCase @case)
    {
        if (@case.Unit.Facts is not { } facts)
            return ["unknown-unit", "ended"];
        return
        [
            "ended", "not-released", "held", "expired", "not-here", "issued", "not-reserved", "wrong-recipient",
            AboRhCompatibility.GroupUnknown,
            .. facts.Kind switch
            {
                ComponentKind.Plasma => (string[])[AboRhCompatibility.AboIncompatible],
                ComponentKind.Cryoprecipitate => [AboRhCompatibility.AboMinorMismatch],
                ComponentKind.Platelets => [AboRhCompatibility.AboMinorMismatch, AboRhCompatibility.RhDIncompatible],
                ComponentKind.RedCells or ComponentKind.WholeBlood => [AboRhCompatibility.AboIncompatible, AboRhCompatibility.RhDIncompatible],
                _ => [AboRhCompatibility.GroupNotIdentical],
            },
            .. IsCellular(facts.Kind) ? (string[])["requirement-irradiated", "requirement-cmv", "requirement-washed", "requirement-fresh"] : [],
            .. CarriesRedCells(facts.Kind) ? (string[])["antibody-unmatched", "requirement-antigen", "sample-missing", "sample-expired", "crossmatch-missing"] : [],
            "crossmatch-incompatible",
            .. @case.Appearance is null ? (string[])[] : ["appearance-abnormal"],
            .. @case.Emergency ? (string[])["not-emergency", "not-emergency-group"] : [],
        ];
    }

    private static IEnumerable<Objection> Objections(SafetyCase @case)
    {
        var unit = @case.Unit;
        if (unit.Facts is not { } facts)
            return [.. Reasons(Unknown(unit)), .. Reasons(EndedAlready(unit))];
        return
        [
            .. Reasons(UnitDecider.Unusable(unit, @case.Site, @case.At)),
            .. Reservations(@case),
            .. Groups(@case, facts),
            .. IsCellular(facts.Kind) ? Requirements(@case, facts) : [],
            .. CarriesRedCells(facts.Kind) ? Antigens(@case).Concat(Samples(@case)) : [],
            .. Crossmatches(@case, facts),
            .. @case.Appearance is { } appearance and not Appearance.Normal
                ? (Objection[])[new Objection("appearance-abnormal", $"The bag does not look as it should: {appearance}. Discard it.", "appearance")]
                : [],
            .. @case.Emergency ? Emergencies(@case, facts) : [],
        ];
    }

    private static IEnumerable<Objection> Reservations(SafetyCase @case)
    {
        if (@case.Unit.Issue is not null)
            yield return new Objection("issued", "The unit is out with a patient.");
        if (@case.Unit.Reservation is not { } reservation || reservation.Order != @case.Order)
            yield return new Objection("not-reserved", "The unit is not reserved for this order.", "order");
        else if (reservation.Recipient != @case.Recipient)
            yield return new Objection("wrong-recipient", "The unit is reserved for somebody else.", "recipient");
    }

    private static IEnumerable<Objection> Groups(SafetyCase @case, UnitFacts facts)
    {
        if (@case.Known.Group is not { } patient)
            return [new Objection(AboRhCompatibility.GroupUnknown, "The recipient's group is not established.", "recipient")];
        // One in quarantine has no group yet, and that it is in quarantine is told.
        if (!@case.Unit.Released)
            return [];
        return AboRhCompatibility.Against(facts.Kind, patient, @case.Unit.Group ?? default).Select(code => code switch
        {
            AboRhCompatibility.AboIncompatible => new Objection(code, $"A unit of {@case.Unit.Group} must not be given to a patient of {patient}: the ABO groups do not go together."),
            AboRhCompatibility.AboMinorMismatch => new Objection(code, $"The plasma around a unit of {@case.Unit.Group} does not suit a patient of {patient}."),
            AboRhCompatibility.RhDIncompatible => new Objection(code, $"A unit of {@case.Unit.Group} carries cells that are RhD positive, for a patient of {patient}."),
            AboRhCompatibility.GroupNotIdentical => new Objection(code, $"Nothing is known of the component: only the identical group may be given, not {@case.Unit.Group} to {patient}."),
            _ => new Objection(AboRhCompatibility.GroupUnknown, "The unit's group is not known."),
        });
    }

    private static IEnumerable<Objection> Requirements(SafetyCase @case, UnitFacts facts)
    {
        var wanted = Wanted(@case);
        var component = @case.Policy.FindComponent(facts.Unit.Product);
        if (wanted.Irradiated && component is not { Irradiated: true })
            yield return new Objection("requirement-irradiated", "The patient needs irradiated units, and this is none.");
        if (wanted.CmvNegative && !@case.Typing.CmvNegative)
            yield return new Objection("requirement-cmv", "The patient needs CMV negative units, and this one is not known to be.");
        if (wanted.Washed && component is not { Washed: true })
            yield return new Objection("requirement-washed", "The patient needs washed units, and this is none.");
        if (wanted.FresherThanDays is { } days && @case.At - facts.CollectedAt >= TimeSpan.FromDays(days))
            yield return new Objection("requirement-fresh", $"The patient needs units that were collected less than {days} days ago; this one was at {Write(facts.CollectedAt)}.");
    }

    /// <summary>What the patient needs, and what the line that it is reserved for asked for.</summary>
    private static UnitRequirements Wanted(SafetyCase @case) => (@case.Known.Requirements ?? UnitRequirements.None)
        .And(@case.Unit.Reservation is { } reservation && reservation.Order == @case.Order ? reservation.Requirements : null);

    private static IEnumerable<Objection> Antigens(SafetyCase @case)
    {
        if (@case.Known.Antibodies.Except(@case.Typing.Negative) is { IsEmpty: false } unmatched)
            yield return new Objection("antibody-unmatched", $"The patient has antibodies, and the unit is not known to lack: {unmatched}.");
        var wanted = Wanted(@case).WithoutAntigens.Except(@case.Known.Antibodies);
        if (wanted.Except(@case.Typing.Negative) is { IsEmpty: false } unknown)
            yield return new Objection("requirement-antigen", $"The patient needs units without antigens that this one is not known to lack: {unknown}.");
    }

    private static IEnumerable<Objection> Samples(SafetyCase @case)
    {
        var newest = @case.Known.Sample;
        var tested = CrossmatchOf(@case);
        // The tube that was tested with counts, as long as it is good: a newer one does not undo the test.
        var until = tested?.SampleValidUntil is { } tube && newest is not null
            ? string.Equals(tested.Sample, newest.Number, StringComparison.Ordinal) && newest.ValidUntil < tube ? newest.ValidUntil : tube
            : newest?.ValidUntil;
        if (until is null)
            yield return new Objection("sample-missing", "There is no sample of the patient.", "recipient");
        else if (until <= @case.At)
            yield return new Objection("sample-expired", $"The patient's sample served until {Write(until.Value)}.", "recipient");
    }

    private static IEnumerable<Objection> Crossmatches(SafetyCase @case, UnitFacts facts)
    {
        // Whatever the component, and on whatever order it was found.
        if (@case.Unit.IncompatibleWith.Contains(@case.Recipient))
            yield return new Objection("crossmatch-incompatible", "A crossmatch with this patient was incompatible, which is not overwritten. Take another unit.");
        else if (CarriesRedCells(facts.Kind) && CrossmatchOf(@case) is null)
            yield return new Objection("crossmatch-missing", "The unit has not been crossmatched for this patient.");
    }

    private static IEnumerable<Objection> Emergencies(SafetyCase @case, UnitFacts facts)
    {
        if (@case.Unit.Reservation is { Emergency: false } reservation && reservation.Order == @case.Order)
            yield return new Objection("not-emergency", "The unit is not reserved for an emergency.", "order");
        if (@case is { Known.Group: null, Unit: { Released: true, Group: { } group } } && !@case.Policy.Emergency.GroupsFor(facts.Kind).Contains(group))
            yield return new Objection("not-emergency-group", $"A unit of {group} is not given to somebody whose group is not established.");
    }

    private static Crossmatch? CrossmatchOf(SafetyCase @case) =>
        @case.Unit.Crossmatch is { Compatible: true } crossmatch && crossmatch.Order == @case.Order && crossmatch.Recipient == @case.Recipient && StillHolds(@case, crossmatch)
            ? crossmatch
            : null;

    /// <summary>What was found in the patient since may undo a test: a computer compared what was known then, and an older tube may lack what a newer one has.</summary>
    private static bool StillHolds(SafetyCase @case, Crossmatch crossmatch) => crossmatch.Method == CrossmatchMethod.Electronic
        ? @case is { Policy.ElectronicCrossmatch: true, Known: { Sample.AntibodyScreen: false, Antibodies.IsEmpty: true } }
        : @case.Known.Sample is not { AntibodyScreen: true } newest || string.Equals(newest.Number, crossmatch.Sample, StringComparison.Ordinal);

    private static IEnumerable<Objection> Reasons(IEnumerable<Rejection> rejections) =>
        rejections.Select(rejection => new Objection(rejection.Code, rejection.Message, rejection.Field));

    private sealed record Objection(string Code, string Message, string? Field = null);
}
