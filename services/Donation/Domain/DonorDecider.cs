using System.Globalization;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>A person comes to be known under a pseudonym.</summary>
public sealed record RegisterDonor(DonorId Donor, Sex Sex, int BirthYear);

/// <summary>A donor who must not give for now, or for good where <paramref name="Until"/> is null.</summary>
public sealed record DeferDonor(string Reason, DonationNumber? Donation, DateTimeOffset? Until);

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
            return Decision<DonorEvent>.Reject("unknown-donor", $"There is no donor {command.Donor}.", "donor");

        // The donation under this number is on the donor's record; whether it is the same one, the donation itself judges.
        if (state.Gifts.Exists(gift => gift.Donation == command.Donation))
            return Decision<DonorEvent>.AlreadyDone;

        var reasons = WhyNot(state, pack, by.OccurredAt);
        return reasons.Count > 0
            ? Decision<DonorEvent>.Reject(reasons)
            : Decision<DonorEvent>.Accept(new DonorGave(command.Donation, by.OccurredAt));
    }

    public static Decision<DonorEvent> Defer(Donor state, DeferDonor command)
    {
        if (state.Id is null)
            return Decision<DonorEvent>.Reject("unknown-donor", "There is no such donor to defer.");

        // One donation gives one reason once, however often its results are sent.
        if (state.Deferrals.Contains(new Deferral(command.Reason, command.Donation, command.Until)))
            return Decision<DonorEvent>.AlreadyDone;
        return Decision<DonorEvent>.Accept(new DonorDeferred(command.Reason, command.Donation, command.Until));
    }

    /// <summary>Every reason why the donor may not give at an instant; none when the donor may.</summary>
    public static IReadOnlyList<Rejection> WhyNot(Donor state, PolicyPack pack, DateTimeOffset at)
    {
        List<Rejection> reasons = [];
        var day = pack.DayOf(at);

        // Only the year of birth is kept. Strictest reading: too young unless the birthday cannot matter,
        // too old from the year on in which the limit is passed.
        if (day.Year - state.BirthYear - 1 < pack.Donors.MinimumAge)
            reasons.Add(new Rejection("donor-too-young", $"A donor is at least {pack.Donors.MinimumAge} years old; born in {state.BirthYear}, certainly so from {state.BirthYear + pack.Donors.MinimumAge + 1} on.", "donor"));
        if (day.Year - state.BirthYear > pack.Donors.MaximumAge)
            reasons.Add(new Rejection("donor-too-old", $"A donor is at most {pack.Donors.MaximumAge} years old.", "donor"));

        // Both ways: a collection entered late must not stand too close before one that is already known.
        var interval = (int)Math.Ceiling(pack.Donors.Intervals[CollectionKind.WholeBlood].TotalDays);
        if (state.Gifts.Exists(gift => Math.Abs(day.DayNumber - pack.DayOf(gift.CollectedAt).DayNumber) < interval))
        {
            var earliest = state.Gifts.Max(gift => pack.DayOf(gift.CollectedAt)).AddDays(interval);
            reasons.Add(new Rejection(
                "donated-too-recently",
                string.Create(CultureInfo.InvariantCulture, $"Between two whole blood donations lie {interval} days; the donor may give again from {earliest:yyyy-MM-dd} on."),
                "donor"));
        }

        // A deferral counts from whenever the collection is said to have been: one entered late does not slip in before it.
        foreach (var deferral in state.Deferrals.Where(deferral => deferral.Until is null || deferral.Until > at).DistinctBy(deferral => (deferral.Reason, deferral.Until)))
        {
            var end = deferral.Until is { } until
                ? string.Create(CultureInfo.InvariantCulture, $"until {pack.DayOf(until):yyyy-MM-dd}")
                : "for good";
            reasons.Add(new Rejection("donor-deferred", $"The donor is deferred {end}: {deferral.Reason}.", "donor"));
        }

        return reasons;
    }
}
