using System.Collections.Frozen;
using Distribution.Dispatches;
using Distribution.Donations;
using Distribution.EventStore;
using Distribution.Inventory;
using Distribution.Requests;

namespace Distribution.Checker;

/// <summary>The services that have a log, and the events that may stand in it.</summary>
public static class Services
{
    public const string Donation = "donation";
    public const string Inventory = "inventory";
    public const string Request = "request";
    public const string Dispatch = "dispatch";

    public static IReadOnlyDictionary<string, EventTypes> All { get; } = new Dictionary<string, EventTypes>(StringComparer.Ordinal)
    {
        [Donation] = EventTypes.From(typeof(DonationEvent).Assembly),
        [Inventory] = EventTypes.From(typeof(UnitEvent).Assembly),
        [Request] = EventTypes.From(typeof(OrderEvent).Assembly),
        [Dispatch] = EventTypes.From(typeof(ConsignmentEvent).Assembly),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
