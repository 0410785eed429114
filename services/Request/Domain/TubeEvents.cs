using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Requests;

// Each name in StoredAs is the storage format: logs hold it for good. Rename a record, never its stored name.
public abstract record TubeEvent
{
    private protected TubeEvent()
    {
    }
}

/// <summary>A sample number of a site is one patient's for good.</summary>
[StoredAs("tube-labeled.v1")]
public sealed record TubeLabeled(SiteId Site, string Number, RecipientId Recipient) : TubeEvent;
