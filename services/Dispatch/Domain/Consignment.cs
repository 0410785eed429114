using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Dispatches;

/// <summary>Units on their way from one site to another, box by box.</summary>
public sealed record Consignment : IAggregate<Consignment>
{
    public static string Category => "consignment";

    public static Consignment Initial { get; } = new();

    public ConsignmentNumber Number { get; init; }

    public OrderId Order { get; init; }

    public SiteId From { get; init; }

    public SiteId To { get; init; }

    public DateTimeOffset NeededBy { get; init; }

    /// <summary>Not to be handed over after this.</summary>
    public DateTimeOffset ReservedUntil { get; init; }

    public ConsignmentUrgency Urgency { get; init; } = ConsignmentUrgency.Routine;

    /// <summary>The delivery slot; null where it goes as soon as it can.</summary>
    public DateTimeOffset? DeliverAt { get; init; }

    /// <summary>In the order in which they expire: what has least time left is picked first.</summary>
    public ImmutableArray<PlannedUnit> Units { get; init; } = [];

    public ImmutableHashSet<UnitNumber> Picked { get; init; } = [];

    public ImmutableSortedDictionary<UnitNumber, Place> Packed { get; init; } = ImmutableSortedDictionary<UnitNumber, Place>.Empty;

    public ImmutableSortedDictionary<UnitNumber, string> LeftOut { get; init; } = ImmutableSortedDictionary<UnitNumber, string>.Empty;

    /// <summary>Null until it is handed over.</summary>
    public Handover? HandedOver { get; init; }

    public bool HasArrived { get; init; }

    /// <summary>The units scanned at the destination; true where they were expected.</summary>
    public ImmutableSortedDictionary<UnitNumber, bool> CheckedIn { get; init; } = ImmutableSortedDictionary<UnitNumber, bool>.Empty;

    /// <summary>The checking has been finished at least once.</summary>
    public bool IsReceived { get; init; }

    /// <summary>Checked in and already told to the others.</summary>
    public ImmutableHashSet<UnitNumber> Reported { get; init; } = [];

    public ImmutableSortedDictionary<UnitNumber, Discrepancy> Discrepancies { get; init; } = ImmutableSortedDictionary<UnitNumber, Discrepancy>.Empty;

    /// <summary>Both ends agree on how it came to stand on one side of the books only.</summary>
    public ImmutableHashSet<UnitNumber> AccountedFor { get; init; } = [];

    /// <summary>The boxes that are closed now.</summary>
    public ImmutableSortedDictionary<int, Closing> Closed { get; init; } = ImmutableSortedDictionary<int, Closing>.Empty;

    /// <summary>A box has been closed at least once: then all have to be before they leave.</summary>
    public bool ClosesBoxes { get; init; }

    /// <summary>The boxes whose own symbols were scanned at the destination.</summary>
    public ImmutableSortedSet<int> ArrivedBoxes { get; init; } = [];

    /// <summary>Told to be late, and nothing of it has been scanned since.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>Where symbols of it were scanned though it does not belong there.</summary>
    public ImmutableHashSet<SiteId> SeenAt { get; init; } = [];

    /// <summary>Where units of it were last scanned though they do not belong there.</summary>
    public ImmutableSortedDictionary<UnitNumber, SiteId> Strayed { get; init; } = ImmutableSortedDictionary<UnitNumber, SiteId>.Empty;

    /// <summary>Looked at on receipt and found sound.</summary>
    public ImmutableHashSet<UnitNumber> Inspected { get; init; } = [];

    public ImmutableSortedDictionary<UnitNumber, DamageReason> Damaged { get; init; } = ImmutableSortedDictionary<UnitNumber, DamageReason>.Empty;

    /// <summary>Found damaged and already told to the others: what they were told last.</summary>
    public ImmutableSortedDictionary<UnitNumber, DamageReason> ReportedDamaged { get; init; } = ImmutableSortedDictionary<UnitNumber, DamageReason>.Empty;

