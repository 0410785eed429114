using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Blood.Captures;

/// <summary>Reads one line and collects everything that is wrong with it.</summary>
internal sealed class LineReading(int line, DateTimeOffset now)
{
    private const int LongestDevice = 20;
    private const int LongestStaffCode = 40;
    private const int LongestPlace = 20;
    private const int LongestReason = 40;
    private const int LongestNote = 200;
    private const int MostMinutesOut = 31 * 24 * 60;
    private const int MostMilliliters = 5_000;
    private const int FacilityLength = 5;

    private static readonly string[] Columns = CaptureFile.Header.Split(',');
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    private static readonly Dictionary<string, CaptureAction> Actions = new(StringComparer.Ordinal)
    {
        ["arrive"] = CaptureAction.Arrive,
        ["check-in"] = CaptureAction.CheckIn,
        ["complete"] = CaptureAction.Complete,
        ["store"] = CaptureAction.Store,
        ["issue"] = CaptureAction.Issue,
        ["transfuse"] = CaptureAction.Transfuse,
        ["return"] = CaptureAction.Return,
        ["discard"] = CaptureAction.Discard,
        ["lose"] = CaptureAction.Lose,
        ["find"] = CaptureAction.Find,
    };

    private readonly List<CaptureProblem> _problems = [];
    private List<string> _values = [];

    public IReadOnlyList<CaptureProblem> Problems => _problems;

    /// <summary>Who counted and how far; null where that could not be read.</summary>
    public (string Device, long Sequence)? Place { get; private set; }

