using Distribution.Blood.Antigens;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;

namespace Distribution.Requests.Service.Recipients;

/// <summary>What the bodies of these slices hold, read; what is malformed ends the request with 400 and names the field.</summary>
internal static class PatientFields
{
    private const int LongestNumber = 30;

    /// <summary>Upper case: scanners and people write it in either.</summary>
    /// <exception cref="HttpProblemException">400 <c>sample-number-invalid</c>.</exception>
    public static string Sample(string field, string text) =>
        text.Trim().ToUpperInvariant() is { Length: > 0 and <= LongestNumber } number && number.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? number
            : throw Bad("sample-number-invalid", "A sample number is 1 to 30 letters, digits and hyphens.", field);

    /// <exception cref="HttpProblemException">400 <c>antigen-unknown</c>: what is not known must not be taken for absent.</exception>
    public static AntigenSet Antigens(string field, IReadOnlyList<string>? names)
    {
        var antigens = AntigenSet.None;
        foreach (var (index, name) in (names ?? []).Index())
        {
            if (name.Length == 0 || name.Contains(',', StringComparison.Ordinal) || !AntigenSet.TryParse(name, null, out var one))
                throw Bad("antigen-unknown", $"The antigens are {string.Join(", ", Names(AntigenSet.All))}.", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{field}[{index}]"));
            antigens |= one;
        }

        return antigens;
    }

    public static IReadOnlyList<string> Names(AntigenSet antigens) => antigens.IsEmpty ? [] : antigens.ToString().Split(',');

    /// <summary>A command on a recipient, which is a matter of its hospital's staff alone.</summary>
    /// <param name="runner">Runs it.</param>
    /// <param name="command">Who asks.</param>
    /// <param name="recipient">Of whom it is.</param>
    /// <param name="reason">For the events.</param>
    /// <param name="decide">Pure.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static Task<Outcome> RunAsync(
        this CommandRunner runner,
        HttpCommand command,
        RecipientId recipient,
        string? reason,
        Func<Recipient, Decision<RecipientEvent>> decide,
        CancellationToken cancellationToken) =>
        runner.RunAsync<Recipient, RecipientEvent>(
            command.Context with { Reason = reason },
            recipient.ToString(),
            state =>
            {
                if (state.IsRegistered)
                    command.Caller.RequireAt(state.Site);
                return decide(state);
            },
            cancellationToken: cancellationToken);

    private static HttpProblemException Bad(string code, string message, string field) =>
        new(new Problem(StatusCodes.Status400BadRequest, code, message, field));
}
