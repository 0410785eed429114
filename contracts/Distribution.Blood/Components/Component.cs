using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Components;

/// <summary>What kind of component a bag holds: decides which compatibility rule applies.</summary>
[JsonConverter(typeof(KebabEnumConverter<ComponentKind>))]
public enum ComponentKind
{
    WholeBlood,
    RedCells,
    Plasma,
    Platelets,
    Cryoprecipitate,
}

/// <summary>One entry of a policy pack's catalog. A null minimum means "as cold as you like".</summary>
/// <param name="Kind">Decides the compatibility rule.</param>
/// <param name="Description">The 5-character product description code that opens the product code, such as <c>D0101</c>.</param>
/// <param name="Name">For people, in the jurisdiction's language.</param>
/// <param name="ShelfLife">From collection, kept as the storage temperatures say. What only a procedure makes gets its expiry from the procedure, which never gives it a longer life than this.</param>
/// <param name="StorageMinimumCelsius">Lowest storage temperature, °C.</param>
/// <param name="StorageMaximumCelsius">Highest storage temperature, °C.</param>
/// <param name="TransportMinimumCelsius">Lowest temperature on the road, °C.</param>
/// <param name="TransportMaximumCelsius">Highest temperature on the road, °C.</param>
/// <param name="CollectedBy">The collections that it may be prepared of directly; null: of a component only, by a procedure.</param>
/// <param name="Solution">The anticoagulant or additive solution that its label names; null where it has none.</param>
/// <param name="Irradiated">Whether its label says so.</param>
/// <param name="PreparedWithin">Made, and frozen where it is stored frozen, not later than this after the collection; null: no such limit.</param>
/// <param name="Washed">Its plasma was washed away.</param>
/// <param name="TransportLimit">The longest it may be on the road; null: no such limit.</param>
public sealed record Component(
    ComponentKind Kind,
    string Description,
    string Name,
    TimeSpan ShelfLife,
    double? StorageMinimumCelsius,
    double StorageMaximumCelsius,
    double? TransportMinimumCelsius,
    double TransportMaximumCelsius,
    IReadOnlyList<CollectionKind>? CollectedBy = null,
    string? Solution = null,
    bool Irradiated = false,
    TimeSpan? PreparedWithin = null,
    TimeSpan? TransportLimit = null,
    bool Washed = false);
