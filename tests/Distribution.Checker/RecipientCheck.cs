using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Network;
using Distribution.Inventory;
using Distribution.Requests;

namespace Distribution.Checker;

/// <summary>
/// I2, I3, I11 and I14 along each patient's history: a group stands by two people only, antibodies never go, and what the others are
/// told is what is known.
/// </summary>
internal static class RecipientCheck
{
    public static void Run(Logs logs, Findings findings)
    {
        var tubes = new Dictionary<string, TubeLabeled>(StringComparer.Ordinal);
        foreach (var entry in logs.Of<TubeLabeled>())
        {
            findings.Require(entry.StreamId == $"tube-{entry.Data.Site}:{entry.Data.Number}", "I9", "tubes", entry.StreamId, $"The tube is {entry.Data.Number} of {entry.Data.Site}.");
            if (!tubes.TryAdd(entry.StreamId, entry.Data))
                findings.Violate("I3", entry.StreamId, $"The tube is {entry.Data.Recipient}'s, and was somebody's before.");
        }

        foreach (var history in logs.Histories<RecipientEvent>(Services.Request))
        {
            var walk = new Walk(history[0].StreamId, tubes, findings);
            for (var i = 0; i < history.Count; i++)
            {
                walk.Look(history[i]);
                if (i + 1 == history.Count || history[i + 1].Stored.Position.TransactionId != history[i].Stored.Position.TransactionId)
                    walk.CloseCommit();
            }
        }

        // Of the older news something may come late; what it forgets was found all the same.
        foreach (var history in logs.Histories<KnownRecipientEvent>(Services.Inventory))
        {
            var version = 0L;
            foreach (var entry in history)
            {
                if (entry.Data is not RecipientTold told)
                {
                    findings.Violate("I9", entry.StreamId, $"No invariant knows {entry.Data.GetType().Name}.");
                    continue;
                }

                findings.Require(told.Version > version, "I11", "news of patients", entry.StreamId, $"Version {told.Version} was taken after version {version}.");
                version = told.Version;
            }
        }
    }

    private sealed class Walk(string streamId, Dictionary<string, TubeLabeled> tubes, Findings findings)
    {
        private readonly List<(BloodGroup Group, string? Person, string? Sample)> _round = [];
        private readonly List<BloodGroup> _all = [];
        private readonly Dictionary<string, ProfileSample> _samples = new(StringComparer.Ordinal);
        private readonly List<string> _order = [];
        private SiteId? _site;
        private BloodGroup? _group;
        private BloodGroup? _settled;
        private AntigenSet _antibodies;
        private UnitRequirements? _requirements;
        private RecipientProfileChanged? _profile;
        private bool _isOfOld;
        private bool _isErased;

        public void Look(Entry<RecipientEvent> entry)
        {
            switch (entry.Data)
            {
                case RecipientRegistered registered:
                    Register(entry, registered.Site);
                    _isOfOld = registered.DeterminedBy is null;
                    if (registered.DeterminedBy is { } person)
                        RequireOwn(entry, person);
                    Add(registered.Group, registered.DeterminedBy, null);
                    break;
                case RecipientAdmitted admitted:
                    Register(entry, admitted.Site);
                    break;
                case RecipientGroupDetermined determined:
                    RequireOwn(entry, determined.Person);
                    RequireSample(determined.Sample);
                    Add(determined.Group, determined.Person, determined.Sample);
                    Establish(determined);
                    break;
                case RecipientGroupSettled settled:
                    findings.Require(!CaseHistory.IsSame(settled.VerifiedBy, entry.By.Actor), "I2", "groups settled", streamId, $"The group was settled as {settled.Group} by one person alone.");
                    findings.Require(_all.Contains(settled.Group), "I2", "groups settled", streamId, $"The group was settled as {settled.Group}, which nobody has found.");
                    (_group, _settled) = (settled.Group, settled.Group);
                    _round.Clear();
                    break;
                case RecipientAntibodyFound found:
                    RequireSample(found.Sample);
                    _antibodies |= found.Antigens;
                    break;
                case RecipientRequirementsSet set:
                    _requirements = set.Requirements;
                    break;
                case RecipientSampleTaken taken:
                    Take(taken);
                    break;
                case RecipientSampleScreened screened:
                    RequireSample(screened.Sample);
                    if (_samples.TryGetValue(screened.Sample, out var sample))
                        _samples[screened.Sample] = sample with { AntibodyScreen = screened.Positive || sample.AntibodyScreen == true };
                    break;
                case RecipientIdentityErased:
                    findings.Require(!_isErased, "I11", "erasures", streamId, "The identity was erased twice.");
                    _isErased = true;
                    break;
                case RecipientProfileChanged profile:
                    findings.Require(profile.Antibodies.Contains(_profile?.Antibodies ?? AntigenSet.None), "I3", "antibodies", streamId, $"The antibodies {_profile?.Antibodies} have become {profile.Antibodies}.");
                    (_profile, _isOfOld) = (profile, false);
                    break;
                default:
                    findings.Violate("I9", streamId, $"No invariant knows {entry.Data.GetType().Name}.");
                    break;
            }
        }

