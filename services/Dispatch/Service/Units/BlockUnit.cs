using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Dispatches.Service.Units;

/// <summary>Inventory holds a unit: it goes into no box, and no box with it goes on the road.</summary>
internal sealed class BlockUnit(CommandRunner runner) : IConsumer<UnitHeld>
{
    public async Task Consume(ConsumeContext<UnitHeld> context) =>
        (await HandleAsync(runner, context.ToCommand("block-unit", context.Message.By), context.Message, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(CommandRunner runner, CommandContext command, UnitHeld held, CancellationToken cancellationToken = default) =>
        runner.RunAsync<Gate, GateEvent>(
            command,
            held.Unit.ToString(),
            gate => GateDecider.Block(gate, held.Unit, held.HoldReason, held.UnitVersion),
            cancellationToken: cancellationToken);
}
