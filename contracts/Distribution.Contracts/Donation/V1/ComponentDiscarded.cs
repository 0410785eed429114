using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Donation.V1;

/// <summary>The centre discarded the unit, whatever state it was in.</summary>
/// <param name="Reason">A code, such as <c>marker-reactive</c>.</param>
public sealed record ComponentDiscarded(UnitNumber Unit, ComponentFacts Component, string Reason, Attribution By);
