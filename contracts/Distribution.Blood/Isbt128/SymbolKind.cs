namespace Distribution.Blood.Isbt128;

/// <summary>One row of ST-001 v6.2.2 table 2: how a symbol opens and how long its content is.</summary>
/// <param name="Structure">The structure it carries.</param>
/// <param name="Identifier">The opening characters, which are not part of the content.</param>
/// <param name="Length">Characters of content; for a repeating or open structure those of its fixed head.</param>
/// <param name="Name">What people call it.</param>
/// <param name="CountAt">Where in the head the number of repeats is written, or -1.</param>
/// <param name="RepeatLength">Characters of one repeat.</param>
internal sealed record SymbolKind(
    DataStructure Structure,
    string Identifier,
    int Length,
    string Name,
    int CountAt = -1,
    int RepeatLength = 0)
{
    private static readonly SymbolKind[] Table =
    [
        new(DataStructure.DonationNumber, "=", 15, "donation number"),
        new(DataStructure.BloodGroup, "=%", 4, "blood group"),
        new(DataStructure.ProductCode, "=<", 8, "product code"),
        new(DataStructure.ExpirationDate, "=>", 6, "expiration date"),
        new(DataStructure.ExpirationDateTime, "&>", 10, "expiration date and time"),
        new(DataStructure.CollectionDate, "=*", 6, "collection date"),
        new(DataStructure.CollectionDateTime, "&*", 10, "collection date and time"),
        new(DataStructure.ProductionDate, "=}", 6, "production date"),
        new(DataStructure.ProductionDateTime, "&}", 10, "production date and time"),
        new(DataStructure.SpecialTesting, "&(", 5, "special testing code"),
        new(DataStructure.RetiredRedCellAntigens, "={", 18, "red cell antigens, version 011") { IsRetired = true },
        new(DataStructure.RedCellAntigens, "=\\", 18, "red cell antigens"),
        new(DataStructure.RedCellAntigensFinnish, "&\\", 18, "red cell antigens, Finnish version"),
        new(DataStructure.PlateletAntigens, "&{", 18, "platelet antigens"),
        new(DataStructure.RetiredHlaAlleles, "=[", 18, "HLA-A and -B alleles") { IsRetired = true },
        new(DataStructure.RetiredHlaDrb1Alleles, "=\"", 18, "HLA-DRB1 alleles") { IsRetired = true },
        new(DataStructure.ContainerManufacturer, "=)", 10, "container manufacturer and catalog number"),
        new(DataStructure.ContainerLot, "&)", 10, "container lot number"),
        new(DataStructure.DonorId, "=;", 21, "donor number"),
        new(DataStructure.StaffId, "='", 11, "staff number"),
        new(DataStructure.ItemManufacturer, "=-", 10, "item manufacturer and catalog number"),
        new(DataStructure.ItemLot, "&-", 10, "item lot number"),
        new(DataStructure.Compound, "=+", 5, "compound message"),
        new(DataStructure.PatientBirthDate, "=#", 10, "patient's date of birth"),
        new(DataStructure.PatientId, "&#", 4, "patient number", CountAt: 2, RepeatLength: 1),
        new(DataStructure.ExpirationMonth, "=]", 6, "expiration month"),
        new(DataStructure.TransmissibleMarkers, "&\"", 18, "infection markers"),
        new(DataStructure.Consignment, "=$", 16, "consignment number"),
        new(DataStructure.Dimensions, "&$", 2, "dimensions", CountAt: 0, RepeatLength: 14),
        new(DataStructure.RedCellAntigensWithHistory, "&%", 3, "red cell antigens with test history", CountAt: 0, RepeatLength: 10),
        new(DataStructure.FlexibleDateTime, "=(", 16, "flexible date and time"),
        new(DataStructure.ProductDivisions, "=,", 6, "product divisions"),
        new(DataStructure.ProcessingFacility, "&+", 11, "processing facility"),
        new(DataStructure.ProcessorProduct, "=/", 16, "processor's product code"),
        new(DataStructure.LotNumber, "&,1", 18, "lot number"),
        new(DataStructure.SupplementalId, "&,2", 18, "supplemental number"),
        new(DataStructure.RetiredRegistrationId, "&,3", 19, "registration identifier, version 037") { IsRetired = true },
        new(DataStructure.SingleEuropeanCode, "&,4", 40, "Single European Code"),
        new(DataStructure.RegistrationId, "&:", 19, "registration identifier"),
        new(DataStructure.ChainOfIdentity, "&/", 15, "chain of identity"),
        new(DataStructure.Local, "&a", 0, "local symbol") { IsOpen = true },
        new(DataStructure.NationalDonorId, "&;", 0, "national donor number") { IsOpen = true },
        new(DataStructure.ConfidentialExclusion, "&!", 0, "confidential exclusion") { IsOpen = true },
    ];

    private static readonly SymbolKind Unknown = new(DataStructure.None, "", 0, "nothing");
    private static readonly SymbolKind?[] AfterEquals = ByLastCharacter("=");
    private static readonly SymbolKind?[] AfterAmpersand = ByLastCharacter("&");
    private static readonly SymbolKind?[] AfterAmpersandComma = ByLastCharacter("&,");

    public bool IsRetired { get; init; }

    /// <summary>Content of a length that the standard leaves to others: it runs to the next symbol.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Characters of the symbol that are not content.</summary>
    public int Opening => Identifier.Length;

    public string Label => $"{Name} ({Identifier})";

    public static SymbolKind Of(DataStructure structure) =>
        Array.Find(Table, kind => kind.Structure == structure) ?? Unknown;

    /// <summary>The kind of the symbol that opens the text, or null. The text is ASCII.</summary>
    public static SymbolKind? At(ReadOnlySpan<char> text) => text switch
    {
        // ST-001 2.1: only here is the second character of the identifier data as well.
        ['=', (>= 'A' and <= 'Z' and not 'O') or (>= '1' and <= '9'), ..] => Table[0],
        ['=', var second, ..] => AfterEquals[second],
        ['&', ',', var third, ..] => AfterAmpersandComma[third],
        ['&', >= 'a' and <= 'z', ..] => AfterAmpersand['a'],
        ['&', var second, ..] => AfterAmpersand[second],
        _ => null,
    };

    private static SymbolKind?[] ByLastCharacter(string opening)
    {
        var kinds = new SymbolKind?[128];
        foreach (var kind in Table)
        {
            if (kind.Identifier.Length == opening.Length + 1 && kind.Identifier.StartsWith(opening, StringComparison.Ordinal))
                kinds[kind.Identifier[^1]] = kind;
        }

        return kinds;
    }
}
