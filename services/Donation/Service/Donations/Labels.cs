using Distribution.Blood.BloodGroups;
using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;

namespace Distribution.Donations.Service.Donations;

/// <summary>Scans of labels on what belongs to one donation.</summary>
internal static class Labels
{
    /// <summary>The product code; a donation number scanned along with it must be the donation's own.</summary>
    /// <exception cref="HttpProblemException">400 with the scan's code; 422 <c>other-donation</c>.</exception>
    public static ProductCode Product(string field, string scan, DonationNumber number)
    {
        var product = ScanFields.ProductCode(field, scan);
        if (Scan.Parse(scan).TryGet(DataStructure.DonationNumber, out var symbol) && symbol.AsDonationNumber() is var scanned && scanned != number)
        {
            throw new HttpProblemException(new Problem(
                StatusCodes.Status422UnprocessableEntity, "other-donation", $"The bag belongs to donation {scanned}, not to {number}.", field));
        }

        return product;
    }

    /// <summary>The group, scanned or as text such as <c>O+</c>.</summary>
    /// <exception cref="HttpProblemException">400 with the scan's code; 422 <c>label-bound</c> for a label that binds the unit to somebody.</exception>
    public static BloodGroup Group(string field, string text)
    {
        if (BloodGroup.TryParse(text.Trim(), null, out var group))
            return group;
        group = ScanFields.BloodGroup(field, text);

        // Autologous, directed and emergency labels say for whom the unit is; this version has no path that would keep to it.
        return Scan.Parse(text).TryGet(DataStructure.BloodGroup, out var symbol) && symbol.Intent is LabelIntent.Default
            ? group
            : throw new HttpProblemException(new Problem(
                StatusCodes.Status422UnprocessableEntity, "label-bound", "The label binds the unit to somebody or bars its use; only labels for anybody are taken.", field));
    }
}
