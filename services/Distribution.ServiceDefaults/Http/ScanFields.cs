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

    /// <summary>Symbol 028.</summary>
    /// <exception cref="HttpProblemException">400 with the scan's code.</exception>
    public static BoxNumber BoxNumber(string field, string? scan) => Read(field, scan, DataStructure.Consignment).AsBox();

    /// <summary>Symbol 002, where it carries a group: a message in its place is refused with <c>no-blood-group</c>.</summary>
    /// <exception cref="HttpProblemException">400 with the scan's code.</exception>
    public static BloodGroup BloodGroup(string field, string? scan) =>
        Read(field, scan, DataStructure.BloodGroup).AsBloodGroup()
        ?? throw Refuse(field, new ScanError("no-blood-group", "The label carries no ABO and RhD group.", 0));

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
