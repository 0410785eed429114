using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.BloodGroups;

/// <summary>For whom a label says the unit is (the columns of ST-001 table 4). Anything but <see cref="Default"/> binds or bars the unit.</summary>
[JsonConverter(typeof(KebabEnumConverter<LabelIntent>))]
public enum LabelIntent
{
    Default,
    DirectedOnly,
    EmergencyOnly,
    DirectedBiohazard,
    DirectedCrossover,
    AutologousCrossover,
    AutologousOnly,
    AutologousBiohazard,
}

/// <summary>What a label says where the blood group would stand (ST-001 table 5).</summary>
[JsonConverter(typeof(KebabEnumConverter<SpecialMessage>))]
public enum SpecialMessage
{
    NoInformation,
    Autologous,
    Biohazard,
    Discard,
    FractionationOnly,
    Quarantine,
    ResearchOnly,
    NotForTransfusion,

    /// <summary>T1 to T6, which only tissue may carry.</summary>
    TissueOnly,
}
