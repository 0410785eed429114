using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Inventory;

namespace Distribution.Checker;

/// <summary>
/// I1 to I8 and I14 along the history of each unit. Intentions must never break a rule. Facts may, but only where a
/// discrepancy that says so stands beside them.
/// </summary>
internal static partial class UnitCheck
{
    /// <returns>By unit that has a history, the sites that had it when it ended and answer for it; empty where it has not ended.</returns>
    public static IReadOnlyDictionary<string, IReadOnlyList<SiteId>> Run(Logs logs, bool settled, Findings findings)
    {
        var patients = new Patients(logs);
        var end = settled ? logs.End : null;
        var places = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var units = new Dictionary<string, IReadOnlyList<SiteId>>(StringComparer.Ordinal);
        foreach (var history in logs.Histories<UnitEvent>(Services.Inventory))
        {
            var walk = new Walk(history, patients, findings);
            walk.Follow();
            walk.Close(end);
            places[walk.Standing] = places.GetValueOrDefault(walk.Standing) + 1;
            units.Add(AllocationCheck.UnitOf(history[0].StreamId), walk.Answering);
        }

        foreach (var (place, count) in places)
            findings.Saw("I7", $"units {place}", count);
        return units;
    }

    private enum Place
    {
        Unknown,
        AtSite,
        OnTheRoad,
        WithPatient,
        Missing,
    }

    private sealed partial class Walk(IReadOnlyList<Entry<UnitEvent>> history, Patients patients, Findings findings)
    {
        private readonly HashSet<string> _holds = new(StringComparer.Ordinal);
        private readonly HashSet<ConsignmentNumber> _left = [];
        private readonly HashSet<ConsignmentNumber> _closed = [];
        private readonly HashSet<ConsignmentNumber> _arrived = [];
        private readonly HashSet<RecipientId> _incompatible = [];
        private readonly List<Entry<UnitRulesOverridden>> _overrides = [];
        private readonly HashSet<long> _resolved = [];
        private readonly string _stream = history[0].StreamId;
        private (ComponentKind Kind, DateTimeOffset CollectedAt, DateTimeOffset ExpiresAt)? _facts;
        private BloodGroup? _group;
        private Place _place = Place.Unknown;
        private SiteId? _site;
        private UnitDispatched? _leg;
        private UnitMissing? _missed;
        private UnitReserved? _reservation;
        private UnitCrossmatched? _crossmatch;
        private Out? _issue;
        private string? _fate;
        private Entry<UnitEvent> _now = history[0];

        public string Standing => _fate is not null ? "ended" : _place switch
        {
            Place.AtSite => "at a site",
            Place.OnTheRoad => "on the road",
            Place.WithPatient => "out with a patient",
            Place.Missing => "missing",
            _ => "unknown",
        };

        private string Whereabouts => _fate ?? (_site is { } site ? $"{Standing} ({site})" : Standing);

        /// <summary>Who had it last, once it has ended: where it stood or was handed out, where its leg led, both ends of the leg that lost it.</summary>
        public IReadOnlyList<SiteId> Answering { get; private set; } = [];

        private bool IsReleased => _group is not null;

        public void Follow()
        {
            foreach (var entry in history)
            {
                _now = entry;
                if (_fate is not null && !MayFollowItsFate(entry.Data))
                {
                    Violate("I5", $"{entry.Stored.Type} follows although the unit was {_fate}.");
                    continue;
                }

                Look(entry.Data);
            }

            if (_fate is null && _facts is not null && _place == Place.Unknown)
                Violate("I7", "The unit was prepared and is nowhere.");
        }

        /// <summary>The preparation may be told late, a patient reacts and is crossmatched afterwards; none of it changes a fate.</summary>
        private bool MayFollowItsFate(UnitEvent @event) => @event switch
        {
            UnitDiscrepancyRecorded or UnitDiscrepancyResolved or UnitReactionReported => true,
            UnitPrepared => _facts is null,
            UnitIncompatibilityFound => true,
            UnitCrossmatched => _issue is { CrossmatchDue: not null },
            UnitCrossmatchOverdue => _issue is { CrossmatchDue: not null },
            _ => false,
        };

