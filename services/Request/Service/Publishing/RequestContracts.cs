using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Relay;
using Inventory = Distribution.Contracts.Inventory.V1;
using Public = Distribution.Contracts.Request.V1;

namespace Distribution.Requests.Service.Publishing;

/// <summary>What the others are told of orders.</summary>
internal sealed class RequestContracts : IContractMap
{
    public IReadOnlyCollection<Type> NotPublished { get; } =
    [
        // What follows from these is told as the recipient's profile.
        typeof(RecipientRegistered),
        typeof(RecipientAdmitted),
        typeof(RecipientGroupDetermined),
        typeof(RecipientGroupSettled),
        typeof(RecipientAntibodyFound),
        typeof(RecipientRequirementsSet),
        typeof(RecipientSampleTaken),
        typeof(RecipientSampleScreened),
        typeof(RecipientIdentityErased),
        typeof(TubeLabeled),
        typeof(OrderDeclined),
        typeof(OrderReservationLapsed),
        typeof(OrderDispatched),
        typeof(OrderReceived),
        typeof(OrderUnitIssued),
        typeof(OrderUnitEnded),
        typeof(OrderPartlyMet),
        typeof(OrderUnmet),
    ];

    public IReadOnlyList<object> ToMessages(StoredEvent stored) => stored.Data switch
    {
        // Of two messages on one recipient the one of the later event tells the newer truth.
        RecipientProfileChanged told =>
        [
            new Public.RecipientChanged(
                told.Recipient,
                stored.Version,
                told.Site,
                told.Group,
                told.Antibodies,
                told.Requirements,
                told.Sample is { } sample ? new Public.RecipientSample(sample.Number, sample.TakenAt, sample.ValidUntil, sample.AntibodyScreen) : null,
                By(stored)),
        ],
        OrderPlaced placed => Place(placed, By(stored)),
        // A patient is served where the units stand: there is nothing to bring.
        OrderReserved { Purpose: OrderPurpose.Patient } => [],
        OrderReserved reserved =>
        [
            new Public.PrepareConsignment(
                reserved.Order, reserved.Supplier, reserved.Hospital, [.. reserved.Units.Select(ToPublic)], reserved.NeededBy, reserved.LapsesAt, By(stored)),
        ],
        // Also where nothing is known to be reserved: the reservation may be on its way.
        OrderCanceled canceled => [new Public.ReleaseReservation(canceled.Order, "order-canceled", By(stored))],
        OrderReservationRefused refused => [new Public.ReleaseReservation(refused.Order, refused.Reason, By(stored))],
        OrderMet met => [new Public.OrderMet(met.Order, met.Hospital, By(stored))],
        var other when NotPublished.Contains(other.GetType()) => [],
        var other => throw new InvalidOperationException($"{other.GetType().Name} is neither published nor listed as private."),
    };

    private static object[] Place(OrderPlaced placed, Attribution by)
    {
        var purpose = placed.Purpose switch
        {
            OrderPurpose.Stock => Public.OrderPurpose.Stock,
            OrderPurpose.Patient => Public.OrderPurpose.Patient,
            _ => throw new InvalidOperationException($"There is no contract for orders of purpose {placed.Purpose}."),
        };
        Public.OrderLine[] lines = [.. placed.Lines.Select(line => new Public.OrderLine(line.Line, line.Kind, line.Group, line.Quantity))];
        var recipient = placed is { Recipient: { } who, RecipientGroup: { } group } ? new Public.ReservationRecipient(who, group) : null;
        return
        [
            new Public.OrderPlaced(placed.Order, purpose, placed.Hospital, placed.Supplier, lines, placed.NeededBy, by),
            new Public.ReserveUnits(placed.Order, 1, purpose, placed.Supplier, placed.Hospital, lines, recipient, by),
        ];
    }

    private static Inventory.ReservedUnit ToPublic(ReservedUnit unit) => new(unit.Unit, unit.Line, unit.Kind, unit.Group, unit.ExpiresAt);

    private static Attribution By(StoredEvent stored) => new(
        stored.Metadata.Actor,
        SiteId.Parse(stored.Metadata.Site, null),
        stored.Metadata.OccurredAt,
        stored.Metadata.Policy,
        stored.Metadata.CorrelationId);
}
