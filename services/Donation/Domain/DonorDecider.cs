using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>A person comes to be known under a pseudonym.</summary>
public sealed record RegisterDonor(DonorId Donor, Sex Sex, int BirthYear);

/// <summary>A donor who must not give for now, or for good where <paramref name="Until"/> is null.</summary>
public sealed record DeferDonor(
    string Reason, DonationNumber? Donation, DateTimeOffset? Until, DateOnly? From = null, DriveCode? Drive = null, string? Session = null);

/// <summary>Somebody states a cause of which the pack says how long it keeps a donor from giving.</summary>
/// <param name="From">The day of the cause; null: today.</param>
public sealed record StateDeferral(string Reason, DateOnly? From = null, DonationNumber? Donation = null, DriveCode? Drive = null, string? Session = null);

/// <summary>A deferral does not hold any more: one donation's, or every one with the reason where no donation is named.</summary>
/// <param name="VerifiedBy">Staff code of the second person; null where it follows from a correction that two people made.</param>
/// <param name="Why">A code for what was wrong with it, such as <c>asked-again</c>; people state one.</param>
public sealed record EndDeferral(string Reason, DonationNumber? Donation = null, string? VerifiedBy = null, string? Why = null);

/// <param name="Basis">A code for what the erasure rests on.</param>
public sealed record EraseIdentity(string Basis);

public static class DonorDecider
{
    /// <summary>Before this nobody who is alive was born: a slip of the pen.</summary>
    public const int EarliestBirthYear = 1900;

    public static Decision<DonorEvent> Register(Donor state, RegisterDonor command, Provenance by)
    {
        if (state.Id is not null)
        {
            // The pseudonym comes from the registration itself: meeting it again is the same registration sent twice.
            return state.Sex == command.Sex && state.BirthYear == command.BirthYear
                ? Decision<DonorEvent>.AlreadyDone
                : Decision<DonorEvent>.Reject("donor-exists", $"Donor {command.Donor} is registered with other particulars.");
        }

        List<Rejection> reasons = [];
        if (!Enum.IsDefined(command.Sex))
            reasons.Add(new Rejection("sex-invalid", "The sex is female or male.", "sex"));
        if (command.BirthYear < EarliestBirthYear || command.BirthYear > by.Now.Year)
            reasons.Add(new Rejection("birth-date-invalid", $"The birth date lies between {EarliestBirthYear} and today.", "birthDate"));
        return reasons.Count > 0
            ? Decision<DonorEvent>.Reject(reasons)
            : Decision<DonorEvent>.Accept(new DonorRegistered(command.Donor, command.Sex, command.BirthYear, by.Site));
    }

    /// <summary>The donor's half of a collection; <see cref="DonationDecider.Collect"/> is the other.</summary>
    public static Decision<DonorEvent> Give(Donor state, CollectDonation command, PolicyPack pack, Provenance by)
    {
        if (state.Id is null)
            return Unknown;

        // The donation under this number is on the donor's record; whether it is the same one, the donation itself judges.
        if (state.Gifts.Exists(gift => gift.Donation == command.Donation))
            return Decision<DonorEvent>.AlreadyDone;

        var reasons = DonorEligibility.WhyNot(state, command.Collection, command.WeightKg, command.VolumeMl, pack, by.OccurredAt);
        return reasons.Count > 0
            ? Decision<DonorEvent>.Reject(reasons)
            : Decision<DonorEvent>.Accept(new DonorGave(command.Donation, by.OccurredAt, command.Collection, command.VolumeMl, command.WeightKg));
    }

    /// <summary>A deferral whose end is known already; <see cref="State"/> is for people.</summary>
    public static Decision<DonorEvent> Defer(Donor state, DeferDonor command)
    {
        if (state.Id is null)
            return Unknown;

        // One donation gives one reason once, however often its results are sent.
        if (state.Deferrals.Exists(deferral => !deferral.IsEnded
            && deferral.Reason == command.Reason && deferral.Donation == command.Donation && deferral.Until == command.Until))
        {
            return Decision<DonorEvent>.AlreadyDone;
        }

        return Decision<DonorEvent>.Accept(new DonorDeferred(command.Reason, command.Donation, command.Until, command.From, command.Drive, command.Session));
    }

