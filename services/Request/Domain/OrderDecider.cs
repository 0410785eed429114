using System.Globalization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Requests;

/// <param name="Group">Required for stock; for a patient the recipient's own where it is left out.</param>
public sealed record WantedLine(ComponentKind Kind, BloodGroup? Group, int Quantity);

public sealed record PlaceOrder(
    OrderId Order, OrderPurpose Purpose, IReadOnlyList<WantedLine> Lines, DateTimeOffset NeededBy, RecipientId? Recipient);

public sealed record CancelOrder(string Reason);

public sealed record RecordReservation(
    IReadOnlyList<ReservedUnit> Units, IReadOnlyList<Shortfall> Shortfalls, DateTimeOffset LapsesAt);

public sealed record RecordDecline(string Reason, IReadOnlyList<Shortfall> Shortfalls);

public sealed record RecordLapse(IReadOnlyList<UnitNumber> Units, string Reason);

public sealed record RecordDispatch(ConsignmentNumber Consignment, IReadOnlyList<UnitNumber> Units, DateTimeOffset ExpectedAt);

public sealed record RecordReceipt(
    ConsignmentNumber Consignment, IReadOnlyList<UnitNumber> Received, IReadOnlyList<UnitNumber> Missing);

public sealed record RecordIssue(UnitNumber Unit);

public sealed record RecordFate(UnitNumber Unit, UnitFate Fate);

/// <summary>
/// Placing and canceling can be refused. What the other services report has happened: it is recorded, whatever came before
/// it, and ends the order when nothing more can come. The one refusal there is an order that was never placed.
/// </summary>
public static class OrderDecider
{
    /// <summary>Units of one line. Assumed: more is a slip of the finger, far above a hospital's weekly order.</summary>
    public const int MaximumQuantity = 500;

    /// <summary>Assumed: five kinds by eight groups, with room.</summary>
    public const int MaximumLines = 100;

    public const int LongestReason = 200;

    /// <param name="state">The order.</param>
    /// <param name="command">What is asked for.</param>
    /// <param name="hospital">The site of <paramref name="by"/> as the region knows it; null when it does not.</param>
    /// <param name="recipient">The recipient named, <see cref="Recipient.Initial"/> when nobody is named or nobody of that id is known.</param>
    /// <param name="policy">Knows the components.</param>
    /// <param name="by">Who asks, where and when.</param>
    public static Decision<OrderEvent> Place(
        Order state, PlaceOrder command, Site? hospital, Recipient recipient, PolicyPack policy, Provenance by)
    {
        // The order's id follows from the submission: this submission has been taken before.
        if (state.IsPlaced)
            return Decision<OrderEvent>.AlreadyDone;

        var reasons = new List<Rejection>();
        var supplier = FindSupplier(command.Purpose, hospital, by, reasons);
        JudgeRecipient(command, recipient, reasons);
        var lines = ReadLines(command, recipient, policy, reasons);
        if (command.NeededBy <= by.Latest)
            reasons.Add(new("needed-by-past", "The time by which it is needed has passed.", "neededBy"));
        if (reasons.Count > 0)
            return Decision<OrderEvent>.Reject(reasons);

        var isForPatient = command.Purpose == OrderPurpose.Patient;
        return Decision<OrderEvent>.Accept(new OrderPlaced(
            command.Order,
            command.Purpose,
            by.Site,
            supplier,
            lines,
            command.NeededBy.ToUniversalTime(),
            isForPatient ? recipient.Id : null,
            isForPatient ? recipient.Group : null));
    }

    public static Decision<OrderEvent> Cancel(Order state, CancelOrder command)
    {
        // It holds already; the reason given first stays.
        if (state.Ending == OrderStatus.Canceled)
            return Decision<OrderEvent>.AlreadyDone;

        var reasons = new List<Rejection>();
        if (string.IsNullOrWhiteSpace(command.Reason))
            reasons.Add(new("reason-required", "Say why the order is canceled.", "reason"));
        else if (command.Reason.Length > LongestReason)
            reasons.Add(new("reason-too-long", string.Create(CultureInfo.InvariantCulture, $"A reason has at most {LongestReason} characters."), "reason"));
        if (!state.IsPlaced)
            reasons.Add(NeverPlaced);
        if (state.HasEnded)
            reasons.Add(new("already-ended", $"The order has ended: {Words(state.Status)}."));
        else if (state.Dispatched.Count > 0 || state.Checked.Count > 0)
            reasons.Add(new("already-dispatched", "The units are on the road or have arrived; send back what is not needed."));
        else if (state.Issued.Count > 0 || state.Fates.ContainsValue(UnitFate.Transfused))
            reasons.Add(new("already-issued", "A unit has been handed out for the patient; return what is not needed."));
        return reasons.Count > 0
            ? Decision<OrderEvent>.Reject(reasons)
            : Decision<OrderEvent>.Accept(new OrderCanceled(state.Id, command.Reason.Trim()));
    }

