using System.Collections.Concurrent;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.Contracts.Request.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Distribution.ServiceDefaults.Tests.Bus;

/// <summary>A service with nothing but its bus.</summary>
internal sealed class BusHost : IAsyncDisposable
{
    private readonly IHost _host;

    private BusHost(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IBus Bus => Services.GetRequiredService<IBus>();

    public DeadLetters DeadLetters => Services.GetRequiredService<DeadLetters>();

    public Received Received => Services.GetRequiredService<Received>();

    public static async Task<BusHost> StartAsync(
        string service, Uri broker, IReadOnlyList<Type>? consumers = null, Action<IServiceCollection>? more = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<Received>();
        builder.Services.AddServiceBus(service, broker, consumers ?? []);
        more?.Invoke(builder.Services);
        var host = new BusHost(builder.Build());
        await host._host.StartAsync();
        return host;
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>What the consumers of a test host were given, and what they do with it.</summary>
internal sealed class Received
{
    public ConcurrentQueue<Delivery> All { get; } = new();

    public Func<ReleaseReservation, Task> Handle { get; set; } = _ => Task.CompletedTask;

    public int Count(string reason) => All.Count(delivery => delivery.Reason == reason);
}

internal sealed record Delivery(string Reason, Guid? MessageId, bool Redelivered, string? Correlation, string? TraceId, Commands.CommandContext Command);

internal sealed class TakeReleaseReservation(Received received) : IConsumer<ReleaseReservation>
{
    public async Task Consume(ConsumeContext<ReleaseReservation> context)
    {
        received.All.Enqueue(new Delivery(
            context.Message.Reason,
            context.MessageId,
            context.ReceiveContext.Redelivered,
            context.Headers.Get<string>("Correlation"),
            System.Diagnostics.Activity.Current?.TraceId.ToString(),
            context.ToCommand("release-reservation", context.Message.By)));
        await received.Handle(context.Message);
    }
}

internal static class Given
{
    public static readonly DateTimeOffset At = new(2026, 3, 2, 8, 30, 0, TimeSpan.Zero);

    public static ReleaseReservation Message(string reason) =>
        new(OrderId.From(reason), reason, new Attribution("A9999-N01", SiteId.Parse("HN-XP", null), At, Policy: null, CorrelationId: "act-1"));
}

internal static class Expect
{
    public static Task BecomesAsync<T>(Func<T> look, T expected) => BecomesAsync(() => Task.FromResult(look()), expected);

    public static Task BecomesAsync<T>(Func<Task<T>> look, T expected) =>
        Eventually.GetAsync(look, seen => Equals(seen, expected), $"{expected}");
}
