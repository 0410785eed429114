using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Dispatches;
using Distribution.Donations;
using Distribution.EventStore;
using Distribution.Inventory;
using Distribution.Requests;

namespace Distribution.Checker;

/// <summary>
/// I10 and I11: along every route of a message, what one service said and what the others made of it are the same sets, each
/// thing once. An answer of its own counts where a service could only note that it came too late.
/// </summary>
internal static partial class ExchangeCheck
{
    public static void Run(Logs logs, bool settled, Findings findings) => new Exchange(logs, settled, findings).All();

    /// <summary>One side of a route: the text of what is said, which both sides must agree on, and where it stands.</summary>
    private readonly record struct Said(string Key, string StreamId);

    private sealed partial class Exchange(Logs logs, bool settled, Findings findings)
    {
        public void All()
        {
            Components();
            Cases();
            Askings();
            Reservations();
            Recipients();
            Consignments();
            Units();
            MessagesOnce();
            if (!settled)
                return;
            Gates();
            Stopped();
        }

        private void Components()
        {
            Route(
                "components prepared",
                logs.Of<ComponentPrepared>().Select(cause => new Said(Prepared(cause.Data.Unit.ToString(), cause.Data.Kind, cause.Data.ExpiresAt, cause.Data.From), cause.StreamId)),
                logs.Of<UnitPrepared>().Select(effect => new Said(Prepared(UnitOf(effect), effect.Data.Kind, effect.Data.ExpiresAt, effect.Data.From), effect.StreamId)),
                cause => NotedLate(cause, "prepared-after-end"));
            Route(
                "components released",
                logs.Of<ComponentReleased>().Select(cause => new Said($"{cause.Data.Unit} released as {cause.Data.Group}", cause.StreamId)),
                logs.Of<UnitReleased>().Select(effect => new Said($"{UnitOf(effect)} released as {effect.Data.Group}", effect.StreamId)),
                cause => NotedLate(cause, "released-after-end"));
            // A unit is also discarded where it stands, and that is no answer to the centre.
            Route(
                "components discarded",
                logs.Of<ComponentDiscarded>().Select(cause => new Said($"{cause.Data.Unit} discarded", cause.StreamId)),
                logs.Of<UnitDiscarded>().Select(effect => new Said($"{UnitOf(effect)} discarded", effect.StreamId)),
                cause => NotedLate(cause, "discarded-after-end"),
                effectsAlone: true);
            // What is used up where it stands bears its procedure, and is no answer to the centre.
            Route(
                "components used up",
                logs.Of<ComponentUsedUp>().Select(cause => new Said(UsedUp(cause.Data.Unit.ToString(), cause.Data.Into), cause.StreamId)),
                logs.Of<UnitUsedUp>().Where(effect => effect.Data.Procedure is null).Select(effect => new Said(UsedUp(UnitOf(effect), effect.Data.Into), effect.StreamId)),
                cause => NotedLate(cause, "used-up-after-end"));
        }

        /// <summary>A case is the same on both sides, whoever opened it.</summary>
        private void Cases()
        {
            // The end of a case may overtake its beginning, which has nothing to open then.
            var cleared = logs.Of<RecallClosed>().Where(entry => entry.Data.Cleared).Select(entry => entry.Data.Recall.ToString()).ToHashSet(StringComparer.Ordinal);
            var own = logs.Of<RecallOpened>().Where(entry => entry.Data.Source == RecallSource.Inventory).Select(entry => entry.StreamId).ToHashSet(StringComparer.Ordinal);
            Route(
                "donations implicated",
                logs.Of<ImplicationOpened>().SelectMany(cause => Named(cause.StreamId, cause.Data.Donations))
                    .Concat(logs.Of<ImplicationExtended>().SelectMany(cause => Named(cause.StreamId, cause.Data.Donations))),
                logs.Of<RecallOpened>().Where(effect => effect.Data.Source == RecallSource.DonationService).SelectMany(effect => Named(effect.StreamId, effect.Data.Donations))
                    .Concat(logs.Of<RecallExtended>().Where(effect => !own.Contains(effect.StreamId)).SelectMany(effect => Named(effect.StreamId, effect.Data.Donations))),
                cause => cleared.Contains(cause.Split(' ')[^1]));
            // A case can be closed as complete where the units are, which is no answer to the centre.
            Route(
                "implications ended",
                logs.Of<ImplicationEnded>().Select(cause => new Said($"{cause.Data.Recall}", cause.StreamId)),
                logs.Of<RecallClosed>().Where(effect => effect.Data is { Cleared: true, Source: RecallSource.DonationService }).Select(effect => new Said($"{effect.Data.Recall}", effect.StreamId)));
            Route(
                "recalls opened",
                logs.Of<RecallOpened>().Where(cause => cause.Data.Source == RecallSource.Inventory).SelectMany(cause => Named(cause.StreamId, cause.Data.Donations)),
                logs.Of<RecallTold>().SelectMany(effect => Named(effect.StreamId, effect.Data.Donations)));
            Route(
                "recalls closed",
                logs.Of<RecallClosed>().Where(cause => cause.Data.Source == RecallSource.Inventory).Select(cause => new Said($"{cause.Data.Recall}", cause.StreamId)),
                logs.Of<RecallEnded>().Select(effect => new Said($"{effect.Data.Recall}", effect.StreamId)));
        }

