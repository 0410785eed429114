using System.Globalization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Inventory;

/// <summary>What the deciders on a unit have in common: how they put things, and discrepancies that stand once.</summary>
internal static class UnitWords
{
    public static UnitDiscrepancyRecorded NeverPrepared() => Discrepancy("unknown-unit", "We had not been told that this unit was prepared.");

    public static UnitDiscrepancyRecorded Discrepancy(string code, string detail) => new(code, detail);

    /// <summary>A contradiction that stands on the board already is not put there again.</summary>
    public static IEnumerable<UnitEvent> New(Unit state, params IReadOnlyList<UnitDiscrepancyRecorded> discrepancies) =>
        discrepancies.Where(discrepancy => !state.Discrepancies.Contains(discrepancy));

    public static Decision<UnitEvent> Note(Unit state, UnitDiscrepancyRecorded discrepancy) =>
        Decision<UnitEvent>.Accept([.. New(state, discrepancy)]);

    /// <summary>Staff codes are typed as well as scanned.</summary>
    public static bool IsSame(string person, string other) => string.Equals(person.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);

    public static OrderId? OrderOf(Unit state) => state.Issue?.Order ?? state.Reservation?.Order;

    public static string Ended(UnitFate fate) => fate.Kind switch
    {
        FateKind.Transfused => "was transfused",
        FateKind.Discarded => "was discarded",
        FateKind.Expired => "expired",
        FateKind.Lost => "was given up as lost",
        FateKind.UsedUp => "was used up",
        _ => "ended",
    };

    public static string Whereabouts(Unit state) => state.Custody.Kind switch
    {
        CustodyKind.AtSite => $"at {state.Custody.Site}",
        CustodyKind.InTransit => $"on the road from {state.Custody.Site} to {state.Custody.To} with {state.Custody.Consignment}",
        CustodyKind.IssuedOut => $"out with a patient of {state.Custody.Site}",
        CustodyKind.Missing => $"missing on {state.Custody.Consignment}",
        CustodyKind.Unknown => "nowhere that we know of",
        _ => "nowhere that we know of",
    };

    public static string Describe(UnitFacts facts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{facts.Kind} of {facts.VolumeMl} mL{(facts.From is { } from ? $" of {from}" : "")}, collected {Write(facts.CollectedAt)} at {facts.CollectedAtSite}, prepared {Write(facts.PreparedAt)} at {facts.Site}, expiring {Write(facts.ExpiresAt)}");

    public static IEnumerable<Rejection> Unknown(Unit state) =>
        state.Facts is null ? [new Rejection("unknown-unit", "We have not been told that this unit was prepared.")] : [];

    public static IEnumerable<Rejection> EndedAlready(Unit state) =>
        state.Fate is { } fate ? [new Rejection("ended", $"The unit {Ended(fate)}.")] : [];

    public static Rejection NotHere(Unit state, SiteId site) => new("not-here", $"The unit is not at {site}: it is {Whereabouts(state)}.");

    public static string Write(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
