using Distribution.Blood.Isbt128;
using FsCheck;
using FsCheck.Fluent;

namespace Distribution.Blood.Tests;

/// <summary>Arbitrary numbers, drawn from the whole alphabet of the standard.</summary>
internal static class Numbers
{
    private const string First = "ABCDEFGHIJKLMNPQRSTUVWXYZ123456789";
    private const string Next = "ABCDEFGHIJKLMNPQRSTUVWXYZ0123456789";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digit = "0123456789";

    public static Gen<string> Facilities { get; } = Text(First, Next, Next, Digit, Digit);

    public static Gen<DonationNumber> Donations { get; } =
        Facilities.SelectMany(facility => Gen.Choose(0, 99).SelectMany(year =>
            Gen.Choose(0, 999_999).Select(sequence => DonationNumber.Create(facility, year, sequence))));

    public static Gen<ProductCode> Products { get; } =
        Text(Upper, Upper + Digit, Upper + Digit, Upper + Digit, Upper + Digit, Upper + Lower + Digit, Upper + Digit, Lower + Digit)
            .Select(text => ProductCode.Parse(text));

    public static Gen<UnitNumber> Units { get; } =
        Donations.SelectMany(donation => Products.Select(product => new UnitNumber(donation, product)));

    public static Gen<BoxNumber> Boxes { get; } =
        Facilities.SelectMany(facility => Gen.Choose(0, 99).SelectMany(year => Gen.Choose(0, 99_999).SelectMany(serial =>
            Gen.Choose(1, 99).SelectMany(total => Gen.Choose(0, total).Select(box =>
                new BoxNumber(ConsignmentNumber.Create(facility, year, serial), box, total))))));

    /// <summary>Text that looks enough like a scan to reach every branch of the parser: real symbols, cut, mixed and misspelled.</summary>
    public static Gen<string> ScanLike { get; } =
        Gen.OneOf(
            Gen.Elements(Samples.All.Select(sample => sample.Text).ToArray()),
            Gen.Elements(Samples.All.Select(sample => sample.Text[..^1]).ToArray()),
            Gen.Elements("=", "&", "=+", "&,", "&#0199", "&$99", "&%999", "=+05000", "\r\n", "\t", "ư", "\0", "\uD800", "O", "==", "&&", "=A"))
        .ArrayOf()
        .Select(string.Concat);

    private static Gen<string> Text(params string[] alphabets) =>
        alphabets
            .Select(alphabet => Gen.Elements(alphabet.ToCharArray()).Select(c => c.ToString()))
            .Aggregate((left, right) => left.SelectMany(start => right.Select(end => start + end)));
}
