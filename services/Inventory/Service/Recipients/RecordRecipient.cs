using Distribution.Contracts.Request.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Inventory.Service.Recipients;

/// <summary>What Request tells of a patient: units are judged by it.</summary>
internal sealed class RecordRecipient(CommandRunner runner) : IConsumer<RecipientChanged>
{
    private const string Name = "record-recipient";

    public async Task Consume(ConsumeContext<RecipientChanged> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    internal Task<Outcome> HandleAsync(RecipientChanged message, CommandContext context, CancellationToken cancellationToken)
    {
        var told = new RecipientTold(
            message.Version,
            message.Site,
            message.Antibodies,
            message.Group,
            message.Requirements,
            message.Sample is { } sample ? new Inventory.RecipientSample(sample.Number, sample.TakenAt, sample.ValidUntil, sample.AntibodyScreen) : null);
        return runner.RunAsync<KnownRecipient, KnownRecipientEvent>(
            context, message.Recipient.ToString(), state => KnownRecipientDecider.Tell(state, told), cancellationToken: cancellationToken);
    }
}