    public static Decision<OrderEvent> Reserve(Order state, RecordReservation command)
    {
        // Reserved once and for all: there is one attempt, whose answer this repeats.
        if (state.Reserved is not null)
            return Decision<OrderEvent>.AlreadyDone;

        if (!state.HasEnded)
        {
            return Record(state, new OrderReserved(
                state.Id, state.Purpose, state.Hospital, state.Supplier, command.Units, command.Shortfalls, state.NeededBy, command.LapsesAt));
        }

        // Canceled while Inventory was choosing: the units would stay set aside for nobody.
        UnitNumber[] units = [.. command.Units.Select(unit => unit.Unit)];
        return state.Refused.IsSupersetOf(units)
            ? Decision<OrderEvent>.AlreadyDone
            : Record(state, new OrderReservationRefused(state.Id, units, $"order-{Words(state.Status)}"));
    }

    public static Decision<OrderEvent> Decline(Order state, RecordDecline command)
    {
        // After an ending there is nothing left to decline; after a reservation it contradicts what is known to be set aside.
        if (state.HasEnded || state.Reserved is not null)
            return Decision<OrderEvent>.AlreadyDone;
        return Record(state, new OrderDeclined(state.Id, command.Reason, command.Shortfalls));
    }

    public static Decision<OrderEvent> Lapse(Order state, RecordLapse command) =>
        // Told before, perhaps by a release and by the deadline both.
        state.Lapsed.IsSupersetOf(command.Units)
            ? AlreadyKnown(state)
            : Record(state, new OrderReservationLapsed(state.Id, command.Units, command.Reason));

    public static Decision<OrderEvent> Dispatch(Order state, RecordDispatch command) =>
        // A consignment leaves once.
        state.Dispatched.ContainsKey(command.Consignment)
            ? AlreadyKnown(state)
            : Record(state, new OrderDispatched(state.Id, command.Consignment, command.Units, command.ExpectedAt));

    public static Decision<OrderEvent> Receive(Order state, RecordReceipt command) =>
        // Checked again when units turn up later; told again, or overtaken by the find, it has nothing new to say.
        state.Checked.Contains(command.Consignment)
        && state.Received.IsSupersetOf(command.Received)
        && command.Missing.All(unit => state.Missing.Contains(unit) || state.Received.Contains(unit))
            ? AlreadyKnown(state)
            : Record(state, new OrderReceived(state.Id, command.Consignment, command.Received, command.Missing));

    public static Decision<OrderEvent> Issue(Order state, RecordIssue command) =>
        // Issued, returned and issued again serves the order once.
        state.Issued.Contains(command.Unit)
            ? AlreadyKnown(state)
            : Record(state, new OrderUnitIssued(state.Id, command.Unit));

    public static Decision<OrderEvent> End(Order state, RecordFate command) =>
        // A unit ends once; Inventory is the judge of how.
        state.Fates.ContainsKey(command.Unit)
            ? AlreadyKnown(state)
            : Record(state, new OrderUnitEnded(state.Id, command.Unit, command.Fate));

    private static Rejection NeverPlaced { get; } = new("unknown-order", "There is no such order.");

    private static Decision<OrderEvent> AlreadyKnown(Order state) =>
        state.IsPlaced ? Decision<OrderEvent>.AlreadyDone : Decision<OrderEvent>.Reject(NeverPlaced);

    private static Decision<OrderEvent> Record(Order state, OrderEvent fact)
    {
        // Others speak of an order only because it was placed here: a stranger is an alarm, not a fact to keep.
        if (!state.IsPlaced)
            return Decision<OrderEvent>.Reject(NeverPlaced);
        return FindEnding(Order.Evolve(state, fact)) is { } ending
            ? Decision<OrderEvent>.Accept(fact, ending)
            : Decision<OrderEvent>.Accept(fact);
    }

