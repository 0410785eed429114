using System.Collections.Immutable;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Donations;

/// <summary>One case of donations that must not be used: which, why, since when and until when.</summary>
public sealed record Implication : IAggregate<Implication>
{
    public static string Category => "implication";

    public static Implication Initial { get; } = new();

    /// <summary>Null before anything is known of it.</summary>
    public RecallId? Recall { get; init; }

    public RecallKind Kind { get; init; }

    public string Reason { get; init; } = "";

    public string? Marker { get; init; }

    public DonorId? Donor { get; init; }

    /// <summary>The one that gave the reason first, where one did.</summary>
    public ImmutableList<DonationNumber> Donations { get; init; } = [];

    public DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Inventory opened it and ends it.</summary>
    public bool IsTold { get; init; }

    /// <summary>Null while it is open.</summary>
    public ImplicationEnd? End { get; init; }

    public static Implication Evolve(Implication state, object @event) => @event switch
    {
        ImplicationOpened opened => state with
        {
            Recall = opened.Recall,
            Kind = opened.Kind,
            Reason = opened.Reason,
            Marker = opened.Marker,
            Donor = opened.Donor,
            Donations = [.. opened.Donations],
            OpenedAt = opened.OpenedAt,
            DueAt = opened.DueAt,
        },
        ImplicationExtended extended => state with
        {
            Donations = state.Donations.AddRange(extended.Donations),
            DueAt = state.DueAt ?? extended.DueAt,
        },
        ImplicationEnded ended => state with { End = new ImplicationEnd(ended.EndedAt, Cleared: true, ended.Reason, ended.VerifiedBy) },
        RecallTold told => state with
        {
            Recall = told.Recall,
            Kind = told.Kind,
            Reason = told.Reason,
            Donations = state.Donations.AddRange(told.Donations),
            OpenedAt = state.Donations.IsEmpty ? told.OpenedAt : state.OpenedAt,
            IsTold = true,
        },
        // May be told before the case itself was.
        RecallEnded ended => state with
        {
            Recall = ended.Recall,
            IsTold = true,
            End = new ImplicationEnd(ended.EndedAt, ended.Cleared, ended.Reason, ended.VerifiedBy),
        },
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of an implication."),
    };
}

/// <summary>How a case ended.</summary>
/// <param name="Cleared">What was held for it may be used again.</param>
public sealed record ImplicationEnd(DateTimeOffset At, bool Cleared, string Reason, string VerifiedBy);
