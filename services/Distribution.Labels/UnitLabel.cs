using System.Globalization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Labels;

/// <summary>One of the ten things a unit's label must say.</summary>
/// <param name="Number">1 to 10, as Circular 26/2013/TT-BYT Art. 21 counts.</param>
/// <param name="Name">What it is, in Vietnamese.</param>
/// <param name="EnglishName">What it is, in English.</param>
/// <param name="Value">What the label says, in Vietnamese where it is words.</param>
/// <param name="EnglishValue">The same in English; null where the value is no matter of language.</param>
public sealed record LabelItem(int Number, string Name, string EnglishName, string Value, string? EnglishValue = null);

/// <summary>One ISBT 128 symbol on the label.</summary>
/// <param name="Structure">What it carries.</param>
/// <param name="Data">What a scanner types: data identifier and content.</param>
/// <param name="Text">What is printed beneath for people: the content (ST-001 7.4).</param>
/// <param name="CheckCharacter">Printed in a box after the text, never scanned; null for all but the donation number.</param>
public sealed record LabelSymbol(DataStructure Structure, string Data, string Text, char? CheckCharacter = null);

/// <summary>
/// What the label of one unit says: the ten items of Circular 26/2013/TT-BYT Art. 21 and the ISBT 128 symbols of the same
/// facts. It may be incomplete: <see cref="Validate"/> tells what is missing, and nothing incomplete is printed.
/// </summary>
public sealed record UnitLabel
{
    /// <summary>Item 10, in the words that the circular prescribes.</summary>
    public const string Note = "Cần truyền qua bộ dây truyền có bầu lọc; không được truyền nếu có hiện tượng tan máu, màu sắc bất thường";

    /// <summary>Item 10 in English.</summary>
    public const string EnglishNote = "Give through a set with a filter. Do not give if hemolyzed or of abnormal color.";

    /// <summary>Added to item 10 for an irradiated unit, in the words that the circular prescribes.</summary>
    public const string IrradiatedNote = "Đã chiếu xạ";

    public const string EnglishIrradiatedNote = "Irradiated";

    /// <summary>The longest texts that the label has room for, characters.</summary>
    public const int LongestFacilityName = 50;

    public const int LongestFacilityAddress = 70;

    public const int LongestComponentName = 60;

    public const int LongestSolution = 35;

    public const int LongestOtherGroups = 60;

