using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>A unit that is told of for the first time, and what its history begins with.</summary>
internal sealed record NewUnit(UnitNumber Number, Loaded<Unit> Loaded, IReadOnlyList<UnitEvent> Events);

/// <summary>
/// A new unit comes under whatever is in force on its donation, in the commit that it begins with: whoever holds the donation at
/// the same time loses the race for the family's stream, or wins it and is seen here.
/// </summary>
internal static class Listing
{
    /// <param name="units">Several of one donation are listed together: no stream stands twice in a commit.</param>
    /// <param name="site">Where the news of them comes from.</param>
    /// <returns>The beginnings of the units with their holds, their families, and the cases that have grown by them.</returns>
    public static async Task<IReadOnlyList<StreamAppend>> PlanAsync(
        IEventStore store, IReadOnlyList<NewUnit> units, SiteId site, CancellationToken cancellationToken)
    {
        DonationNumber[] donations = [.. units.Select(unit => unit.Number.Donation).Distinct()];
        var loaded = await store.LoadAsync<Family>([.. donations.Select(donation => donation.ToString())], cancellationToken);
        var families = donations.Zip(loaded).ToDictionary(pair => pair.First, pair => pair.Second);

        var appends = new List<StreamAppend>();
        var concerned = new Dictionary<RecallId, List<CasedUnit>>();
        foreach (var unit in units)
        {
            List<UnitEvent> events = [.. unit.Events];
            var state = Aggregate.Fold(unit.Loaded.State, unit.Events);
            foreach (var hold in families[unit.Number.Donation].State.Holds)
            {
                if (!concerned.TryGetValue(hold.Recall, out var cased))
                    concerned[hold.Recall] = cased = [];
                cased.Add(new CasedUnit(unit.Number, state));
                var held = UnitRecallDecider.Hold(state, hold.Recall, site, null).Events;
                state = Aggregate.Fold(state, held);
                events.AddRange(held);
            }

            appends.Add(unit.Loaded.Append(events));
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
    }
}
