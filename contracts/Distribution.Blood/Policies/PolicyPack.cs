using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;

namespace Distribution.Blood.Policies;

/// <summary>A figure of a pack and where it comes from.</summary>
/// <param name="Path">The figure's JSON path in the pack.</param>
/// <param name="Value">As written in the pack.</param>
/// <param name="Source">The law, standard or assumption it rests on.</param>
/// <param name="Verified">Somebody has read the figure in its source.</param>
public sealed record PolicyFigure(string Path, string Value, string Source, bool Verified);

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

    /// <summary>Infections every donation is tested for, such as <c>hiv</c>.</summary>
    public required IReadOnlyList<string> MandatoryMarkers { get; init; }

    /// <summary>Years.</summary>
    public required int MinimumDonorAge { get; init; }

    /// <summary>Years.</summary>
    public required int MaximumDonorAge { get; init; }

    /// <summary>Between two whole blood donations of one donor.</summary>
    public required TimeSpan WholeBloodInterval { get; init; }

    /// <summary>The most that one whole blood donation may take, milliliters.</summary>
    public required int MaximumVolumeMl { get; init; }

    /// <summary>After this a reservation lapses.</summary>
    public required TimeSpan ReservationLife { get; init; }

    /// <summary>How long a recipient's sample serves for crossmatching.</summary>
    public required TimeSpan SampleValidity { get; init; }

    /// <summary>The longest an issued unit may have been away to be taken back.</summary>
    public required TimeSpan ReturnLimit { get; init; }

    /// <summary>Every figure with its source, in the order of the file.</summary>
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

    /// <summary>The component a product code stands for, or null: callers then apply the strictest rule.</summary>
    public Component? FindComponent(ProductCode product) =>
        Components.FirstOrDefault(component => string.Equals(component.Description, product.Description, StringComparison.Ordinal));

    /// <exception cref="PolicyException">The pack has no such component.</exception>
    public Component Require(ProductCode product) =>
        FindComponent(product) ?? throw new PolicyException([$"$.components: {Version} has no component {product.Description}"]);
}
