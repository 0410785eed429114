using Distribution.Blood.Deciding;
using Distribution.Blood.Network;

namespace Distribution.Dispatches;

// The stored names and the members below ARE the storage format. Rename a record freely, these never;
// a changed shape is a new name with an upcaster.

/// <summary>What a device without a connection told and no consignment has.</summary>
public abstract record CaptureEvent
{
    private CaptureEvent()
    {
    }

    /// <summary>A line contradicts the record, or belongs to nothing that is known: somebody has to look at it.</summary>
    /// <param name="Site">Who sent it.</param>
    /// <param name="Device">The device's code at the site.</param>
    /// <param name="Sequence">The line's number, counted by the device.</param>
    /// <param name="Action">As the file has it, such as <c>check-in</c>.</param>
    /// <param name="Scanned">The unit, or the box of a consignment.</param>
    /// <param name="Code">What is the matter.</param>
    /// <param name="Text">The same in words.</param>
    /// <param name="Consignment">Which one was named or meant; null where none is known.</param>
    [StoredAs("capture-line-unplaced.v1")]
    public sealed record LineUnplaced(
        SiteId Site, string Device, long Sequence, string Action, string Scanned, string Code, string Text, string? Consignment = null) : CaptureEvent;

    /// <summary>Somebody looked at a line and says what was the matter.</summary>
    /// <param name="Resolution">In words for people.</param>
    [StoredAs("capture-line-settled.v1")]
    public sealed record LineSettled(SiteId Site, string Device, long Sequence, string Resolution) : CaptureEvent;
}
