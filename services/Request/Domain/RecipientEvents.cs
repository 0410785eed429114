using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Requests;

// Each name in StoredAs is the storage format: logs hold it for good. Rename a record, never its stored name.
// No event of a recipient says who the person is; that stands in the identity vault alone.
public abstract record RecipientEvent
{
    private protected RecipientEvent()
    {
    }
}

/// <summary>A patient whose group somebody stated is known under a pseudonym. Who it is stands in the vault and nowhere else.</summary>
/// <param name="Group">The first determination; alone it establishes nothing.</param>
/// <param name="Site">The hospital that registered the recipient and alone orders for it.</param>
/// <param name="DeterminedBy">Staff code of who found the group; null where that was not asked yet, so that nobody can say whether a later determination is another person's.</param>
[StoredAs("recipient-registered.v1")]
public sealed record RecipientRegistered(RecipientId Recipient, BloodGroup Group, SiteId Site, string? DeterminedBy = null) : RecipientEvent;

/// <summary>A patient whose group nobody has determined yet is known under a pseudonym.</summary>
/// <param name="Site">The hospital that registered the recipient and alone orders for it.</param>
[StoredAs("recipient-admitted.v1")]
public sealed record RecipientAdmitted(RecipientId Recipient, SiteId Site) : RecipientEvent;

/// <summary>One person found the group.</summary>
/// <param name="Person">Staff code.</param>
/// <param name="Sample">The recipient's sample it was found in, where that was told.</param>
/// <param name="Established">The group that stands from then on, by the policy of then; null while there are too few, or while they differ.</param>
[StoredAs("recipient-group-determined.v1")]
public sealed record RecipientGroupDetermined(BloodGroup Group, string Person, string? Sample = null, BloodGroup? Established = null) : RecipientEvent;

/// <summary>Determinations differed, and two people found out which group it is.</summary>
/// <param name="Reason">A code for what was wrong with the others, such as <c>tube-mixed-up</c>.</param>
/// <param name="VerifiedBy">Staff code of the second person.</param>
[StoredAs("recipient-group-settled.v1")]
public sealed record RecipientGroupSettled(BloodGroup Group, string Reason, string VerifiedBy) : RecipientEvent;

/// <summary>The patient has antibodies. Nothing takes this back: they are not measurable any more one day, and return with the next transfusion.</summary>
/// <param name="Antigens">Against which.</param>
/// <param name="Sample">The recipient's sample they were found in; null where they are known from elsewhere.</param>
/// <param name="Note">A code, such as <c>told-by-other-hospital</c>.</param>
[StoredAs("recipient-antibody-found.v1")]
public sealed record RecipientAntibodyFound(AntigenSet Antigens, string? Sample = null, string? Note = null) : RecipientEvent;

/// <summary>What every unit for the patient must be from now on, in place of what was said before.</summary>
/// <param name="Reason">A code, such as <c>stem-cell-transplant</c>.</param>
[StoredAs("recipient-requirements-set.v1")]
public sealed record RecipientRequirementsSet(UnitRequirements Requirements, string Reason) : RecipientEvent;

/// <summary>Blood was taken of the patient, for crossmatching.</summary>
/// <param name="Number">As its tube says.</param>
/// <param name="ValidUntil">From then on it serves no more, by the policy of when it was taken.</param>
/// <param name="TakenBy">Staff code.</param>
[StoredAs("recipient-sample-taken.v1")]
public sealed record RecipientSampleTaken(string Number, DateTimeOffset TakenAt, DateTimeOffset ValidUntil, string TakenBy) : RecipientEvent;

/// <summary>A sample was screened for antibodies.</summary>
/// <param name="Sample">Its number.</param>
/// <param name="Positive">There are some; which, <see cref="RecipientAntibodyFound"/> says.</param>
[StoredAs("recipient-sample-screened.v1")]
public sealed record RecipientSampleScreened(string Sample, bool Positive) : RecipientEvent;

/// <summary>Nobody can say any more who the pseudonym stands for; what was found and given stays.</summary>
/// <param name="Basis">A code for what the erasure rests on, such as <c>patient-request</c>.</param>
[StoredAs("recipient-identity-erased.v1")]
public sealed record RecipientIdentityErased(string Basis) : RecipientEvent;

/// <summary>
/// All that the others are to know of the patient, whenever that is another than they were told before. It follows from the
/// events before it and stands in one commit with them, because a message is made of one event alone.
/// </summary>
/// <param name="Antibodies">Against which antigens, now or ever.</param>
/// <param name="Group">Null while it is not established.</param>
/// <param name="Requirements">Null where nobody has said any.</param>
/// <param name="Sample">The newest; null where there is none.</param>
[StoredAs("recipient-profile-changed.v1")]
public sealed record RecipientProfileChanged(
    RecipientId Recipient,
    SiteId Site,
    AntigenSet Antibodies,
    BloodGroup? Group = null,
    UnitRequirements? Requirements = null,
    ProfileSample? Sample = null) : RecipientEvent;

/// <summary>A sample as the others need to know it.</summary>
/// <param name="AntibodyScreen">Whether its screen found antibodies; null while it is not done.</param>
public sealed record ProfileSample(string Number, DateTimeOffset TakenAt, DateTimeOffset ValidUntil, bool? AntibodyScreen = null);
