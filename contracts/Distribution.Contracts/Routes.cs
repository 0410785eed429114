using Distribution.Contracts.Dispatch.V1;
using Distribution.Contracts.Donation.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Request.V1;

namespace Distribution.Contracts;

/// <summary>One contract, the one service that publishes it and the services that take it.</summary>
public sealed record Route(Type Contract, string Publisher, IReadOnlyList<string> Subscribers);

/// <summary>
/// Who publishes what and who listens: every host lays the whole of it down on the broker before it publishes
/// anything, because what is published to an exchange without a queue is gone.
/// A test holds it against the consumers that the services really have.
/// </summary>
public static class Routes
{
    public const string Donation = "donation";
    public const string Inventory = "inventory";
    public const string Request = "request";
    public const string Dispatch = "dispatch";

    public static IReadOnlyList<string> Services { get; } = [Donation, Inventory, Request, Dispatch];

    public static IReadOnlyList<Route> All { get; } =
    [
        new(typeof(ComponentPrepared), Donation, [Inventory]),
        new(typeof(ComponentReleased), Donation, [Inventory]),
        new(typeof(ComponentDiscarded), Donation, [Inventory]),
        new(typeof(ComponentUsedUp), Donation, [Inventory]),
        new(typeof(DonationsImplicated), Donation, [Inventory]),
        new(typeof(ImplicationEnded), Donation, [Inventory]),
        new(typeof(UnitsReserved), Inventory, [Request]),
        new(typeof(ReservationDelayed), Inventory, [Request]),
        new(typeof(ReservationDeclined), Inventory, [Request]),
        new(typeof(ReservationLapsed), Inventory, [Request, Dispatch]),
        new(typeof(UnitHeld), Inventory, [Dispatch]),
        new(typeof(UnitReleasedFromHold), Inventory, [Dispatch]),
        new(typeof(UnitIssued), Inventory, [Request]),
        new(typeof(UnitReturned), Inventory, [Request]),
        new(typeof(UnitFateRecorded), Inventory, [Request, Dispatch]),
        new(typeof(RecallOpened), Inventory, [Donation]),
        new(typeof(RecallClosed), Inventory, [Donation]),
        new(typeof(OrderPlaced), Request, []),
        new(typeof(ReserveUnits), Request, [Inventory]),
        new(typeof(ReleaseReservation), Request, [Inventory]),
        new(typeof(PrepareConsignment), Request, [Dispatch]),
        new(typeof(RecipientChanged), Request, [Inventory]),
        new(typeof(OrderMet), Request, []),
        new(typeof(ConsignmentDispatched), Dispatch, [Inventory, Request]),
        new(typeof(ConsignmentReceived), Dispatch, [Inventory, Request]),
        new(typeof(ColdChainBroken), Dispatch, [Inventory]),
        new(typeof(DiscrepancyRaised), Dispatch, []),
    ];
}