        private static IEnumerable<Said> Named(string streamId, IEnumerable<DonationNumber> donations) =>
            donations.Select(donation => new Said($"{donation} of {AllocationCheck.UnitOf(streamId)}", streamId));

        private void Consignments()
        {
            var sent = logs.Of<ConsignmentEvent.ConsignmentDispatched>().ToList();
            var received = logs.Of<ConsignmentEvent.ConsignmentReceived>().ToList();
            Route(
                "units on consignments",
                sent.SelectMany(cause => cause.Data.Units.Select(unit => new Said($"{unit} on {cause.Data.Consignment}", cause.StreamId))),
                logs.Of<UnitDispatched>().Select(effect => new Said($"{UnitOf(effect)} on {effect.Data.Consignment}", effect.StreamId)),
                cause => NotedLate(cause, "dispatched-after-end"));
            Route(
                "consignments dispatched",
                sent.Select(cause => new Said($"{cause.Data.Consignment} {Set(cause.Data.Order, cause.Data.Units)}", cause.StreamId)),
                logs.Of<OrderDispatched>().Select(effect => new Said($"{effect.Data.Consignment} {Set(effect.Data.Order, effect.Data.Units)}", effect.StreamId)));

            Route(
                "units received",
                received.SelectMany(cause => cause.Data.Received.Concat(cause.Data.Unexpected).Select(unit => new Said($"{unit} on {cause.Data.Consignment}", cause.StreamId))),
                logs.Of<UnitReceived>().Select(effect => new Said($"{UnitOf(effect)} on {effect.Data.Consignment}", effect.StreamId)),
                cause => NotedLate(cause, "received-after-end"));
            // Missed, then found: where the second news came first, the first has nothing more to say.
            var found = received.SelectMany(entry => entry.Data.Received.Concat(entry.Data.Unexpected).Select(unit => $"{unit} on {entry.Data.Consignment}")).ToHashSet(StringComparer.Ordinal);
            Route(
                "units missed",
                received.SelectMany(cause => cause.Data.Missing.Select(unit => new Said($"{unit} on {cause.Data.Consignment}", cause.StreamId))),
                logs.Of<UnitMissing>().Select(effect => new Said($"{UnitOf(effect)} on {effect.Data.Consignment}", effect.StreamId)),
                cause => found.Contains(cause) || NotedLate(cause, "missing-after-end"));

            // A consignment can be checked more than once; the order is told of what has come, expected or not.
            Route(
                "consignments received",
                received.Select(cause => Receipt(cause.Data.Consignment, cause.Data.Order, cause.Data.Received.Concat(cause.Data.Unexpected), cause.Data.Missing, cause.StreamId)),
                logs.Of<OrderReceived>().Select(effect => Receipt(effect.Data.Consignment, effect.Data.Order, effect.Data.Received, effect.Data.Missing, effect.StreamId)),
                // That something was damaged concerns nobody who waits for it.
                key => !key.Contains(" with ", StringComparison.Ordinal) && !key.Contains(" without ", StringComparison.Ordinal)
                    || !key.Contains(" with ", StringComparison.Ordinal)
                    && key.Split(" without ") is [var head, var missing]
                    && missing.Split(' ').All(unit => found.Contains($"{unit} on {head.Split(' ')[0]}")));
        }

        private static Said Receipt(
            ConsignmentNumber consignment, OrderId order, IEnumerable<UnitNumber> received, IEnumerable<UnitNumber> missing, string streamId)
        {
            static string List(string word, IEnumerable<UnitNumber> units) => string.Concat(units.Distinct().Order().Select((unit, index) => $"{(index == 0 ? word : "")} {unit}"));
            return new($"{consignment} of {order}{List(" with", received)}{List(" without", missing)}", streamId);
        }