    /// <returns>Null where anything is wrong.</returns>
    public CaptureLine? Read(string row)
    {
        if (CsvRow.Split(row) is not { } values || values.Count != Columns.Length)
        {
            Refuse(null, "broken-line", string.Create(CultureInfo.InvariantCulture, $"The line has not {Columns.Length} columns, or its quotation marks do not match."));
            return null;
        }

        _values = values;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Any(char.IsControl))
                Refuse(Columns[i], "character-invalid", "The value holds a control character.");
        }

        var (device, sequence) = (Device(), Sequence());
        if (device is not null && sequence is not null)
            Place = (device, sequence.Value);
        var at = At();
        var staff = Staff("staff", isRequired: true);
        var action = Action();
        var (unit, box) = Scanned(action);
        var second = Staff("second", isRequired: action == CaptureAction.Issue);
        var order = Id<OrderId>("order", "order-invalid", "An order's number is 32 hexadecimal digits.", isRequired: false);
        var recipient = Id<RecipientId>("recipient", "recipient-invalid", "A recipient's pseudonym is 32 hexadecimal digits.", isRequired: action == CaptureAction.Issue);
        var value = Value(action);
        var note = Of("note") is { Length: > 0 } text ? text : null;
        if (note?.Length > LongestNote)
            Refuse("note", "note-too-long", string.Create(CultureInfo.InvariantCulture, $"A note has at most {LongestNote} characters."));
        return _problems.Count > 0
            ? null
            : new CaptureLine(line, device!, sequence!.Value, at!.Value, staff!, action!.Value, unit, box, second, order, recipient, value, note, Digest(values));
    }

    public void Refuse(string? column, string code, string message) => _problems.Add(new CaptureProblem(line, column, code, message));

    // No value holds a control character, so that no value can run over into the next.
    private static string Digest(List<string> values) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', values))));

    private string Of(string column) => _values[Array.IndexOf(Columns, column)];

    /// <returns>Null where it is empty; that is a problem where it is required.</returns>
    private string? Filled(string column, bool isRequired)
    {
        if (Of(column) is { Length: > 0 } text)
            return text;
        if (isRequired)
            Refuse(column, "field-missing", $"'{column}' is missing.");
        return null;
    }

    private string? Device()
    {
        if (Filled("device", isRequired: true) is not { } text)
            return null;
        if (text.Length <= LongestDevice && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            return text;
        Refuse("device", "device-invalid", string.Create(CultureInfo.InvariantCulture, $"A device is 1 to {LongestDevice} letters, digits and hyphens."));
        return null;
    }

    private long? Sequence()
    {
        if (Filled("sequence", isRequired: true) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence > 0)
            return sequence;
        Refuse("sequence", "sequence-invalid", "A device counts its lines from 1.");
        return null;
    }

    private DateTimeOffset? At()
    {
        if (Filled("at", isRequired: true) is not { } text)
            return null;
        // Without its offset a local time would silently be taken for another instant.
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (!DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            Refuse("at", "time-invalid", "A time is ISO 8601 with its offset, such as 2026-03-01T14:05:00+07:00.");
        else if (!hasOffset)
            Refuse("at", "offset-missing", "The time does not say its offset, such as +07:00.");
        else if (at > now + CaptureFile.ClockTolerance)
            Refuse("at", "occurred-in-future", "The time lies in the future; the device's clock may be wrong.");
        else if (at < now - CaptureFile.LongestDelay)
            Refuse("at", "capture-too-old", string.Create(CultureInfo.InvariantCulture, $"The time lies more than {CaptureFile.LongestDelay.Days} days back."));
        return at.ToUniversalTime();
    }

    private CaptureAction? Action()
    {
        if (Filled("action", isRequired: true) is not { } text)
            return null;
        if (Actions.TryGetValue(text, out var action))
            return action;
        Refuse("action", "unknown-action", $"An action is one of {string.Join(", ", Actions.Keys)}.");
        return null;
    }

    /// <summary>A badge (symbol 020), filled up with zeros after the facility, or a staff code.</summary>
    private string? Staff(string column, bool isRequired)
    {
        if (Filled(column, isRequired) is not { } text)
            return null;
        if (text[0] is '=' or '&')
        {
            if (Symbol(column, text, DataStructure.StaffId) is not { } symbol)
                return null;
            text = symbol.Data[FacilityLength..].TrimStart('0') is { Length: > 0 } own ? $"{symbol.Data[..FacilityLength]}-{own}" : "";
        }

        if (text.Length is > 0 and <= LongestStaffCode && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            return text.ToUpperInvariant();
        Refuse(column, "invalid-staff-code", "This is not a staff code; scan the badge.");
        return null;
    }

    private (UnitNumber? Unit, BoxNumber? Box) Scanned(CaptureAction? action)
    {
        if (Filled("scan", isRequired: true) is not { } text || action is null)
            return default;
        if (action is CaptureAction.Arrive or CaptureAction.Complete)
            return (null, Symbol("scan", text, DataStructure.Consignment)?.AsBox());
        var scan = Scan.Parse(text);
        if (scan.Expect(DataStructure.DonationNumber, DataStructure.ProductCode) is { } error)
        {
            Refuse("scan", error.Code, error.Message);
            return default;
        }

        scan.TryGet(DataStructure.DonationNumber, out var donation);
        scan.TryGet(DataStructure.ProductCode, out var product);
        return (new UnitNumber(donation.AsDonationNumber(), product.AsProductCode()), null);
    }

    private ScannedSymbol? Symbol(string column, string text, DataStructure wanted)
    {
        var scan = Scan.Parse(text);
        if (scan.Expect(wanted) is { } error)
        {
            Refuse(column, error.Code, error.Message);
            return null;
        }

        scan.TryGet(wanted, out var symbol);
        return symbol;
    }

    private T? Id<T>(string column, string code, string message, bool isRequired)
        where T : struct, ISpanParsable<T>
    {
        if (Filled(column, isRequired) is not { } text)
            return null;
        if (T.TryParse(text, CultureInfo.InvariantCulture, out var id))
            return id;
        Refuse(column, code, message);
        return null;
    }

    private string? Value(CaptureAction? action)
    {
        const string column = "value";
        if (Filled(column, isRequired: action is CaptureAction.Store or CaptureAction.Return or CaptureAction.Discard or CaptureAction.Lose) is not { } text || action is null)
            return null;
        switch (action)
        {
            case CaptureAction.Store when text.Length > LongestPlace || !text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '/'):
                Refuse(column, "place-invalid", string.Create(CultureInfo.InvariantCulture, $"A place is 1 to {LongestPlace} letters, digits, hyphens, points and slashes."));
                break;
            case CaptureAction.Return when !IsWhole(text, 0, MostMinutesOut):
                Refuse(column, "minutes-out-invalid", "How long it was out of storage is told in whole minutes.");
                break;
            case CaptureAction.Transfuse when !IsWhole(text, 1, MostMilliliters):
                Refuse(column, "volume-invalid", "The volume is more than nothing, in whole milliliters.");
                break;
            case CaptureAction.Discard or CaptureAction.Lose when text.Length > LongestReason || !text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'):
                Refuse(column, "reason-invalid", string.Create(CultureInfo.InvariantCulture, $"The reason is a code of at most {LongestReason} small letters, digits and hyphens, such as bag-leaking."));
                break;
            case CaptureAction.CheckIn:
                return Consignment(column, text);
            case CaptureAction.Arrive or CaptureAction.Complete or CaptureAction.Issue or CaptureAction.Find:
                Refuse(column, "value-unexpected", "The action takes no value.");
                break;
        }

        return text;
    }

    private string? Consignment(string column, string text)
    {
        if (text[0] is '=' or '&')
            return Symbol(column, text, DataStructure.Consignment)?.AsBox().Consignment.ToString();
        if (ConsignmentNumber.TryParse(text, null, out _))
            return text;
        Refuse(column, "consignment-invalid", "Scan the consignment (symbol 028) or give its number of 12 characters.");
        return null;
    }

    private static bool IsWhole(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;
}
