using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.EventStore;

/// <summary>
/// A place in one service's log: the transaction that wrote the event, then the event's number.
/// The log is read in this order, which is also the order within every stream (docs/adr/0003).
/// Written as <c>transaction-sequence</c>, such as <c>7421-1033</c>.
/// </summary>
[JsonConverter(typeof(ParsableJsonConverter<LogPosition>))]
public readonly record struct LogPosition(ulong TransactionId, long Sequence)
    : IComparable<LogPosition>, ISpanParsable<LogPosition>
{
    /// <summary>Before the first event.</summary>
    public static LogPosition Start => default;

    public int CompareTo(LogPosition other) => TransactionId != other.TransactionId
        ? TransactionId.CompareTo(other.TransactionId)
        : Sequence.CompareTo(other.Sequence);

    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{TransactionId}-{Sequence}");

    public static LogPosition Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static LogPosition Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var position) ? position : throw new FormatException($"'{s}' is not a log position.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out LogPosition result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out LogPosition result)
    {
        result = default;
        var hyphen = s.IndexOf('-');
        if (hyphen < 1
            || !ulong.TryParse(s[..hyphen], NumberStyles.None, CultureInfo.InvariantCulture, out var transaction)
            || !long.TryParse(s[(hyphen + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return false;
        }

        result = new LogPosition(transaction, sequence);
        return true;
    }
}
