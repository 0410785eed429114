using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>A unit that is told of for the first time, and what its history begins with.</summary>
internal sealed record NewUnit(UnitNumber Number, Loaded<Unit> Loaded, IReadOnlyList<UnitEvent> Events);

/// <summary>What stops a unit, and the units besides the new ones that it stops as well.</summary>
/// <param name="Holds">Those on what the new units and the others were made of.</param>
/// <param name="Made">Living, and perhaps not told of yet.</param>
internal sealed record Inheritance(IReadOnlyList<HoldOrigin> Holds, IReadOnlyList<Loaded<Unit>> Made)
{
    public static Inheritance None { get; } = new([], []);
}

/// <summary>
/// A new unit comes under whatever is in force on its donation, in the commit that it begins with: whoever holds the donation at
/// the same time loses the race for the family's stream, or wins it and is seen here.
/// </summary>
internal static class Listing
{
    /// <param name="units">Several of one donation are listed together: no stream stands twice in a commit.</param>
    /// <param name="site">Where the news of them comes from.</param>
    /// <param name="cancellationToken">To give up.</param>
    /// <param name="inherited">What comes down to them from what they were made of.</param>
    /// <returns>The beginnings of the units with their holds, their families, and the cases that have grown by them.</returns>
    public static async Task<IReadOnlyList<StreamAppend>> PlanAsync(
        IEventStore store, IReadOnlyList<NewUnit> units, SiteId site, CancellationToken cancellationToken, Inheritance? inherited = null)
    {
        var inheritance = await StandingAsync(store, inherited ?? Inheritance.None, cancellationToken);
        DonationNumber[] donations = [.. units.Select(unit => unit.Number.Donation).Distinct()];
        var loaded = await store.LoadAsync<Family>([.. donations.Select(donation => donation.ToString())], cancellationToken);
        var families = donations.Zip(loaded).ToDictionary(pair => pair.First, pair => pair.Second);

        var appends = new List<StreamAppend>();
        var concerned = new Dictionary<RecallId, List<CasedUnit>>();
        foreach (var unit in units)
        {
            List<UnitEvent> events = [.. unit.Events];
            var state = Inherit(unit.Number, Aggregate.Fold(unit.Loaded.State, unit.Events), events);
            foreach (var hold in families[unit.Number.Donation].State.Holds)
            {
                Concern(hold.Recall, unit.Number, state);
                var held = UnitRecallDecider.Hold(state, hold.Recall, site, null).Events;
                state = Aggregate.Fold(state, held);
                events.AddRange(held);
            }

            appends.Add(unit.Loaded.Append(events));
        }

        foreach (var made in inheritance.Made)
        {
            List<UnitEvent> events = [];
            Inherit(UnitNumber.Parse(made.StreamId.AsSpan(Unit.Category.Length + 1), null), made.State, events);
            if (events.Count > 0)
                appends.Add(made.Append(events));
        }

        foreach (var (donation, family) in families)
        {
            if (FamilyDecider.List(family.State, [.. units.Select(unit => unit.Number).Where(unit => unit.Donation == donation)]).Events is { Count: > 0 } listed)
                appends.Add(family.Append(listed));
        }

        if (concerned.Count == 0)
            return appends;
        var recalls = await store.LoadAsync<Recall>([.. concerned.Keys.Select(recall => recall.ToString())], cancellationToken);
        foreach (var (recall, cased) in recalls.Zip(concerned.Values))
        {
            if (RecallDecider.Extend(recall.State, [], cased).Events is { Count: > 0 } extended)
                appends.Add(recall.Append(extended));
        }

        return appends;

        Unit Inherit(UnitNumber number, Unit state, List<UnitEvent> events)
        {
            var held = UnitDecider.InheritHolds(state, inheritance.Holds, site).Events;
            foreach (var recall in held.OfType<UnitHeld>().Select(hold => hold.Recall).OfType<RecallId>())
                Concern(recall, number, state);
            events.AddRange(held);
            return Aggregate.Fold(state, held);
        }

        void Concern(RecallId recall, UnitNumber number, Unit state)
        {
            if (!concerned.TryGetValue(recall, out var cased))
                concerned[recall] = cased = [];
            if (!cased.Exists(unit => unit.Number == number))
                cased.Add(new CasedUnit(number, state));
        }
    }

    /// <summary>Without the holds of cases that came to nothing after the unit had ended: they end on the living only.</summary>
    private static async Task<Inheritance> StandingAsync(IEventStore store, Inheritance inherited, CancellationToken cancellationToken)
    {
        RecallId[] recalls = [.. inherited.Holds.Select(hold => hold.Recall).OfType<RecallId>().Distinct()];
        if (recalls.Length == 0)
            return inherited;
        var loaded = await store.LoadAsync<Recall>([.. recalls.Select(recall => recall.ToString())], cancellationToken);
        var over = recalls.Zip(loaded).Where(pair => pair.Second.State.End is { Cleared: true }).Select(pair => pair.First).ToHashSet();
        return inherited with { Holds = [.. inherited.Holds.Where(hold => hold.Recall is not { } recall || !over.Contains(recall))] };
    }
}
