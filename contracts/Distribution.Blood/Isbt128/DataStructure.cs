using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Isbt128;

/// <summary>The data structures of ISBT 128 by their numbers (ST-001 v6.2.2, table 2), and those from 900 on that nations and facilities define.</summary>
[JsonConverter(typeof(KebabEnumConverter<DataStructure>))]
public enum DataStructure
{
    /// <summary>No structure: the default of a symbol that was never scanned.</summary>
    None = 0,
    DonationNumber = 1,
    BloodGroup = 2,
    ProductCode = 3,
    ExpirationDate = 4,
    ExpirationDateTime = 5,
    CollectionDate = 6,
    CollectionDateTime = 7,
    ProductionDate = 8,
    ProductionDateTime = 9,
    SpecialTesting = 10,
    RetiredRedCellAntigens = 11,
    RedCellAntigens = 12,
    RedCellAntigensFinnish = 13,
    PlateletAntigens = 14,
    RetiredHlaAlleles = 15,
    RetiredHlaDrb1Alleles = 16,
    ContainerManufacturer = 17,
    ContainerLot = 18,
    DonorId = 19,
    StaffId = 20,
    ItemManufacturer = 21,
    ItemLot = 22,
    Compound = 23,
    PatientBirthDate = 24,
    PatientId = 25,
    ExpirationMonth = 26,
    TransmissibleMarkers = 27,
    Consignment = 28,
    Dimensions = 29,
    RedCellAntigensWithHistory = 30,
    FlexibleDateTime = 31,
    ProductDivisions = 32,
    ProcessingFacility = 33,
    ProcessorProduct = 34,
    LotNumber = 35,
    SupplementalId = 36,
    RetiredRegistrationId = 37,
    SingleEuropeanCode = 38,
    RegistrationId = 39,
    ChainOfIdentity = 40,

    /// <summary><c>&amp;a</c> to <c>&amp;z</c>, defined by a facility, region or nation.</summary>
    Local = 900,

    /// <summary><c>&amp;;</c>, a donor number defined by a nation.</summary>
    NationalDonorId = 901,

    /// <summary><c>&amp;!</c>, a donor's confidential wish that the unit not be used.</summary>
    ConfidentialExclusion = 902,
}

public static class DataStructureNames
{
    /// <summary>What people call the structure, such as "product code".</summary>
    public static string Name(this DataStructure structure) => SymbolKind.Of(structure).Name;

    /// <summary>The characters that open its symbols, such as <c>=&lt;</c>; for a donation number only <c>=</c>, because the next one is data.</summary>
    public static string Identifier(this DataStructure structure) => SymbolKind.Of(structure).Identifier;

    /// <summary>No longer to be used: a symbol of it is refused by name.</summary>
    public static bool IsRetired(this DataStructure structure) => SymbolKind.Of(structure).IsRetired;
}