        private void Look(UnitEvent @event)
        {
            switch (@event)
            {
                case UnitPrepared prepared:
                    Prepare(prepared);
                    break;
                case UnitMade made:
                    Make(made);
                    break;
                case UnitUsedUp used:
                    UseUp(used);
                    break;
                case UnitReleased released:
                    if (IsReleased)
                        Violate("I11", "The unit was released twice.");
                    else if (_facts is null)
                        Violate("I2", "The unit was released before it was prepared.");
                    else
                        _group = released.Group;
                    break;
                case UnitHeld held:
                    if (!_holds.Add(held.HoldReason))
                        Violate("I11", $"The unit was held for {held.HoldReason} twice.");
                    break;
                case UnitHoldEnded ended:
                    Require(_holds.Remove(ended.HoldReason), "I6", "ends of holds", $"A hold for {ended.HoldReason} ended that nobody had laid.");
                    if (ended.StillHeld != _holds.Count > 0)
                        Violate("I6", $"The end of the hold for {ended.HoldReason} says {(ended.StillHeld ? "that others remain" : "that none remains")}.");
                    break;
                case UnitReserved reserved:
                    Reserve(reserved);
                    break;
                case UnitReservationRenewed renewed:
                    Renew(renewed);
                    break;
                case UnitReservationEnded ended:
                    Require(_reservation?.Order == ended.Order, "I1", "ends of reservations", $"A reservation for {ended.Order} ended that there was not.");
                    EndReservation();
                    break;
                case UnitDispatched dispatched:
                    Dispatch(dispatched);
                    break;
                case UnitReceived received:
                    Receive(received);
                    break;
                case UnitMissing missing:
                    Miss(missing);
                    break;
                case UnitFound found:
                    Find(found);
                    break;
                case UnitCrossmatched crossmatched:
                    Crossmatch(crossmatched);
                    break;
                case UnitIncompatibilityFound found:
                    _incompatible.Add(found.Recipient);
                    if (_issue?.Recipient == found.Recipient)
                        _issue.IsTested = true;
                    break;
                case UnitIssued issued:
                    Issue(issued);
                    break;
                case UnitIssuedInEmergency issued:
                    IssueInEmergency(issued);
                    break;
                case UnitIssueRecorded issued:
                    RecordIssue(issued);
                    break;
                case UnitRulesOverridden overridden:
                    Override(overridden);
                    break;
                case UnitCrossmatchOverdue overdue:
                    FallOverdue(overdue);
                    break;
                case UnitReturned returned:
                    Return(returned);
                    break;
                case UnitTransfused transfused:
                    Transfuse(transfused);
                    break;
                case UnitDiscarded:
                    RequireSite("I14", "discards", "discarded-elsewhere", "discarded");
                    End("discarded");
                    break;
                case UnitLost:
                    // Nobody is known to have had it: whoever is asked for it may say so.
                    findings.Saw("I14", "losses");
                    if (_place != Place.Unknown && _now.By.Site != _site?.ToString() && _now.By.Site != _leg?.To.ToString() && _now.By.Site != _missed?.To.ToString())
                        RequireNoted("I14", "losses", "lost-elsewhere", $"Given up at {_now.By.Site} while {Whereabouts}");
                    End("lost");
                    break;
                case UnitExpired expired:
                    Require(_issue is null, "I7", "expiries", "The unit expired in stock while out with a patient.");
                    if (_facts?.ExpiresAt != expired.ExpiresAt)
                        Violate("I4", $"The unit expired at {expired.ExpiresAt:O}, which is not its time.");
                    End("expired");
                    break;
                case UnitReactionReported:
                    findings.Saw("I7", "reactions");
                    if (_fate != "transfused")
                        RequireNoted("I7", "reactions", "reaction-without-transfusion", $"A patient reacted to the unit, {Whereabouts}");
                    break;
                case UnitLabelVerified:
                    Require(IsReleased, "I2", "labels", "A label was verified before the release.");
                    Require(_holds.Count == 0, "I6", "labels", $"A label was verified while held for {Holds}.");
                    break;
                case UnitTyped typed:
                    Type(typed.Positive, typed.Negative, typed.Cmv);
                    break;
                case UnitStored stored:
                    Require(_place == Place.AtSite && _now.By.Site == _site?.ToString(), "I14", "units put away", $"Put away in {stored.Place} of {_now.By.Site} while {Whereabouts}.");
                    break;
                case UnitDiscrepancyRecorded:
                    findings.Saw("I5", "discrepancies");
                    break;
                case UnitDiscrepancyResolved resolved:
                    Require(history.Any(entry => entry.Stored.Version == resolved.Of && resolved.Of < _now.Stored.Version && entry.Data is UnitDiscrepancyRecorded), "I9", "discrepancies resolved", $"A contradiction was resolved that does not stand at version {resolved.Of}.");
                    Require(_resolved.Add(resolved.Of), "I11", "discrepancies resolved", $"The contradiction at version {resolved.Of} was resolved twice.");
                    break;
                default:
                    Violate("I9", $"No invariant knows {@event.GetType().Name}.");
                    break;
            }
        }