    /// <summary>The loggers' files, in the order in which they came.</summary>
    public ImmutableArray<BoxTemperature> Temperatures { get; init; } = [];

    /// <summary>Per box what was measured last on opening it, °C.</summary>
    public ImmutableSortedDictionary<int, double> DoorCelsius { get; init; } = ImmutableSortedDictionary<int, double>.Empty;

    public ImmutableArray<ConsignmentEvent.ColdChainBroken> ColdChainBreaks { get; init; } = [];

    public bool IsPlanned => Number != default;

    public ConsignmentStatus Status =>
        IsReceived ? ConsignmentStatus.Received
        : HasArrived ? ConsignmentStatus.Arrived
        : HandedOver is not null ? ConsignmentStatus.Dispatched
        : Units.All(unit => LeftOut.ContainsKey(unit.Unit)) ? ConsignmentStatus.LeftOut
        : Packed.Count + LeftOut.Count == Units.Length ? ConsignmentStatus.Packed
        : Picked.Count + Packed.Count + LeftOut.Count > 0 ? ConsignmentStatus.Packing
        : ConsignmentStatus.Planned;

    /// <summary>
    /// What the destination has reason to expect: what was handed over; where nothing was in the books, whatever was
    /// meant to go.
    /// </summary>
    public bool Expects(UnitNumber unit) => HandedOver is { } handover
        ? handover.Units.Contains(unit)
        : Find(unit) is not null && !LeftOut.ContainsKey(unit);

    /// <summary>The boxes that hold something.</summary>
    public IEnumerable<int> Boxes => Packed.Values.Select(place => place.Box).Distinct().Order();

    public IEnumerable<UnitNumber> UnitsIn(int box) => Packed.Where(packed => packed.Value.Box == box).Select(packed => packed.Key);

    /// <summary>Checked in, and packed in no box by the books.</summary>
    public IEnumerable<UnitNumber> Loose => CheckedIn.Keys.Where(unit => !Packed.ContainsKey(unit));

    /// <summary>What the destination has reason to expect and has not scanned.</summary>
    public IEnumerable<UnitNumber> Outstanding => (HandedOver?.Units ?? [.. Units.Select(planned => planned.Unit)])
        .Where(unit => Expects(unit) && !CheckedIn.ContainsKey(unit));

    /// <summary>
    /// What is on one side of the books only: left and neither came nor was accounted for by both ends, or came and nobody
    /// had sent it; where it came without a hand-over in the books, what was packed has left. 0 when the books balance.
    /// </summary>
    public int Balance =>
        (HandedOver?.Units ?? (IsReceived ? [.. Packed.Keys.Where(Discrepancies.ContainsKey)] : [])).Count(unit => !CheckedIn.ContainsKey(unit) && !AccountedFor.Contains(unit))
        + CheckedIn.Count(unit => (HandedOver is null || !unit.Value) && !AccountedFor.Contains(unit.Key));

    /// <summary>What was found damaged and the others have not been told of, or of another damage.</summary>
    public IEnumerable<DamagedUnit> UntoldDamages =>
        Damaged.Where(unit => !ReportedDamaged.Contains(unit)).Select(unit => new DamagedUnit(unit.Key, unit.Value));

    public PlannedUnit? Find(UnitNumber unit) => Units.FirstOrDefault(planned => planned.Unit == unit);

