using System.Text;
using Distribution.Blood.Isbt128;

namespace Distribution.Labels;

/// <summary>Something printed at a place of the label, millimeters from its upper left corner.</summary>
internal abstract record Mark(double X, double Y);

/// <summary>A symbol as bars. The place is that of the first bar: the quiet zones lie outside.</summary>
internal sealed record BarsMark(double X, double Y, double Height, LabelSymbol Symbol) : Mark(X, Y);

/// <summary>The Data Matrix. The place is that of its first module: the quiet zone lies outside.</summary>
internal sealed record MatrixMark(double X, double Y, string Data) : Mark(X, Y);

/// <summary>Words or figures, broken into lines at blanks.</summary>
/// <param name="Width">Of the longest line, millimeters.</param>
/// <param name="Size">Of the letters, millimeters.</param>
internal sealed record TextMark(double X, double Y, double Width, double Size, string Text) : Mark(X, Y)
{
    /// <summary>The item of the circular that it tells, or 0.</summary>
    public int Item { get; init; }

    /// <summary>The symbol that it stands beneath and repeats.</summary>
    public DataStructure Beneath { get; init; }

    public int Lines { get; init; } = 1;

    public bool IsBold { get; init; }

    /// <summary>In a face that tells 0 from O and 1 from I (ST-001 7.4).</summary>
    public bool IsCode { get; init; }

    public bool IsBoxed { get; init; }

    public bool IsEnglish { get; init; }
}

/// <summary>
/// Where everything stands on a label of 100 by 100 mm. The four corners are those of ISBT 128: donation number, group, product,
/// expiry. What is scanned in one stroke (001 with 002, 003 with 005) stands side by side, 9 ± 4 mm apart (ST-001 10.1), with
/// nothing between.
/// </summary>
internal static class LabelLayout
{
    /// <summary>A side of the label, millimeters.</summary>
    public const int Side = 100;

    /// <summary>The width of the narrowest bar, millimeters: the target of ST-001 6.1.3.</summary>
    public const double BarModule = 0.25;

    /// <summary>A module of the Data Matrix, millimeters; 0.25 to 1 by ST-001 6.2.3.</summary>
    public const double MatrixModule = 0.5;

    private const double Left = 4;
    private const double Right = 52;

    // A product code takes 30.75 to 36.25 mm: from here the shortest and the longest end near enough to the expiry and not too near.
    private const double LeftOfProduct = 8.5;
    private const double Column = 46;