        private void Prepare(UnitPrepared prepared)
        {
            if (_facts is not null)
            {
                Violate("I11", "The unit was prepared twice.");
                return;
            }

            findings.Saw("I7", "units prepared");
            _facts = (prepared.Kind, prepared.CollectedAt, prepared.ExpiresAt);
            // Met on the road before its preparation was told: it is where it was met.
            if (_place == Place.Unknown && _fate is null)
                MoveTo(Place.AtSite, prepared.Site);
        }

        /// <summary>Released from its first moment, because what it was made of was.</summary>
        private void Make(UnitMade made)
        {
            if (_facts is not null)
            {
                Violate("I11", "The unit was made and there was one already.");
                return;
            }

            Require(_now.By.Site == made.Site.ToString(), "I14", "units made of others", $"Made at {made.Site}, told by {_now.By.Site}.");
            (_facts, _group) = ((made.Kind, made.CollectedAt, made.ExpiresAt), made.Group);
            MoveTo(Place.AtSite, made.Site);
            _incompatible.UnionWith(made.IncompatibleWith ?? []);
            Type(made.AntigenPositive ?? AntigenSet.None, made.AntigenNegative ?? AntigenSet.None, made.Cmv);
        }

        private void UseUp(UnitUsedUp used)
        {
            if (used.Procedure is null)
            {
                // Told by the centre, out of quarantine: a fact.
                RequireSite("I14", "units used up by the centre", "used-up-elsewhere", "used up");
            }
            else
            {
                Require(IsReleased, "I2", "units used up", "Used up before its release.");
                Require(_reservation is null, "I1", "units used up", $"Used up while reserved for {_reservation?.Order}.");
                Require(_holds.Count == 0, "I6", "units used up", $"Used up while held for {Holds}.");
                RequireFresh("units used up", "used up");
                RequireHere("units used up", "used up");
                if (_place != Place.AtSite)
                    Violate("I7", $"Used up while {Whereabouts}.");
            }

            End("used up");
        }

        private void Reserve(UnitReserved reserved)
        {
            Require(_reservation is null, "I1", "reservations", $"Reserved for {reserved.Order} while reserved for {_reservation?.Order}.");
            if (_issue is not null)
                Violate("I1", $"Reserved for {reserved.Order} while out with a patient.");
            Require(IsReleased, "I2", "reservations", $"Reserved for {reserved.Order} before its release.");
            RequireFresh("reservations", $"reserved for {reserved.Order}");
            Require(_holds.Count == 0, "I6", "reservations", $"Reserved for {reserved.Order} while held for {Holds}.");
            Require(_place == Place.AtSite && _site == reserved.Supplier, "I14", "reservations", $"Reserved from {reserved.Supplier} while {Whereabouts}.");
            if (reserved.Purpose == ReservationPurpose.Patient)
                RequireSuits(reserved);

            EndReservation();
            _reservation = reserved;
        }

