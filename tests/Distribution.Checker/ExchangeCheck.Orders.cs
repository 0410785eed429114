using System.Globalization;
using Distribution.Blood.Identifiers;
using Distribution.Dispatches;
using Distribution.Inventory;
using Distribution.Requests;

namespace Distribution.Checker;

/// <content>Between orders and the stock: every asking has its answer, the last answer is what the order knows, and what is given back is given back once.</content>
internal static partial class ExchangeCheck
{
    /// <param name="Kind">What it says: units, a wait or an end.</param>
    private sealed record Answer(OrderId Order, int Attempt, string Kind, string Short, string StreamId)
    {
        public string Key => $"{Order}, attempt {Attempt}";
    }

    private sealed partial class Exchange
    {
        /// <summary>Inventory's answers, order by order, as they were given.</summary>
        private ILookup<OrderId, Answer> AnswersByOrder => logs.Family<AllocationEvent>(Services.Inventory)
            .Select(entry => entry.Data switch
            {
                UnitsAllocated e => new Answer(e.Order, e.Attempt, "units", Lacking(e.Shortfalls.Select(line => (line.Line, line.Missing))), entry.StreamId),
                AllocationDelayed e => new Answer(e.Order, e.Attempt, "wait", Lacking(e.Shortfalls.Select(line => (line.Line, line.Missing))), entry.StreamId),
                AllocationDeclined e => new Answer(e.Order, e.Attempt, "end", Lacking(e.Shortfalls.Select(line => (line.Line, line.Missing))), entry.StreamId),
                _ => null,
            })
            .OfType<Answer>()
            .ToLookup(answer => answer.Order);

        private void Askings()
        {
            var answers = AnswersByOrder;
            var newest = answers.ToDictionary(order => order.Key, order => order.Max(answer => answer.Attempt));
            Route(
                "orders placed",
                logs.Of<OrderPlaced>().Select(cause => new Said($"{cause.Data.Order}, attempt 1", cause.StreamId))
                    .Concat(logs.Of<OrderAmended>().Select(cause => new Said($"{cause.Data.Order}, attempt {cause.Data.Attempt}", cause.StreamId))),
                // One asking may be answered several times, as units turn up.
                answers.SelectMany(order => order.DistinctBy(answer => answer.Attempt)).Select(answer => new Said(answer.Key, answer.StreamId)),
                // Overtaken by a newer will, it is asked no more.
                key => key.Split(", attempt ") is [var order, var attempt] && newest.GetValueOrDefault(OrderId.Parse(order)) > int.Parse(attempt, CultureInfo.InvariantCulture));
            if (settled)
                Answered(answers);
        }

        private void Answered(ILookup<OrderId, Answer> answers)
        {
            var heard = logs.Family<OrderEvent>(Services.Request)
                .Select(entry => entry.Data switch
                {
                    OrderReserved e => new Answer(e.Order, e.Attempt ?? 1, "units", Lacking(e.Shortfalls.Select(line => (line.Line, line.Missing))), entry.StreamId),
                    OrderDelayed e => new Answer(e.Order, e.Attempt, "wait", Lacking(e.Shortfalls.Select(line => (line.Line, line.Missing))), entry.StreamId),
                    OrderShortfallClosed e => new Answer(e.Order, e.Attempt, "end", Lacking(e.Shortfalls.Select(line => (line.Line, line.Missing))), entry.StreamId),
                    OrderDeclined { DeclinedBy: null } e => new Answer(e.Order, e.Attempt ?? 1, "end", Lacking(e.Shortfalls.Select(line => (line.Line, line.Missing))), entry.StreamId),
                    _ => null,
                })
                .OfType<Answer>()
                .ToLookup(answer => answer.Order);
            var ended = logs.Family<OrderEvent>(Services.Request)
                .Where(entry => entry.Data is OrderMet or OrderPartlyMet or OrderUnmet or OrderCanceled or OrderDeclined { DeclinedBy: not null })
                .Select(entry => entry.StreamId).ToHashSet(StringComparer.Ordinal);

            foreach (var order in answers)
            {
                // Whoever has ended meanwhile has nothing left to be told.
                var last = order.Last();
                findings.Require(
                    ended.Contains($"order-{order.Key}") || heard[order.Key].Any(answer => answer.Attempt == last.Attempt && answer.Kind == last.Kind && answer.Short == last.Short),
                    "I10", "answers to orders", last.StreamId, $"{(last.Kind == "end" ? "declined allocations" : "answers to orders")}: the last answer to {last.Key} was said and took no effect.");
            }

            foreach (var answer in heard.SelectMany(order => order))
            {
                findings.Require(
                    answers[answer.Order].Any(said => said.Attempt == answer.Attempt && said.Kind == answer.Kind),
                    "I10", "answers heard", answer.StreamId, $"answers to orders: {answer.Key} was answered with '{answer.Kind}', which was never said.");
            }

            AsAsked();
        }