        private void Units()
        {
            // Handed out, back, and handed out again: each is said, and the newest counts.
            Route(
                "units issued",
                logs.Of<UnitIssued>().Select(cause => new Said($"{UnitOf(cause)} on {cause.Data.Order}", cause.StreamId))
                    .Concat(logs.Of<UnitIssuedInEmergency>().Select(cause => new Said($"{UnitOf(cause)} on {cause.Data.Order}", cause.StreamId)))
                    .Concat(logs.Of<UnitIssueRecorded>().Select(cause => new Said($"{UnitOf(cause)} on {cause.Data.Order}", cause.StreamId))),
                logs.Of<OrderUnitIssued>().Select(effect => new Said($"{effect.Data.Unit} on {effect.Data.Order}", effect.StreamId)),
                repeats: true);
            Route(
                "units returned",
                logs.Of<UnitReturned>().Select(cause => new Said($"{UnitOf(cause)} of {cause.Data.Order}", cause.StreamId)),
                logs.Of<OrderUnitReturned>().Select(effect => new Said($"{effect.Data.Unit} of {effect.Data.Order}", effect.StreamId)),
                repeats: true);

            var fates = logs.Of<UnitTransfused>().Select(entry => (entry.Stored, Fate: "Transfused", entry.Data.Order))
                .Concat(logs.Of<UnitDiscarded>().Select(entry => (entry.Stored, Fate: "Discarded", entry.Data.Order)))
                .Concat(logs.Of<UnitExpired>().Select(entry => (entry.Stored, Fate: "Expired", entry.Data.Order)))
                .Concat(logs.Of<UnitLost>().Select(entry => (entry.Stored, Fate: "Lost", entry.Data.Order)))
                // To those who have it on a list it is simply gone.
                .Concat(logs.Of<UnitUsedUp>().Select(entry => (entry.Stored, Fate: "Discarded", entry.Data.Order)))
                .ToList();
            Route(
                "fates, to orders",
                fates.Where(fate => fate.Order is not null).Select(fate => new Said($"{UnitOf(fate.Stored)} {fate.Fate} on {fate.Order}", fate.Stored.StreamId)),
                logs.Of<OrderUnitEnded>().Select(effect => new Said($"{effect.Data.Unit} {effect.Data.Fate} on {effect.Data.Order}", effect.StreamId)));
            Route(
                "fates, to gates",
                fates.Select(fate => new Said($"{UnitOf(fate.Stored)} {fate.Fate}", fate.Stored.StreamId)),
                logs.Of<GateEvent.UnitEnded>().Select(effect => new Said($"{effect.Data.Unit} {effect.Data.Fate}", effect.StreamId)));
            Route(
                "reservations given back, to gates",
                logs.Of<AllocationLapsed>().SelectMany(GivenBack).DistinctBy(said => said.Key),
                logs.Of<GateEvent.ReservationEnded>().Select(effect => new Said($"{effect.Data.Unit} of {effect.Data.Order}", effect.StreamId)));
        }

        /// <summary>What stops a unit in Inventory stops it at its gate, by the newest news of each reason.</summary>
        private void Gates()
        {
            var holds = new Dictionary<string, (bool Held, long Version, string StreamId)>(StringComparer.Ordinal);
            foreach (var entry in logs.Family<UnitEvent>(Services.Inventory))
            {
                if (entry.Data is UnitHeld held)
                    holds[$"{UnitOf(entry)} for {held.HoldReason}"] = (true, entry.Stored.Version, entry.StreamId);
                else if (entry.Data is UnitHoldEnded ended)
                    holds[$"{UnitOf(entry)} for {ended.HoldReason}"] = (false, entry.Stored.Version, entry.StreamId);
            }

            var gates = new Dictionary<string, (bool Held, long Version, string StreamId)>(StringComparer.Ordinal);
            foreach (var entry in logs.Family<GateEvent>(Services.Dispatch))
            {
                if (entry.Data is GateEvent.UnitBlocked blocked)
                    gates[$"{blocked.Unit} for {blocked.Reason}"] = (true, blocked.UnitVersion, entry.StreamId);
                else if (entry.Data is GateEvent.UnitUnblocked unblocked)
                    gates[$"{unblocked.Unit} for {unblocked.Reason}"] = (false, unblocked.UnitVersion, entry.StreamId);
            }

            foreach (var (what, hold) in holds)
            {
                findings.Require(
                    gates.TryGetValue(what, out var gate) && gate.Held == hold.Held && gate.Version == hold.Version,
                    "I10", "holds, to gates", hold.StreamId, $"The gate of {what} does not know that the unit is {(hold.Held ? "held" : "free")} by its version {hold.Version}.");
            }

            foreach (var (what, gate) in gates.Where(gate => !holds.ContainsKey(gate.Key)))
                findings.Violate("I10", gate.StreamId, $"The gate of {what} was told what Inventory does not say.");
        }

