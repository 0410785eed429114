using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Inventory;
using Distribution.Inventory.Allocating;

namespace Distribution.Checker;

/// <content>
/// The hospital's bench: what stands against handing a unit out is found anew from the events alone. What kills stands for good;
/// the rest needs somebody who let it pass and somebody else who agreed, before, for this order and this patient as known then.
/// </content>
internal static partial class UnitCheck
{
    /// <summary>Out with a patient, or transfused.</summary>
    private sealed record Out(OrderId Order, RecipientId Recipient, DateTimeOffset? CrossmatchDue = null)
    {
        public bool IsTested { get; set; }

        public bool IsOverdue { get; set; }
    }

    /// <param name="Invariant">Which is broken.</param>
    /// <param name="Code">Of the rule, as the service tells it.</param>
    private readonly record struct Objection(string Invariant, string Code, string Explanation);

    private sealed partial class Walk
    {
        /// <summary>What somebody may let pass, at most; what kills is not among it.</summary>
        private static readonly string[] LetPass =
        [
            "abo-minor-mismatch", "rhd-incompatible", "antibody-unmatched", "requirement-cmv", "requirement-antigen", "requirement-fresh",
            "sample-missing", "sample-expired", "crossmatch-missing",
        ];

        private AntigenSet _positive;
        private AntigenSet _negative;
        private CmvStatus _cmv;

        private bool CarriesCells => _facts?.Kind is not (ComponentKind.Plasma or ComponentKind.Platelets or ComponentKind.Cryoprecipitate);

        private void Type(AntigenSet positive, AntigenSet negative, CmvStatus? cmv)
        {
            (_positive, _negative) = (_positive | positive, _negative | negative);
            // Of two findings the worse counts.
            if (_cmv != CmvStatus.Positive)
                _cmv = cmv ?? _cmv;
        }

        private Patient? PatientNow(RecipientId recipient) => patients.At(recipient, _now.Stored.Position.Sequence);

        /// <summary>By the group that was passed along; that of the patient may have come to stand since.</summary>
        private void RequireSuits(UnitReserved reserved)
        {
            if (reserved.RecipientGroup is { } group)
            {
                // Compatible, or accepted instead where it does not kill; the bench's override is judged at the issue.
                Require(
                    _facts is { } facts && _group is { } unit
                        && AboRhCompatibility.Against(facts.Kind, group, unit).All(code => code is AboRhCompatibility.RhDIncompatible or AboRhCompatibility.AboMinorMismatch),
                    "I3", "reservations for patients", $"A unit of {_group} was reserved for a patient of {group}.");
            }
            else
            {
                Require(reserved.Emergency == true && SuitsAnybody, "I3", "reservations for patients", $"A unit of {_group} was reserved for a patient of no group.");
            }

            if (reserved.Recipient is { } recipient)
                Require(!_incompatible.Contains(recipient), "I3", "reservations for patients", $"Reserved for {recipient}, with whom it was found incompatible.");
        }

        /// <summary>Whatever the ABO group, it does not kill.</summary>
        private bool SuitsAnybody => _facts is { } facts && _group is { } unit
            && BloodGroup.All.All(group => AboRhCompatibility.Against(facts.Kind, group, unit).All(code => code == AboRhCompatibility.RhDIncompatible));

        private void Crossmatch(UnitCrossmatched crossmatched)
        {
            var isAfterwards = _issue is { CrossmatchDue: not null } issue && issue.Order == crossmatched.Order && issue.Recipient == crossmatched.Recipient;
            if (isAfterwards)
            {
                findings.Saw("I3", "crossmatches afterwards");
                _issue!.IsTested = true;
                if (!crossmatched.Compatible)
                    RequireNoted("I3", "crossmatches afterwards", "retrospective-incompatible", $"Found incompatible with {crossmatched.Recipient} after it was handed out");
            }
            else
            {
                RequireHere("crossmatches", "crossmatched");
                Require(
                    _reservation is { } reservation && reservation.Order == crossmatched.Order && reservation.Recipient == crossmatched.Recipient,
                    "I3", "crossmatches", $"Crossmatched for {crossmatched.Recipient}, for whom it is not reserved.");
            }

            if (!crossmatched.Compatible)
                _incompatible.Add(crossmatched.Recipient);
            else if (_incompatible.Contains(crossmatched.Recipient))
                Violate("I3", "An incompatible crossmatch was overwritten.");
            // Without a method it is older than the telling of patients.
            if (crossmatched.Method is not null)
                RequireEstablished("crossmatches", crossmatched.Recipient, crossmatched.RecipientGroup, "crossmatched");
            _crossmatch = crossmatched;
        }