        /// <summary>What is told stands in one commit with what it follows from.</summary>
        public void CloseCommit()
        {
            if (_isOfOld)
                return;
            // Of several taken at once the one told last.
            var newest = Enumerable.Reverse(_order).Select(number => _samples[number]).MaxBy(sample => sample.TakenAt);
            Require("group", _profile?.Group == _group, $"{_profile?.Group?.ToString() ?? "none"}, and {_group?.ToString() ?? "none"} stands");
            Require("antibodies", _profile?.Antibodies == _antibodies, $"{_profile?.Antibodies}, and {_antibodies} were found");
            Require("requirements", _profile?.Requirements == _requirements, "other than were set");
            Require("sample", _profile?.Sample == newest, $"{_profile?.Sample?.Number}, and the newest is {newest?.Number}");

            void Require(string what, bool holds, string instead) =>
                findings.Require(holds, "I3", "profiles", streamId, $"Of the patient's {what} the others are told: {instead}.");
        }

        private void Register(Entry<RecipientEvent> entry, SiteId site)
        {
            findings.Require(_site is null, "I11", "registrations", streamId, "The patient was registered twice.");
            findings.Require(entry.By.Site == site.ToString(), "I14", "registrations", streamId, $"Registered at {entry.By.Site} for {site}.");
            _site ??= site;
        }

        private void Add(BloodGroup group, string? person, string? sample)
        {
            _round.Add((group, person, sample));
            _all.Add(group);
        }

        private void RequireOwn(Entry<RecipientEvent> entry, string person) => findings.Require(
            CaseHistory.IsSame(person, entry.By.Actor), "I2", "determinations of patients", streamId, $"{entry.By.Actor} found the group in the name of {person}.");

        private void Establish(RecipientGroupDetermined determined)
        {
            if (determined.Established is { } established)
            {
                findings.Require(
                    _round.TrueForAll(found => found.Group == established) && (_settled is null || _settled == established),
                    "I2", "groups established", streamId, $"{established} was established while findings differ.");
                var named = _round.Where(found => found.Person is not null).ToList();
                var isByTwo = named.Exists(one => named.Exists(other =>
                    !CaseHistory.IsSame(one.Person!, other.Person!) && (one.Sample is null || one.Sample != other.Sample)));
                findings.Require(_group == established || isByTwo, "I2", "groups established", streamId, $"{established} was established and no two people have found it in two samples.");
            }

            _group = determined.Established;
        }

        private void Take(RecipientSampleTaken taken)
        {
            findings.Require(_samples.TryAdd(taken.Number, new ProfileSample(taken.Number, taken.TakenAt, taken.ValidUntil)), "I11", "samples", streamId, $"Sample {taken.Number} was taken twice.");
            _order.Remove(taken.Number);
            _order.Add(taken.Number);
            findings.Require(taken.ValidUntil > taken.TakenAt, "I3", "samples", streamId, $"Sample {taken.Number} never served.");
            findings.Require(
                tubes.TryGetValue($"tube-{_site}:{taken.Number}", out var tube) && $"recipient-{tube.Recipient}" == streamId,
                "I3", "samples", streamId, $"Sample {taken.Number} is not known to be this patient's alone.");
        }

        private void RequireSample(string? sample)
        {
            if (sample is not null)
                findings.Require(_samples.ContainsKey(sample), "I3", "findings in samples", streamId, $"Something was found in {sample}, which is no sample of the patient.");
        }
    }
}
