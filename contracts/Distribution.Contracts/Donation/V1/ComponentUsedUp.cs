using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Donation.V1;

/// <summary>In quarantine, others were made of the unit and nothing is left of it: it will never be released or discarded.</summary>
/// <param name="Into">What it became; each of them is told of by a message of its own, before or after this one.</param>
public sealed record ComponentUsedUp(UnitNumber Unit, ComponentFacts Component, IReadOnlyList<UnitNumber> Into, Attribution By);
