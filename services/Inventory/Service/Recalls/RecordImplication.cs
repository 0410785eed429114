using Distribution.Contracts.Donation.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>The centre stops all that was made of some donations, and may say later that it came to nothing. Either may be told first.</summary>
internal sealed class RecordImplication(CommandRunner runner, RecallDesk desk) : IConsumer<DonationsImplicated>, IConsumer<ImplicationEnded>
{
    private const string Name = "record-implication";

    public async Task Consume(ConsumeContext<DonationsImplicated> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    public async Task Consume(ConsumeContext<ImplicationEnded> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    internal Task<Outcome> HandleAsync(DonationsImplicated message, CommandContext context, CancellationToken cancellationToken)
    {
        var command = new OpenRecall(
            message.Recall, message.Kind, message.Reason, RecallSource.DonationService, message.Donations, WholeFamilies: true, message.DueAt, message.By.OccurredAt);
        return runner.RunAsync(context, token => desk.PlanOpeningAsync(command, [], null, context.Provenance, token), cancellationToken);
    }

    internal Task<Outcome> HandleAsync(ImplicationEnded message, CommandContext context, CancellationToken cancellationToken) => runner.RunAsync(
        context with { Reason = message.Reason },
        token => desk.PlanEndAsync(
            message.Recall,
            (recall, _) => RecallDecider.RecordEnd(recall, message.Recall, message.Reason, message.VerifiedBy, context.Provenance),
            message.VerifiedBy,
            null,
            token),
        cancellationToken);
}
