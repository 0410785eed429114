using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Dispatches.Service.Units;

/// <summary>A unit has ended: it travels nowhere any more.</summary>
internal sealed class EndUnit(CommandRunner runner) : IConsumer<UnitFateRecorded>
{
    public async Task Consume(ConsumeContext<UnitFateRecorded> context) =>
        (await HandleAsync(runner, context.ToCommand("end-unit", context.Message.By), context.Message, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(
        CommandRunner runner, CommandContext command, UnitFateRecorded ended, CancellationToken cancellationToken = default) =>
        runner.RunAsync<Gate, GateEvent>(
            command,
            ended.Unit.ToString(),
            gate => GateDecider.End(gate, ended.Unit, ToEnd(ended.Fate)),
            cancellationToken: cancellationToken);

    private static UnitEnd ToEnd(Fate fate) => fate switch
    {
        Fate.Transfused => UnitEnd.Transfused,
        Fate.Discarded => UnitEnd.Discarded,
        Fate.Expired => UnitEnd.Expired,
        Fate.Lost => UnitEnd.Lost,
        _ => throw new InvalidOperationException($"Unknown fate {fate}."),
    };
}
