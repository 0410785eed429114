using Distribution.Blood.BloodGroups;
using Distribution.Blood.Isbt128;
using Distribution.Donations;

namespace Distribution.Checker;

/// <summary>I2, inside Donation: what leaves quarantine rests on a group, on every mandatory marker and on two people.</summary>
internal static class DonationCheck
{
    /// <summary>Circular 26/2013/TT-BYT Art. 14(1). Not read from the policy pack: a pack that forgot one is to be noticed here.</summary>
    private static readonly string[] MandatoryMarkers = ["hiv", "hbv", "hcv", "syphilis"];

    public static void Run(Logs logs, Findings findings)
    {
        foreach (var history in logs.Histories<DonationEvent>(Services.Donation))
            new Walk(findings).Follow(history);
    }

    private sealed class Walk(Findings findings)
    {
        private readonly Dictionary<string, MarkerResult> _markers = new(StringComparer.Ordinal);
        private readonly HashSet<UnitNumber> _prepared = [];
        private readonly HashSet<UnitNumber> _released = [];
        private readonly HashSet<UnitNumber> _discarded = [];
        private BloodGroup? _group;
        private string? _signedBy;

        public void Follow(IReadOnlyList<Entry<DonationEvent>> history)
        {
            foreach (var entry in history)
                Look(entry);
        }

        private void Look(Entry<DonationEvent> entry)
        {
            switch (entry.Data)
            {
                case DonationCollected:
                    findings.Require(entry.Stored.Version == 1, "I9", "donation numbers", entry.StreamId, "The donation was collected twice.");
                    break;
                case GroupDetermined determined:
                    if (_group is { } known && known != determined.Group)
                        findings.Violate("I2", entry.StreamId, $"The group was {known} and became {determined.Group}.");
                    _group = determined.Group;
                    break;
                case MarkersTested tested:
                    foreach (var (marker, result) in tested.Results)
                    {
                        // A negative result may turn reactive, never the other way round.
                        if (_markers.TryGetValue(marker, out var before) && before != result && result != MarkerResult.Reactive)
                            findings.Violate("I2", entry.StreamId, $"The marker {marker} was {before} and became {result}.");
                        _markers[marker] = result;
                    }

                    break;
                case ComponentPrepared prepared:
                    if (prepared.Unit.Donation.ToString() != entry.StreamId["donation-".Length..])
                        findings.Violate("I9", entry.StreamId, $"{prepared.Unit} is of another donation.");
                    findings.Require(_prepared.Add(prepared.Unit), "I11", "components", entry.StreamId, $"{prepared.Unit} was prepared twice.");
                    break;
                case ReleaseSigned signed:
                    _signedBy ??= signed.Person;
                    break;
                case ComponentReleased released:
                    Release(entry, released);
                    break;
                case ComponentDiscarded discarded:
                    if (discarded.Reason == DonationDecider.MarkerReactive && !_markers.ContainsValue(MarkerResult.Reactive))
                        findings.Violate("I2", entry.StreamId, $"{discarded.Unit} was discarded as reactive, and no marker is.");
                    if (_released.Contains(discarded.Unit))
                        findings.Violate("I5", entry.StreamId, $"{discarded.Unit} was discarded here after it had been released.");
                    if (!_discarded.Add(discarded.Unit))
                        findings.Violate("I11", entry.StreamId, $"{discarded.Unit} was discarded twice.");
                    break;
                case ComponentLabelVerified verified:
                    findings.Require(_prepared.Contains(verified.Unit), "I2", "labels", entry.StreamId, $"{verified.Unit} was labeled and never prepared.");
                    break;
                default:
                    findings.Violate("I9", entry.StreamId, $"No invariant knows {entry.Data.GetType().Name}.");
                    break;
            }
        }

        private void Release(Entry<DonationEvent> entry, ComponentReleased released)
        {
            findings.Saw("I2", "releases by Donation");
            void Refuse(string why) => findings.Violate("I2", entry.StreamId, $"{released.Unit} was released {why}.");

            if (!_prepared.Contains(released.Unit))
                Refuse("and never prepared");
            if (_group is null)
                Refuse("before its group was known");
            else if (_group != released.Group)
                Refuse($"as {released.Group}, and the group is {_group}");
            foreach (var marker in MandatoryMarkers.Where(marker => !_markers.ContainsKey(marker)))
                Refuse($"without a result for {marker}");
            foreach (var marker in _markers.Where(marker => marker.Value != MarkerResult.Negative))
                Refuse($"with {marker.Key} {marker.Value}");
            if (_signedBy is null || _signedBy != released.FirstPerson)
                Refuse("without the signature of a first person");
            if (string.Equals(released.FirstPerson, entry.By.Actor, StringComparison.OrdinalIgnoreCase))
                Refuse("by one person alone");
            findings.Require(entry.Latest < released.ExpiresAt, "I4", "releases", entry.StreamId, $"{released.Unit} was released after its expiry.");
            findings.Require(!_discarded.Contains(released.Unit), "I5", "releases", entry.StreamId, $"{released.Unit} was released after it had been discarded.");
            if (!_released.Add(released.Unit))
                findings.Violate("I11", entry.StreamId, $"{released.Unit} was released twice.");
        }
    }
}
