using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Donations.Service.Donations;

namespace Distribution.Donations.Service.Implications;

/// <summary>
/// What follows from what the laboratory found, in the same commit: the donor is deferred or no longer is, the group is
/// known or disagrees, and whatever has left or may leave the house is implicated.
/// </summary>
internal static class Findings
{
    /// <summary>Adds the events to the donation and everything that follows from them.</summary>
    public static async Task RecordAsync(
        this Changes changes, DonationNumber number, IReadOnlyList<DonationEvent> events, PolicyPack pack, Provenance by, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
            return;
        var before = await changes.StateAsync<Donation>(number.ToString(), cancellationToken);
        changes.Add<Donation>(number.ToString(), events);

        foreach (var marker in events.Select(MarkerOf).OfType<string>().Distinct(StringComparer.Ordinal))
            await changes.FollowMarkerAsync(before, marker, pack, by, cancellationToken);
        if (events.Any(@event => @event is GroupDeterminationRecorded or GroupCorrected))
            await changes.FollowGroupAsync(before, events.Any(@event => @event is GroupCorrected), pack, by, cancellationToken);
    }

    /// <summary>Opens or extends a case and holds the donations concerned.</summary>
    /// <returns>Why not.</returns>
    public static async Task<IReadOnlyList<Rejection>> ImplicateAsync(
        this Changes changes, ImplicateDonations command, Provenance by, CancellationToken cancellationToken)
    {
        var implication = await changes.StateAsync<Implication>(command.Recall.ToString(), cancellationToken);
        var decision = ImplicationDecider.Implicate(implication, command, by);
        if (decision.IsRejected)
            return decision.Rejections;
        changes.Add<Implication>(command.Recall.ToString(), decision.Events);
        await changes.HoldAsync(command.Donations, command.Recall, command.Kind, command.Reason, cancellationToken);
        return [];
    }

    /// <summary>Holds those of the donations that are known.</summary>
    public static async Task HoldAsync(
        this Changes changes, IReadOnlyList<DonationNumber> numbers, RecallId recall, RecallKind kind, string reason, CancellationToken cancellationToken)
    {
        string[] ids = [.. numbers.Distinct().Select(number => number.ToString())];
        foreach (var (id, donation) in ids.Zip(await changes.StatesAsync<Donation>(ids, cancellationToken)))
            changes.Add<Donation>(id, ImplicationDecider.Hold(donation, recall, kind, reason).Events);
    }

    private static string? MarkerOf(DonationEvent @event) => @event switch
    {
        MarkerResultRecorded recorded => recorded.Marker,
        MarkerConfirmed confirmed => confirmed.Marker,
        MarkerResultCorrected corrected => corrected.Marker,
        _ => null,
    };

    /// <summary>The donor may give again once nothing of the donation that deferred is reactive any more: only a correction comes to that.</summary>
    private static async Task EndDeferralAsync(this Changes changes, Donation before, Donation after, PolicyPack pack, CancellationToken cancellationToken)
    {
        bool Defers(KeyValuePair<string, MarkerResult> marker) => marker.Value == MarkerResult.Reactive && pack.RuleOf(marker.Key).DefersDonor;
        if (!before.Markers.Any(Defers) || after.Markers.Any(Defers))
            return;
        var donor = await changes.StateAsync<Donor>(after.Donor.ToString(), cancellationToken);
        var ended = DonorDecider.EndDeferral(donor, new EndDeferral(DonationDecider.MarkerReactive, after.Number));
        changes.Add<Donor>(after.Donor.ToString(), ended.Events);
    }

    private static async Task FollowMarkerAsync(
        this Changes changes, Donation before, string marker, PolicyPack pack, Provenance by, CancellationToken cancellationToken)
    {
        var number = before.Number!.Value;
        var after = await changes.StateAsync<Donation>(number.ToString(), cancellationToken);
        var rule = pack.RuleOf(marker);
        var standing = after.StandingOf(marker, pack);
        var isNewlyReactive = after.Markers[marker] == MarkerResult.Reactive && before.Markers.GetValueOrDefault(marker) != MarkerResult.Reactive;
        var isNewlyFinal = standing == MarkerStanding.RepeatReactive && before.StandingOf(marker, pack) != MarkerStanding.RepeatReactive;
        if (!isNewlyReactive && !isNewlyFinal)
        {
            await changes.EndDeferralAsync(before, after, pack, cancellationToken);
            return;
        }

        var donor = await changes.StateAsync<Donor>(after.Donor.ToString(), cancellationToken);
        // No donation of the donor may slip in between looking for them and holding them.
        changes.Check<Donor>(after.Donor.ToString());
        if (rule.DefersDonor && donor.Id is not null)
            changes.Add<Donor>(after.Donor.ToString(), DonorDecider.Defer(donor, new DeferDonor(DonationDecider.MarkerReactive, number, Until: null)).Events);

        // Initially reactive: what is in quarantine the gate keeps, what has left it must not wait for the repeats.
        IReadOnlyList<DonationNumber> concerned = after.Components.Exists(component => component.Standing == Standing.Released && rule.Bar(component.Kind)) ? [number] : [];
        if (isNewlyFinal && rule.LookbackWindow is { } window)
        {
            var others = await changes.OthersAsync(donor, number, cancellationToken);
            concerned = Lookback.Find(after, others, donation => donation.StandingOf(marker, pack) == MarkerStanding.Negative, window);
        }

        if (concerned.Count > 0)
        {
            await changes.ImplicateAsync(
                new ImplicateDonations(
                    ImplicationDecider.CaseOf(after, "lookback", marker),
                    RecallKind.Lookback,
                    standing == MarkerStanding.RepeatReactive ? $"{marker} repeat-reactive" : $"{marker} initially reactive",
                    concerned,
                    marker,
                    after.Donor,
                    by.Now + pack.LookbackClock),
                by,
                cancellationToken);
        }
    }

