using System.Collections.Immutable;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Inventory;

/// <summary>
/// The units that bear one donation's number, and the cases in force on all of them. Who lists a unit and who holds the
/// donation both write here: one of the two always sees what the other did.
/// </summary>
public sealed record Family : IAggregate<Family>
{
    public static string Category => "family";

    public static Family Initial { get; } = new();

    /// <summary>In order of time.</summary>
    public ImmutableList<UnitNumber> Units { get; init; } = [];

    /// <summary>Each case once, in order of time.</summary>
    public ImmutableList<FamilyHold> Holds { get; init; } = [];

    public bool IsHeldFor(RecallId recall) => Holds.Exists(hold => hold.Recall == recall);

    public static Family Evolve(Family state, object @event) => @event switch
    {
        UnitListed listed when state.Units.Contains(listed.Unit) => state,
        UnitListed listed => state with { Units = state.Units.Add(listed.Unit) },
        FamilyHeld held when state.IsHeldFor(held.Recall) => state,
        FamilyHeld held => state with { Holds = state.Holds.Add(new FamilyHold(held.Recall, held.Reason, held.Kind)) },
        FamilyHoldEnded ended => state with { Holds = state.Holds.RemoveAll(hold => hold.Recall == ended.Recall) },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a family."),
    };
}

/// <summary>One case that stops every unit of the donation.</summary>
public sealed record FamilyHold(RecallId Recall, string Reason, RecallKind Kind);
