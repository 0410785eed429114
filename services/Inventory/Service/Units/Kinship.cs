using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;

namespace Distribution.Inventory.Service.Units;

/// <summary>A unit met on the way from another, with its history up to the instant that was asked about.</summary>
/// <param name="Generation">How many procedures away: below zero what it was made of, above zero what was made of it.</param>
internal sealed record Relative(UnitNumber Number, int Generation, IReadOnlyList<StoredEvent> Events, Unit State, long Version);

/// <summary>Follows units to what they were made of and to what was made of them, at any depth.</summary>
internal sealed class Kinship(IEventStore store)
{
    /// <summary>What the unit was made of, and that, and so on; the nearest first, each once, without the unit itself.</summary>
    /// <param name="counts">Which events of each history count.</param>
    public Task<IReadOnlyList<Relative>> AncestorsAsync(Unit unit, Func<StoredEvent, bool> counts, CancellationToken cancellationToken) =>
        WalkAsync(unit, state => state.Parents, -1, counts, cancellationToken);

    /// <summary>What was made of the unit, and of that, and so on; the nearest first, each once, without the unit itself.</summary>
    /// <param name="counts">Which events of each history count.</param>
    public Task<IReadOnlyList<Relative>> DescendantsAsync(Unit unit, Func<StoredEvent, bool> counts, CancellationToken cancellationToken) =>
        WalkAsync(unit, state => state.Children, +1, counts, cancellationToken);

    /// <summary>The units that what the unit was made into is in now, so far as they have not ended; also those that nobody has told of yet.</summary>
    public async Task<IReadOnlyList<Loaded<Unit>>> LivingDescendantsAsync(Unit unit, CancellationToken cancellationToken) =>
        [.. (await DescendantsAsync(unit, _ => true, cancellationToken))
            .Where(relative => relative.State.Fate is null)
            .Select(relative => new Loaded<Unit>(Aggregate.StreamId<Unit>(relative.Number.ToString()), relative.State, relative.Version))];

    private async Task<IReadOnlyList<Relative>> WalkAsync(
        Unit start, Func<Unit, IEnumerable<UnitNumber>> next, int step, Func<StoredEvent, bool> counts, CancellationToken cancellationToken)
    {
        var met = new HashSet<UnitNumber>();
        var found = new List<Relative>();
        var generation = 0;
        // A generation in one round trip, however many units it has.
        for (var wanted = New([start]); wanted.Count > 0; wanted = New(found.Where(relative => relative.Generation == generation).Select(relative => relative.State)))
        {
            generation += step;
            var slices = await store.ReadStreamsAsync([.. wanted.Select(unit => Aggregate.StreamId<Unit>(unit.ToString()))], cancellationToken);
            found.AddRange(wanted.Zip(slices, (unit, slice) =>
            {
                StoredEvent[] events = [.. slice.Events.Where(counts)];
                return new Relative(unit, generation, events, Aggregate.Fold<Unit>(events.Select(stored => stored.Data)), slice.Version);
            }));
        }

        return found;

        List<UnitNumber> New(IEnumerable<Unit> states) => [.. states.SelectMany(next).Where(met.Add)];
    }
}
