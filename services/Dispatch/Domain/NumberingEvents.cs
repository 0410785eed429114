using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;

namespace Distribution.Dispatches;

// The stored names and the members below ARE the storage format. Rename a record freely, these never;
// a changed shape is a new name with an upcaster.

/// <summary>What happens to a facility's row of consignment numbers of one year.</summary>
public abstract record NumberingEvent
{
    private NumberingEvent()
    {
    }

    [StoredAs("consignment-number-assigned.v1")]
    public sealed record ConsignmentNumberAssigned(ConsignmentNumber Consignment) : NumberingEvent;
}
