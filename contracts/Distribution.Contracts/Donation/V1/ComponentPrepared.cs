using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Donation.V1;

/// <summary>A unit exists and is in quarantine.</summary>
public sealed record ComponentPrepared(UnitNumber Unit, ComponentFacts Component, Attribution By);
