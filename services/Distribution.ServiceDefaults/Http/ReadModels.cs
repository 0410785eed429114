using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Microsoft.AspNetCore.Http;

namespace Distribution.ServiceDefaults.Http;

/// <summary>
/// Read your own writes: a query that passes on the <c>Log-Position</c> of a command's answer as <c>?after=</c>
/// is answered once the read model has come that far.
/// </summary>
public sealed class ReadModels(ProjectionReading projections, IEventStore store)
{
    /// <summary>How long a query waits for its read model.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="projection">The name of the projection that keeps the read model.</param>
    /// <param name="after">The <c>after</c> query parameter; returns at once when it is null.</param>
    /// <param name="timeout"><see cref="Patience"/> when null.</param>
    /// <exception cref="HttpProblemException">503 <c>read-model-behind</c>: not reached in time.</exception>
    public async Task WaitForAsync(
        string projection, LogPosition? after, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        if (after is not { } wanted || await projections.PositionAsync(projection, cancellationToken) >= wanted)
            return;

        // A command that changed nothing has a position at which no event stands; no projection would ever reach it.
        var head = await store.HeadAsync(cancellationToken);
        if (!await projections.WaitForAsync(projection, wanted < head ? wanted : head, timeout ?? Patience, cancellationToken))
        {
            throw new HttpProblemException(new Problem(
                StatusCodes.Status503ServiceUnavailable, "read-model-behind", "What you wrote is safe but does not show here yet; ask again."));
        }
    }
}