        /// <summary>What is looked for is what was asked: each line, of the same supplier, for the same recipient.</summary>
        private void AsAsked()
        {
            var orders = logs.Of<OrderPlaced>().DistinctBy(entry => entry.Data.Order).ToDictionary(entry => entry.Data.Order, entry => entry.Data);
            var wills = logs.Of<OrderPlaced>().Select(entry => (Key: (entry.Data.Order, 1), entry.Data.Lines))
                .Concat(logs.Of<OrderAmended>().Select(entry => (Key: (entry.Data.Order, entry.Data.Attempt), entry.Data.Lines)))
                .DistinctBy(will => will.Key)
                .ToDictionary(will => will.Key, will => will.Lines);
            var groups = logs.Of<OrderPlaced>().Select(entry => (entry.Data.Order, entry.Data.RecipientGroup))
                .Concat(logs.Of<OrderAmended>().Select(entry => (entry.Data.Order, entry.Data.RecipientGroup)))
                .ToHashSet();
            foreach (var entry in logs.Of<DemandRegistered>())
            {
                var asked = wills.TryGetValue((entry.Data.Order, entry.Data.Attempt), out var lines)
                    ? string.Join(", ", lines.Where(line => line.Quantity > 0).Select(line => $"{line.Line}: {line.Quantity} {line.Kind} {line.Group} {line.Requirements}"))
                    : "nothing";
                var taken = string.Join(", ", entry.Data.Lines.Select(line => $"{line.Line}: {line.Quantity} {line.Kind} {line.Group} {line.Requirements}"));
                findings.Require(asked == taken, "I10", "lines of askings", entry.StreamId, $"Asked for {asked}, and {taken} is looked for.");
            }

            foreach (var entry in logs.Of<UnitsAllocated>())
            {
                if (!orders.TryGetValue(entry.Data.Order, out var order))
                    continue;
                if (order.Supplier != entry.Data.Supplier || order.Hospital != entry.Data.Destination)
                    findings.Violate("I10", entry.StreamId, $"Asked of {order.Supplier} for {order.Hospital}, allocated from {entry.Data.Supplier} for {entry.Data.Destination}.");
            }

            foreach (var entry in logs.Of<UnitReserved>())
            {
                if (orders.TryGetValue(entry.Data.Order, out var order) && (order.Recipient != entry.Data.Recipient || !groups.Contains((entry.Data.Order, entry.Data.RecipientGroup))))
                    findings.Violate("I3", entry.StreamId, "The unit is reserved for another recipient or group than the order says.");
            }
        }

        private void Reservations()
        {
            // Nothing new came with an answer that names no unit.
            Route(
                "allocations",
                logs.Of<UnitsAllocated>().SelectMany(cause => cause.Data.Units.Select(unit => new Said($"{unit.Unit} for line {unit.Line} of {cause.Data.Order}", cause.StreamId))),
                logs.Of<OrderReserved>().SelectMany(effect => effect.Data.Units.Select(unit => new Said($"{unit.Unit} for line {unit.Line} of {effect.Data.Order}", effect.StreamId)))
                    .Concat(Refused()),
                repeats: true);

            Route(
                "reservations given back, by units",
                logs.Of<AllocationLapsed>().SelectMany(GivenBack),
                logs.Of<OrderReservationLapsed>().SelectMany(effect => effect.Data.Units.Select(unit => new Said($"{unit} of {effect.Data.Order}", effect.StreamId))),
                repeats: true);

            var givenBack = logs.Of<AllocationLapsed>().Where(effect => effect.Data.Reason is not (Allocation.Lapsed or Allocation.Amended));
            Route(
                "orders that give back",
                logs.Of<OrderCanceled>().Select(cause => new Said($"{cause.Data.Order}", cause.StreamId))
                    .Concat(logs.Of<OrderDeclined>().Where(cause => cause.Data.DeclinedBy is not null).Select(cause => new Said($"{cause.Data.Order}", cause.StreamId)))
                    .Concat(logs.Of<OrderReservationRefused>().Select(cause => new Said($"{cause.Data.Order}", cause.StreamId))),
                givenBack.Select(effect => new Said($"{effect.Data.Order}", effect.StreamId)),
                repeats: true);

            Route(
                "reserved orders that travel",
                logs.Of<OrderReserved>().Where(cause => cause.Data.Supplier != cause.Data.Hospital && cause.Data.Units.Count > 0)
                    .Select(cause => new Said(Set(cause.Data.Order, cause.Data.Units.Select(unit => unit.Unit)), cause.StreamId)),
                logs.Of<ConsignmentEvent.ConsignmentPlanned>()
                    .Select(effect => new Said(Set(effect.Data.Order, effect.Data.Units.Select(unit => unit.Unit)), effect.StreamId)),
                repeats: true);
        }

        /// <summary>Whose line a refused unit was for is not said again.</summary>
        private IEnumerable<Said> Refused()
        {
            var lines = logs.Of<UnitsAllocated>().SelectMany(entry => entry.Data.Units.Select(unit => (Key: (entry.Data.Order, unit.Unit), unit.Line)))
                .DistinctBy(unit => unit.Key).ToDictionary(unit => unit.Key, unit => unit.Line);
            return logs.Of<OrderReservationRefused>().SelectMany(effect => effect.Data.Units
                .Select(unit => new Said($"{unit} for line {lines.GetValueOrDefault((effect.Data.Order, unit))} of {effect.Data.Order}", effect.StreamId)));
        }

        /// <summary>What may have left a moment ago is told to be given back at once, and again when it is free.</summary>
        private static IEnumerable<Said> GivenBack(Entry<AllocationLapsed> cause) =>
            cause.Data.Units.Concat(cause.Data.Pending ?? []).Select(unit => new Said($"{unit} of {cause.Data.Order}", cause.StreamId));

        private static string Lacking(IEnumerable<(int Line, int Missing)> shortfalls) =>
            string.Join(", ", shortfalls.Where(line => line.Missing > 0).OrderBy(line => line.Line).Select(line => $"{line.Missing} of line {line.Line}"));
    }
}
