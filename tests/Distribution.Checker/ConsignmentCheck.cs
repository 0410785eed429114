using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Dispatches;
using Distribution.Inventory;

namespace Distribution.Checker;

/// <summary>I1, I4 to I8 and I14 inside Dispatch: by what its own gates knew when a box left.</summary>
internal static partial class ConsignmentCheck
{
    public static void Run(Logs logs, bool settled, Findings findings)
    {
        var gates = new Dictionary<string, Gated>(StringComparer.Ordinal);
        var consignments = new Dictionary<string, Sent>(StringComparer.Ordinal);
        var road = new Road(
            new Dictionary<UnitNumber, ConsignmentNumber>(),
            // What a procedure made may need another temperature than its kind does, such as thawed plasma: that the policy alone knows.
            logs.Of<UnitMade>().Select(entry => entry.Data.Unit).ToHashSet(),
            logs.Of<GateEvent.UnitDeparted>().Any(),
            GateOf);
        foreach (var logged in logs.InOrder.Where(logged => logged.Service == Services.Dispatch))
        {
            var stored = logged.Stored;
            if (stored.Data is GateEvent gateEvent)
            {
                GateOf(AllocationCheck.UnitOf(stored.StreamId)).Hear(gateEvent, stored.StreamId, findings);
            }
            else if (stored.Data is ConsignmentEvent.ConsignmentPlanned planned)
            {
                if (!consignments.TryAdd(stored.StreamId, new Sent(planned, findings, road)))
                    findings.Violate("I11", stored.StreamId, "The consignment was planned twice.");
            }
            else if (stored.Data is ConsignmentEvent consignmentEvent && consignments.TryGetValue(stored.StreamId, out var sent))
            {
                // Without a plan the history opens in its middle, which is said elsewhere.
                sent.Look(new Entry<ConsignmentEvent>(stored, consignmentEvent));
            }
        }

        findings.Saw("I8", "units on the road", road.Units.Count);
        foreach (var sent in consignments.Values)
            sent.Close(settled ? logs.End : null);

        Gated GateOf(string unit)
        {
            if (!gates.TryGetValue(unit, out var gate))
                gates[unit] = gate = new Gated();
            return gate;
        }
    }

    /// <param name="Units">By unit, the consignment that it is on.</param>
    /// <param name="Made">Units that were made of others.</param>
    /// <param name="HasDepartures">Gates are told of departures; older ones were not.</param>
    private sealed record Road(Dictionary<UnitNumber, ConsignmentNumber> Units, HashSet<UnitNumber> Made, bool HasDepartures, Func<string, Gated> GateOf)
    {
        /// <summary>What may share a box; null where the kind does not tell, as whole blood goes cold or at room temperature.</summary>
        public string? TemperatureOf(UnitNumber unit, ComponentKind kind) => Made.Contains(unit) ? null : kind switch
        {
            ComponentKind.RedCells => "cold",
            ComponentKind.Platelets => "room",
            ComponentKind.Plasma or ComponentKind.Cryoprecipitate => "frozen",
            _ => null,
        };
    }

    private sealed class Gated
    {
        public Dictionary<string, bool> Holds { get; } = new(StringComparer.Ordinal);

        private readonly Dictionary<OrderId, DateTimeOffset> _endedAt = [];
        private readonly Dictionary<ConsignmentNumber, DateTimeOffset> _reservedAt = [];

        public HashSet<ConsignmentNumber> Planned { get; } = [];

        /// <summary>On the road, for all that the gate was told.</summary>
        public bool IsOut { get; private set; }

        public UnitEnd? Fate { get; private set; }

        /// <summary>The claim on which the consignment was planned has ended: not that of a plan which was reserved later.</summary>
        public bool IsOver(ConsignmentNumber consignment, OrderId order) =>
            _endedAt.TryGetValue(order, out var ended) && ended >= _reservedAt.GetValueOrDefault(consignment);

        public void Hear(GateEvent @event, string streamId, Findings findings)
        {
            switch (@event)
            {
                case GateEvent.UnitPlanned planned:
                    Planned.Add(planned.Consignment);
                    _reservedAt[planned.Consignment] = planned.ReservedAt ?? DateTimeOffset.MinValue;
                    break;
                case GateEvent.UnitBlocked blocked:
                    Holds[blocked.Reason] = true;
                    break;
                case GateEvent.UnitUnblocked unblocked:
                    Holds[unblocked.Reason] = false;
                    break;
                case GateEvent.ReservationEnded ended:
                    var endedAt = ended.EndedAt ?? DateTimeOffset.MaxValue;
                    if (endedAt > _endedAt.GetValueOrDefault(ended.Order, DateTimeOffset.MinValue))
                        _endedAt[ended.Order] = endedAt;
                    break;
                case GateEvent.UnitDeparted:
                    IsOut = true;
                    break;
                case GateEvent.UnitLanded landed:
                    findings.Require(IsOut, "I8", "landings", streamId, $"It landed from {landed.Consignment} and had not departed.");
                    IsOut = false;
                    break;
                case GateEvent.UnitEnded ended:
                    Fate ??= ended.Fate;
                    break;
                default:
                    findings.Violate("I9", streamId, $"No invariant knows {@event.GetType().Name}.");
                    break;
            }
        }
    }
}
