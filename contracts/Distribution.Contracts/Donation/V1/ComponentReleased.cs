using Distribution.Blood.BloodGroups;
using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Donation.V1;

/// <summary>Two people released the unit from quarantine: every mandatory marker is negative and the group is known.</summary>
/// <param name="VerifiedBy">The first signature; the second, which completed the release, is in <paramref name="By"/>.</param>
public sealed record ComponentReleased(UnitNumber Unit, ComponentFacts Component, BloodGroup Group, string VerifiedBy, Attribution By);
