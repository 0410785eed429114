using System.Text.Json.Serialization;
using Distribution.Blood.Captures;
using Distribution.Blood.Json;
using Distribution.Blood.Policies;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.ServiceDefaults.Captures;

/// <summary>Takes the lines of a satellite's file that are this service's matter, each in a commit of its own.</summary>
public interface ICaptureDesk
{
    /// <summary>Whether this service or another takes such lines.</summary>
    bool Takes(CaptureAction action);

    /// <summary>Records the line as the fact that it is.</summary>
    /// <param name="line">What was done.</param>
    /// <param name="context">The line's own: its staff, the uploader's site, its time, and a key by which it is taken once.</param>
    /// <param name="policy">The version in force when it happened.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<CaptureTaken> TakeAsync(CaptureLine line, CommandContext context, PolicyPack policy, CancellationToken cancellationToken);

    /// <summary>The device told something else under this number before: that stands, and this is put on a board.</summary>
    /// <inheritdoc cref="TakeAsync"/>
    Task<CaptureTaken> NoteChangedAsync(CaptureLine line, CommandContext context, CancellationToken cancellationToken);
}

/// <summary>What a desk made of a line.</summary>
/// <param name="Outcome">Of the commit.</param>
/// <param name="IsNew">It told something that was not known.</param>
/// <param name="Codes">What somebody has to look at; empty where it fits.</param>
public sealed record CaptureTaken(Outcome Outcome, bool IsNew, IReadOnlyList<string> Codes);

/// <summary>What became of a line.</summary>
[JsonConverter(typeof(KebabEnumConverter<CaptureOutcome>))]
public enum CaptureOutcome
{
    Recorded = 10,

    /// <summary>Taken before, or nothing new: this time nothing was written.</summary>
    Known = 20,

    /// <summary>Contradicts the record; what stands against it is on a board until somebody has looked at it.</summary>
    Review = 30,

    /// <summary>Another service's matter: it gets the same file.</summary>
    Elsewhere = 40,
}
