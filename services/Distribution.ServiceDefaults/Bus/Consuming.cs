using Distribution.Blood.Deciding;
using Distribution.Contracts;
using Distribution.ServiceDefaults.Commands;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.ServiceDefaults.Bus;

/// <summary>What every consumer does: turn the message into the context of a command of one's own, and take no for an alarm.</summary>
public static class Consuming
{
    /// <summary>The context of the command that a message leads to: a repeat of the message has the same key.</summary>
    /// <param name="context">The message as it came.</param>
    /// <param name="consumer">A name that stays: with the message id it is the inbox key.</param>
    /// <param name="by">Whose act the message tells of.</param>
    /// <param name="policy">The version of the policy pack that this service decides by, where it decides by one.</param>
    /// <exception cref="InvalidOperationException">The message has no id, so a repeat could not be told.</exception>
    public static CommandContext ToCommand<T>(this ConsumeContext<T> context, string consumer, Attribution by, string? policy = null)
        where T : class
    {
        var message = context.MessageId ?? throw new InvalidOperationException($"A {typeof(T).Name} came without a message id.");
        var time = context.GetPayload<IServiceProvider>().GetRequiredService<TimeProvider>();
        return new CommandContext(
            $"{consumer}:{message:D}",
            new Provenance(by.Actor, by.Site, by.OccurredAt, time.GetUtcNow()),
            policy,
            CorrelationId: by.CorrelationId,
            CausationId: message.ToString("D"));
    }
}

public static class OutcomeOfMessage
{
    /// <summary>
    /// For consumers whose message must not be refused: a refusal ends, visibly, among the dead letters.
    /// </summary>
    /// <exception cref="MessageRefusedException">It was refused, or decided on a version that is not current.</exception>
    public static void EnsureTaken(this Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Done:
                return;
            case Outcome.Refused refused:
                throw new MessageRefusedException(
                    [.. refused.Reasons.Select(reason => reason.Code)],
                    string.Join("; ", refused.Reasons.Select(reason => $"{reason.Code}: {reason.Message}")));
            case Outcome.Stale stale:
                throw new MessageRefusedException(["stale"], $"stale: {stale.StreamId} is at version {stale.Actual}, not {stale.Expected}.");
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome}.");
        }
    }
}

/// <summary>A message asked for something that the rules of the receiver refuse: the two services disagree, and somebody has to look.</summary>
public sealed class MessageRefusedException(IReadOnlyList<string> codes, string message) : Exception(message)
{
    public IReadOnlyList<string> Codes { get; } = codes;
}
