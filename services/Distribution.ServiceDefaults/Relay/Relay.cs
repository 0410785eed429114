using System.Diagnostics;
using System.Diagnostics.Metrics;
using Distribution.EventStore;
using Distribution.EventStore.Postgres;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Resilience;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Distribution.ServiceDefaults.Relay;

public static class RelayRegistration
{
    /// <summary>Publishes the service's events; needs the event store and <see cref="ServiceBus.AddServiceBus"/>.</summary>
    public static IServiceCollection AddRelay<TMap>(this IServiceCollection services)
        where TMap : class, IContractMap =>
        services.AddSingleton<IContractMap, TMap>().AddRelay();

    /// <summary>The same with a map that exists already.</summary>
    public static IServiceCollection AddRelay(this IServiceCollection services, IContractMap map) =>
        services.AddSingleton(map).AddRelay();

    private static IServiceCollection AddRelay(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RelayStatus>();
        services.TryAddSingleton(new RelayPace(TryAgainAfter: TimeSpan.FromSeconds(30)));
        services.AddHostedService<LogRelay>();
        services.AddHealthChecks().AddCheck<RelayHealth>("relay", tags: ["ready"]);
        return services;
    }
}

/// <param name="TryAgainAfter">How long the relay stands still before it looks again at what stopped it.</param>
internal sealed record RelayPace(TimeSpan TryAgainAfter);

