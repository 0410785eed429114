using System.Collections.Immutable;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>The laboratory states the donation's group.</summary>
public sealed record DetermineGroup(BloodGroup Group, string? Method = null);

/// <summary>The laboratory states results by marker.</summary>
public sealed record TestMarkers(IReadOnlyDictionary<string, MarkerResult> Results);

/// <summary>What the laboratory finds out about a donation: its group and its markers.</summary>
public static class TestingDecider
{
    public static Decision<DonationEvent> Determine(Donation state, DetermineGroup command)
    {
        if (state.Number is null)
            return DonationDecider.Unknown;
        if (!command.Group.IsDefined)
            return Decision<DonationEvent>.Reject("group-invalid", "This is no ABO and RhD group.", "scan");
        if (state.Group is not { } known)
            return Decision<DonationEvent>.Accept(new GroupDetermined(command.Group, command.Method));

        // Found once more to be what it is. Another group is never written over the first: one of the two is wrong.
        return known == command.Group
            ? Decision<DonationEvent>.AlreadyDone
            : Decision<DonationEvent>.Reject("result-exists", $"The group is on record as {known}; a result is not overwritten.", "scan");
    }

    public static Decision<DonationEvent> Test(Donation state, TestMarkers command, PolicyPack pack)
    {
        if (state.Number is null)
            return DonationDecider.Unknown;
        if (command.Results.Count == 0)
            return Decision<DonationEvent>.Reject("no-results", "There is no result to record.", "results");

        List<Rejection> reasons = [];
        var news = ImmutableSortedDictionary.Create<string, MarkerResult>(StringComparer.Ordinal);
        foreach (var (marker, result) in command.Results.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var field = $"results.{marker}";
            if (!pack.MandatoryMarkers.Contains(marker, StringComparer.Ordinal))
                reasons.Add(new Rejection("unknown-marker", $"The policy {pack.Version} knows {string.Join(", ", pack.MandatoryMarkers)}.", field));
            else if (!Enum.IsDefined(result))
                reasons.Add(new Rejection("result-invalid", "A result is negative or reactive.", field));
            else if (state.Markers.GetValueOrDefault(marker) == MarkerResult.Reactive && result != MarkerResult.Reactive)
                reasons.Add(new Rejection("result-exists", $"The marker {marker} is on record as reactive; a reactive result is not overwritten.", field));
            else if (state.Markers.GetValueOrDefault(marker) != result)
                news = news.Add(marker, result);
        }

        // What is reactive is recorded even where another result of the same batch cannot be: nothing is more dangerous than to lose it.
        if (reasons.Count > 0 && !news.ContainsValue(MarkerResult.Reactive))
            return Decision<DonationEvent>.Reject(reasons);

        // Every result is on record as it is.
        return news.IsEmpty ? Decision<DonationEvent>.AlreadyDone : Decision<DonationEvent>.Accept(new MarkersTested(news));
    }
}
