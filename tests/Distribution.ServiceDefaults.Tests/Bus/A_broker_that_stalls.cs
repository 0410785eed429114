using Distribution.Contracts;
using Distribution.ServiceDefaults.Bus;
using Distribution.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Bus;

public sealed class A_broker_that_stalls : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    private readonly BrokerFixture _broker = new();
    private BrokerProxy _wire = null!;

    public async Task InitializeAsync()
    {
        await _broker.InitializeAsync();
        _wire = new BrokerProxy(_broker.Host, _broker.Port);
    }

    public async Task DisposeAsync()
    {
        await _wire.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Does_not_end_the_measuring_of_the_queues()
    {
        var gate = Gate();
        await gate.DeclareAsync(CancellationToken.None);
        using var sampler = new QueueDepthSampler(gate, Routes.Inventory, TimeProvider.System, NullLogger<QueueDepthSampler>.Instance) { Every = Soon };
        await sampler.StartAsync(CancellationToken.None);
        await Expect.BecomesAsync(() => sampler.Queue, 0);

        _wire.StopAnswers();
        await Expect.BecomesAsync(() => sampler.Queue, -1);
        _wire.Mend();

        await Expect.BecomesAsync(() => sampler.Queue, 0);
        sampler.ExecuteTask.ShouldNotBeNull().IsCompleted.ShouldBeFalse();
        await sampler.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Is_a_timeout_to_try_again_after_and_not_a_cancellation()
    {
        await using var connection = await new ConnectionFactory
        {
            Uri = _broker.Through("127.0.0.1", _wire.Port),
            AutomaticRecoveryEnabled = false,
            ContinuationTimeout = Soon,
        }.CreateConnectionAsync();
        _wire.StopAnswers();

        await Should.ThrowAsync<TimeoutException>(() => BrokerGate.DeclareAsync(connection, CancellationToken.None));
        _wire.Mend();
    }

    private BrokerGate Gate() =>
        new(_broker.Through("127.0.0.1", _wire.Port), Routes.Inventory, NullLogger<BrokerGate>.Instance) { AnswersWithin = Soon };
}
