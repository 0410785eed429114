using System.Globalization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;

namespace Distribution.Requests;

/// <summary>A patient comes to be known under a pseudonym.</summary>
/// <param name="Group">The first determination, by who registers; null where there is none yet.</param>
public sealed record RegisterRecipient(RecipientId Recipient, BloodGroup? Group);

/// <summary>What every unit for the patient must be, in place of what was said before.</summary>
/// <param name="Reason">A code.</param>
public sealed record SetRequirements(UnitRequirements Requirements, string Reason);

/// <param name="Basis">A code for what the erasure rests on.</param>
public sealed record EraseIdentity(string Basis);

public static class RecipientDecider
{
    /// <summary>Days. Assumed: no component but a frozen one keeps longer, and of a frozen one the age does not matter.</summary>
    public const int OldestFreshness = 365;

    internal static Decision<RecipientEvent> Unknown => Decision<RecipientEvent>.Reject("unknown-recipient", "There is no such recipient.", "recipient");

    public static Decision<RecipientEvent> Register(Recipient state, RegisterRecipient command, Provenance by)
    {
        // The pseudonym follows from the submission: this submission has been taken before.
        if (state.IsRegistered)
            return Decision<RecipientEvent>.AlreadyDone;
        return command.Group switch
        {
            null => state.Record(new RecipientAdmitted(command.Recipient, by.Site)),
            { IsDefined: true } group => state.Record(new RecipientRegistered(command.Recipient, group, by.Site, by.Actor)),
            _ => Decision<RecipientEvent>.Reject(NoGroup),
        };
    }

    public static Decision<RecipientEvent> Require(Recipient state, SetRequirements command)
    {
        if (!state.IsRegistered)
            return Unknown;
        List<Rejection> reasons = [];
        if (command.Requirements.FresherThanDays is < 1 or > OldestFreshness)
            reasons.Add(new("fresher-than-days-invalid", string.Create(CultureInfo.InvariantCulture, $"A unit is fresher than 1 to {OldestFreshness} days."), "fresherThanDays"));
        if (!IsCode(command.Reason))
            reasons.Add(new("reason-invalid", "The reason is a code of at most 40 small letters, digits and hyphens, such as stem-cell-transplant.", "reason"));
        if (reasons.Count > 0)
            return Decision<RecipientEvent>.Reject(reasons);
        return state.Requirements == command.Requirements
            ? Decision<RecipientEvent>.AlreadyDone
            : state.Record(new RecipientRequirementsSet(command.Requirements, command.Reason));
    }

    public static Decision<RecipientEvent> Erase(Recipient state, EraseIdentity command)
    {
        if (!state.IsRegistered)
            return Unknown;
        if (state.IsErased)
            return Decision<RecipientEvent>.AlreadyDone;
        return IsCode(command.Basis)
            ? state.Record(new RecipientIdentityErased(command.Basis))
            : Decision<RecipientEvent>.Reject("basis-invalid", "The basis is a code of at most 40 small letters, digits and hyphens, such as patient-request.", "basis");
    }

    internal static Rejection NoGroup => new("group-invalid", "This is no ABO and RhD group.", "group");

    internal static bool IsCode(string text) =>
        text.Length is > 0 and <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    internal static bool IsSame(string? person, string? other) => string.Equals(person, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>What is found in a tube that is not known to be the patient's is perhaps somebody else's.</summary>
    internal static IEnumerable<Rejection> WhyNotIn(Recipient state, string? sample) => sample is null || state.FindSample(sample) is not null
        ? []
        : [new Rejection("unknown-sample", "The recipient has no sample of this number: record that it was taken, or look at the tube again.", "sample")];
}
