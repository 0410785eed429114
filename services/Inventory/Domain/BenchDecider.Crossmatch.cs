using Distribution.Blood.Compatibility;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Policies;
using Distribution.Inventory.Safety;
using static Distribution.Inventory.UnitWords;

namespace Distribution.Inventory;

/// <summary>How a unit and its patient get along.</summary>
/// <param name="Sample">The tube that it was tested with; needed for what carries red cells.</param>
public sealed record CrossmatchFinding(OrderId Order, RecipientId Recipient, bool Compatible, CrossmatchMethod Method, string? Sample);

public static partial class BenchDecider
{
    /// <summary>Takes the result down; after an emergency's hand-over it is a fact, whatever has become of the unit since.</summary>
    /// <param name="known">What we have been told of the patient.</param>
    public static Decision<UnitEvent> Crossmatch(Unit state, KnownRecipient known, PolicyPack policy, CrossmatchFinding finding, Provenance by)
    {
        var isAfterwards = state.Issue is { CrossmatchDue: not null } issue && issue.Order == finding.Order && issue.Recipient == finding.Recipient;
        List<Rejection> refusals = [];
        if (!isAfterwards)
        {
            refusals.AddRange(UnitDecider.Unusable(state, by.Site, by.Latest, exceptHolds: true));
            refusals.AddRange(NotFor(state, finding));
            if (state.Facts is not null)
                refusals.AddRange(finding.Method == CrossmatchMethod.Electronic ? NotElectronic(state, known, policy, finding, by.Latest) : NotOfSample(state, known, finding, by.Latest));
        }

        else if (finding.Method == CrossmatchMethod.Electronic)
        {
            // Nobody tested anything: it is no fact of a tube.
            refusals.AddRange(NotElectronic(state, known, policy, finding, by.Latest));
        }

        if (state.Facts is not null && known.Group is null)
            refusals.Add(new Rejection(AboRhCompatibility.GroupUnknown, "The recipient's group is not established.", "recipient"));
        if (refusals.Count > 0)
        {
            // What is found incompatible is a fact, whatever the tube or the reservation.
            return finding.Compatible || state.Facts is null ? Decision<UnitEvent>.Reject(refusals) : Incompatible(state, finding);
        }

        if (state.Crossmatch is { } told && told.Order == finding.Order && told.Recipient == finding.Recipient
            && told.Compatible == finding.Compatible && (told.Method ?? CrossmatchMethod.Serological) == finding.Method && string.Equals(told.Sample, finding.Sample, StringComparison.Ordinal))
        {
            return Decision<UnitEvent>.AlreadyDone; // The same result again.
        }

        // The other way round, from compatible to incompatible, is taken: it makes things safer.
        if (finding.Compatible && state.IncompatibleWith.Contains(finding.Recipient))
            return Decision<UnitEvent>.Reject("crossmatch-incompatible", "A crossmatch with this patient was incompatible, which is not overwritten. Take another unit.");
        List<UnitEvent> events =
        [
            new UnitCrossmatched(
                finding.Order,
                finding.Recipient,
                known.Group!.Value,
                finding.Compatible,
                finding.Method,
                finding.Sample,
                known.Sample is { } sample && string.Equals(sample.Number, finding.Sample, StringComparison.Ordinal) ? sample.ValidUntil : null),
        ];
        if (isAfterwards && !finding.Compatible)
            events.AddRange(New(state, FoundAfterwards(finding)));
        return Decision<UnitEvent>.Accept(events);
    }

    private static Decision<UnitEvent> Incompatible(Unit state, CrossmatchFinding finding)
    {
        List<UnitEvent> events = [];
        if (!state.IncompatibleWith.Contains(finding.Recipient))
            events.Add(new UnitIncompatibilityFound(finding.Recipient, finding.Order, finding.Sample));
        if (state.Issue?.Recipient == finding.Recipient || state.Fate?.Recipient == finding.Recipient)
            events.AddRange(New(state, FoundAfterwards(finding)));
        return Decision<UnitEvent>.Accept(events);
    }

    private static UnitDiscrepancyRecorded FoundAfterwards(CrossmatchFinding finding) =>
        Discrepancy("retrospective-incompatible", $"Handed out, and found incompatible afterwards with the sample {finding.Sample}.");

    /// <summary>The time is over in which a unit that was handed out uncrossmatched is crossmatched.</summary>
    public static Decision<UnitEvent> CrossmatchFallDue(Unit state, Provenance by)
    {
        // Returned since: nothing is to be tested any more. Of what was thrown away or lost, some may have run in.
        if (state.Issue is not { CrossmatchDue: { } due, CrossmatchOverdue: false } issue)
            return Decision<UnitEvent>.AlreadyDone;
        if (due > by.Now || state.IncompatibleWith.Contains(issue.Recipient) || (state.Crossmatch is { } told && told.Order == issue.Order && told.Recipient == issue.Recipient))
            return Decision<UnitEvent>.AlreadyDone;
        return Decision<UnitEvent>.Accept(new UnitCrossmatchOverdue(issue.Order, issue.Recipient, due));
    }

    private static IEnumerable<Rejection> NotFor(Unit state, CrossmatchFinding finding)
    {
        if (state.Facts is null)
            yield break;
        if (state.Reservation is not { } reservation || reservation.Order != finding.Order)
            yield return new Rejection("not-reserved", "The unit is not reserved for this order.", "order");
        else if (reservation.Recipient != finding.Recipient)
            yield return new Rejection("wrong-recipient", "The unit is reserved for somebody else.", "recipient");
    }

    private static IEnumerable<Rejection> NotOfSample(Unit state, KnownRecipient known, CrossmatchFinding finding, DateTimeOffset at)
    {
        if (!SafetyRules.CarriesRedCells(state.Facts!.Kind) && finding.Sample is null)
            yield break;
        if (known.Sample is not { } sample || !string.Equals(sample.Number, finding.Sample, StringComparison.Ordinal))
            yield return new Rejection("sample-missing", $"'{finding.Sample}' is not the patient's newest sample.", "sample");
        else if (sample.ValidUntil <= at)
            yield return new Rejection("sample-expired", $"The sample served until {Write(sample.ValidUntil)}.", "sample");
    }

    /// <summary>A computer compares what is known: all of it has to be known, and none of it in doubt.</summary>
    private static IEnumerable<Rejection> NotElectronic(Unit state, KnownRecipient known, PolicyPack policy, CrossmatchFinding finding, DateTimeOffset at)
    {
        if (!policy.ElectronicCrossmatch)
            yield return new Rejection("electronic-not-allowed", "The policy wants every crossmatch in a tube.", "method");
        foreach (var reason in NotOfSample(state, known, finding, at))
            yield return reason;
        if (known.Sample is not { AntibodyScreen: not null })
            yield return new Rejection("electronic-screen-missing", "The sample has not been screened for antibodies.", "sample");
        if (known.Sample is { AntibodyScreen: true })
            yield return new Rejection("electronic-screen-positive", "The screen of the sample found antibodies.", "sample");
        if (!known.Antibodies.IsEmpty)
            yield return new Rejection("electronic-antibodies", $"The patient has, or had, antibodies: {known.Antibodies}.", "recipient");
        if (state.Released && known.Group is { } group && AboRhCompatibility.Against(state.Facts!.Kind, group, state.Group ?? default).Count > 0)
            yield return new Rejection("electronic-incompatible", $"A unit of {state.Group} does not go together with a patient of {group}.");
    }
}
