using Distribution.Blood.Isbt128;
using Distribution.Donations;
using Distribution.EventStore;

namespace Distribution.Checker;

/// <summary>
/// I2, I6 and I10 inside Donation, across histories: what one finding means for the donation, its donor and the cases was
/// written in one commit, so that there is no moment at which only one of them knows.
/// </summary>
internal static class CentreCheck
{
    /// <summary>
    /// Irregular antibodies harm who gets plasma; they are no illness that the donor would pass on. Every other marker defers.
    /// Not read from the policy pack: a pack that forgot one is to be noticed here.
    /// </summary>
    private const string HarmlessToDonors = DonationHistory.Antibodies;

    /// <summary>21 CFR 610.46 and 610.47, and every pack in use.</summary>
    private static readonly string[] LookedBack = ["hiv", "hbv", "hcv"];

    public static void Run(Logs logs, Findings findings)
    {
        var centre = new Centre(findings);
        foreach (var commit in logs.Commits(Services.Donation))
            centre.Follow(commit);
    }

    private sealed class Centre(Findings findings)
    {
        private readonly Dictionary<string, DonationHistory> _donations = new(StringComparer.Ordinal);
        private readonly Dictionary<string, DonorHistory> _donors = new(StringComparer.Ordinal);
        private readonly Dictionary<string, CaseHistory> _cases = new(StringComparer.Ordinal);

        public void Follow(IReadOnlyList<StoredEvent> commit)
        {
            foreach (var stored in commit)
            {
                switch (stored.Data)
                {
                    case DonationEvent data:
                        Of(_donations, stored.StreamId, stream => new DonationHistory(stream, findings)).Look(new Entry<DonationEvent>(stored, data));
                        break;
                    case DonorEvent data:
                        Of(_donors, stored.StreamId, stream => new DonorHistory(stream, findings)).Look(new Entry<DonorEvent>(stored, data));
                        break;
                    case ImplicationEvent data:
                        Of(_cases, stored.StreamId, stream => new CaseHistory(stream, findings)).Look(new Entry<ImplicationEvent>(stored, data));
                        break;
                    default:
                        break;
                }
            }

            RequireGifts(commit);
            RequireDonors(commit);
            RequireHolds(commit);
            foreach (var stream in commit.Where(stored => stored.Data is DonationEvent).Select(stored => stored.StreamId).Distinct(StringComparer.Ordinal))
                Close(stream);
        }

        private static T Of<T>(Dictionary<string, T> histories, string stream, Func<string, T> open) =>
            histories.TryGetValue(stream, out var history) ? history : histories[stream] = open(stream);

        private DonationHistory? Find(DonationNumber donation) => _donations.GetValueOrDefault($"donation-{donation}");

        private void RequireGifts(IReadOnlyList<StoredEvent> commit)
        {
            var collected = commit.Where(stored => stored.Data is DonationCollected)
                .Select(stored => (((DonationCollected)stored.Data).Donation, Donor: $"donor-{((DonationCollected)stored.Data).Donor}")).ToHashSet();
            var given = commit.Where(stored => stored.Data is DonorGave).Select(stored => (((DonorGave)stored.Data).Donation, Donor: stored.StreamId)).ToHashSet();
            foreach (var gift in collected)
                findings.Require(given.Contains(gift), "I10", "donations of donors", gift.Donor, $"{gift.Donation} was collected, and the donor's history does not say so.");
            foreach (var gift in given.Except(collected))
                findings.Violate("I10", gift.Donor, $"{gift.Donation} was given, and no donation says so.");
        }

        private void RequireDonors(IReadOnlyList<StoredEvent> commit)
        {
            foreach (var stored in commit)
            {
                if (stored.Data is DonorGroupKnown known)
                {
                    var group = Find(known.Donation)?.Group;
                    findings.Require(
                        group == known.Group, "I2", "groups of donors", stored.StreamId, $"The donor's group is said to be {known.Group} by {known.Donation}, of which it is {group?.ToString() ?? "unknown"}.");
                }
                else if (stored.Data is DonorDeferralEnded { VerifiedBy: null } ended)
                {
                    findings.Require(
                        commit.Any(other => other.Data is MarkerResultCorrected && other.StreamId == $"donation-{ended.Donation}"),
                        "I2", "ends of deferrals", stored.StreamId, $"The deferral for {ended.Reason} ended by one person alone.");
                }

                if (stored.Data is DonorDeferralEnded { Reason: DonationDecider.MarkerReactive } over)
                {
                    foreach (var donation in _donors[stored.StreamId].Gifts.Where(gift => over.Donation is null || over.Donation == gift))
                    {
                        if (Find(donation) is { } found && found.Final.Any(marker => marker != HarmlessToDonors && found.IsInDoubt(marker)))
                            findings.Violate("I2", stored.StreamId, $"The deferral ended although {donation} is reactive for good.");
                    }
                }
            }
        }

