using System.Globalization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Requests;

/// <param name="NeededBy">May be left out where a slot is named, and for an emergency.</param>
/// <param name="FromSupplier">For a patient: from the site that supplies the hospital, not from its own stock.</param>
/// <param name="Form">The form that it is placed by, which alone may place it as standing.</param>
public sealed record PlaceOrder(
    OrderId Order,
    OrderPurpose Purpose,
    IReadOnlyList<WantedLine> Lines,
    DateTimeOffset? NeededBy,
    RecipientId? Recipient,
    OrderUrgency Urgency = OrderUrgency.Routine,
    DateTimeOffset? Slot = null,
    bool FromSupplier = false,
    OrderFormId? Form = null);

public sealed record CancelOrder(string Reason);

/// <param name="ExpectedAt">When the units are expected to be there, for those who would order again.</param>
public sealed record DeclineOrder(string Reason, DateTimeOffset? ExpectedAt);

/// <summary>What people want of an order; they can be refused.</summary>
public static class OrderDecider
{
    /// <summary>Units of one line. Assumed: more is a slip of the finger, far above a hospital's weekly order.</summary>
    public const int MaximumQuantity = 500;

    /// <summary>Assumed: five kinds by eight groups, with room.</summary>
    public const int MaximumLines = 100;

    public const int LongestReason = 200;

    /// <summary>Days. Red cells keep no longer (Circular 26/2013, Art. 33).</summary>
    public const int LongestFreshness = 42;

    /// <param name="state">The order.</param>
    /// <param name="command">What is asked for.</param>
    /// <param name="region">Knows the site of <paramref name="by"/>, who supplies it, and how soon.</param>
    /// <param name="recipient">The recipient named, <see cref="Recipient.Initial"/> when nobody is named or nobody of that id is known.</param>
    /// <param name="policy">Knows the components, and what is given in an emergency.</param>
    /// <param name="by">Who asks, where and when.</param>
    public static Decision<OrderEvent> Place(
        Order state, PlaceOrder command, Region region, Recipient recipient, PolicyPack policy, Provenance by)
    {
        // The order's id follows from the submission: this submission has been taken before.
        if (state.IsPlaced)
            return Decision<OrderEvent>.AlreadyDone;

        var reasons = new List<Rejection>();
        var supplier = FindSupplier(command, region.Find(by.Site), by, reasons);
        if (command is { Urgency: OrderUrgency.Standing, Form: null })
            reasons.Add(new("standing-without-form", "Only a standing order's form places an order as standing.", "urgency"));
        JudgeRecipient(command, recipient, reasons);
        var isForPatient = command.Purpose == OrderPurpose.Patient;
        var group = isForPatient ? recipient.Group : null;
        if (isForPatient && recipient.IsRegistered && group is null && command.Urgency != OrderUrgency.Emergency)
            reasons.Add(GroupNotEstablished("recipient"));
        var lines = OrderLines.Read(
            command.Lines, [], new LineReading(command.Purpose, command.Urgency, recipient.IsRegistered, group, policy), reasons);
        var times = OrderTimes.Read(
            new OrderRoad(supplier, by.Site, command.Purpose, command.Urgency), command.NeededBy, command.Slot, region, by, reasons);
        if (times is null || reasons.Count > 0)
            return Decision<OrderEvent>.Reject(reasons);

        return Decision<OrderEvent>.Accept(new OrderPlaced(
            command.Order,
            command.Purpose,
            by.Site,
            supplier,
            lines,
            times.NeededBy,
            isForPatient ? recipient.Id : null,
            group,
            command.Urgency,
            times.Slot,
            times.DueAt,
            command.Form,
            // It waits since we know of it: who tells it late does not pass others by that.
            by.Now.ToUniversalTime(),
            times.WaitUntil));
    }

