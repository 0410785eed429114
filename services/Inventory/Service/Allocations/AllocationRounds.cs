using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>
/// Decides anew on what is waited for whenever a unit has become free at a site: released, freed, received, found, typed, made, or no longer
/// held. Begins with all sites, so that nothing is forgotten over a restart; on several instances side by side the streams' versions let
/// one of them win.
/// </summary>
internal sealed class AllocationRounds(
    AllocationDesk desk, AllocationMirror mirror, CommandRunner runner, ILogSignal signal, PolicyPack policy, TimeProvider clock, ILogger<AllocationRounds> logger)
    : BackgroundService
{
    private const string Actor = "allocation-round";

    /// <summary>The tables follow the log by some milliseconds, and what comes together is decided together.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(30);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private readonly HashSet<SiteId> _due = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var waiter = signal.Subscribe();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await waiter.WaitAsync(Poll, stoppingToken);
                await Task.Delay(Gather, clock, stoppingToken);
                await mirror.RefreshAsync(stoppingToken);
                _due.UnionWith(mirror.TakeChanged());
                foreach (var site in _due.ToList())
                    await LookAfterAsync(site, stoppingToken);
                if (_due.Count > 0)
                    await RestAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Report(exception);
                await RestAsync(stoppingToken);
            }
        }
    }

    /// <summary>A site whose round fails stays due, and keeps no other site waiting.</summary>
    private async Task LookAfterAsync(SiteId site, CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(site, stoppingToken);
            _due.Remove(site);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            Report(exception);
        }
    }

    /// <summary>Nothing awaits this task: an end here would be orders that silently wait for ever. What is due stays due.</summary>
    private void Report(Exception exception)
    {
        if (ServiceDefaults.Resilience.Pipelines.IsTransientDatabaseFault(exception))
            logger.LogWarning("Looking after what is waited for was interrupted: {Reason}", exception.Message);
        else
            logger.LogError(exception, "Looking after what is waited for failed and begins again.");
    }

    private async Task RestAsync(CancellationToken stoppingToken) =>
        await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task RunAsync(SiteId site, CancellationToken cancellationToken)
    {
        if (mirror.Look(view => view.OpenAt(site).Count == 0))
            return;
        var now = clock.GetUtcNow();
        var by = new Provenance(Actor, site, now, now);
        var outcome = await mirror.DecideAsync(async seat =>
        {
            Plan? first = await desk.PlanRoundAsync(site, seat, by, cancellationToken);
            if (first.Appends.Count == 0)
                return new Outcome.Refused([]);
            var key = $"{Actor}:{Guid.CreateVersion7(now):N}";
            return await runner.RunAsync(
                new CommandContext(key, by, policy.Version, CorrelationId: key),
                async token =>
                {
                    var plan = first ?? await desk.PlanRoundAsync(site, seat, by, token);
                    first = null;
                    return plan;
                },
                cancellationToken);
        });
        if (outcome is Outcome.Stale stale)
            throw new InvalidOperationException($"{stale.StreamId} was changed again and again.");
    }
}