/// <summary>
/// The only publisher of a service. The log is the outbox: events are read in order, mapped and published with a window
/// of confirms in flight, and the checkpoint follows the confirms. A crash publishes the last few again, under the same
/// message ids. An event that cannot be read or mapped stops it, with an alarm; nothing is ever skipped.
/// </summary>
internal sealed class LogRelay : BackgroundService
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "Distribution.Relay";

    /// <summary>The reader's name in the checkpoints and the name of its lock.</summary>
    public const string Reader = "relay";

    /// <summary>Header that carries the correlation id as it stands in the log, which need not be a Guid.</summary>
    public const string CorrelationHeader = "Correlation";

    /// <summary>Messages sent and not yet confirmed; more than some hundred gain nothing (performance.md, 3).</summary>
    public const int MaximumInFlight = 256;

    private const int PageSize = 256;

    // At a stop; the host does not wait for ever.
    private const int LastSaves = 3;

    private static readonly TimeSpan SaveEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SaveAgainAfter = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LookAnyway = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(16);
    private static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(5);

    // A publish that a lost connection left behind is never told so, by MassTransit or by RabbitMQ.Client; a repeat costs nothing.
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(5);

    private static readonly ActivitySource Activities = new(Name);

    private readonly IEventStore _store;
    private readonly ICheckpoints _checkpoints;
    private readonly ILogSignal _signal;
    private readonly NpgsqlDataSource _dataSource;
    private readonly IContractMap _map;
    private readonly IBus _bus;
    private readonly BrokerGate _gate;
    private readonly RelayStatus _status;
    private readonly TimeProvider _time;
    private readonly ILogger<LogRelay> _logger;
    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _published;
    private readonly Histogram<double> _delay;
    private readonly RelayPace _pace;
    private LogPosition _position;
    private LogPosition _stoppedAt;

    // An open transaction of somebody else hides what was committed behind it; its events' own times cannot be read yet.
    private DateTimeOffset? _blockedSince;
    private RelayWindow? _window;

    public LogRelay(
        IEventStore store,
        ICheckpoints checkpoints,
        ILogSignal signal,
        NpgsqlDataSource dataSource,
        IContractMap map,
        IBus bus,
        BrokerGate gate,
        RelayStatus status,
        RelayPace pace,
        TimeProvider time,
        ILogger<LogRelay> logger)
    {
        (_store, _checkpoints, _signal, _dataSource, _map) = (store, checkpoints, signal, dataSource, map);
        (_bus, _gate, _status, _pace, _time, _logger) = (bus, gate, status, pace, time, logger);
        _published = _meter.CreateCounter<long>("distribution.relay.published", "{message}", "Messages confirmed by the broker.");
        _delay = _meter.CreateHistogram<double>("distribution.relay.delay", "s", "From the append of an event to the confirm of its message.");
        _meter.CreateObservableGauge("distribution.relay.lag", () => _status.Lag.TotalSeconds, "s", "Age of the oldest event not yet confirmed.");
        _meter.CreateObservableGauge("distribution.relay.in_flight", () => _window?.InFlight ?? 0, "{message}", "Messages sent and not yet confirmed.");
        _meter.CreateObservableGauge("distribution.relay.alarm", () => _status.Alarm is null ? 0 : 1, description: "1 while the relay stands before an event it cannot publish.");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _status.Running = true;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await Pipelines.DatabaseOutage.ExecuteAsync(LeadAsync, stoppingToken);
                }
                catch (OperationCanceledException)
                {
                    // Stopping, or the lock was lost: then it is asked for again.
                }
                catch (Exception exception)
                {
                    _stoppedAt = _position;
                    _status.Raise($"The relay stands after {_stoppedAt}: {exception.Message}");
                    _logger.LogError(exception, "The relay stands after {Position} and tries again in {Pause}.", _stoppedAt, _pace.TryAgainAfter);
                    await Task.Delay(_pace.TryAgainAfter, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            _status.Running = false;
        }
    }

    private async ValueTask LeadAsync(CancellationToken stopping)
    {
        await using var leadership = await LeaderLock.TryAcquireAsync(_dataSource, Reader, stopping) ?? await StandByAsync(stopping);
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(stopping, leadership.Lost);
        var position = await _checkpoints.LoadAsync(Reader, leading.Token);
        _logger.LogInformation("This instance relays, from {Position}.", position);

        using var window = new RelayWindow(position, MaximumInFlight);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(leading.Token);
        using var abandoned = new CancellationTokenSource();
        var publishing = new Publishing(window, reading, abandoned.Token);
        using var savingUntil = new CancellationTokenSource();
        var saving = SaveAsync(publishing, savingUntil.Token);

        (_window, _status.Position, _status.IsLeader) = (window, position, true);
        _status.Watch(() => window.Oldest ?? _blockedSince);
        try
        {
            await ReadAsync(publishing, position, reading.Token);
        }
        catch (OperationCanceledException) when (publishing.Failure is { } failure)
        {
            throw new RelayStoppedException(failure.Message, failure);
        }
        finally
        {
            // What is on its way is let arrive, so that it is not sent a second time.
            try
            {
                await publishing.DrainAsync(DrainFor, _time);
                await abandoned.CancelAsync();
                await publishing.Completed;
                await savingUntil.CancelAsync();
                await saving;
            }
            finally
            {
                (_window, _blockedSince, _status.IsLeader) = (null, null, false);
                _status.Watch(null);
            }
        }
    }

    private Task<LeaderLock> StandByAsync(CancellationToken stopping)
    {
        // Another instance leads: whether the relay stands is now for that one to say.
        _status.Clear();
        return LeaderLock.AcquireAsync(_dataSource, Reader, _time, stopping);
    }

    private async Task ReadAsync(Publishing publishing, LogPosition position, CancellationToken cancellationToken)
    {
        using var waiter = _signal.Subscribe();
        _position = position;
        var pageSize = PageSize;
        var pause = TimeSpan.FromMilliseconds(1);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogPage page;
            try
            {
                page = await _store.ReadLogAsync(position, pageSize, cancellationToken);
            }
            catch (UnreadableEventException) when (pageSize > 1)
            {
                // Somewhere in the page: what stands before it is still published.
                pageSize = 1;
                continue;
            }

            foreach (var stored in page.Events)
            {
                await RelayAsync(publishing, stored, cancellationToken);
                (_position, position) = (stored.Position, stored.Position);
            }

            // What stopped it has gone out when something behind it has, or when everything there is has.
            if (_status.Alarm is not null
                && publishing.Window.Confirmed is var confirmed
                && (confirmed > _stoppedAt || (!page.MoreWaiting && confirmed >= position)))
            {
                _status.Clear();
            }

            if (page.Events.Count > 0 || !page.MoreWaiting)
                _blockedSince = null;
            if (page.Events.Count > 0 && page.MoreWaiting)
            {
                pause = TimeSpan.FromMilliseconds(1);
            }
            else if (page.MoreWaiting)
            {
                _blockedSince ??= _time.GetUtcNow();
                await Task.Delay(pause, _time, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            else
            {
                pageSize = PageSize;
                await waiter.WaitAsync(LookAnyway, cancellationToken);
            }
        }
    }

    private async Task RelayAsync(Publishing publishing, StoredEvent stored, CancellationToken cancellationToken)
    {
        var messages = Map(stored);
        var entry = publishing.Window.Add(stored.Position, stored.RecordedAt, messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            await publishing.Window.EnterAsync(cancellationToken);
            publishing.Start(PublishAsync(publishing, entry, stored, messages[i]));
        }
    }

    private List<Message> Map(StoredEvent stored)
    {
        try
        {
            var messages = new List<Message>();
            foreach (var body in _map.ToMessages(stored))
            {
                var contract = body.GetType();
                var nth = messages.Count(message => message.Contract == contract);
                // A contract that nobody takes yet is published all the same, and then goes nowhere by design.
                messages.Add(new Message(
                    body, contract, MessageIdentity.Of(stored.Id, contract, nth), Mandatory: Topology.RouteOf(contract).Subscribers.Count > 0));
            }

            return messages;
        }
        catch (Exception exception)
        {
            throw new RelayStoppedException($"the event {stored.Type} at {stored.Position} ({stored.StreamId}) cannot be mapped: {exception.Message}", exception);
        }
    }

    private async Task PublishAsync(Publishing publishing, RelayWindow.Entry entry, StoredEvent stored, Message message)
    {
        using var activity = Activities.StartActivity("relay", ActivityKind.Internal, stored.Metadata.TraceParent);
        try
        {
            await Pipelines.Broker.ExecuteAsync(token => AttemptAsync(stored, message, token), publishing.Abandoned);
            publishing.Window.Confirm(entry);
            _status.Position = publishing.Window.Confirmed;
            _published.Add(1);
            _delay.Record(Math.Max(0, (_time.GetUtcNow() - stored.RecordedAt).TotalSeconds));
        }
        catch (OperationCanceledException) when (publishing.Abandoned.IsCancellationRequested)
        {
            // Not confirmed, so the checkpoint stays before it.
        }
        catch (Exception exception)
        {
            publishing.Fail(new RelayStoppedException(
                $"the {message.Contract.Name} of {stored.Type} at {stored.Position} cannot be published: {exception.Message}", exception));
        }
    }

    private async ValueTask AttemptAsync(StoredEvent stored, Message message, CancellationToken cancellationToken)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        attempt.CancelAfter(ConfirmWithin);
        try
        {
            var publish = _bus.Publish(
                message.Body,
                message.Contract,
                context =>
                {
                    context.MessageId = message.Id;
                    context.Mandatory = message.Mandatory;
                    if (stored.Metadata.CorrelationId is { } correlation)
                        context.Headers.Set(CorrelationHeader, correlation);
                },
                attempt.Token);
            // Not every wait inside heeds the token: one for the set-up of a channel that died may never end
            // (OneTimeContextPayload of MassTransit 8.4), and would keep its place in the window for good.
            await publish.WaitAsync(attempt.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker did not confirm within {ConfirmWithin}.", exception);
        }
        catch (MessageReturnedException)
        {
            // No queue took it: somebody removed one. It is laid down again before the next try.
            _logger.LogWarning("A {Contract} came back: no queue is bound. The topology is laid down again.", message.Contract.Name);
            await _gate.DeclareAsync(cancellationToken);
            throw;
        }
    }

    // The checkpoint follows the confirms by at most one such pause, and is saved once more at the end.
    private async Task SaveAsync(Publishing publishing, CancellationToken until)
    {
        var window = publishing.Window;
        var saved = window.Confirmed;
        try
        {
            while (!until.IsCancellationRequested)
            {
                await window.MovedAsync(until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                // Again after a fault, although nothing may have moved since.
                while (!until.IsCancellationRequested && !await TrySaveAsync())
                    await Task.Delay(SaveAgainAfter, _time, until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await Task.Delay(SaveEvery, _time, until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            for (var left = LastSaves; left > 0 && !await TrySaveAsync(); left--)
                await Task.Delay(SaveAgainAfter, _time, CancellationToken.None);
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "The relay's checkpoint cannot be saved.");
            // Publishing on without a checkpoint would end in all of it being published again.
            publishing.Fail(new RelayStoppedException($"the checkpoint cannot be saved: {exception.Message}", exception));
        }

        async Task<bool> TrySaveAsync()
        {
            var confirmed = window.Confirmed;
            if (confirmed <= saved)
                return true;
            _status.Position = confirmed;
            try
            {
                await _checkpoints.SaveAsync(Reader, confirmed, CancellationToken.None);
                saved = confirmed;
                return true;
            }
            catch (Exception exception) when (Pipelines.IsTransientDatabaseFault(exception))
            {
                _logger.LogWarning("The relay's checkpoint {Position} could not be saved yet: {Reason}", confirmed, exception.Message);
                return false;
            }
        }
    }

    private sealed record Message(object Body, Type Contract, Guid Id, bool Mandatory);

    /// <summary>The publishes of one leadership that are under way.</summary>
    private sealed class Publishing(RelayWindow window, CancellationTokenSource reading, CancellationToken abandoned)
    {
        private readonly Lock _gate = new();
        private readonly HashSet<Task> _tasks = [];
        private Exception? _failure;

        public RelayWindow Window => window;

        public CancellationToken Abandoned => abandoned;

        /// <summary>What ended the reading from the publishing side.</summary>
        public Exception? Failure => Volatile.Read(ref _failure);

        public Task Completed
        {
            get
            {
                lock (_gate)
                    return Task.WhenAll(_tasks);
            }
        }

        public void Start(Task publish)
        {
            if (publish.IsCompleted)
                return;
            lock (_gate)
                _tasks.Add(publish);
            _ = publish.ContinueWith(Forget, TaskScheduler.Default);
        }

        public void Fail(Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
            reading.Cancel();
        }

        public async Task DrainAsync(TimeSpan atMost, TimeProvider time)
        {
            try
            {
                await Completed.WaitAsync(atMost, time);
            }
            catch (TimeoutException)
            {
                // The rest is published again by whoever leads next.
            }
        }

        private void Forget(Task publish)
        {
            lock (_gate)
                _tasks.Remove(publish);
        }
    }
}

/// <summary>The relay met something that it can neither publish nor skip.</summary>
internal sealed class RelayStoppedException(string message, Exception inner) : Exception(message, inner);
