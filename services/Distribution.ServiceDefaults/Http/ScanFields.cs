using Distribution.Blood.BloodGroups;
using Distribution.Blood.Isbt128;
using Microsoft.AspNetCore.Http;

namespace Distribution.ServiceDefaults.Http;

/// <summary>
/// Reads a body field that holds what the scanner typed. What is wrong ends the request with 400, names the field and,
/// where another symbol was scanned, which it was and which is wanted.
/// </summary>
public static class ScanFields
{
    private const int FacilityLength = 5;
    private const int LongestStaffCode = 40;

    /// <summary>The donation number of symbol 001, scanned or typed by hand with its check character.</summary>
    /// <exception cref="HttpProblemException">400 with the scan's code.</exception>
    public static DonationNumber DonationNumber(string field, string? scan)
    {
        if (scan is not null && Blood.Isbt128.DonationNumber.TryParseTyped(scan, out var typed))
            return typed;
        return Read(field, scan, DataStructure.DonationNumber).AsDonationNumber();
    }

    /// <summary>Symbol 003.</summary>
    /// <exception cref="HttpProblemException">400 with the scan's code.</exception>
    public static ProductCode ProductCode(string field, string? scan) => Read(field, scan, DataStructure.ProductCode).AsProductCode();

    /// <summary>Symbols 001 and 003 in one concatenated scan.</summary>
    /// <exception cref="HttpProblemException">400 with the scan's code.</exception>
    public static UnitNumber UnitNumber(string field, string? scan)
    {
        var result = Scan.Parse(scan);
        if (result.Expect(DataStructure.DonationNumber, DataStructure.ProductCode) is { } error)
            throw Refuse(field, error);
        result.TryGet(DataStructure.DonationNumber, out var donation);
        result.TryGet(DataStructure.ProductCode, out var product);
        return new UnitNumber(donation.AsDonationNumber(), product.AsProductCode());
    }

    /// <summary>Symbols 001, 002, 003 and 005 of one label, end to end or as a compound message.</summary>
    /// <exception cref="HttpProblemException">400 with the scan's code.</exception>
    public static LabelReading Label(string field, string? scan) =>
        LabelReading.TryRead(scan, out var reading, out var error) ? reading : throw Refuse(field, error);

    /// <summary>Symbol 028.</summary>
    /// <exception cref="HttpProblemException">400 with the scan's code.</exception>
    public static BoxNumber BoxNumber(string field, string? scan) => Read(field, scan, DataStructure.Consignment).AsBox();

    /// <summary>Symbol 002, where it carries a group: a message in its place is refused with <c>no-blood-group</c>.</summary>
    /// <exception cref="HttpProblemException">400 with the scan's code.</exception>
    public static BloodGroup BloodGroup(string field, string? scan) =>
        Read(field, scan, DataStructure.BloodGroup).AsBloodGroup()
        ?? throw Refuse(field, new ScanError("no-blood-group", "The label carries no ABO and RhD group.", 0));

    /// <summary>
    /// The staff code as tokens carry it, from a badge (symbol 020) or typed by hand, in upper case. On a badge it is
    /// filled up with zeros to six characters after the facility: <c>='A9990000D01</c> is <c>A9990-D01</c>.
    /// </summary>
    /// <exception cref="HttpProblemException">400 with the scan's code, or <c>invalid-staff-code</c>.</exception>
    public static string Staff(string field, string? scan)
    {
        var text = scan?.Trim() ?? "";
        if (text is "" or ['=' or '&', ..])
        {
            var badge = Read(field, text, DataStructure.StaffId).Data;
            text = badge[FacilityLength..].TrimStart('0') is { Length: > 0 } own ? $"{badge[..FacilityLength]}-{own}" : "";
        }

        // The content of a badge is not looked into by the scan, so what it gave is held to the same form.
        return text.Length is > 0 and <= LongestStaffCode && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? text.ToUpperInvariant()
            : throw Refuse(field, new ScanError("invalid-staff-code", "This is not a staff code; scan the badge.", 0));
    }

    private static ScannedSymbol Read(string field, string? scan, DataStructure wanted)
    {
        var result = Scan.Parse(scan);
        if (result.Expect(wanted) is { } error)
            throw Refuse(field, error);
        result.TryGet(wanted, out var symbol);
        return symbol;
    }

    private static HttpProblemException Refuse(string field, ScanError error) =>
        new(new Problem(StatusCodes.Status400BadRequest, error.Code, error.Message, field));
}
