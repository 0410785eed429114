using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Inventory;

namespace Distribution.Checker;

/// <summary>What Inventory had been told of each patient at any place of its log: it judges by that, under the lock of that history.</summary>
internal sealed class Patients
{
    private readonly Dictionary<string, List<Entry<RecipientTold>>> _told;

    public Patients(Logs logs) =>
        _told = logs.Of<RecipientTold>().GroupBy(entry => entry.StreamId, StringComparer.Ordinal).ToDictionary(stream => stream.Key, stream => stream.ToList(), StringComparer.Ordinal);

    /// <summary>The version by which Inventory first heard of the patient.</summary>
    public long First(RecipientId recipient) => _told[$"recipient-{recipient}"][0].Data.Version;

    /// <summary>Null where nothing had been told yet.</summary>
    public Patient? At(RecipientId recipient, long sequence)
    {
        if (!_told.TryGetValue($"recipient-{recipient}", out var told) || told[0].Stored.Position.Sequence > sequence)
            return null;
        var before = told.TakeWhile(entry => entry.Stored.Position.Sequence < sequence).Select(entry => entry.Data).ToList();
        // What was ever found counts, whatever is told later.
        return new Patient(before.MaxBy(entry => entry.Version)!, before.Aggregate(AntigenSet.None, (all, entry) => all | entry.Antibodies));
    }
}

internal sealed record Patient(RecipientTold Told, AntigenSet Antibodies)
{
    public UnitRequirements Demands => (Told.Requirements ?? UnitRequirements.None).And(UnitRequirements.None with { WithoutAntigens = Antibodies });
}
