using Distribution.Blood.Antigens;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;

namespace Distribution.Requests;

/// <summary>Blood was taken of the patient.</summary>
/// <param name="Number">As its tube says, in upper case.</param>
/// <param name="TakenBy">Staff code.</param>
public sealed record TakeSample(string Number, DateTimeOffset TakenAt, string TakenBy);

/// <summary>A sample was screened for antibodies.</summary>
/// <param name="Antigens">Against which there are antibodies, where that was found out as well.</param>
public sealed record ScreenSample(string Sample, bool Positive, AntigenSet Antigens);

/// <summary>The patient has antibodies, whoever found them.</summary>
/// <param name="Sample">Where they were found; null where they are known from elsewhere.</param>
/// <param name="Note">A code.</param>
public sealed record FindAntibodies(AntigenSet Antigens, string? Sample = null, string? Note = null);

/// <summary>What is taken of the patient and found in it, apart from the group.</summary>
public static class RecipientSampleDecider
{
    /// <summary>The recipient's half; <see cref="TubeDecider.Label"/> is the other.</summary>
    public static Decision<RecipientEvent> Take(Recipient state, TakeSample command, PolicyPack policy, Provenance by)
    {
        if (!state.IsRegistered)
            return RecipientDecider.Unknown;
        List<Rejection> reasons = [];
        if (command.TakenAt > by.Latest)
            reasons.Add(new("taken-in-future", "The sample has not been taken yet.", "takenAt"));
        var known = state.FindSample(command.Number);
        if (known is not null && known.TakenAt != command.TakenAt)
            reasons.Add(new("sample-exists", "The recipient has a sample of this number, taken at another time.", "number"));
        if (reasons.Count > 0)
            return Decision<RecipientEvent>.Reject(reasons);
        var takenAt = command.TakenAt.ToUniversalTime();
        return known is not null
            ? Decision<RecipientEvent>.AlreadyDone
            : state.Record(new RecipientSampleTaken(command.Number, takenAt, takenAt + policy.SampleValidity, command.TakenBy));
    }

    public static Decision<RecipientEvent> Screen(Recipient state, ScreenSample command)
    {
        if (!state.IsRegistered)
            return RecipientDecider.Unknown;
        List<Rejection> reasons = [.. RecipientDecider.WhyNotIn(state, command.Sample)];
        if (!command.Positive && !command.Antigens.IsEmpty)
            reasons.Add(new("antigens-unexpected", "A screen that found antibodies is positive.", "antigens"));
        if (reasons.Count > 0)
            return Decision<RecipientEvent>.Reject(reasons);

        List<RecipientEvent> facts = [];
        if (state.FindSample(command.Sample)!.AntibodyScreen != command.Positive)
            facts.Add(new RecipientSampleScreened(command.Sample, command.Positive));
        if (!command.Antigens.IsEmpty && !IsKnown(state, command.Antigens, command.Sample))
            facts.Add(new RecipientAntibodyFound(command.Antigens, command.Sample));
        return facts.Count > 0 ? state.Record(facts) : Decision<RecipientEvent>.AlreadyDone;
    }

    public static Decision<RecipientEvent> Find(Recipient state, FindAntibodies command)
    {
        if (!state.IsRegistered)
            return RecipientDecider.Unknown;
        List<Rejection> reasons = [.. RecipientDecider.WhyNotIn(state, command.Sample)];
        if (command.Antigens.IsEmpty)
            reasons.Add(new("antigens-required", "Say against which antigens there are antibodies.", "antigens"));
        if (command.Note is { } note && !RecipientDecider.IsCode(note))
            reasons.Add(new("note-invalid", "A note is a code of at most 40 small letters, digits and hyphens, such as told-by-other-hospital.", "note"));
        if (reasons.Count > 0)
            return Decision<RecipientEvent>.Reject(reasons);
        return IsKnown(state, command.Antigens, command.Sample)
            ? Decision<RecipientEvent>.AlreadyDone
            : state.Record(new RecipientAntibodyFound(command.Antigens, command.Sample, command.Note));
    }

    // Found again in another sample is another finding.
    private static bool IsKnown(Recipient state, AntigenSet antigens, string? sample) =>
        state.AntibodyFindings.Exists(finding => finding.Sample == sample && finding.Antigens.Contains(antigens));
}
