using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;

namespace Distribution.Blood.Policies;

/// <summary>A figure of a pack and where it comes from.</summary>
/// <param name="Path">The figure's JSON path in the pack.</param>
/// <param name="Value">As written in the pack.</param>
/// <param name="Source">The law, standard or assumption it rests on.</param>
/// <param name="Verified">Somebody has read the figure in its source. Never true of what rests on a secondary source or on general knowledge.</param>
/// <param name="About">The component, marker, deferral, collection or procedure it is of, such as <c>D0101</c>, <c>hiv</c>, <c>tattoo</c>, <c>whole-blood</c> or <c>thaw D0201</c>; null: the pack as a whole.</param>
public sealed record PolicyFigure(string Path, string Value, string Source, bool Verified, string? About = null);

/// <summary>
/// The rules of one jurisdiction as data: what changes with the law is in the file, never in code.
/// Every decision's event is stamped with <see cref="Version"/>.
/// </summary>
public sealed record PolicyPack
{
    public required string Id { get; init; }

    /// <summary>Such as <c>vn-26-2013.1</c>: begins with the id and changes with every change of a figure.</summary>
    public required string Version { get; init; }

    /// <summary>ISO 3166-1 country code.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>The IANA time zone whose midnight ends a component's last day.</summary>
    public required string TimeZone { get; init; }

    public required IReadOnlyList<Component> Components { get; init; }

    /// <summary>From this instant on the version is in force.</summary>
    public DateTimeOffset EffectiveFrom { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The tests of a donation, beside its group.</summary>
    public required IReadOnlyList<MarkerRule> Markers { get; init; }

    /// <summary>The tests every donation must have, such as <c>hiv</c>.</summary>
    public IReadOnlyList<string> MandatoryMarkers => [.. Markers.Where(rule => rule.Demand == MarkerDemand.Mandatory).Select(rule => rule.Name)];

    /// <summary>How many determinations of the group, by different people, have to agree.</summary>
    public int GroupDeterminations { get; init; } = 2;

    public required DonorRules Donors { get; init; }

    public IReadOnlyList<ProcedureRule> Procedures { get; init; } = [];

    /// <summary>From the finding that starts a lookback to the end of its first duties: hold, and tell the consignees.</summary>
    public TimeSpan LookbackClock { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long records are kept after the last change, years.</summary>
    public int RetentionYears { get; init; } = 30;

    /// <summary>How long samples of the donor and of the patient are kept after use.</summary>
    public TimeSpan SampleRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Lowest temperature of kept samples, °C; null: as cold as you like.</summary>
    public double? SampleStorageMinimumCelsius { get; init; }

    /// <summary>Highest temperature of kept samples, °C.</summary>
    public double SampleStorageMaximumCelsius { get; init; } = 6;

    /// <summary>After this a reservation lapses.</summary>
    public required TimeSpan ReservationLife { get; init; }

    /// <summary>How long a recipient's sample serves for crossmatching.</summary>
    public required TimeSpan SampleValidity { get; init; }

    /// <summary>The longest an issued unit may have been away to be taken back.</summary>
    public required TimeSpan ReturnLimit { get; init; }

    public EmergencyRules Emergency { get; init; } = EmergencyRules.None;

    /// <summary>The safety rules that may be let pass, and by whom.</summary>
    public IReadOnlyList<OverrideRule> Overrides { get; init; } = [];

    /// <summary>Whether a computer may find units compatible with a patient whose groups are established and who has no antibodies.</summary>
    public bool ElectronicCrossmatch { get; init; }

    /// <summary>An issued unit is accounted for (transfused, returned, discarded) not later than this after its issue.</summary>
    public TimeSpan AccountFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The longest time between two readings of a box's temperature logger.</summary>
    public TimeSpan LoggerInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest that a box may be out of its limits of temperature in one go.</summary>
    public TimeSpan ExcursionTolerance { get; init; } = TimeSpan.Zero;

    /// <summary>Every figure with its source.</summary>
    public IReadOnlyList<PolicyFigure> Figures { get; init; } = [];

    /// <summary>Reads a pack.</summary>
    /// <exception cref="PolicyException">Anything in it is wrong: the pack is refused as a whole, with every offending JSON path.</exception>
    public static PolicyPack Load(string json)
    {
        var reader = new CheckedJson();
        using var document = reader.Open(json);
        var pack = document is null ? null : new PolicyPackReader(reader).Read(document.RootElement);
        return pack is not null && reader.Problems.Count == 0 ? pack : throw new PolicyException(reader.Problems);
    }

    /// <inheritdoc cref="Load"/>
    public static PolicyPack LoadFile(string path) => Load(File.ReadAllText(path));

    public MarkerRule? FindMarker(string name) => Markers.FirstOrDefault(rule => string.Equals(rule.Name, name, StringComparison.Ordinal));

    /// <summary>Who may let a safety rule pass for a component, or null: nobody may.</summary>
    public OverrideRule? FindOverride(string code, ComponentKind kind) => Overrides.FirstOrDefault(rule =>
        string.Equals(rule.Code, code, StringComparison.Ordinal) && rule.Kinds?.Contains(kind) != false);

    /// <summary>The way to make a product of another by a procedure, or null: it is then not allowed.</summary>
    public ProcedureRule? FindProcedure(ProcedureKind kind, ProductCode source, ProductCode result) => Procedures.FirstOrDefault(rule =>
        rule.Kind == kind
        && string.Equals(rule.Source, source.Description, StringComparison.Ordinal)
        && rule.Results.Contains(result.Description, StringComparer.Ordinal));

    /// <summary>The figures of one component, marker, deferral, collection or procedure (<see cref="PolicyFigure.About"/>).</summary>
    public IReadOnlyList<PolicyFigure> FiguresAbout(string subject) =>
        [.. Figures.Where(figure => string.Equals(figure.About, subject, StringComparison.Ordinal))];

    /// <summary>The figures at or below a JSON path, to show what a decision rests on and whether it is verified.</summary>
    public IReadOnlyList<PolicyFigure> FiguresAt(string path) => [.. Figures.Where(figure =>
        figure.Path.StartsWith(path, StringComparison.Ordinal)
        && (figure.Path.Length == path.Length || figure.Path[path.Length] is '.' or '['))];

    /// <summary>The component a product code stands for, or null: callers then apply the strictest rule.</summary>
    public Component? FindComponent(ProductCode product) =>
        Components.FirstOrDefault(component => string.Equals(component.Description, product.Description, StringComparison.Ordinal));

    /// <exception cref="PolicyException">The pack has no such component.</exception>
    public Component Require(ProductCode product) =>
        FindComponent(product) ?? throw new PolicyException([$"$.components: {Version} has no component {product.Description}"]);
}
