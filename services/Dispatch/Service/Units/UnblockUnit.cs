using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Dispatches.Service.Units;

/// <summary>One reason to hold a unit has ended; others stay.</summary>
internal sealed class UnblockUnit(CommandRunner runner) : IConsumer<UnitReleasedFromHold>
{
    public async Task Consume(ConsumeContext<UnitReleasedFromHold> context) =>
        (await HandleAsync(runner, context.ToCommand("unblock-unit", context.Message.By), context.Message, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(
        CommandRunner runner, CommandContext command, UnitReleasedFromHold released, CancellationToken cancellationToken = default) =>
        runner.RunAsync<Gate, GateEvent>(
            command,
            released.Unit.ToString(),
            gate => GateDecider.Unblock(gate, released.Unit, released.HoldReason, released.UnitVersion),
            cancellationToken: cancellationToken);
}