    public static Consignment Evolve(Consignment state, object @event) => @event switch
    {
        ConsignmentEvent.ConsignmentPlanned planned => state with
        {
            Number = planned.Consignment,
            Order = planned.Order,
            From = planned.From,
            To = planned.To,
            NeededBy = planned.NeededBy,
            ReservedUntil = planned.ReservedUntil,
            Urgency = planned.Urgency ?? ConsignmentUrgency.Routine,
            DeliverAt = planned.DeliverAt,
            Units = [.. planned.Units.OrderBy(unit => unit.ExpiresAt).ThenBy(unit => unit.Unit)],
        },
        ConsignmentEvent.UnitPicked picked => state with
        {
            Picked = state.Picked.Add(picked.Unit),
            LeftOut = state.LeftOut.Remove(picked.Unit),
        },
        ConsignmentEvent.UnitPacked packed => state with
        {
            Packed = state.Packed.SetItem(packed.Unit, new Place(packed.Box, packed.Boxes)),
            LeftOut = state.LeftOut.Remove(packed.Unit),
        },
        ConsignmentEvent.UnitLeftOut left => state with
        {
            LeftOut = state.LeftOut.SetItem(left.Unit, left.Reason),
            Packed = state.Packed.Remove(left.Unit),
            Picked = state.Picked.Remove(left.Unit),
        },
        ConsignmentEvent.ConsignmentDispatched dispatched => state with
        {
            HandedOver = new Handover([.. dispatched.Units], dispatched.DispatchedAt, dispatched.ExpectedAt, dispatched.HandedOverTo),
        },
        // What strays after this is news again.
        ConsignmentEvent.ConsignmentArrived => state with { HasArrived = true, IsOverdue = false, SeenAt = [] },
        ConsignmentEvent.BoxArrived box => state with { HasArrived = true, IsOverdue = false, SeenAt = [], ArrivedBoxes = state.ArrivedBoxes.Add(box.Box) },
        ConsignmentEvent.UnitCheckedIn checkedIn => state with
        {
            CheckedIn = state.CheckedIn.SetItem(checkedIn.Unit, checkedIn.Expected),
            IsOverdue = false,
        },
        ConsignmentEvent.ConsignmentReceived received => state with
        {
            HasArrived = true,
            IsReceived = true,
            IsOverdue = false,
            Reported = state.Reported.Union(received.Received).Union(received.Unexpected),
            ReportedDamaged = state.ReportedDamaged.SetItems((received.Damaged ?? []).Select(damaged => KeyValuePair.Create(damaged.Unit, damaged.Reason))),
        },
        ConsignmentEvent.DiscrepancyRaised amiss => state with
        {
            Discrepancies = state.Discrepancies.SetItem(amiss.Unit, new Discrepancy(amiss.Kind, null)),
            // Damage is about the bag, not about where it stands.
            AccountedFor = amiss.Kind == DiscrepancyKind.Damaged ? state.AccountedFor : state.AccountedFor.Remove(amiss.Unit),
        },
        ConsignmentEvent.DiscrepancyResolved resolved => state.Discrepancies.TryGetValue(resolved.Unit, out var raised)
            ? state with
            {
                Discrepancies = state.Discrepancies.SetItem(resolved.Unit, raised with { Resolution = resolved.Resolution, Code = resolved.Code }),
                AccountedFor = raised.Kind == DiscrepancyKind.Damaged ? state.AccountedFor : state.AccountedFor.Add(resolved.Unit),
            }
            : state,
        ConsignmentEvent.ResolutionProposed proposed => state.Discrepancies.TryGetValue(proposed.Unit, out var open)
            ? state with { Discrepancies = state.Discrepancies.SetItem(proposed.Unit, open.With(proposed)) }
            : state,
        ConsignmentEvent.BoxClosed closed => state with
        {
            Closed = state.Closed.SetItem(closed.Box, new Closing(closed.Logger, closed.Coolant)),
            ClosesBoxes = true,
        },
        ConsignmentEvent.BoxOpened opened => state with { Closed = state.Closed.Remove(opened.Box) },
        ConsignmentEvent.ConsignmentOverdue => state with { IsOverdue = true },
        ConsignmentEvent.ConsignmentMisdelivered stray => state with { SeenAt = state.SeenAt.Add(stray.Site) },
        ConsignmentEvent.UnitMisdelivered stray => state with { Strayed = state.Strayed.SetItem(stray.Unit, stray.Site) },
        ConsignmentEvent.UnitInspected inspected => state with { Inspected = state.Inspected.Add(inspected.Unit) },
        ConsignmentEvent.UnitFoundDamaged damaged => state with { Damaged = state.Damaged.SetItem(damaged.Unit, damaged.Reason) },
        ConsignmentEvent.BoxTemperatureRead read => state with
        {
            Temperatures = state.Temperatures.Add(new BoxTemperature(
                read.Box, read.Logger, read.From, read.Until, read.Celsius.Count, read.MinimumCelsius, read.MaximumCelsius, read.Digest, [.. read.Excursions])),
        },
        ConsignmentEvent.DoorTemperatureTaken taken => state with { DoorCelsius = state.DoorCelsius.SetItem(taken.Box, taken.Celsius) },
        ConsignmentEvent.ColdChainBroken broken => state with { ColdChainBreaks = state.ColdChainBreaks.Add(broken) },
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a consignment."),
    };
}

