using System.Globalization;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>Whether a donor may give, how much and when: every rule of the pack on donors, looked at together, as people want to see every reason at once.</summary>
public static class DonorEligibility
{
    // Beyond any person: a slip of the pen.
    private const decimal HeaviestKg = 400;

    /// <summary>Every reason why the donor may not give at an instant; none when the donor may.</summary>
    /// <param name="donor">As on record.</param>
    /// <param name="collection">How the blood is to be taken.</param>
    /// <param name="weightKg">The donor's weight on the day, kilograms; null: nobody weighed.</param>
    /// <param name="volumeMl">Milliliters; null: how much is left open.</param>
    /// <param name="pack">In force at the instant.</param>
    /// <param name="at">When the blood is or was taken.</param>
    public static IReadOnlyList<Rejection> WhyNot(
        Donor donor, CollectionKind collection, decimal? weightKg, int? volumeMl, PolicyPack pack, DateTimeOffset at) =>
        [.. OnRecord(donor, collection, pack, at), .. OfBody(donor, collection, weightKg, volumeMl, pack)];

    /// <summary>What stands against giving whoever is weighed and however little is taken.</summary>
    public static IReadOnlyList<Rejection> OnRecord(Donor donor, CollectionKind collection, PolicyPack pack, DateTimeOffset at)
    {
        var day = pack.DayOf(at);
        return
        [
            .. OfIdentity(donor),
            .. OfAge(donor, pack, day),
            .. OfInterval(donor, collection, pack, day),
            .. OfFrequency(donor, collection, pack, day),
            .. OfDeferrals(donor, pack, at),
        ];
    }

    /// <summary>The most that may be taken of a donor of this weight, milliliters; null where the weight is not known, 0 where nothing may.</summary>
    public static int? MaximumVolumeMl(Donor donor, CollectionKind collection, decimal? weightKg, PolicyPack pack)
    {
        if (weightKg is not { } weight)
            return null;
        var band = BandsOf(collection, pack).Where(band => band.FromKg <= weight).MaxBy(band => band.FromKg);
        if (band is null || weight < MinimumWeightKg(donor, pack) || weight > HeaviestKg)
            return 0;
        return band.MaximumMlPerKg is { } perKg ? Math.Min(band.MaximumMl, (int)decimal.Floor(perKg * weight)) : band.MaximumMl;
    }

    /// <summary>The first day on which no rule of time stands against giving; null: never again, or as far as anybody can tell.</summary>
    public static DateOnly? NextDay(Donor donor, CollectionKind collection, PolicyPack pack, DateTimeOffset at)
    {
        var inForce = donor.Deferrals.FindAll(deferral => deferral.IsInForce(at));
        if (donor.IsErased || inForce.Exists(deferral => deferral.Until is null) || BandsOf(collection, pack).Count == 0)
            return null;

        List<DateOnly> days = [pack.DayOf(at), new DateOnly(YearOfAge(donor, pack), 1, 1)];
        if (donor.Gifts.MaxBy(gift => gift.CollectedAt) is { } last)
            days.Add(pack.DayOf(last.CollectedAt).AddDays(DaysAfter(last.Collection, collection, pack)));
        foreach (var limit in LimitsOf(collection, pack))
        {
            var same = DaysOf(donor, collection, pack);
            if (same.Count >= limit.Times)
                days.Add(same[^limit.Times].AddDays(limit.Within.InDays()));
        }

        foreach (var deferral in inForce)
        {
            var end = pack.DayOf(deferral.Until!.Value);
            days.Add(pack.StartOf(end) < deferral.Until ? end.AddDays(1) : end);
        }

        var next = days.Max();
        return next.Year - donor.BirthYear > pack.Donors.MaximumAge ? null : next;
    }

    /// <summary>The JSON paths of the figures that the answers above rest on.</summary>
    public static IReadOnlyList<string> PathsFor(Donor donor, CollectionKind collection, PolicyPack pack, DateTimeOffset at)
    {
        var inForce = donor.Deferrals.Where(deferral => deferral.IsInForce(at)).Select(deferral => deferral.Reason).ToHashSet(StringComparer.Ordinal);
        return
        [
            "$.donors.minimumAge",
            "$.donors.maximumAge",
            .. donor.Sex is Sex.Male ? [] : new[] { "$.donors.minimumWeightOfWomenKg" },
            .. donor.Sex is Sex.Female ? [] : new[] { "$.donors.minimumWeightOfMenKg" },
            "$.donors.intervals",
            .. PathsOf("volumes", pack.Donors.Volumes, band => band.Collection == collection),
            .. PathsOf("frequencies", pack.Donors.Frequencies, limit => limit.Collection == collection),
            .. PathsOf("deferrals", pack.Donors.Deferrals, rule => inForce.Contains(rule.Reason)),
        ];
    }