        private void RequireEstablished(string what, RecipientId recipient, BloodGroup? group, string done)
        {
            var established = PatientNow(recipient)?.Told.Group;
            // Nothing was told when it was decided, and the first news came before it was written.
            if (group is null && PatientNow(recipient) is { Told.Version: var version } && IsFirst(recipient, version))
                return;
            Require(group == established, "I3", what, $"It was {done} for {recipient} as {group?.ToString() ?? "of no group"}, and what was established is {established?.ToString() ?? "none"}.");
        }

        private bool IsFirst(RecipientId recipient, long version) => patients.First(recipient) == version;

        private void Override(UnitRulesOverridden overridden)
        {
            Require(!CaseHistory.IsSame(overridden.CountersignedBy, _now.By.Actor), "I3", "rules let pass", "Rules were let pass by one person alone.");
            Require(
                _reservation is { } reservation && reservation.Order == overridden.Order && reservation.Recipient == overridden.Recipient,
                "I3", "rules let pass", $"Rules were let pass for {overridden.Recipient}, for whom it is not reserved.");
            Require(overridden.Reason.Length > 0, "I3", "rules let pass", "Rules were let pass without a reason.");
            foreach (var code in overridden.Codes.Where(code => !LetPass.Contains(code, StringComparer.Ordinal) && code is not ("requirement-irradiated" or "requirement-washed")))
                Violate("I3", $"'{code}' was let pass, which nobody may.");
            _overrides.Add(new Entry<UnitRulesOverridden>(_now.Stored, overridden));
        }

        private void Issue(UnitIssued issued)
        {
            // Without a time to account for it, it is older than the rules on samples, and the group is the one that was passed along.
            var patient = issued.AccountBy is null ? null : PatientNow(issued.Recipient);
            if (issued.AccountBy is not null)
                RequireEstablished("issues", issued.Recipient, issued.RecipientGroup, "issued");
            JudgeByRules("issues", "issued", issued.Order, issued.Recipient, issued.RecipientGroup, patient, []);
            RequireTwo("issues", issued.VerifiedBy);
            HandOut(new Out(issued.Order, issued.Recipient), _site);
        }

        private void IssueInEmergency(UnitIssuedInEmergency issued)
        {
            var patient = PatientNow(issued.Recipient);
            RequireEstablished("issues in emergencies", issued.Recipient, issued.RecipientGroup, "issued");
            JudgeByRules(
                "issues in emergencies", "issued", issued.Order, issued.Recipient, issued.RecipientGroup, patient,
                ["sample-missing", "sample-expired", "crossmatch-missing", "group-unknown"]);
            RequireTwo("issues in emergencies", issued.VerifiedBy);
            Require(issued.Indication.Trim().Length > 0, "I3", "issues in emergencies", "Handed out in an emergency, and nobody says why it could not wait.");
            Require(_reservation is null or { Emergency: true }, "I3", "issues in emergencies", "Handed out in an emergency, and reserved for none.");
            Require(issued.RecipientGroup is not null || SuitsAnybody, "I3", "issues in emergencies", $"A unit of {_group} was handed out for a patient of no group.");
            Require(
                issued.CrossmatchDue is not null || !CarriesCells || IsCrossmatched(issued.Order, issued.Recipient),
                "I3", "issues in emergencies", "Handed out without a crossmatch, and none is due.");
            HandOut(new Out(issued.Order, issued.Recipient, issued.CrossmatchDue), _site);
        }

        /// <summary>A fact: whatever stands against it stands beside it.</summary>
        private void RecordIssue(UnitIssueRecorded issued)
        {
            Require(_now.By.Site == issued.Site.ToString(), "I14", "issues told later", $"Handed out at {issued.Site}, told by {_now.By.Site}.");
            foreach (var objection in Objections(issued.Order, issued.Recipient, issued.RecipientGroup, PatientNow(issued.Recipient), _now.By.OccurredAt, _now.By.Site))
            {
                if (!IsLetPass(objection, issued.Order, issued.Recipient, issued.RecipientGroup, PatientNow(issued.Recipient)))
                    RequireNoted(objection.Invariant, "issues told later", objection.Code, objection.Explanation.TrimEnd('.'));
            }

            if (CaseHistory.IsSame(issued.VerifiedBy, _now.By.Actor))
                RequireNoted("I2", "issues told later", "second-person-required", "Handed out by one person alone");
            HandOut(new Out(issued.Order, issued.Recipient, issued.CrossmatchDue), issued.Site);
        }

        private void HandOut(Out issue, SiteId? site)
        {
            _issue = issue;
            MoveTo(Place.WithPatient, site);
        }

        private void RequireTwo(string what, string verifiedBy) =>
            Require(!CaseHistory.IsSame(verifiedBy, _now.By.Actor), "I2", what, "Issued by one person alone.");

