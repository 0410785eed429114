using System.Globalization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;

namespace Distribution.Requests;

/// <summary>When an order is needed, comes, is due and is given up.</summary>
internal sealed record OrderTimes(DateTimeOffset NeededBy, DateTimeOffset? Slot, DateTimeOffset DueAt, DateTimeOffset WaitUntil)
{
    /// <summary>Assumed: nobody knows what is needed later, and nothing but plasma keeps longer than some weeks.</summary>
    public static readonly TimeSpan Furthest = TimeSpan.FromDays(60);

    /// <summary>Assumed: what fills a shelf is wanted a day late as well.</summary>
    public static readonly TimeSpan StockGrace = TimeSpan.FromHours(24);

    /// <summary>Assumed: who bleeds longer than that is ordered for anew.</summary>
    public static readonly TimeSpan EmergencyGrace = TimeSpan.FromHours(4);

    private const int SlotsShown = 3;

    /// <summary>Judges what was written; null where it is wrong, with every reason added.</summary>
    /// <param name="road">Who serves whom, how urgently.</param>
    /// <param name="neededBy">As written.</param>
    /// <param name="slot">As written.</param>
    /// <param name="region">Knows slots, lanes and service times.</param>
    /// <param name="by">When it is asked for.</param>
    /// <param name="reasons">Takes what is wrong.</param>
    public static OrderTimes? Read(
        OrderRoad road, DateTimeOffset? neededBy, DateTimeOffset? slot, Region region, Provenance by, List<Rejection> reasons)
    {
        var now = by.Latest;
        var before = reasons.Count;
        var earliest = region.EarliestDelivery(road.Supplier, road.Hospital, now);
        if (slot is { } van)
            JudgeSlot(road, van, region, now, reasons);

        var isEmergency = road.Urgency == OrderUrgency.Emergency;
        var asSoonAsCanBe = now + region.Service.Emergency;
        var needed = neededBy ?? slot ?? (isEmergency ? earliest > asSoonAsCanBe ? earliest : asSoonAsCanBe : null);
        var field = neededBy is null && slot is not null ? "slot" : "neededBy";
        switch (needed)
        {
            case null:
                reasons.Add(new("needed-by-required", "Say by when it is needed, or by which slot it is to come.", "neededBy"));
                break;
            case { } past when past <= now:
                reasons.Add(new("needed-by-past", "The time by which it is needed has passed.", field));
                break;
            case { } soon when soon < earliest && !isEmergency:
                reasons.Add(new("needed-by-too-soon", Say($"It cannot be there before {earliest:O}; if somebody bleeds, order as an emergency and phone {road.Supplier}."), field));
                break;
            case { } far when far > now + Furthest:
                reasons.Add(new("needed-by-too-far", Say($"An order reaches {Furthest.TotalDays:0} days ahead at most."), field));
                break;
        }

        if (neededBy < slot)
            reasons.Add(new("slot-too-late", "The slot is later than the time by which it is needed.", "slot"));
        if (reasons.Count > before || needed is not { } instant)
            return null;
        return new OrderTimes(instant.ToUniversalTime(), slot?.ToUniversalTime(), (slot ?? now + ServiceTime(region, road.Urgency)).ToUniversalTime(), GiveUp(road, instant).ToUniversalTime());
    }

    /// <summary>The times that the order has, for another urgency.</summary>
    public static OrderTimes Keep(OrderRoad road, Order order, Region region, Provenance by) => new(
        order.NeededBy, order.Slot, (by.Latest + ServiceTime(region, road.Urgency)).ToUniversalTime(), GiveUp(road, order.NeededBy));

    private static TimeSpan ServiceTime(Region region, OrderUrgency urgency) => urgency switch
    {
        OrderUrgency.Emergency => region.Service.Emergency,
        OrderUrgency.Urgent => region.Service.Urgent,
        _ => region.Service.Routine,
    };

    private static DateTimeOffset GiveUp(OrderRoad road, DateTimeOffset neededBy) => road switch
    {
        { Urgency: OrderUrgency.Emergency } => neededBy + EmergencyGrace,
        { Purpose: OrderPurpose.Patient } or { Urgency: OrderUrgency.Standing } => neededBy,
        _ => neededBy + StockGrace,
    };

    private static void JudgeSlot(OrderRoad road, DateTimeOffset slot, Region region, DateTimeOffset now, List<Rejection> reasons)
    {
        if (road.Supplier == road.Hospital)
        {
            reasons.Add(new("slot-unexpected", "What is served from the own stock comes by no van.", "slot"));
            return;
        }

        var aWeek = region.Find(road.Hospital)?.Slots.Count ?? 0;
        var coming = region.NextSlots(road.Hospital, now, aWeek * (int)Math.Ceiling(Furthest.TotalDays / 7));
        if (coming.Contains(slot))
            return;
        var next = coming.Count == 0 ? "no van comes there by plan" : $"the next are {string.Join(", ", coming.Take(SlotsShown).Select(at => at.ToString("O", CultureInfo.InvariantCulture)))}";
        reasons.Add(new("slot-unknown", $"No van is planned for {road.Hospital} at that time; {next}.", "slot"));
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>From where to where, for what, and how urgently.</summary>
internal sealed record OrderRoad(SiteId Supplier, SiteId Hospital, OrderPurpose Purpose, OrderUrgency Urgency);
