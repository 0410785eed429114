using System.Collections.Immutable;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;

namespace Distribution.Blood.Policies;

/// <summary>What may be given to somebody who bleeds before group and crossmatch are known.</summary>
/// <param name="Groups">By component, best first; a component that is not listed is not given uncrossmatched.</param>
/// <param name="RetrospectiveCrossmatch">From the issue to the end of the crossmatch made afterwards.</param>
public sealed record EmergencyRules(ImmutableSortedDictionary<ComponentKind, ImmutableArray<BloodGroup>> Groups, TimeSpan RetrospectiveCrossmatch)
{
    /// <summary>Nothing is given uncrossmatched.</summary>
    public static EmergencyRules None { get; } = new(ImmutableSortedDictionary<ComponentKind, ImmutableArray<BloodGroup>>.Empty, TimeSpan.Zero);

    /// <summary>The groups that may be given to anybody, best first; none where the policy does not say.</summary>
    public ImmutableArray<BloodGroup> GroupsFor(ComponentKind kind) => Groups.GetValueOrDefault(kind, []);
}