        private void JudgeByRules(string what, string done, OrderId order, RecipientId recipient, BloodGroup? group, Patient? patient, string[] waived)
        {
            foreach (var invariant in (string[])["I1", "I2", "I3", "I4", "I6", "I14"])
                findings.Saw(invariant, what);
            foreach (var objection in Objections(order, recipient, group, patient, _now.Latest, _now.By.Site))
            {
                if (!waived.Contains(objection.Code, StringComparer.Ordinal) && !IsLetPass(objection, order, recipient, group, patient))
                    Violate(objection.Invariant, objection.Explanation);
            }

            if (_place is not Place.AtSite && _issue is null)
                Violate("I7", $"The unit was {done} while {Whereabouts}.");
        }

        /// <summary>Let pass while it was reserved as it is, by somebody who knew of the patient what is known now.</summary>
        private bool IsLetPass(Objection objection, OrderId order, RecipientId recipient, BloodGroup? group, Patient? patient) =>
            LetPass.Contains(objection.Code, StringComparer.Ordinal)
            && _overrides.Exists(given => given.Data.Order == order
                && given.Data.Recipient == recipient
                && given.Data.RecipientGroup == group
                && given.Data.Demands == (patient?.Demands ?? UnitRequirements.None)
                && given.Data.Codes.Contains(objection.Code, StringComparer.Ordinal));

        private bool IsCrossmatched(OrderId order, RecipientId recipient) =>
            _crossmatch is { Compatible: true } crossmatch && crossmatch.Recipient == recipient && crossmatch.Order == order;

        private IEnumerable<Objection> Objections(OrderId order, RecipientId recipient, BloodGroup? group, Patient? patient, DateTimeOffset at, string site)
        {
            if (_facts is not { } facts)
                return [new Objection("I7", "unknown-unit", "A unit that nobody prepared was issued.")];
            return Found().OfType<Objection>();

            IEnumerable<Objection?> Found()
            {
                if (_issue is not null)
                    yield return new Objection("I1", "issued", "The unit was issued while out with a patient.");
                if (_reservation?.Order != order)
                    yield return new Objection("I1", "not-reserved", $"Issued for {recipient} on {order}, for which it is not reserved.");
                else if (_reservation.Recipient != recipient)
                    yield return new Objection("I1", "wrong-recipient", $"Issued for {recipient} on {order}, for which it is not reserved.");
                if (!IsReleased)
                    yield return new Objection("I2", "not-released", "Issued before its release.");
                if (_holds.Count > 0)
                    yield return new Objection("I6", "held", $"Issued while held for {Holds}.");
                if (facts.ExpiresAt <= at)
                    yield return new Objection("I4", "expired", $"The unit was issued at {at:O} and expired at {facts.ExpiresAt:O}.");
                if (_site?.ToString() != site)
                    yield return new Objection("I14", "not-here", $"The unit was issued at {site} while {Whereabouts}.");
                foreach (var code in group is null ? ["group-unknown"] : IsReleased ? AboRhCompatibility.Against(facts.Kind, group.Value, _group ?? default) : [])
                    yield return new Objection("I3", code, $"A unit of {_group} was issued for a patient of {group?.ToString() ?? "no group"}: {code}.");
                if (_incompatible.Contains(recipient))
                    yield return new Objection("I3", "crossmatch-incompatible", $"Issued for {recipient}, with whom it was found incompatible.");
                else if (CarriesCells && !IsCrossmatched(order, recipient))
                    yield return new Objection("I3", "crossmatch-missing", $"Issued for {recipient} without a compatible crossmatch.");
                if (patient is null)
                    yield break;
                foreach (var objection in OfPatient(facts.Kind, patient, order, recipient, at))
                    yield return objection;
                if (facts.Kind is not (ComponentKind.Plasma or ComponentKind.Cryoprecipitate))
                {
                    if (patient.Told.Requirements is { CmvNegative: true } && _cmv != CmvStatus.Negative)
                        yield return new Objection("I3", "requirement-cmv", "Not known to be CMV negative, for a patient who needs that.");
                    if (patient.Told.Requirements?.FresherThanDays is { } days && at - facts.CollectedAt >= TimeSpan.FromDays(days))
                        yield return new Objection("I3", "requirement-fresh", $"Collected at {facts.CollectedAt:O}, for a patient who needs it fresher than {days} days.");
                }
            }
        }