    public static IReadOnlyList<Mark> Of(UnitLabel label)
    {
        var marks = new List<Mark>();

        // Upper left: the donation number, when it was given, who prepared it.
        Bars(DataStructure.DonationNumber, Left, 3, 10);
        var donation = label.Symbols[0];
        Add(new TextMark(Left, 13.8, 37.5, 4, donation.Text) { IsBold = true, IsCode = true, Beneath = donation.Structure, Item = 3 });
        Add(new TextMark(42.5, 13.8, 4, 4, $"{donation.CheckCharacter}") { IsBold = true, IsCode = true, IsBoxed = true, Beneath = donation.Structure });
        Bars(DataStructure.CollectionDateTime, Left, 20, 6);
        Beneath(DataStructure.CollectionDateTime, Left, 26.4);
        Add(new TextMark(Left, 29, Column, 2.2, "Ngày lấy máu / Collected"));
        Add(new TextMark(Left, 31.6, Column, 3.4, label.ClockText(label.CollectedAt)) { IsBold = true, Item = 5 });
        Add(new TextMark(Left, 36, Column, 2.2, "Cơ sở điều chế / Prepared by"));
        Add(new TextMark(Left, 38.6, Column, 2.7, label.FacilityName) { IsBold = true, Lines = 2, Item = 1 });
        Add(new TextMark(Left, 45, Column, 2.3, label.FacilityAddress ?? "") { Lines = 2, Item = 1 });

        // Upper right: the group, and all symbols in one.
        Bars(DataStructure.BloodGroup, Right, 3, 10);
        Beneath(DataStructure.BloodGroup, Right, 13.4);
        Add(new TextMark(Right, 16.4, 28, 2.2, "Nhóm máu / Blood group"));
        Add(new TextMark(Right, 18.6, 28, 14, label.AboText) { IsBold = true, Item = 4 });
        Add(new TextMark(Right, 33, Column, 4, label.RhDText) { IsBold = true, Item = 4 });
        Add(new TextMark(Right, 37.8, Column, 2.6, label.EnglishRhDText) { IsEnglish = true, Item = 4 });
        if (!string.IsNullOrWhiteSpace(label.OtherGroups))
            Add(new TextMark(Right, 41.4, Column, 2.4, label.OtherGroups) { Lines = 2, Item = 4 });
        Add(new MatrixMark(83, 17, label.CompoundMessage));

        // Lower left: the product.
        Bars(DataStructure.ProductCode, LeftOfProduct, 53, 10);
        Beneath(DataStructure.ProductCode, LeftOfProduct, 63.4, item: 3);
        Add(new TextMark(Left, 66.4, Column, 3.4, label.ComponentName) { IsBold = true, Lines = 3, Item = 2 });
        Add(new TextMark(Left, 78.6, Column, 2.4, label.EnglishComponentName) { IsEnglish = true, Item = 2 });
        if (!string.IsNullOrWhiteSpace(label.Solution))
            Add(new TextMark(Left, 82, Column, 2.4, $"Dung dịch / Solution: {label.Solution}") { Lines = 2, Item = 6 });

        // Lower right: until when, how much, how kept.
        Bars(DataStructure.ExpirationDateTime, Right, 53, 10);
        Beneath(DataStructure.ExpirationDateTime, Right, 63.4);
        Add(new TextMark(Right, 66.4, Column, 2.2, "Hạn sử dụng / Expires"));
        Add(new TextMark(Right, 68.8, Column, 4.6, label.ClockText(label.ExpiresAt)) { IsBold = true, Item = 7 });
        var amount = label.Items.Single(item => item.Number == 8);
        Add(new TextMark(Right, 74.6, Column, 2.6, $"{amount.Name} / {amount.EnglishName}: {amount.Value}") { Item = 8 });
        Add(new TextMark(Right, 78, Column, 2.6, $"Bảo quản: {label.StorageText}") { Item = 9 });
        Add(new TextMark(Right, 81.2, Column, 2.2, $"Store at: {label.EnglishStorageText}") { IsEnglish = true, Item = 9 });
        if (label.IsIrradiated)
            Add(new TextMark(Right, 84.2, 44, 2.8, $"{UnitLabel.IrradiatedNote} / {UnitLabel.EnglishIrradiatedNote}") { IsBold = true, IsBoxed = true, Item = 10 });

        Add(new TextMark(Left, 89, 92, 2.4, $"{UnitLabel.Note}.") { Lines = 2, Item = 10 });
        Add(new TextMark(Left, 95.2, 92, 2.2, UnitLabel.EnglishNote) { IsEnglish = true, Item = 10 });
        return marks;

        void Add(Mark mark) => marks.Add(mark is TextMark text
            // Printers do not put a letter and its accents together.
            ? text with { Text = text.Text.Normalize(NormalizationForm.FormC) }
            : mark);

        void Bars(DataStructure structure, double x, double y, double height) => Add(new BarsMark(x, y, height, Find(structure)));

        // At most 2 mm high and flush with the first bar (ST-001 7.4.2).
        void Beneath(DataStructure structure, double x, double y, int item = 0) =>
            Add(new TextMark(x, y, 24, 2, Find(structure).Text) { IsCode = true, Beneath = structure, Item = item });

        LabelSymbol Find(DataStructure structure) => label.Symbols.Single(symbol => symbol.Structure == structure);
    }
}
