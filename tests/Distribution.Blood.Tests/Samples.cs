using Distribution.Blood.Isbt128;

namespace Distribution.Blood.Tests;

/// <summary>One sound symbol of every structure in use, and the opening of every retired one; written out from ST-001 table 2.</summary>
internal static class Samples
{
    public static IReadOnlyList<(DataStructure Structure, string Text, string Data)> All { get; } =
    [
        (DataStructure.DonationNumber, "=A99992112345600", "A99992112345600"),
        (DataStructure.BloodGroup, "=%5100", "5100"),
        (DataStructure.ProductCode, "=<D0101V00", "D0101V00"),
        (DataStructure.ExpirationDate, "=>018029", "018029"),
        (DataStructure.ExpirationDateTime, "&>0180292359", "0180292359"),
        (DataStructure.CollectionDate, "=*017361", "017361"),
        (DataStructure.CollectionDateTime, "&*0173610915", "0173610915"),
        (DataStructure.ProductionDate, "=}017362", "017362"),
        (DataStructure.ProductionDateTime, "&}0173621030", "0173621030"),
        (DataStructure.SpecialTesting, "&(N0008", "N0008"),
        (DataStructure.RedCellAntigens, @"=\620000000000000000", "620000000000000000"),
        (DataStructure.RedCellAntigensFinnish, @"&\620000000000000000", "620000000000000000"),
        (DataStructure.PlateletAntigens, "&{020124350010000000", "020124350010000000"),
        (DataStructure.ContainerManufacturer, "=)1234567890", "1234567890"),
        (DataStructure.ContainerLot, "&)ABC1234567", "ABC1234567"),
        (DataStructure.DonorId, "=;A99990000000000123456", "A99990000000000123456"),
        (DataStructure.StaffId, "='A9999000N01", "A9999000N01"),
        (DataStructure.ItemManufacturer, "=-AB12345678", "AB12345678"),
        (DataStructure.ItemLot, "&-LOT1234567", "LOT1234567"),
        (DataStructure.Compound, "=+00000", "00000"),
        (DataStructure.PatientBirthDate, "=#0119800131", "0119800131"),
        (DataStructure.PatientId, "&#0106ABC123", "0106ABC123"),
        (DataStructure.ExpirationMonth, "=]202707", "202707"),
        (DataStructure.TransmissibleMarkers, "&\"321415000000000000", "321415000000000000"),
        (DataStructure.Consignment, "=$A999917123450102", "A999917123450102"),
        (DataStructure.Dimensions, "&$0101000100025000", "0101000100025000"),
        (DataStructure.RedCellAntigensWithHistory, "&%0010040010102", "0010040010102"),
        (DataStructure.FlexibleDateTime, "=(0001202607150930", "0001202607150930"),
        (DataStructure.ProductDivisions, "=,000012", "000012"),
        (DataStructure.ProcessingFacility, "&+A9999AB3456", "A9999AB3456"),
        (DataStructure.ProcessorProduct, "=/A9997AB3456T0123", "A9997AB3456T0123"),
        (DataStructure.LotNumber, "&,10000000000005434RZ", "0000000000005434RZ"),
        (DataStructure.SupplementalId, "&,20000000000001234RZ", "0000000000001234RZ"),
        (DataStructure.SingleEuropeanCode, "&,4VNA00001A99992112345600A00D0101112026123", "VNA00001A99992112345600A00D0101112026123"),
        (DataStructure.RegistrationId, "&:9991000000000012312", "9991000000000012312"),
        (DataStructure.ChainOfIdentity, "&/CHA999921000001", "CHA999921000001"),
        (DataStructure.Local, "&kWARD7", "WARD7"),
        (DataStructure.NationalDonorId, "&;001099012345", "001099012345"),
        (DataStructure.ConfidentialExclusion, "&!1", "1"),
    ];

    public static IReadOnlyList<(DataStructure Structure, string Text)> Retired { get; } =
    [
        (DataStructure.RetiredRedCellAntigens, "={123456789012345678"),
        (DataStructure.RetiredHlaAlleles, "=[123456789012345678"),
        (DataStructure.RetiredHlaDrb1Alleles, "=\"123456789012345678"),
        (DataStructure.RetiredRegistrationId, "&,31234567890123456789"),
    ];

    public static string Of(DataStructure structure) => All.Single(sample => sample.Structure == structure).Text;
}
