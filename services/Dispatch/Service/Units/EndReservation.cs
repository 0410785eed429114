using Distribution.Contracts.Inventory.V1;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Dispatches.Service.Units;

/// <summary>An order has lost its claim on units: they may be another's at any moment, so they do not leave for this one.</summary>
internal sealed class EndReservation(IEventStore store, CommandRunner runner) : IConsumer<ReservationLapsed>
{
    public async Task Consume(ConsumeContext<ReservationLapsed> context) =>
        (await HandleAsync(store, runner, context.ToCommand("end-reservation", context.Message.By), context.Message, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(
        IEventStore store, CommandRunner runner, CommandContext command, ReservationLapsed lapsed, CancellationToken cancellationToken = default) =>
        runner.RunAsync(
            command,
            async token =>
            {
                var units = lapsed.Units.Distinct().ToList();
                var gates = await store.LoadAsync<Gate>([.. units.Select(unit => unit.ToString())], token);
                var appends = new List<StreamAppend>();
                foreach (var (unit, gate) in units.Zip(gates))
                {
                    var decision = GateDecider.EndReservation(gate.State, unit, lapsed.Order, lapsed.Reason, lapsed.By.OccurredAt);
                    if (decision.Events.Count > 0)
                        appends.Add(gate.Append(decision.Events));
                }

                return Plan.Write(appends);
            },
            cancellationToken);
}
