using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Distribution.Blood.BloodGroups;

namespace Distribution.Blood.Isbt128;

/// <summary>Why a scan was refused.</summary>
/// <param name="Code">Kebab-case and stable; see <see cref="Scan.Parse"/>.</param>
/// <param name="Message">One sentence for the person with the scanner.</param>
/// <param name="Position">Where in the scanned text, from 0.</param>
public sealed record ScanError(string Code, string Message, int Position);

/// <summary>What one scan held: its symbols in order, or the one reason why it was refused as a whole.</summary>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "A scan is read once and never compared.")]
public readonly struct ScanResult
{
    private readonly SymbolSlots _symbols;

    internal ScanResult(SymbolSlots symbols, int count)
    {
        _symbols = symbols;
        Count = count;
    }

    internal ScanResult(ScanError error) => Error = error;

    public bool IsValid => Error is null && Count > 0;

    public ScanError? Error { get; }

    /// <summary>The number of symbols; 0 when refused.</summary>
    public int Count { get; }

    public ScannedSymbol this[int index] => (uint)index < (uint)Count
        ? _symbols[index]
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"The scan holds {Count} symbols.");

    /// <summary>Finds the only symbol of a structure; false when there is none, or more than one.</summary>
    public bool TryGet(DataStructure structure, out ScannedSymbol symbol)
    {
        symbol = default;
        var found = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_symbols[i].Structure != structure)
                continue;
            symbol = _symbols[i];
            found++;
        }

        if (found != 1)
            symbol = default;
        return found == 1;
    }

    /// <summary>
    /// Checks that the scan holds each wanted structure exactly once; other symbols scanned along with them do no harm.
    /// Null when it does, else the scan's own error or <c>wrong-symbol</c>, which names what was scanned and what to scan.
    /// </summary>
    public ScanError? Expect(params ReadOnlySpan<DataStructure> wanted)
    {
        if (Error is not null)
            return Error;
        if (Count == 0)
            return Scan.EmptyScan;
        foreach (var structure in wanted)
        {
            if (!TryGet(structure, out _))
                return WrongSymbol(wanted);
        }

        return null;
    }

    private ScanError WrongSymbol(ReadOnlySpan<DataStructure> wanted)
    {
        var scanned = new List<string>(Count);
        for (var i = 0; i < Count; i++)
            scanned.Add(SymbolKind.Of(_symbols[i].Structure).Label);
        var asked = new List<string>(wanted.Length);
        foreach (var structure in wanted)
            asked.Add(SymbolKind.Of(structure).Label);
        return new ScanError("wrong-symbol", $"This is the {string.Join(" and the ", scanned)}; scan the {string.Join(" and the ", asked)}.", 0);
    }
}

/// <summary>One symbol of a scan. Reading it as another structure than it is throws: the kind is checked before the content.</summary>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "A scan is read once and never compared.")]
public readonly struct ScannedSymbol
{
    private readonly char[]? _text;
    private readonly short _start;
    private readonly short _length;
    private readonly short _structure;

    internal ScannedSymbol(DataStructure structure, char[] text, int start, int length)
    {
        _structure = (short)structure;
        _text = text;
        _start = (short)start;
        _length = (short)length;
    }

    public DataStructure Structure => (DataStructure)_structure;

    /// <summary>The content without the data identifier; of a donation number the 13 characters and two flags.</summary>
    public string Data => Content.ToString();

    /// <summary>The two flag characters of a donation number (ST-001 table 3); null for every other structure.</summary>
    public string? Flags => Structure == DataStructure.DonationNumber ? Content[DonationNumber.Length..].ToString() : null;

    /// <summary>For whom the label says the unit is; null unless the symbol is a blood group with ABO and RhD.</summary>
    public LabelIntent? Intent =>
        Structure == DataStructure.BloodGroup && BloodGroup.TryFromIsbt(Content[..2], out _, out var intent) ? intent : null;

    private ReadOnlySpan<char> Content => _text.AsSpan(_start, _length);

    /// <exception cref="InvalidOperationException">The symbol is of another structure.</exception>
    public DonationNumber AsDonationNumber() =>
        DonationNumber.Parse(Require(DataStructure.DonationNumber)[..DonationNumber.Length], null);

    /// <exception cref="InvalidOperationException">The symbol is of another structure.</exception>
    public ProductCode AsProductCode() => ProductCode.Parse(Require(DataStructure.ProductCode), null);

    /// <summary>The group, or null when the label carries no group with ABO and RhD: a message, a pool, a Bombay type.</summary>
    /// <exception cref="InvalidOperationException">The symbol is of another structure.</exception>
    public BloodGroup? AsBloodGroup() =>
        BloodGroup.TryFromIsbt(Require(DataStructure.BloodGroup)[..2], out var group, out _) ? group : null;

    /// <summary>What the label says in the group's place, or null when it says a group.</summary>
    /// <exception cref="InvalidOperationException">The symbol is of another structure.</exception>
    public SpecialMessage? AsSpecialMessage() =>
        BloodGroup.TryFromIsbtMessage(Require(DataStructure.BloodGroup)[..2], out var message) ? message : null;

    /// <summary>The local date and time of structures 004 to 009, of unspecified kind; 23:59 when the symbol has no time.</summary>
    /// <exception cref="InvalidOperationException">The symbol is of another structure.</exception>
    public DateTime AsDateTime()
    {
        if (Structure is < DataStructure.ExpirationDate or > DataStructure.ProductionDateTime)
            throw Wrong("date");
        return IsbtDate.TryParse(Content, out var date) ? date : throw Wrong("date");
    }

    /// <exception cref="InvalidOperationException">The symbol is of another structure.</exception>
    public BoxNumber AsBox() => BoxNumber.Parse(Require(DataStructure.Consignment), null);

    private ReadOnlySpan<char> Require(DataStructure structure) =>
        Structure == structure ? Content : throw Wrong(structure.Name());

    private InvalidOperationException Wrong(string wanted) =>
        new($"The symbol is the {Structure.Name()}, not the {wanted}.");
}

/// <summary>Room for the symbols of one scan inside the result itself.</summary>
[InlineArray(Scan.MaximumSymbols)]
internal struct SymbolSlots
{
    private ScannedSymbol _first;
}