    /// <summary>A kind of collection in words.</summary>
    public static string Words(CollectionKind collection) => collection switch
    {
        CollectionKind.WholeBlood => "whole blood",
        CollectionKind.RedCellApheresis => "red cells by apheresis",
        CollectionKind.PlasmaApheresis => "plasma by apheresis",
        CollectionKind.PlateletApheresis => "platelets by apheresis",
        CollectionKind.GranulocyteApheresis => "granulocytes by apheresis",
        _ => throw new ArgumentOutOfRangeException(nameof(collection), collection, "No such kind of collection."),
    };

    /// <summary>A deferral in words, with the reason as the jurisdiction names it.</summary>
    public static string Words(Deferral deferral, PolicyPack pack)
    {
        var reason = pack.Donors.FindDeferral(deferral.Reason) is { } rule ? $"{deferral.Reason} ({rule.Name})" : deferral.Reason;
        return deferral.Until is { } until
            ? string.Create(CultureInfo.InvariantCulture, $"The donor is deferred until {pack.DayOf(until):yyyy-MM-dd}: {reason}.")
            : $"The donor is deferred for good: {reason}.";
    }

    private static IEnumerable<Rejection> OfIdentity(Donor donor)
    {
        if (donor.IsErased)
            yield return new Rejection("identity-erased", "The donor's identity has been erased: nobody can say who this is.", "donor");
    }

    // Only the year of birth is kept. Strictest reading: too young unless the birthday cannot matter,
    // too old from the year on in which the limit is passed.
    private static IEnumerable<Rejection> OfAge(Donor donor, PolicyPack pack, DateOnly day)
    {
        var year = YearOfAge(donor, pack);
        if (day.Year < year)
            yield return new Rejection("donor-too-young", $"A donor is at least {pack.Donors.MinimumAge} years old; born in {donor.BirthYear}, certainly so from {year} on.", "donor");
        if (day.Year - donor.BirthYear > pack.Donors.MaximumAge)
            yield return new Rejection("donor-too-old", $"A donor is at most {pack.Donors.MaximumAge} years old.", "donor");
    }

    private static IEnumerable<Rejection> OfBody(Donor donor, CollectionKind collection, decimal? weightKg, int? volumeMl, PolicyPack pack)
    {
        var bands = BandsOf(collection, pack);
        if (bands.Count == 0)
        {
            yield return new Rejection("collection-not-allowed", $"The policy {pack.Version} has no volume for {Words(collection)}.", "collection");
            yield break;
        }

        if (weightKg is not { } weight)
        {
            yield return new Rejection("weight-missing", "The donor is weighed on the day: how much may be taken depends on it.", "weightKg");
            yield break;
        }

        if (weight is <= 0 or > HeaviestKg)
        {
            yield return new Rejection("weight-invalid", $"A weight lies between 0 and {HeaviestKg} kg.", "weightKg");
            yield break;
        }

        var least = Math.Max(MinimumWeightKg(donor, pack), bands.Min(band => band.FromKg));
        if (weight < least)
            yield return new Rejection("weight-too-low", string.Create(CultureInfo.InvariantCulture, $"For {Words(collection)} this donor weighs at least {least} kg."), "weightKg");
        else if (volumeMl > MaximumVolumeMl(donor, collection, weight, pack))
            yield return new Rejection(
                "volume-exceeds-weight",
                string.Create(CultureInfo.InvariantCulture, $"Of a donor of {weight} kg at most {MaximumVolumeMl(donor, collection, weight, pack)} mL of {Words(collection)} are taken."),
                "volumeMl");
    }

    private static IEnumerable<Rejection> OfInterval(Donor donor, CollectionKind collection, PolicyPack pack, DateOnly day)
    {
        // What was given last decides, whatever was given before it.
        if (donor.Gifts.Where(gift => pack.DayOf(gift.CollectedAt) <= day).MaxBy(gift => gift.CollectedAt) is { } last)
        {
            var (given, days) = (pack.DayOf(last.CollectedAt), DaysAfter(last.Collection, collection, pack));
            if (day.DayNumber - given.DayNumber < days)
            {
                yield return new Rejection(
                    "donated-too-recently",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"From {Words(last.Collection)}, given on {given:yyyy-MM-dd}, to the next donation are {days} days; the donor may give again from {given.AddDays(days):yyyy-MM-dd} on."),
                    "donor");
            }
        }