    /// <summary>Defers for as long as the pack says.</summary>
    public static Decision<DonorEvent> State(Donor state, StateDeferral command, PolicyPack pack, Provenance by)
    {
        if (state.Id is null)
            return Unknown;
        List<Rejection> reasons = [];
        var rule = pack.Donors.FindDeferral(command.Reason);
        var today = pack.DayOf(by.OccurredAt);
        var from = command.From ?? today;
        if (rule is null)
            reasons.Add(new Rejection("unknown-deferral-reason", $"The policy {pack.Version} knows {string.Join(", ", pack.Donors.Deferrals.Select(known => known.Reason).Where(known => known != DonationDecider.MarkerReactive))}.", "reason"));
        // It would rest on no result, and no correction of one would ever end it.
        if (command.Reason == DonationDecider.MarkerReactive)
            reasons.Add(new Rejection("reason-reserved", "A reactive result defers by itself; it is not stated by hand.", "reason"));
        if (from > today)
            reasons.Add(new Rejection("cause-in-future", "The day of the cause lies in the future.", "from"));
        if (from.Year < EarliestBirthYear)
            reasons.Add(new Rejection("cause-invalid", $"The day of the cause lies in {EarliestBirthYear} or later.", "from"));
        if (command.Donation is { } donation && !state.Gifts.Exists(gift => gift.Donation == donation))
            reasons.Add(new Rejection("donation-of-another", $"The donation {donation} is not on this donor's record.", "donation"));
        if (reasons.Count > 0)
            return Decision<DonorEvent>.Reject(reasons);

        DateTimeOffset? until = rule!.Duration is { } duration ? pack.StartOf(from.AddDays(duration.InDays())) : null;
        return Defer(state, new DeferDonor(command.Reason, command.Donation, until, from, command.Drive, command.Session));
    }

    /// <summary>Ends what a donation's result gave once that result has been corrected; <see cref="EndByHand"/> is for people.</summary>
    public static Decision<DonorEvent> EndDeferral(Donor state, EndDeferral command)
    {
        if (state.Id is null)
            return Unknown;
        var meant = state.Deferrals.FindAll(deferral => deferral.IsMeantBy(command.Reason, command.Donation));
        if (meant.Count == 0)
            return Decision<DonorEvent>.Reject("unknown-deferral", $"The donor has no such deferral: {command.Reason}.", "reason");
        return meant.TrueForAll(deferral => deferral.IsEnded)
            ? Decision<DonorEvent>.AlreadyDone
            : Decision<DonorEvent>.Accept(new DonorDeferralEnded(command.Reason, command.Donation, command.VerifiedBy));
    }

    /// <summary>
    /// Two people take a deferral back. What rests on a reactive result ends with the result's correction, or by hand once
    /// that result has turned out not to be the donor's (<see cref="IsCleared"/>).
    /// </summary>
    /// <param name="cleared">Those of the donor's donations of which that is so.</param>
    public static Decision<DonorEvent> EndByHand(Donor state, EndDeferral command, IReadOnlyCollection<DonationNumber> cleared, Provenance by)
    {
        if (state.Id is null)
            return Unknown;
        List<Rejection> reasons = [];
        if (command.VerifiedBy is null || string.Equals(command.VerifiedBy, by.Actor, StringComparison.OrdinalIgnoreCase))
            reasons.Add(new Rejection("second-person-required", "Another person than you verifies the ending.", "verifierScan"));
        if (command.Why is null || !TestingDecider.IsCode(command.Why))
            reasons.Add(new Rejection("why-invalid", "Why it ends is a code of at most 40 small letters, digits and hyphens, such as asked-again.", "why"));
        if (RestingOn(state, command).Except(cleared).Any())
            reasons.Add(new Rejection("deferral-rests-on-result", "The deferral rests on a reactive result; it ends when that result is corrected, or is confirmed negative or negative on repeat.", "reason"));

        var ended = EndDeferral(state, command);
        return reasons.Count > 0 ? Decision<DonorEvent>.Reject([.. reasons, .. ended.Rejections]) : ended;
    }

    /// <summary>The donations whose reactive results gave what is to be ended.</summary>
    public static IReadOnlyList<DonationNumber> RestingOn(Donor state, EndDeferral command) =>
    [
        .. state.Deferrals
            .Where(deferral => !deferral.IsEnded && deferral.Reason == DonationDecider.MarkerReactive && deferral.IsMeantBy(command.Reason, command.Donation))
            .Select(deferral => deferral.Donation).OfType<DonationNumber>().Distinct(),
    ];

    /// <summary>
    /// Whether every reactive marker of the donation that defers its donor is confirmed negative, or negative on repeat
    /// with no confirmation that says otherwise. A donation that is not known clears nobody.
    /// </summary>
    public static bool IsCleared(Donation donation, PolicyPack pack) => donation.Number is not null && donation.Markers
        .Where(marker => marker.Value == MarkerResult.Reactive && pack.RuleOf(marker.Key).DefersDonor)
        .All(marker => donation.Confirmations.TryGetValue(marker.Key, out var confirmation)
            ? confirmation == Confirmation.Negative
            : donation.StandingOf(marker.Key, pack) == MarkerStanding.NegativeOnRepeat);

    public static Decision<DonorEvent> Erase(Donor state, EraseIdentity command)
    {
        if (state.Id is null)
            return Unknown;
        if (state.IsErased)
            return Decision<DonorEvent>.AlreadyDone;
        return TestingDecider.IsCode(command.Basis)
            ? Decision<DonorEvent>.Accept(new DonorIdentityErased(command.Basis))
            : Decision<DonorEvent>.Reject("basis-invalid", "The basis is a code of at most 40 small letters, digits and hyphens, such as donor-request.", "basis");
    }

    private static Decision<DonorEvent> Unknown => Decision<DonorEvent>.Reject("unknown-donor", "There is no such donor.", "donor");
}