        /// <summary>What was tested or let pass against another group is void.</summary>
        private void Renew(UnitReservationRenewed renewed)
        {
            Require(_reservation?.Order == renewed.Order, "I1", "renewed reservations", $"A reservation for {renewed.Order} was renewed that there was not.");
            if (_reservation is not { } kept)
                return;
            Require(renewed.LapsesAt >= kept.LapsesAt, "I10", "renewed reservations", $"Kept until {renewed.LapsesAt:O}, and it was until {kept.LapsesAt:O}.");
            if (renewed.RecipientGroup != kept.RecipientGroup)
                EndReservation();
            _reservation = kept with { RecipientGroup = renewed.RecipientGroup, LapsesAt = renewed.LapsesAt, Emergency = renewed.Emergency ? true : null };
        }

        private void EndReservation()
        {
            (_reservation, _crossmatch) = (null, null);
            _overrides.Clear();
        }

        private void End(string how)
        {
            findings.Saw("I5", "units that ended");
            (_fate, _reservation) = (how, null);
            Answering =
            [
                .. (_place switch
                {
                    Place.OnTheRoad => [_leg?.To],
                    Place.Missing => [_missed?.From, _missed?.To],
                    _ => new[] { _site },
                }).OfType<SiteId>().Distinct(),
            ];
        }

        private void MoveTo(Place place, SiteId? site) => (_place, _site, _leg) = (place, site, null);

        private string Holds => string.Join(", ", _holds.Order(StringComparer.Ordinal));

        private void RequireFresh(string what, string done) => Require(
            _facts is { } facts && _now.Latest < facts.ExpiresAt, "I4", what, $"The unit was {done} at {_now.Latest:O} and expired at {_facts?.ExpiresAt:O}.");

        /// <summary>The reservation is at its end, and what stays reserved for it would serve nobody.</summary>
        private void RequireFreed(string what, string done) => Require(
            SameCommit().OfType<UnitReservationEnded>().Any(), "I1", what, $"The unit {done}, and stays reserved for {_reservation?.Order}.");

        private void RequireHere(string what, string done) => Require(
            _now.By.Site == _site?.ToString(), "I14", what, $"The unit was {done} at {_now.By.Site} while {Whereabouts}.");

        private void RequireSite(string invariant, string what, string code, string done)
        {
            findings.Saw(invariant, what);
            if (_now.By.Site != _site?.ToString())
                RequireNoted(invariant, what, code, $"The unit was {done} at {_now.By.Site} while {Whereabouts}");
        }

        /// <summary>A fact that breaks a rule stands beside a discrepancy: one of its own commit, or the same one told before.</summary>
        private void RequireNoted(string invariant, string what, string code, string contradiction) => Require(
            history.Any(entry => entry.Data is UnitDiscrepancyRecorded discrepancy && discrepancy.Code == code && (IsOfThisCommit(entry) || entry.Stored.Version < _now.Stored.Version)),
            invariant, $"{what} with a discrepancy", $"{contradiction}, and no discrepancy '{code}' says so.");

        private IEnumerable<UnitEvent> SameCommit() => history.Where(IsOfThisCommit).Select(entry => entry.Data);

        // Commits that are written together may share a transaction, but never two of one stream.
        private bool IsOfThisCommit(Entry<UnitEvent> entry) => entry.Stored.Position.TransactionId == _now.Stored.Position.TransactionId;

        private void Require(bool holds, string invariant, string what, string explanation) => findings.Require(holds, invariant, what, _stream, explanation);

        private void Violate(string invariant, string explanation) => findings.Violate(invariant, _stream, explanation);
    }
}
