using Distribution.ServiceDefaults.Resilience;
using MassTransit;
using MassTransit.Configuration;

namespace Distribution.ServiceDefaults.Bus;

/// <summary>
/// Puts every consumer into <see cref="Pipelines.DatabaseOutage"/>: while the database is away its messages are held,
/// not returned, because each return counts towards the delivery limit and a short outage would empty the queue into
/// the dead letters. Right around the consumer, so that a held message is no fault to anybody else.
/// </summary>
internal sealed class HoldMessagesDuringOutage(CancellationToken stopping) : IConsumerConfigurationObserver
{
    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
        where TConsumer : class
    {
    }

    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class
        where TMessage : class =>
        configurator.AddPipeSpecification(new FilterPipeSpecification<ConsumerConsumeContext<TConsumer, TMessage>>(
            new Filter<ConsumerConsumeContext<TConsumer, TMessage>>(stopping)));

    private sealed class Filter<TContext>(CancellationToken stopping) : IFilter<TContext>
        where TContext : class, PipeContext
    {
        public async Task Send(TContext context, IPipe<TContext> next) =>
            // The token ends the waiting between tries, not a try: a consumer at work when the host stops may finish.
            await Pipelines.DatabaseOutage.ExecuteAsync(async _ => await next.Send(context), stopping);

        public void Probe(ProbeContext context) => context.CreateFilterScope("hold-during-outage");
    }
}
