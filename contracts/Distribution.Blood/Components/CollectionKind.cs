using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Components;

/// <summary>How blood was taken from the donor: decides volumes, intervals and what may be made of it.</summary>
[JsonConverter(typeof(KebabEnumConverter<CollectionKind>))]
public enum CollectionKind
{
    WholeBlood = 0,
    RedCellApheresis = 10,
    PlasmaApheresis = 20,
    PlateletApheresis = 30,
    GranulocyteApheresis = 40,
}
