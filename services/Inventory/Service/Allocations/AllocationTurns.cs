using System.Collections.Concurrent;
using Distribution.Blood.Network;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>
/// Orders at one supplier are served one after the other within this instance: all want the units that expire first, and
/// would otherwise lose the race for them again and again. Not what keeps them apart: the versions of the streams do that.
/// </summary>
internal sealed class AllocationTurns
{
    private readonly ConcurrentDictionary<SiteId, SemaphoreSlim> _suppliers = new();

    public async Task<IDisposable> TakeAsync(SiteId supplier, CancellationToken cancellationToken)
    {
        var turn = _suppliers.GetOrAdd(supplier, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim taken) : IDisposable
    {
        public void Dispose() => taken.Release();
    }
}
