using Distribution.Blood.Isbt128;

namespace Distribution.Donations;

/// <summary>Which donations of a donor are in doubt once one of them is found reactive for good.</summary>
public static class Lookback
{
    /// <param name="index">The donation that was found reactive.</param>
    /// <param name="others">The donor's other donations, in any order.</param>
    /// <param name="isNegative">Whether a donation was found negative for the marker.</param>
    /// <param name="window">How far before the last negative donation the doubt reaches: it may have been too early for the test to tell.</param>
    /// <returns>The index donation first, then the others from the oldest on.</returns>
    public static IReadOnlyList<DonationNumber> Find(
        Donation index, IReadOnlyList<Donation> others, Func<Donation, bool> isNegative, TimeSpan window)
    {
        var given = others.Where(donation => donation.Number is not null && donation.Number != index.Number).OrderBy(donation => donation.CollectedAt).ToList();
        var last = given.FindLast(donation => donation.CollectedAt < index.CollectedAt && isNegative(donation));

        // Without a negative donation there is no time at which the donor is known to have been well. What was given after
        // the index donation is in doubt whatever its own result says.
        var from = last is null ? DateTimeOffset.MinValue : last.CollectedAt - window;
        return [index.Number!.Value, .. given.Where(donation => donation.CollectedAt >= from).Select(donation => donation.Number!.Value)];
    }
}
