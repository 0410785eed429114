using System.Globalization;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Requests;

/// <param name="Lines">All that is wanted from now on; a line that is left out is wanted no more.</param>
/// <param name="NeededBy">As it was where both times are left out.</param>
/// <param name="Slot">As it was where both times are left out.</param>
/// <param name="Urgency">As it was where it is left out.</param>
public sealed record AmendOrder(
    IReadOnlyList<WantedLine> Lines, DateTimeOffset? NeededBy = null, DateTimeOffset? Slot = null, OrderUrgency? Urgency = null);

/// <param name="Site">Where it stands; the supplier where it is left out.</param>
/// <param name="Without">Tells offers of one kind and group apart; left out, the one that gives up least.</param>
public sealed record AcceptAlternative(
    int Line, ComponentKind Kind, BloodGroup Group, int Quantity, SiteId? Site = null, IReadOnlyList<string>? Without = null);

public sealed record RefuseAlternative(int Line, string Reason);

/// <summary>The hospital changes what it wants. Each change is a new asking of Inventory that says the whole will.</summary>
public static class AmendmentDecider
{
    /// <param name="state">The order.</param>
    /// <param name="command">What is wanted now.</param>
    /// <param name="region">Knows slots, lanes and service times.</param>
    /// <param name="recipient">The order's, as known now; <see cref="Recipient.Initial"/> where there is none.</param>
    /// <param name="policy">Knows the components.</param>
    /// <param name="by">Who asks, where and when.</param>
    public static Decision<OrderEvent> Amend(
        Order state, AmendOrder command, Region region, Recipient recipient, PolicyPack policy, Provenance by)
    {
        if (!state.IsPlaced)
            return Decision<OrderEvent>.Reject(OrderDecider.NeverPlaced);
        var reasons = new List<Rejection>();
        if (state.HasEnded)
            reasons.Add(OrderDecider.AlreadyEnded(state));

        var urgency = command.Urgency ?? state.Urgency;
        if (urgency == OrderUrgency.Standing && state.Urgency != OrderUrgency.Standing)
            reasons.Add(new("standing-without-form", "Only a standing order's form places an order as standing.", "urgency"));
        var group = state.Purpose == OrderPurpose.Patient ? recipient.Group : null;
        if (recipient.IsRegistered && group is null && urgency != OrderUrgency.Emergency)
            reasons.Add(OrderDecider.GroupNotEstablished("urgency"));

        var known = OfToday(state, group);
        var lines = OrderLines.Read(
            command.Lines, known, new LineReading(state.Purpose, urgency, recipient.IsRegistered, group, policy), reasons);
        JudgeWhatHasLeft(state, lines, reasons);
        var times = ReadTimes(state, command, urgency, region, by, reasons);
        if (times is null || reasons.Count > 0)
            return Decision<OrderEvent>.Reject(reasons);

        OrderLine[] all = [.. known.Select(line => lines.Find(kept => kept.Line == line.Line) ?? line with { Quantity = 0 }), .. lines.Where(line => known.All(kept => kept.Line != line.Line))];
        // What it asks for holds already.
        if (all.SequenceEqual(state.Lines) && urgency == state.Urgency && times.NeededBy == state.NeededBy && times.Slot == state.Slot && group == state.RecipientGroup)
            return Decision<OrderEvent>.AlreadyDone;
        return Accept(state, Change(state, all, times.WaitUntil) with
        {
            NeededBy = times.NeededBy,
            Slot = times.Slot,
            // Who makes it more urgent is promised that service from now on.
            // What was due at a slot that is not taken any more is due as what has no slot.
            DueAt = times.Slot ?? (urgency == state.Urgency && state.Slot is null ? state.DueAt : null) ?? times.DueAt,
            Urgency = urgency,
            RecipientGroup = group,
        });
    }

    /// <param name="recipient">The order's, as known now; null where there is none.</param>
    public static Decision<OrderEvent> Accept(Order state, AcceptAlternative command, Recipient? recipient = null)
    {
        if (!state.IsPlaced)
            return Decision<OrderEvent>.Reject(OrderDecider.NeverPlaced);
        if (state.HasEnded)
            return Decision<OrderEvent>.Reject(OrderDecider.AlreadyEnded(state));
        var group = recipient is { IsRegistered: true } ? recipient.Group : state.RecipientGroup;
        if (recipient is { IsRegistered: true } && group is null && state.Urgency != OrderUrgency.Emergency)
            return Decision<OrderEvent>.Reject([OrderDecider.GroupNotEstablished("line")]);
        var offers = (state.CurrentAnswer?.Alternatives ?? [])
            .Where(offer => offer.Line == command.Line && offer.Kind == command.Kind && offer.Group == command.Group)
            .Where(offer => command.Without is null || offer.Without.Order(StringComparer.Ordinal).SequenceEqual(command.Without.Order(StringComparer.Ordinal), StringComparer.Ordinal))
            .OrderBy(offer => offer.Without.Count)
            .ToList();
        var line = state.Lines.FirstOrDefault(line => line.Line == command.Line);
        if (line is null || offers.Find(offer => offer.Site == (command.Site ?? state.Supplier)) is not { } taken)
        {
            return offers.Find(offer => command.Site is null || offer.Site == command.Site) is { } elsewhere
                ? Decision<OrderEvent>.Reject(OtherSite(state, elsewhere.Site))
                : Decision<OrderEvent>.Reject("alternative-not-offered", "This is not, or no longer, offered for the line.", "line");
        }

        // Transfers between hospitals are agreed by both (Circular 26/2013, Art. 39): nobody takes from a third by a click.
        if (taken.Site != state.Supplier)
            return Decision<OrderEvent>.Reject(OtherSite(state, taken.Site));
        var most = Math.Min(taken.Quantity, Math.Min(line.Quantity, state.CurrentAnswer!.ShortOf(line.Line)));
        if (command.Quantity < 1 || command.Quantity > most)
        {
            return Decision<OrderEvent>.Reject(
                "quantity-invalid", string.Create(CultureInfo.InvariantCulture, $"Of this offer 1 to {most} can be taken."), "quantity");
        }

        var substitute = new OrderLine(
            state.Lines.Max(known => known.Line) + 1, taken.Kind, taken.Group, command.Quantity, GiveUp(line.Requirements, taken.Without), line.Line);
        OrderLine[] lines = [.. OfToday(state, group).Select(known => known.Line == line.Line ? known with { Quantity = known.Quantity - command.Quantity } : known), substitute];
        return Accept(
            state,
            Change(state, lines, state.CurrentAnswer.WaitsUntil ?? state.NeededBy) with { RecipientGroup = group },
            new OrderAlternativeAccepted(state.Id, line.Line, substitute.Line, taken.Kind, taken.Group, taken.Site, command.Quantity, taken.Without));
    }

