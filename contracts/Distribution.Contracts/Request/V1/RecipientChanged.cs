using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Request.V1;

/// <summary>All that is known of a patient, by pseudonym, as far as the choice and the issue of units rest on it.</summary>
/// <param name="Version">Of the recipient's stream: of two messages on one recipient the higher tells the newer truth.</param>
/// <param name="Site">The hospital that knows the patient.</param>
/// <param name="Group">Null while it is not established by as many determinations as the policy wants, or while they differ.</param>
/// <param name="Antibodies">Against which antigens the patient has, or ever had, antibodies. It only grows.</param>
/// <param name="Requirements">What every unit for the patient must be; null where nothing is known.</param>
/// <param name="Sample">The newest sample; null where there is none.</param>
public sealed record RecipientChanged(
    RecipientId Recipient,
    long Version,
    SiteId Site,
    BloodGroup? Group,
    AntigenSet Antibodies,
    UnitRequirements? Requirements,
    RecipientSample? Sample,
    Attribution By);

/// <summary>Blood of the patient, for crossmatching.</summary>
/// <param name="Number">As its tube says.</param>
/// <param name="ValidUntil">From then on it serves no more.</param>
/// <param name="AntibodyScreen">Whether the screen of this or an earlier sample found antibodies; null while this one is not screened and none found any.</param>
public sealed record RecipientSample(string Number, DateTimeOffset TakenAt, DateTimeOffset ValidUntil, bool? AntibodyScreen);