        private IEnumerable<Objection> OfPatient(ComponentKind kind, Patient patient, OrderId order, RecipientId recipient, DateTimeOffset at)
        {
            if (kind is ComponentKind.Plasma or ComponentKind.Platelets or ComponentKind.Cryoprecipitate)
                yield break;
            var lacking = _negative.Except(_positive);
            if (patient.Antibodies.Except(lacking) is { IsEmpty: false } unmatched)
                yield return new Objection("I3", "antibody-unmatched", $"Issued for a patient with antibodies, and not known to lack {unmatched}.");
            var wanted = (patient.Told.Requirements?.WithoutAntigens ?? AntigenSet.None).Except(patient.Antibodies);
            if (wanted.Except(lacking) is { IsEmpty: false } unknown)
                yield return new Objection("I3", "requirement-antigen", $"Issued for a patient who needs it without {unknown}, which it is not known to lack.");
            var newest = patient.Told.Sample;
            DateTimeOffset? until = newest?.ValidUntil;
            if (newest is not null && IsCrossmatched(order, recipient) && _crossmatch!.SampleValidUntil is { } tested)
                until = _crossmatch.Sample == newest.Number && newest.ValidUntil < tested ? newest.ValidUntil : tested;
            if (until is null)
                yield return new Objection("I3", "sample-missing", "Issued for a patient without a sample.");
            else if (until <= at)
                yield return new Objection("I3", "sample-expired", $"Issued at {at:O} by a sample that served until {until:O}.");
        }

        private void FallOverdue(UnitCrossmatchOverdue overdue)
        {
            Require(
                _issue is { CrossmatchDue: { } due } issue && due == overdue.DueAt && issue.Order == overdue.Order && issue.Recipient == overdue.Recipient,
                "I3", "crossmatches overdue", "A crossmatch is said to be overdue that was not due.");
            Require(overdue.DueAt <= _now.Stored.RecordedAt, "I3", "crossmatches overdue", $"A crossmatch is said to be overdue at {_now.Stored.RecordedAt:O} that is due at {overdue.DueAt:O}.");
            if (_issue is { IsTested: true } or { IsOverdue: true })
                Violate("I11", "A crossmatch is said to be overdue that was done, or told before to be so.");
            _issue?.IsOverdue = true;
        }

        /// <summary>At the end of a whole log: nobody was handed a unit uncrossmatched and forgotten.</summary>
        public void Close(DateTimeOffset? end)
        {
            if (_issue is not { CrossmatchDue: { } due } issue || _fate is not (null or "transfused") || end is null || due + Logs.Patience > end)
                return;
            Require(issue.IsTested || issue.IsOverdue, "I3", "crossmatches due", $"Handed out in an emergency, its crossmatch was due at {due:O}, and nobody has told of it or missed it.");
        }

        private void Return(UnitReturned returned)
        {
            if (_issue is null)
            {
                Violate("I7", "The unit came back and was not out with a patient.");
                return;
            }

            findings.Saw("I7", "returns");
            if (_issue.Order != returned.Order || _issue.Recipient != returned.Recipient)
                Violate("I7", "The unit came back from somebody who did not have it.");
            // Told later of another place, it was found there as well.
            if (!SameCommit().Any(data => data is UnitFound))
                RequireHere("returns", "taken back");
            Require(
                !returned.Usable || (returned.Appearance is null or Appearance.Normal && returned.SealIntact != false),
                "I6", "returns", "The unit came back open or spoilt, and is said to be usable.");
            if (!returned.Usable)
            {
                Require(
                    _holds.Count > 0 || SameCommit().Any(data => data is UnitHeld or UnitExpired),
                    "I6", "late returns", "The unit came back too late to be used and was not held.");
            }

            if (_reservation is not null)
                RequireFreed("returns", "came back");
            _issue = null;
            MoveTo(Place.AtSite, _site);
        }

        private void Transfuse(UnitTransfused transfused)
        {
            if (_facts is null)
            {
                RequireNoted("I7", "transfusions", "unknown-unit", "A unit that nobody prepared was transfused");
            }
            else
            {
                if (_issue is null)
                    RequireNoted("I7", "transfusions", "not-issued", "The unit was transfused without having been issued");
                else
                    Require(_issue.Recipient == transfused.Recipient, "I3", "transfusions", $"The unit was issued for {_issue.Recipient} and transfused to {transfused.Recipient}.");
                if (!IsReleased)
                    RequireNoted("I2", "transfusions", "not-released", "The unit was transfused out of quarantine");
                if (_holds.Count > 0)
                    RequireNoted("I6", "transfusions", "transfused-on-hold", $"The unit was transfused while held for {Holds}");
                if (_facts.Value.ExpiresAt <= transfused.StartedAt)
                    RequireNoted("I4", "transfusions", "transfused-after-expiry", "The unit was transfused after its expiry");
                RequireSite("I14", "transfusions", "transfused-elsewhere", "transfused");
            }

            End("transfused");
        }
    }
}