        /// <summary>What a case says and what the donations say are the same, for every donation that is known here.</summary>
        private void RequireHolds(IReadOnlyList<StoredEvent> commit)
        {
            var touched = new HashSet<(string Case, DonationNumber Donation)>();
            foreach (var stored in commit)
            {
                switch (stored.Data)
                {
                    case ImplicationOpened opened:
                        Touch(opened.Donations);
                        RequireDonor(opened.Donations);
                        if (opened.Marker is { } marker)
                        {
                            findings.Require(
                                opened.Donations.Any(donation => Find(donation)?.IsReactive(marker) == true), "I6", "reasons of cases", stored.StreamId, $"The case is about {marker}, for which no donation of it is reactive.");
                        }

                        break;
                    case ImplicationExtended extended:
                        Touch(extended.Donations);
                        RequireDonor(extended.Donations);
                        break;
                    case RecallTold told:
                        Touch(told.Donations);
                        break;
                    case ImplicationEnded:
                        Touch(_cases[stored.StreamId].Donations);
                        RequireDoubt(_cases[stored.StreamId]);
                        break;
                    case RecallEnded:
                        Touch(_cases[stored.StreamId].Donations);
                        break;
                    case DonationHeld held when _donations[stored.StreamId].Number is { } number:
                        touched.Add(($"implication-{held.Recall}", number));
                        break;
                    case DonationHoldEnded over when _donations[stored.StreamId].Number is { } number:
                        touched.Add(($"implication-{over.Recall}", number));
                        break;
                    default:
                        break;
                }

                void Touch(IEnumerable<DonationNumber> donations) => touched.UnionWith(donations.Select(donation => (stored.StreamId, donation)));

                void RequireDonor(IEnumerable<DonationNumber> donations)
                {
                    if (_cases[stored.StreamId].Donor is not { } donor)
                        return;
                    foreach (var donation in donations)
                    {
                        findings.Require(
                            Find(donation) is not { Donor: { } other } || other == donor,
                            "I6", "donations of a donor's case", stored.StreamId, $"The case is about one donor, and {donation} is of another.");
                    }
                }
            }

            foreach (var (name, concerned) in touched)
            {
                if (Find(concerned) is not { Donor: not null } donation)
                    continue;
                var recall = AllocationCheck.UnitOf(name);
                var isConcerned = _cases.TryGetValue(name, out var @case) && !@case.IsCleared && @case.Donations.Contains(concerned);
                var isHeld = donation.Holds.Contains(recall);
                findings.Require(
                    isConcerned == isHeld, "I6", "donations of cases", donation.StreamId,
                    isConcerned ? $"The donation is of the case {recall} and is not held." : $"The donation is held for {recall}, which is no open case of it.");
            }
        }

        private void RequireDoubt(CaseHistory @case)
        {
            foreach (var reactive in @case.Marker is { } marker ? @case.Donations.Where(donation => Find(donation)?.IsInDoubt(marker) == true) : [])
                findings.Violate("I6", @case.StreamId, $"The case came to nothing although {reactive} is reactive for {@case.Marker}, and nothing says that it was not.");
        }

        private void Close(string stream)
        {
            var donation = _donations[stream];
            if (donation.HasGroupNews)
                RequireGroup(donation);
            donation.CloseCommit();
            foreach (var (marker, before) in donation.TakeNews())
            {
                if (!before.IsReactive && donation.IsReactive(marker))
                    RequireConsequences(donation, marker);
                if (!before.IsFinal && donation.Final.Contains(marker) && LookedBack.Contains(marker, StringComparer.Ordinal))
                    RequireLookback(donation, marker);
            }
        }

        private void RequireGroup(DonationHistory donation)
        {
            var known = _donors.GetValueOrDefault($"donor-{donation.Donor}")?.Group;
            if (donation.Group is { } group && known is null)
                findings.Violate("I2", donation.StreamId, $"The group is {group}, and the donor's history did not learn of it.");
            if (known is { } other && donation.HasOtherGroupThan(other))
                findings.Require(donation.Holds.Count > 0, "I6", "disputed groups", donation.StreamId, $"Its group differs from the donor's {other}, and the donation is not held.");
        }

        private void RequireConsequences(DonationHistory donation, string marker)
        {
            if (donation.Number is not { } number)
                return;
            if (marker != HarmlessToDonors)
            {
                findings.Require(
                    _donors.GetValueOrDefault($"donor-{donation.Donor}")?.IsDeferredBy(number) == true,
                    "I2", "donors of reactive donations", donation.StreamId, $"{number} is reactive for {marker}, and its donor was not deferred in the same commit.");
            }

            if (donation.HasReleased(marker))
                findings.Require(donation.Holds.Count > 0, "I6", "reactive after release", donation.StreamId, $"{number} is reactive for {marker} after its release, and is not held.");
        }

        /// <summary>
        /// Whatever the donor gave since the last donation known to be negative is in doubt, that one included. How far before it
        /// the doubt reaches is the policy's.
        /// </summary>
        private void RequireLookback(DonationHistory index, string marker)
        {
            if (index.Number is not { } number || !_donors.TryGetValue($"donor-{index.Donor}", out var donor))
                return;
            List<DonationHistory> given = [.. donor.Gifts.Select(Find).OfType<DonationHistory>().Where(donation => donation.Number is not null)];
            var last = given.Where(donation => donation.CollectedAt < index.CollectedAt && donation.IsNegative(marker)).Max(donation => (DateTimeOffset?)donation.CollectedAt);
            var doubtful = given.Where(donation => donation == index || last is null || donation.CollectedAt >= last).Select(donation => donation.Number!.Value).ToList();
            var @case = _cases.Values.Where(@case => @case.Marker == marker && @case.Donations.Contains(number)).MaxBy(@case => @case.Donations.Count);
            findings.Require(@case is not null, "I6", "lookbacks", index.StreamId, $"{number} is reactive for {marker} for good, and no case looks back.");
            foreach (var missed in @case is null ? [] : doubtful.Where(donation => !@case.Donations.Contains(donation)))
                findings.Violate("I6", @case!.StreamId, $"The lookback for {marker} leaves out {missed}.");
        }
    }
}