    // ISBT 128 has three digits for the year, of which 9.. are the 1900s. A day's room at both ends, because the local year counts.
    private static readonly DateTime FirstDate = new(2000, 1, 2, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime LastDate = new(2899, 12, 30, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Item 1: who prepared the unit.</summary>
    public required string FacilityName { get; init; }

    /// <summary>Item 1.</summary>
    public required string? FacilityAddress { get; init; }

    /// <summary>Item 2, in the jurisdiction's language.</summary>
    public required string ComponentName { get; init; }

    /// <summary>Decides whether item 6 is needed, and names the component in English.</summary>
    public required ComponentKind Kind { get; init; }

    /// <summary>Item 3.</summary>
    public required UnitNumber Unit { get; init; }

    /// <summary>Item 4; the default value where it is not known.</summary>
    public required BloodGroup Group { get; init; }

    /// <summary>Item 4: other groups where known, as people write them, such as <c>C-, E-, K-</c>.</summary>
    public string? OtherGroups { get; init; }

    /// <summary>Item 5.</summary>
    public required DateTimeOffset CollectedAt { get; init; }

    /// <summary>Item 6: anticoagulant or additive solution. Needed for all kinds but plasma, platelets and cryoprecipitate.</summary>
    public required string? Solution { get; init; }

    /// <summary>Item 7: the last minute of use.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Item 8, milliliters. Either this or the weight is needed; where both are given the volume is printed.</summary>
    public int? VolumeMl { get; init; }

    /// <summary>Item 8, grams.</summary>
    public int? WeightGrams { get; init; }

    /// <summary>Item 9, °C; null where it may be as cold as you like.</summary>
    public double? StorageMinimumCelsius { get; init; }

    /// <summary>Item 9, °C.</summary>
    public required double? StorageMaximumCelsius { get; init; }

    /// <summary>Whether item 10 says that the unit has been irradiated.</summary>
    public required bool IsIrradiated { get; init; }

    /// <summary>Whose clock the label shows: the policy pack's zone.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>The items that apply, in the circular's order. Item 6 is left out where no solution is stated.</summary>
    public IReadOnlyList<LabelItem> Items
    {
        get
        {
            List<LabelItem> items =
            [
                new(1, "Cơ sở điều chế", "Prepared by", $"{FacilityName}, {FacilityAddress}"),
                new(2, "Chế phẩm", "Component", ComponentName, EnglishComponentName),
                new(3, "Mã số", "Unit number", $"{DonationText} {Unit.Product}"),
                new(4, "Nhóm máu", "Blood group", WithOtherGroups($"{AboText} {RhDText}"), WithOtherGroups($"{AboText} {EnglishRhDText}")),
                new(5, "Ngày lấy máu", "Collected", ClockText(CollectedAt)),
                new(7, "Hạn sử dụng", "Expires", ClockText(ExpiresAt)),
                VolumeMl is { } volume
                    ? new(8, "Thể tích", "Volume", Invariant($"{volume} mL"))
                    : new(8, "Khối lượng", "Weight", Invariant($"{WeightGrams} g")),
                new(9, "Nhiệt độ bảo quản", "Store at", StorageText, EnglishStorageText),
                IsIrradiated
                    ? new(10, "Ghi chú", "Note", $"{Note}. {IrradiatedNote}", $"{EnglishNote} {EnglishIrradiatedNote}.")
                    : new(10, "Ghi chú", "Note", Note, EnglishNote),
            ];
            if (!string.IsNullOrWhiteSpace(Solution))
                items.Insert(5, new(6, "Dung dịch", "Solution", Solution));
            return items;
        }
    }

    /// <summary>
    /// The symbols 001, 002, 003, 005 and 007, each also printed as bars. The group is coded as one for anybody: a label that
    /// binds a unit to a person is not printed here.
    /// </summary>
    public IReadOnlyList<LabelSymbol> Symbols =>
    [
        new(DataStructure.DonationNumber, $"={Unit.Donation}00", DonationText, Unit.Donation.CheckCharacter),
        Symbol(DataStructure.BloodGroup, $"{Group.IsbtCode}00"),
        Symbol(DataStructure.ProductCode, Unit.Product.ToString()),
        Symbol(DataStructure.ExpirationDateTime, IsbtText(Local(ExpiresAt))),
        Symbol(DataStructure.CollectionDateTime, IsbtText(Local(CollectedAt))),
    ];

    /// <summary>
    /// All symbols in one, as the Data Matrix holds them: structure 023 with their number and no order promised, as ICCBBA
    /// advises (ST-001 2.4.23).
    /// </summary>
    public string CompoundMessage => Invariant($"=+{Symbols.Count:00}000{string.Concat(Symbols.Select(symbol => symbol.Data))}");

    internal string DonationText
    {
        get
        {
            var number = Unit.Donation.ToString();
            return number.Length == DonationNumber.Length ? $"{number[..5]} {number[5..7]} {number[7..]}" : "";
        }
    }

    internal string EnglishComponentName => Kind switch
    {
        ComponentKind.WholeBlood => "Whole blood",
        ComponentKind.RedCells => "Red cells",
        // Every other kind is named by a single word.
        _ => Kind.ToString(),
    };

    internal string AboText => Group.IsDefined ? Group.Abo.ToString() : "";

    internal string RhDText => Group.RhD == RhD.Positive ? "Rh(D) dương" : "Rh(D) âm";

    internal string EnglishRhDText => Group.RhD == RhD.Positive ? "RhD positive" : "RhD negative";

    internal string StorageText => StorageMinimumCelsius is { } minimum
        ? Invariant($"từ {minimum:0.#} đến {StorageMaximumCelsius:0.#} °C")
        : Invariant($"từ {StorageMaximumCelsius:0.#} °C trở xuống");

    internal string EnglishStorageText => StorageMinimumCelsius is { } minimum
        ? Invariant($"{minimum:0.#} to {StorageMaximumCelsius:0.#} °C")
        : Invariant($"{StorageMaximumCelsius:0.#} °C or below");

    /// <summary>
    /// What the policy and the region say of a unit's label; the unit itself, its group, dates and volume are for the caller to add,
    /// and until then the label is incomplete.
    /// </summary>
    /// <param name="preparer">Who prepared the unit; null where that is no site of the region.</param>
    /// <param name="zone">The policy pack's.</param>
    public static UnitLabel Of(Component component, Site? preparer, TimeZoneInfo zone) => new()
    {
        FacilityName = preparer?.Name ?? "",
        FacilityAddress = preparer?.Address,
        ComponentName = component.Name,
        Kind = component.Kind,
        Unit = default,
        Group = default,
        CollectedAt = default,
        Solution = component.Solution,
        ExpiresAt = default,
        StorageMinimumCelsius = component.StorageMinimumCelsius,
        StorageMaximumCelsius = component.StorageMaximumCelsius,
        IsIrradiated = component.Irradiated,
        Zone = zone,
    };

    /// <summary>
    /// What keeps the label from being printed, none when it is complete. The codes: <c>facility-name-missing</c>,
    /// <c>facility-address-missing</c>, <c>component-name-missing</c>, <c>unit-missing</c>, <c>division-unknown</c>,
    /// <c>group-unknown</c>, <c>solution-missing</c>, <c>date-invalid</c>, <c>expiry-before-collection</c>,
    /// <c>amount-missing</c>, <c>storage-missing</c>, <c>text-too-long</c>, <c>text-invalid</c>. The field is the property.
    /// </summary>
    public IReadOnlyList<Rejection> Validate()
    {
        var problems = new List<Rejection>();
        Require(FacilityName, "facility-name-missing", "The label names the facility that prepared the unit.", nameof(FacilityName));
        Require(FacilityAddress, "facility-address-missing", "The label gives the address of the facility that prepared the unit.", nameof(FacilityAddress));
        Require(ComponentName, "component-name-missing", "The label names the component.", nameof(ComponentName));
        if (Unit.Donation == default || Unit.Product == default)
            Refuse("unit-missing", "The label carries the unit's number: donation and product.", nameof(Unit));
        else if (Unit.Product.Division == "99")
            Refuse("division-unknown", "The division of this product is told by another symbol, which the label does not have.", nameof(Unit));
        if (!Group.IsDefined)
            Refuse("group-unknown", "The label gives the ABO and RhD group, which is not known.", nameof(Group));
        if (string.IsNullOrWhiteSpace(Solution) && Kind is not (ComponentKind.Plasma or ComponentKind.Platelets or ComponentKind.Cryoprecipitate))
            Refuse("solution-missing", "The label of whole blood and red cells names the anticoagulant or additive solution.", nameof(Solution));

        RequireDate(CollectedAt, nameof(CollectedAt));
        RequireDate(ExpiresAt, nameof(ExpiresAt));
        if (ExpiresAt <= CollectedAt)
            Refuse("expiry-before-collection", "The unit expires before it was collected.", nameof(ExpiresAt));
        if ((VolumeMl ?? WeightGrams) is not > 0)
            Refuse("amount-missing", "The label gives the volume or the weight, more than nothing.", nameof(VolumeMl));
        if (StorageMaximumCelsius is null)
            Refuse("storage-missing", "The label gives the storage temperature.", nameof(StorageMaximumCelsius));

        RequireFit(FacilityName, LongestFacilityName, nameof(FacilityName));
        RequireFit(FacilityAddress, LongestFacilityAddress, nameof(FacilityAddress));
        RequireFit(ComponentName, LongestComponentName, nameof(ComponentName));
        RequireFit(Solution, LongestSolution, nameof(Solution));
        RequireFit(OtherGroups, LongestOtherGroups, nameof(OtherGroups));
        return problems;

        void Refuse(string code, string message, string property) =>
            problems.Add(new Rejection(code, message, char.ToLowerInvariant(property[0]) + property[1..]));

        void Require(string? text, string code, string message, string property)
        {
            if (string.IsNullOrWhiteSpace(text))
                Refuse(code, message, property);
        }

        void RequireDate(DateTimeOffset instant, string property)
        {
            if (instant.UtcDateTime < FirstDate || instant.UtcDateTime > LastDate)
                Refuse("date-invalid", "The date is missing, or none that ISBT 128 can write.", property);
        }

        // A backslash is a command to printers; marks of direction would turn around what people read.
        void RequireFit(string? text, int longest, string property)
        {
            if (text is null)
                return;
            if (text.Length > longest)
                Refuse("text-too-long", $"The label has room for {longest} characters.", property);
            if (text.Any(c => c == '\\' || char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate))
            {
                Refuse("text-invalid", "The text holds a character that cannot be printed.", property);
            }
        }
    }

    /// <exception cref="InvalidOperationException">The label is incomplete.</exception>
    internal void RequireComplete()
    {
        if (Validate() is { Count: > 0 } problems)
            throw new InvalidOperationException($"The label is incomplete: {string.Join(", ", problems.Select(problem => problem.Code))}.");
    }

    internal string ClockText(DateTimeOffset instant) => Local(instant).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture);

    private static LabelSymbol Symbol(DataStructure structure, string content) => new(structure, structure.Identifier() + content, content);

    /// <summary>cyyjjjhhmm (ST-001 2.4.5). Seconds are cut: a unit never lives longer than it should.</summary>
    private static string IsbtText(DateTime local) => Invariant($"{local.Year % 1000:000}{local.DayOfYear:000}{local.Hour:00}{local.Minute:00}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private DateTime Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone).DateTime;

    private string WithOtherGroups(string group) => string.IsNullOrWhiteSpace(OtherGroups) ? group : $"{group}, {OtherGroups}";
}
