using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>Donations are found to be in doubt.</summary>
/// <param name="Reason">In words or as a code. Never who the donor is.</param>
public sealed record ImplicateDonations(
    RecallId Recall,
    RecallKind Kind,
    string Reason,
    IReadOnlyList<DonationNumber> Donations,
    string? Marker = null,
    DonorId? Donor = null,
    DateTimeOffset? DueAt = null);

/// <summary>Two people find that the case came to nothing.</summary>
/// <param name="Verifier">The second person's staff code.</param>
public sealed record EndImplication(RecallId Recall, string Reason, string Verifier);

/// <summary>Inventory tells of a case of its own.</summary>
public sealed record TellRecall(RecallId Recall, RecallKind Kind, string Reason, IReadOnlyList<DonationNumber> Donations);

/// <summary>Inventory tells that its case has ended.</summary>
public sealed record TellRecallEnd(RecallId Recall, bool Cleared, string Reason, string VerifiedBy);

public static class ImplicationDecider
{
    /// <summary>Opens the case, or extends it by what it does not concern yet.</summary>
    public static Decision<ImplicationEvent> Implicate(Implication state, ImplicateDonations command, Provenance by)
    {
        if (command.Donations.Count == 0)
            return Decision<ImplicationEvent>.Reject("no-donations", "No donation is concerned.", "donations");
        if (state.Recall is null)
        {
            return Decision<ImplicationEvent>.Accept(new ImplicationOpened(
                command.Recall, command.Kind, command.Reason, [.. command.Donations.Distinct()], by.OccurredAt, command.Marker, command.Donor, command.DueAt));
        }

        if (state.End is not null)
            return Decision<ImplicationEvent>.Reject("implication-over", $"The case {command.Recall} has ended.");
        DonationNumber[] news = [.. command.Donations.Distinct().Except(state.Donations)];
        return news.Length == 0
            ? Decision<ImplicationEvent>.AlreadyDone
            : Decision<ImplicationEvent>.Accept(new ImplicationExtended(state.Recall.Value, state.Kind, state.Reason, news, command.DueAt));
    }

    /// <param name="state">As it stands.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="donations">Those that the case concerns.</param>
    /// <param name="groupDisagrees">Whether what opened a case of groups that disagree is still unsettled.</param>
    /// <param name="pack">Says what repeats make of a reactive result.</param>
    /// <param name="by">The first person.</param>
    public static Decision<ImplicationEvent> End(
        Implication state, EndImplication command, IReadOnlyList<Donation> donations, bool groupDisagrees, PolicyPack pack, Provenance by)
    {
        if (state.Recall is null)
            return Decision<ImplicationEvent>.Reject("unknown-implication", $"There is no case {command.Recall}.");
        if (state.End is not null)
        {
            return state.End.Reason == command.Reason
                ? Decision<ImplicationEvent>.AlreadyDone
                : Decision<ImplicationEvent>.Reject("implication-over", $"The case {command.Recall} has ended.");
        }

        List<Rejection> reasons = [];
        if (!TestingDecider.IsCode(command.Reason))
            reasons.Add(new Rejection("reason-invalid", "The reason is a code of at most 40 small letters, digits and hyphens, such as confirmed-negative.", "reason"));
        if (string.Equals(command.Verifier, by.Actor, StringComparison.OrdinalIgnoreCase))
            reasons.Add(new Rejection("second-person-required", "Another person verifies that the case came to nothing.", "verifierScan"));
        if (state.IsTold)
            reasons.Add(new Rejection("case-of-inventory", "Inventory opened the case and ends it."));
        if (state.Marker is { } marker)
            reasons.AddRange(donations.Select(donation => WhyReactive(donation, marker, pack)).OfType<Rejection>());
        if (state.Kind == RecallKind.GroupDisagreement && groupDisagrees)
            reasons.Add(new Rejection("group-disagrees", "The determinations of the group disagree with each other or with the donor's group."));
        if (state.Kind is RecallKind.GroupDisagreement or RecallKind.Correction)
            reasons.AddRange(donations.SelectMany(WhyReleasedUnderOther));
        if (state.Kind is RecallKind.Lookback or RecallKind.Correction)
            reasons.AddRange(donations.SelectMany(donation => WhyBarred(donation, pack)));
        return reasons.Count > 0
            ? Decision<ImplicationEvent>.Reject(reasons)
            : Decision<ImplicationEvent>.Accept(new ImplicationEnded(state.Recall.Value, command.Reason, command.Verifier, state.Donations, by.OccurredAt));
    }

