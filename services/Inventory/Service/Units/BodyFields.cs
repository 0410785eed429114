using System.Buffers;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;

namespace Distribution.Inventory.Service.Units;

/// <summary>Reads the fields of a body and collects what is wrong with all of them, so that the caller learns it at once.</summary>
internal sealed class BodyFields
{
    private const int LongestReason = 200;
    private const int LongestCode = 40;
    private const int LongestPlace = 20;
    private const int LongestTube = 30;

    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly List<Rejection> _problems = [];

    /// <summary>Symbols 001 and 003 of the bag in one scan.</summary>
    public UnitNumber Unit(string field, string? scan) => Scanned(field, () => ScanFields.UnitNumber(field, scan));

    /// <summary>Symbols 001, 002, 003 and 005 of the label, as its Data Matrix holds them or one by one.</summary>
    public LabelReading? Label(string field, string? scan) => Scanned(field, () => ScanFields.Label(field, scan));

    /// <summary>Symbol 028.</summary>
    public BoxNumber Box(string field, string? scan) => Scanned(field, () => ScanFields.BoxNumber(field, scan));

    public string Reason(string field, string? text)
    {
        if (text?.Trim() is { Length: > 0 and <= LongestReason } reason)
            return reason;
        return Wrong<string>(field, string.IsNullOrWhiteSpace(text) ? "reason-missing" : "reason-too-long", $"Give a reason of 1 to {LongestReason} characters.") ?? "";
    }

    /// <summary>A reason that is counted: the same thing has to be told in the same word.</summary>
    public string Code(string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Reason(field, text);
        if (text.Length <= LongestCode && !text.AsSpan().ContainsAnyExcept(CodeCharacters))
            return text;
        return Wrong<string>(field, "reason-invalid", $"The reason is a code of at most {LongestCode} small letters, digits and hyphens, such as bag-leaking.") ?? "";
    }

    /// <summary>A site's own code of a shelf or a ward; null where none is told.</summary>
    public string? Place(string field, string? text)
    {
        if (text is null)
            return null;
        Check(
            text.Length is > 0 and <= LongestPlace && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '/'),
            field, "place-invalid", $"A place is 1 to {LongestPlace} letters, digits, hyphens, points and slashes.");
        return text;
    }

    /// <summary>The number on a tube, in upper case as it is kept; null where none is told.</summary>
    public string? Tube(string field, string? text)
    {
        if (text is null)
            return null;
        var number = text.Trim().ToUpperInvariant();
        Check(
            number.Length is > 0 and <= LongestTube && number.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'),
            field, "sample-invalid", $"The sample's number is 1 to {LongestTube} letters, digits and hyphens.");
        return number;
    }

    /// <summary>A badge (symbol 020) or a staff code typed by hand, as the staff code that tokens carry.</summary>
    public string Staff(string field, string? scan)
    {
        if (string.IsNullOrWhiteSpace(scan))
            return Wrong<string>(field, "staff-missing", "Scan the badge of the second person.") ?? "";
        return Scanned(field, () => ScanFields.Staff(field, scan)) ?? "";
    }

    public T Required<T>(string field, T? value)
        where T : struct => value ?? Wrong<T>(field, "field-missing", $"'{field}' is missing.");

    public void Check(bool holds, string field, string code, string message)
    {
        if (!holds)
            Wrong<object>(field, code, message);
    }

    /// <exception cref="HttpProblemException">400: something was wrong.</exception>
    public void ThrowIfAny()
    {
        if (_problems is [var only])
            throw new HttpProblemException(new Problem(StatusCodes.Status400BadRequest, only.Code, only.Message, only.Field, _problems));
        if (_problems.Count > 0)
            throw new HttpProblemException(new Problem(StatusCodes.Status400BadRequest, "invalid-fields", "Several fields are wrong.", Reasons: _problems));
    }

    private T? Scanned<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (HttpProblemException exception)
        {
            return Wrong<T>(field, exception.Problem.Code, exception.Problem.Title);
        }
    }

    private T? Wrong<T>(string field, string code, string message)
    {
        _problems.Add(new Rejection(code, message, field));
        return default;
    }
}
