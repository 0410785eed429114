using System.Text.Json;
using Distribution.ServiceDefaults.Http;

namespace Distribution.Dispatches.Service.Receipts;

/// <summary>What somebody at the door saw and measured, as a body tells it.</summary>
internal static class Findings
{
    private const string Normal = "normal";

    private static readonly Dictionary<string, DamageReason> Damages =
        Enum.GetValues<DamageReason>().ToDictionary(reason => JsonNamingPolicy.KebabCaseLower.ConvertName(reason.ToString()), StringComparer.Ordinal);

    /// <summary>Null where it looks as it should.</summary>
    /// <exception cref="HttpProblemException">400 <c>appearance-invalid</c>.</exception>
    public static DamageReason? Appearance(string field, string text) =>
        string.Equals(text, Normal, StringComparison.Ordinal) ? null
        : Damages.TryGetValue(text, out var damage) ? damage
        : throw new HttpProblemException(new Problem(
            StatusCodes.Status400BadRequest, "appearance-invalid", $"An appearance is {Normal}, {string.Join(", ", Damages.Keys)}.", field));

    /// <summary>A temperature that a thermometer can show.</summary>
    /// <exception cref="HttpProblemException">400 <c>celsius-out-of-range</c>.</exception>
    public static double Celsius(string field, double celsius) => celsius is >= -100 and <= 60
        ? celsius
        : throw new HttpProblemException(new Problem(
            StatusCodes.Status400BadRequest, "celsius-out-of-range", "A temperature lies between -100 and 60 °C.", field));
}