    /// <summary>Only negative repeats or a confirmatory test say that a reactive result was a false one: two people's opinion does not.</summary>
    private static Rejection? WhyReactive(Donation donation, string marker, PolicyPack pack) => donation.Confirmations.GetValueOrDefault(marker) switch
    {
        Confirmation.Positive => new Rejection("confirmed-positive", $"The marker {marker} of {donation.Number} is confirmed positive."),
        Confirmation.Negative => null,
        _ when donation.StandingOf(marker, pack) is MarkerStanding.InitiallyReactive or MarkerStanding.RepeatReactive =>
            new Rejection("confirmation-missing", $"The marker {marker} of {donation.Number} is reactive and has not been confirmed negative."),
        _ => null,
    };

    /// <summary>Bags that bear another group than the donation's are freed by nobody, whatever has been settled since.</summary>
    private static IEnumerable<Rejection> WhyReleasedUnderOther(Donation donation) => donation.Components
        .Where(component => component.Standing == Standing.Released && component.ReleasedAs != donation.Group)
        .Select(component => new Rejection(
            "released-under-other-group",
            $"{component.Unit} was released as {component.ReleasedAs}, and the group is {(donation.Group is { } group ? group : "unknown")} now: account for it in Inventory, which completes the case."));

    /// <summary>What the gate would never let go is not freed by ending the case either; it cannot go back through the gate.</summary>
    private static IEnumerable<Rejection> WhyBarred(Donation donation, PolicyPack pack) => donation.Components
        .Where(component => component.Standing == Standing.Released && ReleaseGate.IsBarred(donation, component, pack))
        .Select(component => new Rejection(
            "released-and-barred",
            $"{component.Unit} was released, and a marker of its donation bars it for good: account for it in Inventory, which completes the case; until then the whole case stands."));

    /// <summary>A fact: never refused. A case that has ended before it was told stays so.</summary>
    public static Decision<ImplicationEvent> Tell(Implication state, TellRecall command, Provenance by)
    {
        DonationNumber[] news = [.. command.Donations.Distinct().Except(state.Donations)];
        return news.Length == 0
            ? Decision<ImplicationEvent>.AlreadyDone
            : Decision<ImplicationEvent>.Accept(new RecallTold(command.Recall, command.Kind, command.Reason, news, by.OccurredAt));
    }

    /// <summary>A fact: never refused. Inventory opens a complete case anew where more turns up, and may clear it then.</summary>
    public static Decision<ImplicationEvent> TellEnd(Implication state, TellRecallEnd command, Provenance by) => state.End is { } end && (end.Cleared || !command.Cleared)
        ? Decision<ImplicationEvent>.AlreadyDone
        : Decision<ImplicationEvent>.Accept(new RecallEnded(command.Recall, command.Cleared, command.Reason, command.VerifiedBy, by.OccurredAt));

    /// <summary>The donation's half of a case; a case that has ended for it does not come back.</summary>
    public static Decision<DonationEvent> Hold(Donation donation, RecallId recall, RecallKind kind, string reason) =>
        donation.Number is null || donation.Holds.Exists(hold => hold.Recall == recall)
            ? Decision<DonationEvent>.AlreadyDone
            : Decision<DonationEvent>.Accept(new DonationHeld(recall, kind, reason));

    /// <summary>The donation's half of a case that came to nothing.</summary>
    public static Decision<DonationEvent> EndHold(Donation donation, RecallId recall) =>
        donation.Holds.Exists(hold => hold.Recall == recall && !hold.Ended)
            ? Decision<DonationEvent>.Accept(new DonationHoldEnded(recall))
            : Decision<DonationEvent>.AlreadyDone;

    /// <summary>The name of a donation's case: the open one of that name, or the next where all have ended.</summary>
    /// <param name="donation">The one that gives the reason.</param>
    /// <param name="kind">How the name begins, such as <c>lookback</c>.</param>
    /// <param name="about">How it ends, where more than one case of the kind may be open.</param>
    public static RecallId CaseOf(Donation donation, string kind, string? about = null)
    {
        // CA1308: the code of a case is in small letters, which is no question of comparing.
#pragma warning disable CA1308
        var name = $"{kind}-{donation.Number.ToString()!.ToLowerInvariant()}{(about is null ? "" : $"-{about}")}";
#pragma warning restore CA1308
        for (var count = 1; ; count++)
        {
            var recall = RecallId.Parse(count == 1 ? name : $"{name}-{count}");
            if (!donation.Holds.Exists(hold => hold.Recall == recall && hold.Ended))
                return recall;
        }
    }
}
