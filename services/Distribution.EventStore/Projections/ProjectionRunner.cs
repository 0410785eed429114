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

    private string LockName => $"projection:{projection.Name}";

    public ProjectionStatus Status { get; } = new(projection.Name);

    /// <summary>Builds the tables anew beside the live ones and swaps; returns when readers see the new ones.</summary>
    /// <remarks>Fails with what stopped the build; the live tables are then folded on as before.</remarks>
    /// <exception cref="InvalidOperationException">This instance does not run the projection, or no longer.</exception>
    public Task RebuildAsync()
    {
        if (!Status.IsLeader)
            throw new InvalidOperationException($"Another instance runs projection {projection.Name}.");
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Interlocked.CompareExchange(ref _rebuild, asked, null) ?? asked;
        // Leadership may have ended between the two lines above; then nobody would ever answer.
        if (!Status.IsLeader)
            RefuseRebuild();
        return waiting.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interrupted = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var leader = await LeaderLock.TryAcquireAsync(dataSource, LockName, stoppingToken) ?? await StandByAsync(stoppingToken);
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
                RefuseRebuild();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<LeaderLock> StandByAsync(CancellationToken cancellationToken)
    {
        // It is the leader's to say whether the projection stands still.
        Status.Alarm = null;
        return LeaderLock.AcquireAsync(dataSource, LockName, clock, cancellationToken);
    }

    private void RefuseRebuild() => Interlocked.Exchange(ref _rebuild, null)?.TrySetException(NoLongerLeader());

    private InvalidOperationException NoLongerLeader() => new($"This instance no longer runs projection {projection.Name}.");

    private async Task LeadAsync(CancellationToken cancellationToken)
    {
        await TransactionCounter.CheckAsync(dataSource, cancellationToken);
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
        var progress = await OpenAsync(live.Value.Build, cancellationToken);
        var pause = TimeSpan.FromMilliseconds(1);
        while (true)
        {
            if (Interlocked.Exchange(ref _rebuild, null) is { } asked)
                progress = await RebuildAsync(progress, asked, cancellationToken);

            var before = progress.Position;
            var more = await StepAsync(progress, cancellationToken);
            if (progress.Position != before)
            {
                pause = TimeSpan.FromMilliseconds(1);
            }
            else if (more)
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
    }

    private async Task<Progress> OpenAsync(string schema, CancellationToken cancellationToken)
    {
        var build = new ProjectionBuild(projection, schema);
        var progress = new Progress(build, await checkpoints.LoadAsync(build.Checkpoint, cancellationToken));
        Status.Position = progress.Position;
        return progress;
    }

    /// <returns>The new build, or the live one where the new one could not be made.</returns>
    private async Task<Progress> RebuildAsync(Progress live, TaskCompletionSource asked, CancellationToken cancellationToken)
    {
        try
        {
            var rebuilt = await OpenAsync(await BuildBesideAsync(live.Build.Schema, cancellationToken), cancellationToken);
            asked.TrySetResult();
            return rebuilt;
        }
        catch (Exception exception) when (IsPassing(exception))
        {
            asked.TrySetException(exception is OperationCanceledException or LeadershipLostException ? NoLongerLeader() : exception);
            throw;
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "Projection {Projection} could not be rebuilt; the live tables stay.", projection.Name);
            asked.TrySetException(exception);
            return live;
        }
    }

    /// <returns>Whether more is known to wait.</returns>
    private async Task<bool> StepAsync(Progress progress, CancellationToken cancellationToken)
    {
        try
        {
            var page = await FoldNextAsync(progress, cancellationToken);
            Tell(progress);
            if (page.Events.Count > 0 || !page.MoreWaiting)
                Status.Alarm = null;
            return page.MoreWaiting;
        }
        catch (Exception exception) when (!IsPassing(exception))
        {
            Tell(progress);
            if (Status.Alarm != exception.Message)
                logger.LogError(exception, "Projection {Projection} stands still after {Position}: it cannot fold what follows.", projection.Name, progress.Position);
            Status.Alarm = exception.Message;
            await Task.Delay(AlarmPause, clock, cancellationToken);
            return false;
        }
    }

    private void Tell(Progress progress)
    {
        Status.Position = progress.Position;
        Status.FoldedUpTo = progress.FoldedUpTo ?? Status.FoldedUpTo;
    }

    private async Task<string> BuildBesideAsync(string before, CancellationToken cancellationToken)
    {
        var build = ProjectionBuild.Next(projection, before);
        await build.CreateAsync(dataSource, cancellationToken);
        var progress = new Progress(build, LogPosition.Start);
        while ((await FoldNextAsync(progress, cancellationToken)).Events.Count > 0)
        {
        }

        await build.GoLiveAsync(dataSource, before, cancellationToken);
        return build.Schema;
    }

    /// <exception cref="UnfoldableEventException">Everything before the event that it names has been folded.</exception>
    private async Task<LogPage> FoldNextAsync(Progress progress, CancellationToken cancellationToken)
    {
        try
        {
            return await FoldPageAsync(progress, PageSize, cancellationToken);
        }
        catch (Exception exception) when (!IsPassing(exception))
        {
            // One by one, so that what stands before the one that fails is not held up with it.
            LogPage page;
            var left = PageSize;
            do
                page = await FoldPageAsync(progress, 1, cancellationToken);
            while (page.Events.Count > 0 && --left > 0);
            return page;
        }
    }

    private async Task<LogPage> FoldPageAsync(Progress progress, int size, CancellationToken cancellationToken)
    {
        var page = await store.ReadLogAsync(progress.Position, size, cancellationToken);
        if (page.Events.Count == 0)
            return page;
        var end = page.Events[^1];
        try
        {
            await progress.Build.FoldAsync(dataSource, page.Events, progress.Position, end.Position, cancellationToken);
        }
        catch (Exception exception) when (size == 1 && !IsPassing(exception))
        {
            throw new UnfoldableEventException(end, exception);
        }

        (progress.Position, progress.FoldedUpTo) = (end.Position, end.RecordedAt);
        return page;
    }

    /// <summary>Not the event's fault: the database being away, the host stopping, another leader.</summary>
    private static bool IsPassing(Exception exception) =>
        exception is OperationCanceledException or LeadershipLostException || DatabaseFault.IsPassing(exception);

    /// <summary>How far a build has come.</summary>
    private sealed class Progress(ProjectionBuild build, LogPosition position)
    {
        public ProjectionBuild Build { get; } = build;

        public LogPosition Position { get; set; } = position;

        public DateTimeOffset? FoldedUpTo { get; set; }
    }
}

/// <summary>An event that a projection cannot fold.</summary>
internal sealed class UnfoldableEventException(StoredEvent stored, Exception inner)
    : Exception($"{stored.Type} at {stored.Position} of {stored.StreamId}: {inner.Message}", inner);
