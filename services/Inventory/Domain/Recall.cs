using System.Collections.Immutable;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Inventory;

/// <summary>One case of units that must not be used: which they are, who has answered for them, how it ended.</summary>
public sealed record Recall : IAggregate<Recall>
{
    public static string Category => "recall";

    public static Recall Initial { get; } = new();

    /// <summary>Null until it is opened; its end may be told before its beginning.</summary>
    public RecallFacts? Facts { get; init; }

    public ImmutableList<DonationNumber> Donations { get; init; } = [];

    /// <summary>In the order in which the case reached them.</summary>
    public ImmutableList<UnitNumber> Units { get; init; } = [];

    /// <summary>Which site has answered for which unit.</summary>
    public ImmutableHashSet<Acknowledgement> Acknowledged { get; init; } = [];

    public bool IsOverdue { get; init; }

    public RecallEnd? End { get; init; }

    public bool IsOpen => Facts is not null && End is null;

    public static Recall Evolve(Recall state, object @event) => @event switch
    {
        RecallOpened opened => state with
        {
            Facts = new RecallFacts(opened.Recall, opened.Kind, opened.Reason, opened.Source, opened.Site, opened.OpenedAt, opened.DueAt),
            Donations = [.. opened.Donations],
            Units = [.. opened.Units.Select(unit => unit.Unit)],
        },
        RecallExtended extended => state with
        {
            // Facts are there: nothing is added to a case that was not opened.
            Facts = extended.DueAt is { } dueAt && state.Facts is { } facts ? facts with { DueAt = dueAt } : state.Facts,
            IsOverdue = state.IsOverdue && extended.DueAt is null,
            Donations = state.Donations.AddRange(extended.Donations.Except(state.Donations)),
            Units = state.Units.AddRange(extended.Units.Select(unit => unit.Unit).Except(state.Units)),
            End = null,
        },
        RecallAcknowledged acknowledged => state with
        {
            Acknowledged = state.Acknowledged.Union(acknowledged.Units.Select(unit => new Acknowledgement(acknowledged.Site, unit))),
        },
        RecallOverdue => state with { IsOverdue = true },
        RecallClosed closed => state with { End = new RecallEnd(closed.Cleared, closed.Reason, closed.VerifiedBy, closed.ClosedAt) },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a recall."),
    };
}

/// <summary>What the case is about.</summary>
/// <param name="Site">Whose case it is.</param>
/// <param name="DueAt">When every site has to have answered; null where no law sets a time.</param>
public sealed record RecallFacts(
    RecallId Recall, RecallKind Kind, string Reason, RecallSource Source, SiteId Site, DateTimeOffset OpenedAt, DateTimeOffset? DueAt);

/// <summary>The site answers for the unit.</summary>
public readonly record struct Acknowledgement(SiteId Site, UnitNumber Unit);

/// <param name="Cleared">The holds have ended; otherwise every unit has.</param>
public sealed record RecallEnd(bool Cleared, string Reason, string VerifiedBy, DateTimeOffset At);
