using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Distribution.ServiceDefaults.Identity;

/// <summary>
/// A person's particulars as keyed digests (HMAC-SHA256): equal where the particulars are, however they were typed,
/// and of no use to whoever does not hold the secret.
/// </summary>
/// <param name="NationalId">Of the number of the identity card or passport: one person.</param>
/// <param name="NameAndBirth">Of full name and birth date: perhaps one person.</param>
internal sealed record IdentityDigests(byte[] NationalId, byte[] NameAndBirth)
{
    public static IdentityDigests Of(PersonIdentity identity, byte[] secret) => new(
        OfNationalId(identity.NationalId, null, secret), OfNameAndBirth(identity.FullName, identity.BirthDate, secret));

    /// <summary>Where one person may be registered once in each scope, and without a national id.</summary>
    public static IdentityDigests Of(PersonIdentity identity, Guid subject, string scope, byte[] secret) => new(
        // Without a number nobody is the same as somebody else by it.
        NormalizeNumber(identity.NationalId).Length == 0
            ? Digest(secret, $"subject\n{subject:N}")
            : OfNationalId(identity.NationalId, scope, secret),
        OfNameAndBirth(identity.FullName, identity.BirthDate, secret));

    // A normalized number has no line end: what has a scope is never taken for what has none.
    public static byte[] OfNationalId(string number, string? scope, byte[] secret) => Digest(
        secret, scope is null ? $"national-id\n{NormalizeNumber(number)}" : $"national-id\n{scope}\n{NormalizeNumber(number)}");

    public static byte[] OfNameAndBirth(string fullName, DateOnly birthDate, byte[] secret) => Digest(
        secret, string.Create(CultureInfo.InvariantCulture, $"name-and-birth\n{NormalizeName(fullName)}\n{birthDate:yyyy-MM-dd}"));

    /// <summary>Letters and digits alone, in upper case: cards are read out and typed with all kinds of separators.</summary>
    internal static string NormalizeNumber(string number) =>
        string.Concat(number.Normalize(NormalizationForm.FormKC).Where(char.IsLetterOrDigit)).ToUpperInvariant();

    /// <summary>Without marks, case and superfluous spaces: <c>Đặng  THỊ ổi</c> and <c>dang thi oi</c> are one name.</summary>
    internal static string NormalizeName(string name)
    {
        // The crossed d is a letter of its own in Unicode and does not come apart into d and a mark.
        var bare = name.Normalize(NormalizationForm.FormKD)
            .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark))
            .Select(c => c is 'đ' or 'Đ' ? 'd' : c);
        return string.Join(' ', string.Concat(bare).ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static byte[] Digest(byte[] secret, string text) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text));
}