/// <param name="Box">From 1.</param>
/// <param name="Boxes">How many the box's label says there are.</param>
public sealed record Place(int Box, int Boxes);

/// <param name="ExpectedAt">By the lane's lead time.</param>
/// <param name="To">The carrier's staff code.</param>
public sealed record Handover(ImmutableArray<UnitNumber> Units, DateTimeOffset At, DateTimeOffset ExpectedAt, string To);

/// <param name="Logger">The number of the temperature logger inside.</param>
/// <param name="Coolant">As the site codes it.</param>
public sealed record Closing(string? Logger, string? Coolant);

/// <summary>A logger's file without its readings.</summary>
public sealed record BoxTemperature(
    int Box,
    string? Logger,
    DateTimeOffset From,
    DateTimeOffset Until,
    int Readings,
    double MinimumCelsius,
    double MaximumCelsius,
    string Digest,
    ImmutableArray<TemperatureExcursion> Excursions);

/// <param name="Resolution">Null while it stands open.</param>
/// <param name="Code">Null while it stands open, and where nobody had to be asked.</param>
public sealed record Discrepancy(DiscrepancyKind Kind, string? Resolution, DiscrepancyResolution? Code = null)
{
    public bool IsOpen => Resolution is null;

    /// <summary>What the sender says last.</summary>
    public ConsignmentEvent.ResolutionProposed? BySender { get; init; }

    /// <summary>What the destination says last.</summary>
    public ConsignmentEvent.ResolutionProposed? ByDestination { get; init; }

    /// <summary>Whose answer is waited for; null where both are, or it is resolved.</summary>
    public ConsignmentEnd? Turn { get; init; }

    /// <summary>Both ends have spoken, and do not say the same.</summary>
    public bool IsDisputed => IsOpen && BySender is { } sender && ByDestination is { } destination && sender.Code != destination.Code;

    public ConsignmentEvent.ResolutionProposed? Proposal(ConsignmentEnd end) => end == ConsignmentEnd.Sender ? BySender : ByDestination;

    public Discrepancy With(ConsignmentEvent.ResolutionProposed proposed) => proposed.End == ConsignmentEnd.Sender
        ? this with { BySender = proposed, Turn = ConsignmentEnd.Destination }
        : this with { ByDestination = proposed, Turn = ConsignmentEnd.Sender };
}

/// <summary>Where a consignment stands; derived, never stored.</summary>
[JsonConverter(typeof(KebabEnumConverter<ConsignmentStatus>))]
public enum ConsignmentStatus
{
    Planned = 10,
    Packing = 20,

    /// <summary>Every unit is in a box or left out; ready to be handed over.</summary>
    Packed = 30,

    /// <summary>Nothing is left to send: every unit was left out.</summary>
    LeftOut = 40,
    Dispatched = 50,
    Arrived = 60,
    Received = 70,
}
