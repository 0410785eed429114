using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;

namespace Distribution.Blood.Policies;

/// <summary>Reads a pack's file, in which each figure is <c>{"value": …, "source": "…", "verified": …}</c>.</summary>
internal sealed class PolicyPackReader(CheckedJson reader)
{
    // Beyond any freezer and any incubator: a figure outside is a slip of the pen.
    private const double Coldest = -200;
    private const double Warmest = 60;

    private static readonly SearchValues<char> MarkerCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly List<PolicyFigure> _figures = [];

    public PolicyPack Read(JsonElement root)
    {
        reader.RefuseOthers(
            root, "$", "id", "version", "jurisdiction", "timeZone", "components", "mandatoryMarkers", "minimumDonorAge", "maximumDonorAge",
            "wholeBloodInterval", "maximumVolumeMl", "reservationLife", "sampleValidity", "returnLimit");
        var id = reader.Text(root, "$", "id");
        var version = reader.Text(root, "$", "version");
        if (id.Length > 0 && version.Length > 0 && !version.StartsWith($"{id}.", StringComparison.Ordinal))
            reader.Note("$.version", $"must begin with '{id}.'");

        var pack = new PolicyPack
        {
            Id = id,
            Version = version,
            Jurisdiction = reader.Text(root, "$", "jurisdiction"),
            TimeZone = reader.TimeZone(root, "$", "timeZone"),
            Components = ReadComponents(root),
            MandatoryMarkers = ReadMarkers(root),
            MinimumDonorAge = Whole(root, "$", "minimumDonorAge", 0, 150),
            MaximumDonorAge = Whole(root, "$", "maximumDonorAge", 0, 150),
            WholeBloodInterval = Duration(root, "$", "wholeBloodInterval"),
            MaximumVolumeMl = Whole(root, "$", "maximumVolumeMl", 1, 1000),
            ReservationLife = Duration(root, "$", "reservationLife"),
            SampleValidity = Duration(root, "$", "sampleValidity"),
            ReturnLimit = Duration(root, "$", "returnLimit"),
        };
        if (pack.MinimumDonorAge > pack.MaximumDonorAge)
            reader.Note("$.maximumDonorAge.value", "is below the minimum");
        return pack with { Figures = _figures };
    }

    private List<Component> ReadComponents(JsonElement root)
    {
        var components = new List<Component>();
        if (!reader.TryMember(root, "$", "components", JsonValueKind.Array, out var list))
            return components;
        if (list.GetArrayLength() == 0)
            reader.Note("$.components", "must not be empty");
        var index = 0;
        foreach (var element in list.EnumerateArray())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"$.components[{index++}]");
            var component = ReadComponent(element, path);
            if (components.Exists(other => string.Equals(other.Description, component.Description, StringComparison.Ordinal)))
                reader.Note($"{path}.description", $"'{component.Description}' is there already");
            components.Add(component);
        }

        return components;
    }

    private Component ReadComponent(JsonElement element, string path)
    {
        reader.RefuseOthers(element, path, "kind", "description", "name", "shelfLife", "storage", "transport");
        var description = reader.Text(element, path, "description");
        if (description.Length > 0 && !ProductCode.TryParse($"{description}000", null, out _))
            reader.Note($"{path}.description", $"'{description}' is not a product description code");
        var (storageMinimum, storageMaximum) = Range(element, path, "storage");
        var (transportMinimum, transportMaximum) = Range(element, path, "transport");
        return new Component(
            reader.Choice<ComponentKind>(element, path, "kind"),
            description,
            reader.Text(element, path, "name"),
            Duration(element, path, "shelfLife"),
            storageMinimum,
            storageMaximum,
            transportMinimum,
            transportMaximum);
    }

    /// <summary>Degrees Celsius, <c>{"minimum": …, "maximum": …}</c>; the minimum may be left out, the maximum never.</summary>
    private (double? Minimum, double Maximum) Range(JsonElement element, string path, string name)
    {
        if (!TryFigure(element, path, name, JsonValueKind.Object, out var value))
            return default;
        var valuePath = $"{path}.{name}.value";
        reader.RefuseOthers(value, valuePath, "minimum", "maximum");
        double? minimum = value.TryGetProperty("minimum", out _)
            ? reader.Number(value, valuePath, "minimum", Coldest, Warmest)
            : null;
        var maximum = reader.Number(value, valuePath, "maximum", Coldest, Warmest);
        if (minimum > maximum)
            reader.Note($"{valuePath}.maximum", "is below the minimum");
        return (minimum, maximum);
    }

    private List<string> ReadMarkers(JsonElement root)
    {
        var markers = new List<string>();
        if (!TryFigure(root, "$", "mandatoryMarkers", JsonValueKind.Array, out var list))
            return markers;
        var index = 0;
        foreach (var element in list.EnumerateArray())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"$.mandatoryMarkers.value[{index++}]");
            var marker = element.ValueKind == JsonValueKind.String ? element.GetString() ?? "" : "";
            if (marker.Length == 0 || marker.AsSpan().ContainsAnyExcept(MarkerCharacters))
                reader.Note(path, "must be a name in small letters, such as 'hiv'");
            else if (markers.Contains(marker, StringComparer.Ordinal))
                reader.Note(path, $"'{marker}' is there already");
            markers.Add(marker);
        }

        if (markers.Count == 0)
            reader.Note("$.mandatoryMarkers.value", "must not be empty");
        return markers;
    }

    private TimeSpan Duration(JsonElement element, string path, string name) =>
        TryFigure(element, path, name, JsonValueKind.String, out _)
            ? reader.Duration(element.GetProperty(name), $"{path}.{name}", "value")
            : default;

    private int Whole(JsonElement element, string path, string name, int minimum, int maximum)
    {
        if (!TryFigure(element, path, name, JsonValueKind.Number, out var value))
            return 0;
        if (value.TryGetInt32(out var number) && number >= minimum && number <= maximum)
            return number;
        reader.Note($"{path}.{name}.value", $"must be a whole number between {minimum} and {maximum}");
        return 0;
    }

    /// <summary>Opens a figure, checks that it says where it comes from, and keeps that.</summary>
    private bool TryFigure(JsonElement element, string path, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        if (!reader.TryMember(element, path, name, JsonValueKind.Object, out var figure))
            return false;
        var figurePath = $"{path}.{name}";
        reader.RefuseOthers(figure, figurePath, "value", "source", "verified");
        var source = reader.Text(figure, figurePath, "source");
        var verified = figure.TryGetProperty("verified", out var mark) && mark.ValueKind is JsonValueKind.True;
        if (!verified && mark.ValueKind is not JsonValueKind.False)
            reader.Note($"{figurePath}.verified", "must be true or false");
        if (!reader.TryMember(figure, figurePath, "value", kind, out value))
            return false;
        _figures.Add(new PolicyFigure(figurePath, kind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText(), source, verified));
        return true;
    }
}
