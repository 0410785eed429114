using Distribution.EventStore.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Distribution.EventStore.Projections;

/// <summary>
/// Folds the log into one projection's tables, on one instance at a time. Stands still, with an alarm, at an event that it
/// cannot fold; never skips one.
/// </summary>
public sealed class ProjectionRunner(
    Projection projection, IEventStore store, ICheckpoints checkpoints, ILogSignal signal, NpgsqlDataSource dataSource, TimeProvider clock, ILogger<ProjectionRunner> logger)
    : BackgroundService
{
    private const int PageSize = 500;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AlarmPause = TimeSpan.FromSeconds(10);

    private TaskCompletionSource? _rebuild;

    public ProjectionStatus Status { get; } = new(projection.Name);

    /// <summary>Builds the tables anew beside the live ones and swaps; returns when readers see the new ones.</summary>
    /// <exception cref="InvalidOperationException">This instance does not run the projection.</exception>
    public Task RebuildAsync()
    {
        if (!Status.IsLeader)
            throw new InvalidOperationException($"Another instance runs projection {projection.Name}.");
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _rebuild, asked, null) ?? asked).Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interrupted = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var leader = await LeaderLock.AcquireAsync(dataSource, $"projection:{projection.Name}", clock, stoppingToken);
                using var leading = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, leader.Lost);
                Status.IsLeader = true;
                interrupted = false;
                await LeadAsync(leading.Token);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is OperationCanceledException or LeadershipLostException)
            {
                logger.LogInformation("Projection {Projection} is led by another instance from here on.", projection.Name);
            }
            catch (Exception exception) when (DatabaseFault.IsPassing(exception))
            {
                // The database is away or restarting: nothing is lost, the checkpoint says where to go on. Said once an outage.
                if (!interrupted)
                    logger.LogWarning("Projection {Projection} was interrupted: {Reason}", projection.Name, exception.Message);
                interrupted = true;
            }
            catch (Exception exception)
            {
                // Nothing awaits this task: an end here would be a projection that silently stands still.
                logger.LogError(exception, "Projection {Projection} failed and begins again.", projection.Name);
                Status.Alarm = exception.Message;
                await Task.Delay(AlarmPause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                Status.IsLeader = false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        var live = await ProjectionBuild.FindLiveAsync(dataSource, projection.Name, cancellationToken);
        if (live is null)
        {
            var first = ProjectionBuild.Next(projection, null);
            await first.CreateAsync(dataSource, cancellationToken);
            await first.GoLiveAsync(dataSource, null, cancellationToken);
            live = (first.Schema, projection.Version);
        }
        else if (live.Value.Version != projection.Version)
        {
            live = (await BuildBesideAsync(live.Value.Build, cancellationToken), projection.Version);
        }

        using var waiter = signal.Subscribe();
        var build = new ProjectionBuild(projection, live.Value.Build);
        var position = await checkpoints.LoadAsync(build.Checkpoint, cancellationToken);
        Status.Position = position;
        var pause = TimeSpan.FromMilliseconds(1);
        while (true)
        {
            if (_rebuild is { } asked)
            {
                build = new ProjectionBuild(projection, await BuildBesideAsync(build.Schema, cancellationToken));
                position = await checkpoints.LoadAsync(build.Checkpoint, cancellationToken);
                Interlocked.Exchange(ref _rebuild, null);
                asked.SetResult();
            }

            var (next, more) = await StepAsync(build, position, cancellationToken);
            if (next == position)
            {
                if (more)
                {
                    // Committed events wait behind an open transaction.
                    await Task.Delay(pause, clock, cancellationToken);
                    pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, 16));
                }
                else
                {
                    await waiter.WaitAsync(Poll, cancellationToken);
                }
            }
            else
            {
                pause = TimeSpan.FromMilliseconds(1);
            }

            position = next;
        }
    }

    private async Task<(LogPosition Position, bool More)> StepAsync(ProjectionBuild build, LogPosition position, CancellationToken cancellationToken)
    {
        try
        {
            var page = await store.ReadLogAsync(position, PageSize, cancellationToken);
            if (page.Events.Count == 0)
                return (position, page.MoreWaiting);
            var end = page.Events[^1];
            await build.FoldAsync(dataSource, page.Events, position, end.Position, cancellationToken);
            Status.Position = end.Position;
            Status.FoldedUpTo = end.RecordedAt;
            Status.Alarm = null;
            return (end.Position, page.MoreWaiting);
        }
        catch (Exception exception) when (!IsPassing(exception))
        {
            if (Status.Alarm is null)
                logger.LogError(exception, "Projection {Projection} stands still after {Position}: it cannot fold what follows.", projection.Name, position);
            Status.Alarm = exception.Message;
            await Task.Delay(AlarmPause, clock, cancellationToken);
            return (position, false);
        }
    }

    private async Task<string> BuildBesideAsync(string before, CancellationToken cancellationToken)
    {
        var build = ProjectionBuild.Next(projection, before);
        await build.CreateAsync(dataSource, cancellationToken);
        var position = LogPosition.Start;
        while (true)
        {
            var page = await store.ReadLogAsync(position, PageSize, cancellationToken);
            if (page.Events.Count == 0)
                break;
            await build.FoldAsync(dataSource, page.Events, position, page.Events[^1].Position, cancellationToken);
            position = page.Events[^1].Position;
        }

        await build.GoLiveAsync(dataSource, before, cancellationToken);
        return build.Schema;
    }

    /// <summary>Not the event's fault: the database being away, the host stopping, another leader.</summary>
    private static bool IsPassing(Exception exception) =>
        exception is OperationCanceledException or LeadershipLostException || DatabaseFault.IsPassing(exception);
}