    public static Decision<OrderEvent> Cancel(Order state, CancelOrder command)
    {
        // It holds already; the reason given first stays.
        if (state.Ending == OrderStatus.Canceled)
            return Decision<OrderEvent>.AlreadyDone;

        var reasons = new List<Rejection>();
        JudgeReason(command.Reason, "Say why the order is canceled.", reasons);
        if (!state.IsPlaced)
            reasons.Add(NeverPlaced);
        JudgeStanding(state, reasons);
        return reasons.Count > 0
            ? Decision<OrderEvent>.Reject(reasons)
            : Decision<OrderEvent>.Accept(new OrderCanceled(state.Id, command.Reason.Trim()));
    }

    /// <summary>By the supplier's staff.</summary>
    public static Decision<OrderEvent> Decline(Order state, DeclineOrder command, Provenance by)
    {
        // It holds already; what was said first stays.
        if (state.Ending == OrderStatus.Declined)
            return Decision<OrderEvent>.AlreadyDone;

        var reasons = new List<Rejection>();
        JudgeReason(command.Reason, "Say why the order is declined.", reasons);
        if (command.ExpectedAt <= by.Latest)
            reasons.Add(new("expected-at-past", "The time at which the units are expected has passed.", "expectedAt"));
        if (!state.IsPlaced)
            reasons.Add(NeverPlaced);
        JudgeStanding(state, reasons);
        return reasons.Count > 0
            ? Decision<OrderEvent>.Reject(reasons)
            : Decision<OrderEvent>.Accept(new OrderDeclined(
                state.Id,
                command.Reason.Trim(),
                [.. state.Lines.Where(line => line.Quantity > 0).Select(line => new Shortfall(line.Line, line.Quantity))],
                state.Attempt,
                command.ExpectedAt?.ToUniversalTime(),
                state.CurrentAnswer?.Alternatives,
                state.Supplier));
    }

    internal static Rejection NeverPlaced { get; } = new("unknown-order", "There is no such order.");

    internal static Rejection AlreadyEnded(Order state) => new("already-ended", $"The order has ended: {Words(state.Status)}.");

    internal static Rejection GroupNotEstablished(string field) => new(
        "recipient-group-not-established", "Two people determine the recipient's group first; only an emergency is ordered for without it.", field);

    internal static void JudgeReason(string reason, string ask, List<Rejection> reasons)
    {
        if (string.IsNullOrWhiteSpace(reason))
            reasons.Add(new("reason-required", ask, "reason"));
        else if (reason.Length > LongestReason)
            reasons.Add(new("reason-too-long", string.Create(CultureInfo.InvariantCulture, $"A reason has at most {LongestReason} characters."), "reason"));
    }

    internal static string Words(OrderStatus status) => status switch
    {
        OrderStatus.Placed => "placed",
        OrderStatus.Waiting => "waiting",
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

    private static void JudgeStanding(Order state, List<Rejection> reasons)
    {
        if (state.HasEnded)
            reasons.Add(AlreadyEnded(state));
        else if (state.Dispatched.Count > 0 || state.Checked.Count > 0)
            reasons.Add(new("already-dispatched", "The units are on the road or have arrived; send back what is not needed."));
        else if (state.IssuedAt.Keys.Any(state.IsIssued) || state.Fates.ContainsValue(UnitFate.Transfused))
            reasons.Add(new("already-issued", "A unit has been handed out for the patient; return what is not needed."));
    }

    private static SiteId FindSupplier(PlaceOrder command, Site? hospital, Provenance by, List<Rejection> reasons)
    {
        if (hospital is null)
        {
            reasons.Add(new("unknown-site", $"The region does not know {by.Site}."));
            return by.Site;
        }

        // A collection point keeps no stock, so nothing can be served from it.
        if (command is { Purpose: OrderPurpose.Patient, FromSupplier: false } && hospital.Tier != SiteTier.CollectionPoint)
            return hospital.Id;
        if (hospital.SuppliedBy is { } supplier)
            return supplier;
        reasons.Add(new("no-supplier", $"Nobody supplies {hospital.Id}."));
        return hospital.Id;
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
}