    public static Decision<OrderEvent> Refuse(Order state, RefuseAlternative command)
    {
        var reasons = new List<Rejection>();
        OrderDecider.JudgeReason(command.Reason, "Say why nothing of it will do.", reasons);
        if (!state.IsPlaced)
            reasons.Add(OrderDecider.NeverPlaced);
        else if (state.HasEnded)
            reasons.Add(OrderDecider.AlreadyEnded(state));
        else if (state.CurrentAnswer?.Alternatives.Any(offer => offer.Line == command.Line) != true)
            reasons.Add(new("alternative-not-offered", "Nothing is, or is any longer, offered for the line.", "line"));
        return reasons.Count > 0
            ? Decision<OrderEvent>.Reject(reasons)
            : Decision<OrderEvent>.Accept(new OrderAlternativeRefused(state.Id, command.Line, command.Reason.Trim()));
    }

    /// <summary>The requirements without those given up, as Inventory names them. A name that is none of them gives up nothing.</summary>
    private static UnitRequirements? GiveUp(UnitRequirements? requirements, IReadOnlyList<string> without)
    {
        if (requirements is null)
            return null;
        foreach (var name in without)
        {
            requirements = name switch
            {
                "irradiated" => requirements with { Irradiated = false },
                "cmv-negative" => requirements with { CmvNegative = false },
                "washed" => requirements with { Washed = false },
                "fresh" => requirements with { FresherThanDays = null },
                "antigen-negative" => requirements with { WithoutAntigens = AntigenSet.None },
                // One antigen by its name.
                _ when AntigenSet.TryParse(name, null, out var antigens) => requirements with { WithoutAntigens = requirements.WithoutAntigens.Except(antigens) },
                _ => requirements,
            };
        }

        return requirements == UnitRequirements.None ? null : requirements;
    }

    /// <summary>A patient's lines are of the patient's group, whatever it was when they were written; what was accepted instead stays what it is.</summary>
    private static IReadOnlyList<OrderLine> OfToday(Order state, BloodGroup? group) =>
        state.Purpose == OrderPurpose.Patient && group is { } own
            ? [.. state.Lines.Select(line => line.SubstituteFor is null ? line with { Group = own } : line)]
            : state.Lines;

    internal static OrderAmended Change(Order state, IReadOnlyList<OrderLine> lines, DateTimeOffset waitUntil) => new(
        state.Id,
        state.Attempt + 1,
        state.Purpose,
        state.Hospital,
        state.Supplier,
        lines,
        state.NeededBy,
        state.Urgency,
        state.Recipient,
        state.RecipientGroup,
        state.Slot,
        state.DueAt,
        state.PlacedAt,
        waitUntil);

    // Less may be wanted than has come already: then it ends with the amendment.
    private static Decision<OrderEvent> Accept(Order state, OrderAmended amended, params IReadOnlyList<OrderEvent> before) =>
        FulfillmentDecider.FindEnding(Order.Evolve(state, amended)) is { } ending
            ? Decision<OrderEvent>.Accept([.. before, amended, ending])
            : Decision<OrderEvent>.Accept([.. before, amended]);

    private static OrderTimes? ReadTimes(
        Order state, AmendOrder command, OrderUrgency urgency, Region region, Provenance by, List<Rejection> reasons)
    {
        var road = new OrderRoad(state.Supplier, state.Hospital, state.Purpose, urgency);
        if (command.NeededBy is not null || command.Slot is not null)
            return OrderTimes.Read(road, command.NeededBy, command.Slot, region, by, reasons);
        // What was taken then stands, though the van may be loading by now.
        if (state.NeededBy > by.Latest)
            return OrderTimes.Keep(road, state, region, by);
        reasons.Add(new("needed-by-past", "The time by which it is needed has passed; say until when it is of use.", "neededBy"));
        return null;
    }

    private static void JudgeWhatHasLeft(Order state, List<OrderLine> lines, List<Rejection> reasons)
    {
        foreach (var line in state.Lines)
        {
            var index = lines.FindIndex(kept => kept.Line == line.Line);
            var left = state.Left(line.Line);
            if (left > (index < 0 ? 0 : lines[index].Quantity))
            {
                reasons.Add(new(
                    "line-below-dispatched",
                    string.Create(CultureInfo.InvariantCulture, $"{left} units of line {line.Line} have left or were handed out already; send back what is not needed."),
                    index < 0 ? "lines" : string.Create(CultureInfo.InvariantCulture, $"lines[{index}].quantity")));
            }
        }
    }

    private static Rejection OtherSite(Order state, SiteId site) => new(
        "other-site", $"It stands in {site}, not in {state.Supplier}: phone {site} and agree on a transfer.", "site");
}
