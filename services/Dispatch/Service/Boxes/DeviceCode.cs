using System.Diagnostics.CodeAnalysis;
using Distribution.ServiceDefaults.Http;

namespace Distribution.Dispatches.Service.Boxes;

/// <summary>The number on a temperature logger or a coolant: whatever its maker prints, in a form that can be compared.</summary>
internal static class DeviceCode
{
    private const int Longest = 40;

    /// <summary>In upper case; null where nothing was scanned.</summary>
    /// <exception cref="HttpProblemException">400 <c>device-code-invalid</c>.</exception>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Read(string field, string? text) => text switch
    {
        null => null,
        _ when TryRead(text, out var code) => code,
        _ => throw new HttpProblemException(new Problem(
            StatusCodes.Status400BadRequest, "device-code-invalid", $"A number is 1 to {Longest} letters, digits, hyphens, dots or slashes.", field)),
    };

    public static bool TryRead(string text, out string code)
    {
        code = text.Trim().ToUpperInvariant();
        return code.Length is > 0 and <= Longest && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '/');
    }
}