        // The other way round too: a collection entered late must not stand too close before one that is already known.
        if (donor.Gifts.Where(gift => pack.DayOf(gift.CollectedAt) > day).MinBy(gift => gift.CollectedAt) is { } next)
        {
            var (given, days) = (pack.DayOf(next.CollectedAt), DaysAfter(collection, next.Collection, pack));
            if (given.DayNumber - day.DayNumber < days)
            {
                yield return new Rejection(
                    "donated-too-recently",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"From {Words(collection)} to the next donation are {days} days, and one of {given:yyyy-MM-dd} is on record."),
                    "donor");
            }
        }
    }

    private static IEnumerable<Rejection> OfFrequency(Donor donor, CollectionKind collection, PolicyPack pack, DateOnly day)
    {
        foreach (var limit in LimitsOf(collection, pack))
        {
            var within = limit.Within.InDays();
            List<DateOnly> days = [.. DaysOf(donor, collection, pack).Append(day).Order()];
            // Any span that holds this day, also one that ends after it: a collection may be entered late.
            if (days.Exists(first => first <= day && day.DayNumber - first.DayNumber < within
                && days.Count(other => other >= first && other.DayNumber - first.DayNumber < within) > limit.Times))
            {
                yield return new Rejection(
                    "donated-too-often",
                    $"{Upper(Words(collection))} are given at most {limit.Times} times in any {within} days.",
                    "donor");
            }
        }
    }

    // A deferral counts from whenever the collection is said to have been: one entered late does not slip in before it.
    private static IEnumerable<Rejection> OfDeferrals(Donor donor, PolicyPack pack, DateTimeOffset at) => donor.Deferrals
        .Where(deferral => deferral.IsInForce(at))
        .DistinctBy(deferral => (deferral.Reason, deferral.Until))
        .Select(deferral => new Rejection("donor-deferred", Words(deferral, pack), "donor"));

    /// <summary>The year from which on the donor is certainly old enough, on any day.</summary>
    private static int YearOfAge(Donor donor, PolicyPack pack) => donor.BirthYear + pack.Donors.MinimumAge + 1;

    private static decimal MinimumWeightKg(Donor donor, PolicyPack pack) => donor.Sex switch
    {
        Sex.Female => pack.Donors.MinimumWeightOfWomenKg,
        Sex.Male => pack.Donors.MinimumWeightOfMenKg,
        _ => Math.Max(pack.Donors.MinimumWeightOfWomenKg, pack.Donors.MinimumWeightOfMenKg),
    };

    private static int DaysAfter(CollectionKind given, CollectionKind next, PolicyPack pack)
    {
        if (pack.Donors.Intervals.TryGetValue(given, out var interval))
            return interval.InDays();
        // A kind limited by its frequency has no interval to itself. To another kind the pack says nothing: the longest it knows.
        return given == next && LimitsOf(given, pack).Count > 0 ? 0 : pack.Donors.Intervals.Values.Max().InDays();
    }

    private static List<VolumeBand> BandsOf(CollectionKind collection, PolicyPack pack) =>
        [.. pack.Donors.Volumes.Where(band => band.Collection == collection)];

    private static List<FrequencyLimit> LimitsOf(CollectionKind collection, PolicyPack pack) =>
        [.. pack.Donors.Frequencies.Where(limit => limit.Collection == collection)];

    private static List<DateOnly> DaysOf(Donor donor, CollectionKind collection, PolicyPack pack) =>
        [.. donor.Gifts.Where(gift => gift.Collection == collection).Select(gift => pack.DayOf(gift.CollectedAt)).Order()];

    private static IEnumerable<string> PathsOf<T>(string list, IReadOnlyList<T> items, Func<T, bool> concerned) => items
        .Select((item, index) => (item, index))
        .Where(pair => concerned(pair.item))
        .Select(pair => string.Create(CultureInfo.InvariantCulture, $"$.donors.{list}[{pair.index}]"));

    private static string Upper(string words) => $"{char.ToUpperInvariant(words[0])}{words[1..]}";
}
