using System.Globalization;
using System.Text.Json;
using Distribution.Dispatches;
using Distribution.Inventory;
using Distribution.Requests;

namespace Distribution.Checker;

/// <content>What is known of a patient, and what stops a unit, is the same on both sides once all has been told.</content>
internal static partial class ExchangeCheck
{
    private sealed partial class Exchange
    {
        private void Recipients()
        {
            var profiles = logs.Of<RecipientProfileChanged>().ToList();
            var told = logs.Of<RecipientTold>().ToList();
            var newest = told.GroupBy(entry => entry.StreamId, StringComparer.Ordinal).ToDictionary(stream => stream.Key, stream => stream.MaxBy(entry => entry.Data.Version)!, StringComparer.Ordinal);
            Route(
                "patients told",
                profiles.Select(cause => new Said($"{cause.StreamId} at {cause.Stored.Version}", cause.StreamId)),
                told.Select(effect => new Said($"{effect.StreamId} at {effect.Data.Version}", effect.StreamId)),
                // What came after newer news says nothing.
                key => key.Split(" at ") is [var stream, var version] && newest.TryGetValue(stream, out var last) && last.Data.Version > long.Parse(version, CultureInfo.InvariantCulture));
            foreach (var last in settled ? profiles.GroupBy(entry => entry.StreamId, StringComparer.Ordinal).Select(stream => stream.MaxBy(entry => entry.Stored.Version)!) : [])
            {
                findings.Require(
                    !newest.TryGetValue(last.StreamId, out var known) || IsSame(last.Data, known.Data),
                    "I10", "patients known", last.StreamId, $"What Inventory was told last of {last.Data.Recipient} is not what is known of the patient.");
            }
        }

        private static bool IsSame(RecipientProfileChanged profile, RecipientTold told) =>
            profile.Site == told.Site
            && profile.Group == told.Group
            && profile.Antibodies == told.Antibodies
            && profile.Requirements == told.Requirements
            && profile.Sample?.Number == told.Sample?.Number
            && profile.Sample?.TakenAt == told.Sample?.TakenAt
            && profile.Sample?.ValidUntil == told.Sample?.ValidUntil
            && profile.Sample?.AntibodyScreen == told.Sample?.AntibodyScreen;

        /// <summary>What came damaged, or was too warm or too cold on the road, is stopped, or had ended and says so.</summary>
        private void Stopped()
        {
            var held = logs.Of<UnitHeld>().Select(entry => (entry.StreamId, entry.Data.HoldReason)).ToHashSet();
            foreach (var entry in logs.Of<ConsignmentEvent.ColdChainBroken>())
            {
                foreach (var unit in entry.Data.Units)
                {
                    findings.Require(
                        held.Contains(($"unit-{unit}", "cold-chain")) || NotedLate($"{unit} on {entry.Data.Consignment}", "cold-chain-after-end"),
                        "I6", "units of broken cold chains", $"unit-{unit}", $"{unit} was in a box of {entry.Data.Consignment} that was out of its limits, and is not held.");
                }
            }

            foreach (var entry in logs.Of<ConsignmentEvent.ConsignmentReceived>())
            {
                foreach (var damaged in entry.Data.Damaged ?? [])
                {
                    var reason = $"damaged-{JsonNamingPolicy.KebabCaseLower.ConvertName(damaged.Reason.ToString())}";
                    findings.Require(
                        held.Contains(($"unit-{damaged.Unit}", reason))
                            || NotedLate($"{damaged.Unit} on {entry.Data.Consignment}", "received-after-end")
                            || NotedLate($"{damaged.Unit} on {entry.Data.Consignment}", "damaged-after-end"),
                        "I6", "units that came damaged", $"unit-{damaged.Unit}", $"{damaged.Unit} came damaged on {entry.Data.Consignment} ({reason}), and is not held.");
                }
            }
        }
    }
}