    private static OrderEvent? FindEnding(Order state) => state switch
    {
        { HasEnded: true } or { Reserved: null } => null,
        { NotServed: 0 } => new OrderMet(state.Id, state.Hospital),
        { IsSettled: true } when state.NotServed < state.Quantity => new OrderPartlyMet(state.Id, state.NotServed),
        { IsSettled: true } => new OrderUnmet(state.Id, state.NotServed),
        _ => null,
    };

    private static SiteId FindSupplier(OrderPurpose purpose, Site? hospital, Provenance by, List<Rejection> reasons)
    {
        if (hospital is null)
        {
            reasons.Add(new("unknown-site", $"The region does not know {by.Site}."));
            return default;
        }

        // A collection point keeps no stock, so nothing can be served from it.
        if (purpose == OrderPurpose.Patient && hospital.Tier != SiteTier.CollectionPoint)
            return hospital.Id;
        if (hospital.SuppliedBy is { } supplier)
            return supplier;
        reasons.Add(new("no-supplier", $"Nobody supplies {hospital.Id}."));
        return default;
    }

    private static void JudgeRecipient(PlaceOrder command, Recipient recipient, List<Rejection> reasons)
    {
        switch (command.Purpose)
        {
            case OrderPurpose.Patient when command.Recipient is null:
                reasons.Add(new("recipient-required", "An order for a patient names the recipient.", "recipient"));
                break;
            case OrderPurpose.Patient when !recipient.IsRegistered:
                reasons.Add(new("unknown-recipient", "There is no such recipient.", "recipient"));
                break;
            case OrderPurpose.Patient when recipient.Group is null:
                reasons.Add(new("recipient-group-not-established", "Two people determine the recipient's group first.", "recipient"));
                break;
            case OrderPurpose.Stock when command.Recipient is not null:
                reasons.Add(new("recipient-unexpected", "An order for stock names no recipient.", "recipient"));
                break;
            case OrderPurpose.Stock or OrderPurpose.Patient:
                break;
            default:
                reasons.Add(new("unknown-purpose", "An order is for stock or for a patient.", "purpose"));
                break;
        }
    }

    private static List<OrderLine> ReadLines(PlaceOrder command, Recipient recipient, PolicyPack policy, List<Rejection> reasons)
    {
        if (command.Lines.Count == 0)
            reasons.Add(new("no-lines", "An order asks for something.", "lines"));
        if (command.Lines.Count > MaximumLines)
            reasons.Add(new("too-many-lines", string.Create(CultureInfo.InvariantCulture, $"An order has at most {MaximumLines} lines."), "lines"));

        var lines = new List<OrderLine>();
        foreach (var (index, wanted) in command.Lines.Take(MaximumLines).Index())
        {
            string Field(string name) => string.Create(CultureInfo.InvariantCulture, $"lines[{index}].{name}");

            if (wanted.Quantity is < 1 or > MaximumQuantity)
                reasons.Add(new("quantity-invalid", string.Create(CultureInfo.InvariantCulture, $"A line asks for 1 to {MaximumQuantity} units."), Field("quantity")));
            if (policy.Components.All(component => component.Kind != wanted.Kind))
                reasons.Add(new("unknown-component", $"The policy {policy.Version} knows no such component.", Field("kind")));

            var group = wanted.Group;
            if (command.Purpose == OrderPurpose.Patient && recipient.IsRegistered)
            {
                group ??= recipient.Group;
                // Either the wrong patient or the wrong group: both kill, so neither is guessed.
                if (recipient.Group is { } known && group != known)
                    reasons.Add(new("recipient-group-mismatch", "The group is not the recipient's; leave it out, compatible units are found from the recipient's.", Field("group")));
            }
            else if (command.Purpose == OrderPurpose.Stock && group is not { IsDefined: true })
            {
                reasons.Add(new("group-required", "A line for stock names the group wanted.", Field("group")));
            }

            lines.Add(new OrderLine(index + 1, wanted.Kind, group ?? default, wanted.Quantity));
        }

        return lines;
    }

    private static string Words(OrderStatus status) => status switch
    {
        OrderStatus.Placed => "placed",
        OrderStatus.Reserved => "reserved",
        OrderStatus.Dispatched => "dispatched",
        OrderStatus.Received => "received",
        OrderStatus.Met => "met",
        OrderStatus.PartlyMet => "partly-met",
        OrderStatus.Unmet => "unmet",
        OrderStatus.Declined => "declined",
        OrderStatus.Canceled => "canceled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No such status."),
    };
}