    /// <summary>The donor's donations but the one. What is found of them meanwhile is not overtaken: it was compared with what the donor was.</summary>
    private static async Task<IReadOnlyList<Donation>> OthersAsync(
        this Changes changes, Donor donor, DonationNumber number, CancellationToken cancellationToken)
    {
        string[] gifts = [.. donor.Gifts.Select(gift => gift.Donation).Where(gift => gift != number).Select(gift => gift.ToString())];
        if (gifts.Length == 0)
            return [];
        var others = await changes.StatesAsync<Donation>(gifts, cancellationToken);
        foreach (var gift in gifts)
            changes.Check<Donation>(gift);
        return others;
    }

    /// <summary>
    /// The donor's group is another than it was: each donation that was judged by the old one and differs has a case of its
    /// own, which ends once that donation is settled, whatever becomes of the others.
    /// </summary>
    private static async Task CompareGroupsAsync(this Changes changes, Donor donor, DonationNumber number, Provenance by, CancellationToken cancellationToken)
    {
        foreach (var other in (await changes.OthersAsync(donor, number, cancellationToken)).Where(other => other.Number is not null && other.GroupDisagrees(donor)))
        {
            await changes.ImplicateAsync(
                new ImplicateDonations(
                    ImplicationDecider.CaseOf(other, "group"), RecallKind.GroupDisagreement, "group differs from the donor's", [other.Number!.Value], Donor: donor.Id),
                by,
                cancellationToken);
        }
    }

    private static async Task FollowGroupAsync(
        this Changes changes, Donation before, bool isCorrection, PolicyPack pack, Provenance by, CancellationToken cancellationToken)
    {
        var number = before.Number!.Value;
        var after = await changes.StateAsync<Donation>(number.ToString(), cancellationToken);
        var donor = await changes.StateAsync<Donor>(after.Donor.ToString(), cancellationToken);
        // Neither a donation nor a group of the donor may slip in between comparing and the commit, though they agree.
        changes.Check<Donor>(after.Donor.ToString());
        if (donor.Id is not null && TestingDecider.LearnGroup(donor, after, pack).Events is { Count: > 0 } learned)
        {
            donor = changes.Add<Donor>(after.Donor.ToString(), learned);
            await changes.CompareGroupsAsync(donor, number, by, cancellationToken);
        }

        var differsFromHistory = after.GroupDisagrees(donor);
        if (after.GroupDisagrees() || differsFromHistory)
        {
            // Which of them was mistaken nobody knows yet: what was released under the other group waits as well.
            IReadOnlyList<DonationNumber> concerned = [number];
            if (differsFromHistory)
            {
                var others = await changes.OthersAsync(donor, number, cancellationToken);
                // Whatever its expiry here: what was frozen after the release lives on in Inventory.
                concerned =
                [
                    number,
                    .. others.Where(donation => donation.Components.Exists(component => component.Standing != Standing.Discarded))
                        .Select(donation => donation.Number!.Value),
                ];
            }

            await changes.ImplicateAsync(
                new ImplicateDonations(
                    ImplicationDecider.CaseOf(after, "group"),
                    RecallKind.GroupDisagreement,
                    differsFromHistory ? "group differs from the donor's" : "determinations of the group disagree",
                    concerned,
                    Donor: after.Donor),
                by,
                cancellationToken);
        }

        if (isCorrection && after.IsReleased)
        {
            await changes.ImplicateAsync(
                new ImplicateDonations(ImplicationDecider.CaseOf(after, "correction"), RecallKind.Correction, "group corrected after release", [number]),
                by,
                cancellationToken);
        }
    }
}
