using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;

namespace Distribution.Dispatches.Service.Consignments;

/// <summary>A person's badge as the scanner typed it: ISBT 128 data structure 020, or the staff code itself.</summary>
internal static class StaffBadge
{
    private const int FacilityLength = 5;
    private const int LongestCode = 40;

    /// <summary>
    /// The staff code as tokens carry it. On a badge it is filled up with zeros to six characters after the facility:
    /// <c>='A9990000D01</c> is <c>A9990-D01</c>.
    /// </summary>
    /// <exception cref="HttpProblemException">400 naming the field.</exception>
    public static string Read(string field, string? scan)
    {
        var text = scan?.Trim() ?? "";
        if (text.Length == 0 || text[0] is '=' or '&')
        {
            var result = Scan.Parse(text);
            if (result.Expect(DataStructure.StaffId) is { } error)
                throw Refuse(field, error.Code, error.Message);
            result.TryGet(DataStructure.StaffId, out var badge);
            return $"{badge.Data[..FacilityLength]}-{badge.Data[FacilityLength..].TrimStart('0')}";
        }

        return text.Length <= LongestCode && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? text
            : throw Refuse(field, "invalid-staff-code", "This is not a staff code; scan the badge.");
    }

    private static HttpProblemException Refuse(string field, string code, string message) =>
        new(new Problem(StatusCodes.Status400BadRequest, code, message, field));
}