        /// <summary>The events that answer one message stand in one commit: a second one is an effect twice.</summary>
        private void MessagesOnce()
        {
            var handled = new Dictionary<(string Service, string Cause), ulong>();
            foreach (var logged in logs.InOrder)
            {
                // The ids of messages are derived from names; the keys that clients choose are not, and serve many commands.
                if (!Guid.TryParseExact(logged.Stored.Metadata.CausationId, "D", out var cause) || cause.Version != 5)
                    continue;
                var (key, transaction) = ((logged.Service, logged.Stored.Metadata.CausationId!), logged.Stored.Position.TransactionId);
                if (handled.TryAdd(key, transaction))
                    findings.Saw("I11", "messages with an effect");
                else if (handled[key] != transaction)
                    findings.Violate("I11", logged.Stored.StreamId, $"{logged.Service} acted on the message {key.Item2} twice.");
            }
        }

        /// <param name="what">What the route carries.</param>
        /// <param name="causes">What was said; the same thing said twice is one thing.</param>
        /// <param name="effects">What was made of it.</param>
        /// <param name="excused">The cause needs no effect.</param>
        /// <param name="effectsAlone">The effect also happens by itself.</param>
        /// <param name="repeats">The same may be said more than once, and takes effect at most as often.</param>
        private void Route(
            string what, IEnumerable<Said> causes, IEnumerable<Said> effects, Func<string, bool>? excused = null, bool effectsAlone = false, bool repeats = false)
        {
            var all = causes.GroupBy(said => said.Key, StringComparer.Ordinal).ToList();
            var caused = all.ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
            var often = all.ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
            var done = effects.GroupBy(said => said.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
            findings.Saw("I10", what, caused.Count);
            findings.Saw("I11", $"effects of {what}", done.Count);
            foreach (var (key, places) in done)
            {
                if (places.Count > 1 && (!repeats || (settled && places.Count > often.GetValueOrDefault(key))))
                    findings.Violate("I11", places[^1].StreamId, $"{what}: {key} took effect {places.Count} times.");
                if (settled && !effectsAlone && !caused.ContainsKey(key))
                    findings.Violate("I10", places[0].StreamId, $"{what}: {key} took effect and was never said.");
            }

            foreach (var (key, cause) in settled ? caused : [])
            {
                if (!done.ContainsKey(key) && excused?.Invoke(key) != true)
                    findings.Violate("I10", cause.StreamId, $"{what}: {key} was said and took no effect.");
            }
        }

        /// <summary>The unit had ended before the news came, and says so. The news and its place are both in the text.</summary>
        private bool NotedLate(string key, string code)
        {
            var words = key.Split(' ');
            return logs.Of<UnitDiscrepancyRecorded>().Any(entry =>
                entry.StreamId == $"unit-{words[0]}" && entry.Data.Code == code
                && (words is not [_, "on", var consignment] || entry.Data.Detail.Contains(consignment, StringComparison.Ordinal)));
        }

        private static string UnitOf<T>(Entry<T> entry) => UnitOf(entry.Stored);

        private static string UnitOf(StoredEvent stored) => AllocationCheck.UnitOf(stored.StreamId);

        private static string Prepared(string unit, Blood.Components.ComponentKind kind, DateTimeOffset expiresAt, UnitNumber? from) =>
            $"{unit} prepared{(from is { } source ? $" of {source}" : "")}, {kind} until {expiresAt.UtcDateTime:O}";

        private static string UsedUp(string unit, IEnumerable<UnitNumber> into) =>
            $"{unit} used up for {string.Join(", ", into.Select(made => made.ToString()).Order(StringComparer.Ordinal))}";

        private static string Set(OrderId order, IEnumerable<UnitNumber> units) =>
            $"{order} with {string.Join(' ', units.Select(unit => unit.ToString()).Order(StringComparer.Ordinal))}";
    }
}
