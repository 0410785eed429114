using System.Collections.Immutable;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;

namespace Distribution.Requests;

/// <summary>One person states the patient's group.</summary>
/// <param name="Sample">The number of the sample it was found in.</param>
public sealed record DetermineGroup(BloodGroup Group, string? Sample = null);

/// <summary>Findings differ, and two people say which group it is.</summary>
/// <param name="Reason">A code for what was wrong with the others.</param>
/// <param name="Verifier">The second person's staff code.</param>
public sealed record SettleGroup(BloodGroup Group, string Reason, string Verifier);

/// <summary>How the patient's group comes to stand. A wrong one kills, so nobody establishes one alone.</summary>
public static class RecipientGroupDecider
{
    /// <summary>People. Whatever a pack says of donations: one person may look at one wrong tube.</summary>
    public const int FewestDeterminations = 2;

    public static Decision<RecipientEvent> Determine(Recipient state, DetermineGroup command, PolicyPack policy, Provenance by)
    {
        if (!state.IsRegistered)
            return RecipientDecider.Unknown;
        List<Rejection> reasons = [.. RecipientDecider.WhyNotIn(state, command.Sample)];
        if (!command.Group.IsDefined)
            reasons.Add(RecipientDecider.NoGroup);
        if (reasons.Count > 0)
            return Decision<RecipientEvent>.Reject(reasons);

        // Who looks at the same blood twice sees the same twice, unless it was misread; what differs is a fact, whoever finds it.
        var before = state.Round.FindLast(earlier => RecipientDecider.IsSame(earlier.Person, by.Actor) && earlier.Sample == command.Sample);
        if (before?.Group == command.Group)
        {
            return state.Group == command.Group
                ? Decision<RecipientEvent>.AlreadyDone
                : Decision<RecipientEvent>.Reject("second-person-required", $"You have found {command.Group} already; another person determines the group independently.");
        }

        var round = state.Round.Add(new RecipientDetermination(command.Group, by.Actor, command.Sample));
        return state.Record(new RecipientGroupDetermined(command.Group, by.Actor, command.Sample, Established(state, round, policy)));
    }

    /// <summary>
    /// The determinations that are on record stay there; which of them was wrong is said by what is settled. Against one group
    /// that all have found nobody settles anything: whoever finds another determines it first.
    /// </summary>
    public static Decision<RecipientEvent> Settle(Recipient state, SettleGroup command, Provenance by)
    {
        if (!state.IsRegistered)
            return RecipientDecider.Unknown;
        List<Rejection> reasons = [];
        if (!RecipientDecider.IsCode(command.Reason))
            reasons.Add(new("reason-invalid", "The reason is a code of at most 40 small letters, digits and hyphens, such as tube-mixed-up.", "reason"));
        if (RecipientDecider.IsSame(command.Verifier, by.Actor))
            reasons.Add(new("second-person-required", "Another person verifies which group it is.", "verifierScan"));
        if (!command.Group.IsDefined)
            reasons.Add(RecipientDecider.NoGroup);
        else if (state.GroupDiffers && state.SettledGroup != command.Group && !state.Round.Exists(determination => determination.Group == command.Group))
            reasons.Add(new("group-not-determined", "Nobody has found this group; determine it first.", "group"));
        else if (!state.GroupDiffers && state.SettledGroup != command.Group)
            reasons.Add(new("group-not-in-dispute", "No two determinations of the group differ.", "group"));
        if (reasons.Count > 0)
            return Decision<RecipientEvent>.Reject(reasons);
        return state.GroupDiffers
            ? state.Record(new RecipientGroupSettled(command.Group, command.Reason, command.Verifier))
            : Decision<RecipientEvent>.AlreadyDone;
    }

    private static BloodGroup? Established(Recipient state, ImmutableList<RecipientDetermination> round, PolicyPack policy)
    {
        if (Recipient.Differ(round, state.SettledGroup))
            return null;
        if (state.Group is { } known)
            return known;

        // One without a person may be anybody's: it can contradict and cannot confirm.
        var wanted = Math.Max(FewestDeterminations, policy.GroupDeterminations);
        return HaveIndependent(round.FindAll(determination => determination.Person is not null), wanted) ? round[0].Group : null;
    }

    /// <summary>Whether there are so many of which no two are one person's, and no two of one sample.</summary>
    private static bool HaveIndependent(ImmutableList<RecipientDetermination> determinations, int wanted) =>
        wanted == 0 || determinations.Exists(one => HaveIndependent(determinations.FindAll(other => AreIndependent(one, other)), wanted - 1));

    private static bool AreIndependent(RecipientDetermination one, RecipientDetermination other) =>
        !RecipientDecider.IsSame(one.Person, other.Person) && (one.Sample is null || one.Sample != other.Sample);
}
