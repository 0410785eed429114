using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Contracts.Request.V1;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Dispatches.Service.Consignments;

/// <summary>What was reserved for an order becomes a pick list under a number of its own.</summary>
internal sealed class PlanForOrder(IEventStore store, CommandRunner runner, Region region, PolicyPack policy) : IConsumer<PrepareConsignment>
{
    public async Task Consume(ConsumeContext<PrepareConsignment> context) =>
        (await HandleAsync(
            store, runner, region, context.ToCommand("plan-for-order", context.Message.By, policy.Version), context.Message, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(
        IEventStore store, CommandRunner runner, Region region, CommandContext command, PrepareConsignment message, CancellationToken cancellationToken = default) =>
        runner.RunAsync(
            // The plan is made when the request is taken, not when the reservation was: the number's year is that of the day.
            command with { Provenance = command.Provenance with { OccurredAt = command.Provenance.Now } },
            async token =>
            {
                // Without a site there is no number, and without a lane no hand-over: better said now than at the door.
                if (region.Find(message.From) is not { } from || region.Find(message.To) is null)
                    return Plan.Refuse(new Rejection("unknown-site", $"The region has no site {message.From} or no site {message.To}."));
                if (region.FindLane(message.From, message.To) is null)
                    return Plan.Refuse(new Rejection("no-lane", $"The region has no lane from {message.From} to {message.To}."));

                var year = YearOf(command.Provenance.Now, region);
                var numbering = await store.LoadAsync<Numbering>(Numbering.IdOf(from.Facility, year), token);
                var assigned = NumberingDecider.Assign(numbering.State, from.Facility, year);
                if (assigned.Events is not [NumberingEvent.ConsignmentNumberAssigned { Consignment: var number }])
                    return Plan.Refuse(assigned.Rejections);

                // A new stream, not looked up: read after the numbering it could already be there, given out by somebody
                // quicker, and a lost race would pass for a refusal. The commit finds that out and it is decided again.
                var consignment = new Loaded<Consignment>(Aggregate.StreamId<Consignment>(number.ToString()), Consignment.Initial, 0);
                var planned = ConsignmentDecider.Plan(
                    consignment.State,
                    number,
                    new PlanConsignment(message.Order, message.From, message.To, [.. message.Units.Select(ToPlanned)], message.NeededBy, message.ReservedUntil,
                        message.Urgency is { } urgency ? ToUrgency(urgency) : null,
                        message.DeliverAt));
                if (planned.IsRejected)
                    return Plan.Refuse(planned.Rejections);

                var gates = await store.LoadAsync<Gate>([.. message.Units.Select(unit => unit.Unit.ToString())], token);
                return Plan.Write(
                [
                    numbering.Append(assigned.Events),
                    consignment.Append(planned.Events),
                    .. gates.Zip(message.Units, (gate, unit) => gate.Append(GateDecider.Plan(gate.State, unit.Unit, number, message.Order, message.By.OccurredAt).Events)),
                ]);
            },
            cancellationToken);

    private static PlannedUnit ToPlanned(Contracts.Inventory.V1.ReservedUnit unit) => new(unit.Unit, unit.Line, unit.Kind, unit.Group, unit.ExpiresAt);

    private static ConsignmentUrgency ToUrgency(OrderUrgency urgency) => urgency switch
    {
        OrderUrgency.Standing => ConsignmentUrgency.Standing,
        OrderUrgency.Routine => ConsignmentUrgency.Routine,
        OrderUrgency.Urgent => ConsignmentUrgency.Urgent,
        OrderUrgency.Emergency => ConsignmentUrgency.Emergency,
        _ => throw new InvalidOperationException($"Unknown urgency {urgency}."),
    };

    /// <summary>The year on the label is the one on the wall of the people who read it.</summary>
    private static int YearOf(DateTimeOffset instant, Region region) =>
        TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(region.TimeZone)).Year % 100;
}
