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
        typeof(OrderFormSaved),
        typeof(OrderFormDiscarded),
        typeof(StandingOrderPlaced),
        typeof(StandingOrderSkipped),
        typeof(StandingOrderPaused),
        typeof(StandingOrderResumed),
        typeof(OrderAlternativeAccepted),
        typeof(OrderAlternativeRefused),
        typeof(OrderDelayed),
        typeof(OrderShortfallClosed),
        typeof(OrderReservationLapsed),
        typeof(OrderDispatched),
        typeof(OrderReceived),
        typeof(OrderUnitIssued),
        typeof(OrderUnitReturned),
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
        OrderAmended amended => [Ask(amended, By(stored))],
        // Where the units stand where they are wanted, or nothing came with the answer, there is nothing to bring.
        OrderReserved reserved when reserved.Supplier == reserved.Hospital || reserved.Units.Count == 0 => [],
        OrderReserved reserved =>
        [
            new Public.PrepareConsignment(
                reserved.Order,
                reserved.Supplier,
                reserved.Hospital,
                [.. reserved.Units.Select(ToPublic)],
                reserved.NeededBy,
                reserved.LapsesAt,
                By(stored),
                reserved.Urgency is { } urgency ? ToPublic(urgency) : null,
                reserved.DeliverAt),
        ],
        // Also where nothing is known to be reserved: the reservation may be on its way.
        OrderCanceled canceled => [new Public.ReleaseReservation(canceled.Order, "order-canceled", By(stored))],
        // Inventory knows what it declined itself.
        OrderDeclined { DeclinedBy: null } => [],
        OrderDeclined declined => [new Public.ReleaseReservation(declined.Order, "order-declined", By(stored))],
        OrderReservationRefused refused => [new Public.ReleaseReservation(refused.Order, refused.Reason, By(stored))],
        OrderMet met => [new Public.OrderMet(met.Order, met.Hospital, By(stored))],
        var other when NotPublished.Contains(other.GetType()) => [],
        var other => throw new InvalidOperationException($"{other.GetType().Name} is neither published nor listed as private."),
    };

    private static object[] Place(OrderPlaced placed, Attribution by)
    {
        var purpose = ToPublic(placed.Purpose);
        Public.OrderUrgency? urgency = placed.Urgency is { } pressing ? ToPublic(pressing) : null;
        var lines = ToPublic(placed.Lines);
        var recipient = placed is { Recipient: { } who, RecipientGroup: { } group } ? new Public.ReservationRecipient(who, group) : null;
        return
        [
            new Public.OrderPlaced(placed.Order, purpose, placed.Hospital, placed.Supplier, lines, placed.NeededBy, by, urgency),
            new Public.ReserveUnits(
                placed.Order,
                1,
                purpose,
                placed.Supplier,
                placed.Hospital,
                lines,
                recipient,
                by,
                urgency,
                placed.NeededBy,
                placed.PlacedAt,
                placed.WaitUntil,
                recipient is null ? placed.Recipient : null),
        ];
    }

    private static Public.ReserveUnits Ask(OrderAmended amended, Attribution by)
    {
        var recipient = amended is { Recipient: { } who, RecipientGroup: { } group } ? new Public.ReservationRecipient(who, group) : null;
        return new Public.ReserveUnits(
            amended.Order,
            amended.Attempt,
            ToPublic(amended.Purpose),
            amended.Supplier,
            amended.Hospital,
            ToPublic(amended.Lines),
            recipient,
            by,
            ToPublic(amended.Urgency),
            amended.NeededBy,
            amended.PlacedAt,
            amended.WaitUntil,
            recipient is null ? amended.Recipient : null);
    }

    // What is wanted no more is not asked for; what it had is given back because it is not in the whole will.
    private static Public.OrderLine[] ToPublic(IReadOnlyList<OrderLine> lines) =>
        [.. lines.Where(line => line.Quantity > 0).Select(line => new Public.OrderLine(line.Line, line.Kind, line.Group, line.Quantity, line.Requirements))];

    private static Public.OrderPurpose ToPublic(OrderPurpose purpose) => purpose switch
    {
        OrderPurpose.Stock => Public.OrderPurpose.Stock,
        OrderPurpose.Patient => Public.OrderPurpose.Patient,
        _ => throw new InvalidOperationException($"There is no contract for orders of purpose {purpose}."),
    };

    private static Public.OrderUrgency ToPublic(OrderUrgency urgency) => urgency switch
    {
        OrderUrgency.Standing => Public.OrderUrgency.Standing,
        OrderUrgency.Routine => Public.OrderUrgency.Routine,
        OrderUrgency.Urgent => Public.OrderUrgency.Urgent,
        OrderUrgency.Emergency => Public.OrderUrgency.Emergency,
        _ => throw new InvalidOperationException($"There is no contract for the urgency {urgency}."),
    };

    private static Inventory.ReservedUnit ToPublic(ReservedUnit unit) => new(unit.Unit, unit.Line, unit.Kind, unit.Group, unit.ExpiresAt);

    private static Attribution By(StoredEvent stored) => new(
        stored.Metadata.Actor,
        SiteId.Parse(stored.Metadata.Site, null),
        stored.Metadata.OccurredAt,
        stored.Metadata.Policy,
        stored.Metadata.CorrelationId);
}
