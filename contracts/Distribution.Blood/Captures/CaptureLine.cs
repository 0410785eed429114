using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Blood.Captures;

/// <summary>One act, as a device without a connection wrote it down.</summary>
/// <param name="Line">Counted from 1, the header included.</param>
/// <param name="Device">The device's code at its site.</param>
/// <param name="Sequence">Counted by the device: with it, it names the line for good.</param>
/// <param name="At">By the device's clock.</param>
/// <param name="Staff">The staff code of whoever did it.</param>
/// <param name="Action">What was done.</param>
/// <param name="Unit">The bag; null where a consignment was scanned.</param>
/// <param name="Box">The papers or the box; null where a bag was scanned.</param>
/// <param name="Second">The staff code of the person who verified it.</param>
/// <param name="Order">Null where nobody wrote it down.</param>
/// <param name="Recipient">Whom it was for.</param>
/// <param name="Value">What the action takes besides, see <see cref="CaptureAction"/>; null where it takes nothing.</param>
/// <param name="Note">In words for people.</param>
/// <param name="Digest">Of all that the line says: the same line sent again has the same.</param>
public sealed record CaptureLine(
    int Line,
    string Device,
    long Sequence,
    DateTimeOffset At,
    string Staff,
    CaptureAction Action,
    UnitNumber? Unit,
    BoxNumber? Box,
    string? Second,
    OrderId? Order,
    RecipientId? Recipient,
    string? Value,
    string? Note,
    string Digest);

/// <summary>Why a file is refused.</summary>
/// <param name="Line">Counted from 1, the header included.</param>
/// <param name="Column">By its name; null where it is the line as a whole.</param>
/// <param name="Code">Kebab-case and stable; see <see cref="CaptureFile.Parse"/>.</param>
/// <param name="Message">One sentence for whoever sends the file.</param>
public sealed record CaptureProblem(int Line, string? Column, string Code, string Message)
{
    /// <summary>For a person who looks for it, such as <c>line 3 column at</c>.</summary>
    public string Where => Column is null ? $"line {Line}" : $"line {Line} column {Column}";
}
