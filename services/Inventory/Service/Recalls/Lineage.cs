using Distribution.Blood.Isbt128;
using Distribution.EventStore;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>Units and what was made of them, wave by wave: one reading of the log for each generation.</summary>
internal static class Lineage
{
    /// <summary>What was made of the unit here.</summary>
    public static IEnumerable<UnitNumber> Children(Unit unit) => unit.Children;

    /// <summary>What the unit was made of here.</summary>
    public static IEnumerable<UnitNumber> Parents(Unit unit) => unit.Parents;

    /// <summary>The units themselves and whatever is reached from them, each once.</summary>
    public static async Task<IReadOnlyList<ReachedUnit>> ReachAsync(
        IEventStore store, IEnumerable<UnitNumber> start, Func<Unit, IEnumerable<UnitNumber>> next, CancellationToken cancellationToken)
    {
        var seen = new HashSet<UnitNumber>();
        var reached = new List<ReachedUnit>();
        var wave = start.Where(seen.Add).ToList();
        while (wave.Count > 0)
        {
            var loaded = await store.LoadAsync<Unit>([.. wave.Select(unit => unit.ToString())], cancellationToken);
            reached.AddRange(wave.Zip(loaded, (number, unit) => new ReachedUnit(number, unit)));
            wave = [.. loaded.SelectMany(unit => next(unit.State)).Where(seen.Add)];
        }

        return reached;
    }
}

internal sealed record ReachedUnit(UnitNumber Number, Loaded<Unit> Loaded)
{
    public CasedUnit Cased => new(Number, Loaded.State);
}
