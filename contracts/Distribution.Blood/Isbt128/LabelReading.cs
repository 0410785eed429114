using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Distribution.Blood.BloodGroups;

namespace Distribution.Blood.Isbt128;

/// <summary>What a bag's label says when it is scanned back: symbols 001, 002, 003 and 005, end to end or as a compound message.</summary>
/// <param name="Unit">Donation number and product.</param>
/// <param name="Group">Null where the label carries no group, or one that binds the unit to somebody.</param>
/// <param name="ExpiresAt">As the label says it: local, to the minute, of unspecified kind.</param>
/// <param name="Data">The four symbols as they were read, in this order; whatever was scanned along is left out.</param>
public sealed record LabelReading(UnitNumber Unit, BloodGroup? Group, DateTime ExpiresAt, string Data)
{
    /// <summary>Never throws. The error is the scan's own, or <c>wrong-symbol</c> where one of the four is missing.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out LabelReading? reading, [NotNullWhen(false)] out ScanError? error)
    {
        reading = null;
        var scan = Scan.Parse(text);
        error = scan.Expect(DataStructure.DonationNumber, DataStructure.BloodGroup, DataStructure.ProductCode, DataStructure.ExpirationDateTime);
        if (error is not null)
            return false;
        var donation = Find(DataStructure.DonationNumber);
        var group = Find(DataStructure.BloodGroup);
        var product = Find(DataStructure.ProductCode);
        var expiry = Find(DataStructure.ExpirationDateTime);
        reading = new LabelReading(
            new UnitNumber(donation.AsDonationNumber(), product.AsProductCode()),
            group.Intent is LabelIntent.Default ? group.AsBloodGroup() : null,
            expiry.AsDateTime(),
            // The donation number's identifier is its equals sign alone: what follows is content.
            $"={donation.Data}{Write(group)}{Write(product)}{Write(expiry)}");
        return true;

        ScannedSymbol Find(DataStructure structure)
        {
            scan.TryGet(structure, out var symbol);
            return symbol;
        }
    }

    /// <summary>What the label says otherwise than the record, in words for people; empty where it is that unit's label.</summary>
    /// <param name="zone">Whose clock labels show.</param>
    public IReadOnlyList<string> DifferencesFrom(UnitNumber unit, BloodGroup group, DateTimeOffset expiresAt, TimeZoneInfo zone)
    {
        List<string> differences = [];
        Compare("donation number", Unit.Donation.ToString(), unit.Donation.ToString());
        Compare("product code", Unit.Product.ToString(), unit.Product.ToString());
        Compare("blood group", Group?.ToString() ?? "none for anybody", group.ToString());
        Compare("expiry", Write(ExpiresAt), Write(TimeZoneInfo.ConvertTime(expiresAt, zone).DateTime));
        return differences;

        void Compare(string what, string label, string record)
        {
            if (!string.Equals(label, record, StringComparison.Ordinal))
                differences.Add($"the {what} is {label} on the label and {record} on record");
        }
    }

    private static string Write(ScannedSymbol symbol) => symbol.Structure.Identifier() + symbol.Data;

    private static string Write(DateTime local) => local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
