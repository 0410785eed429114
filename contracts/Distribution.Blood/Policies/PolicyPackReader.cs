using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;

namespace Distribution.Blood.Policies;

/// <summary>Reads a pack's file, in which each figure is <c>{"value": …, "source": "…", "verified": …}</c>.</summary>
internal sealed partial class PolicyPackReader(CheckedJson reader)
{
    // Beyond any freezer and any incubator: a figure outside is a slip of the pen.
    private const double Coldest = -200;
    private const double Warmest = 60;

    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly List<PolicyFigure> _figures = [];

    public PolicyPack Read(JsonElement root)
    {
        reader.RefuseOthers(
            root, "$", "id", "version", "jurisdiction", "timeZone", "effectiveFrom", "components", "markers", "groupDeterminations", "donors", "procedures",
            "lookbackClock", "retentionYears", "sampleRetention", "sampleStorage", "reservationLife", "sampleValidity", "returnLimit", "emergency", "overrides",
            "electronicCrossmatch", "accountFor", "loggerInterval", "excursionTolerance");
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
            EffectiveFrom = Instant(root, "$", "effectiveFrom"),
            Components = ReadComponents(root),
            Markers = ReadMarkers(root),
            GroupDeterminations = Whole(root, "$", "groupDeterminations", 1, 5),
            Donors = ReadDonors(root),
            Procedures = ReadProcedures(root),
            LookbackClock = Duration(root, "$", "lookbackClock"),
            RetentionYears = Whole(root, "$", "retentionYears", 1, 200),
            SampleRetention = Duration(root, "$", "sampleRetention"),
            ReservationLife = Duration(root, "$", "reservationLife"),
            SampleValidity = Duration(root, "$", "sampleValidity"),
            ReturnLimit = Duration(root, "$", "returnLimit"),
        };
        CheckCollections(pack);
        CheckProcedures(pack);
        var (coldest, warmest) = Range(root, "$", "sampleStorage");
        return WithSafety(pack, root) with { SampleStorageMinimumCelsius = coldest, SampleStorageMaximumCelsius = warmest, Figures = _figures };
    }

    private List<Component> ReadComponents(JsonElement root)
    {
        List<Component> components = [];
        foreach (var (element, path) in Each(root, "$", "components"))
        {
            var component = ReadComponent(element, path);
            if (components.Exists(other => string.Equals(other.Description, component.Description, StringComparison.Ordinal)))
                reader.Note($"{path}.description", $"'{component.Description}' is there already");
            components.Add(component);
        }

        return components;
    }

    private Component ReadComponent(JsonElement element, string path)
    {
        reader.RefuseOthers(
            element, path, "kind", "description", "name", "shelfLife", "storage", "transport", "transportLimit", "preparedWithin", "collectedBy", "solution",
            "irradiated", "washed");
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
            transportMaximum,
            element.TryGetProperty("collectedBy", out _) ? Choices<CollectionKind>(element, path, "collectedBy") : null,
            element.TryGetProperty("solution", out _) ? reader.Text(element, path, "solution") : null,
            element.TryGetProperty("irradiated", out _) && Flag(element, path, "irradiated"),
            element.TryGetProperty("preparedWithin", out _) ? Duration(element, path, "preparedWithin") : null,
            element.TryGetProperty("transportLimit", out _) ? Duration(element, path, "transportLimit") : null,
            element.TryGetProperty("washed", out _) && Flag(element, path, "washed"));
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

    private List<MarkerRule> ReadMarkers(JsonElement root)
    {
        List<MarkerRule> markers = [];
        foreach (var (element, path) in Each(root, "$", "markers"))
        {
            reader.RefuseOthers(element, path, "name", "demand", "bars", "repeats", "releasesAfterNegativeRepeats", "defersDonor", "lookbackWindow");
            var name = reader.Text(element, path, "name");
            if (name.AsSpan().ContainsAnyExcept(CodeCharacters))
                reader.Note($"{path}.name", "must be a name in small letters, such as 'hiv'");
            else if (markers.Exists(other => string.Equals(other.Name, name, StringComparison.Ordinal)))
                reader.Note($"{path}.name", $"'{name}' is there already");
            markers.Add(new MarkerRule(
                name,
                FigureChoice<MarkerDemand>(element, path, "demand"),
                element.TryGetProperty("bars", out _) ? FigureChoices<ComponentKind>(element, path, "bars") : null,
                Whole(element, path, "repeats", 0, 10),
                FigureFlag(element, path, "releasesAfterNegativeRepeats"),
                FigureFlag(element, path, "defersDonor"),
                element.TryGetProperty("lookbackWindow", out _) ? Duration(element, path, "lookbackWindow") : null));
        }

        if (!markers.Exists(marker => marker.Demand == MarkerDemand.Mandatory))
            reader.Note("$.markers", "must hold a mandatory one");
        return markers;
    }

    private DonorRules ReadDonors(JsonElement root)
    {
        const string Path = "$.donors";
        if (!reader.TryMember(root, "$", "donors", JsonValueKind.Object, out var donors))
            donors = default;
        if (donors.ValueKind != JsonValueKind.Object)
        {
            return new DonorRules
            {
                MinimumAge = 0,
                MaximumAge = 0,
                MinimumWeightOfWomenKg = 0,
                MinimumWeightOfMenKg = 0,
                Volumes = [],
                Intervals = new Dictionary<CollectionKind, TimeSpan>(),
                Deferrals = [],
            };
        }

        reader.RefuseOthers(
            donors, Path, "minimumAge", "maximumAge", "minimumWeightOfWomenKg", "minimumWeightOfMenKg", "volumes", "intervals", "frequencies", "deferrals");
        var rules = new DonorRules
        {
            MinimumAge = Whole(donors, Path, "minimumAge", 0, 150),
            MaximumAge = Whole(donors, Path, "maximumAge", 0, 150),
            MinimumWeightOfWomenKg = Fraction(donors, Path, "minimumWeightOfWomenKg", 1, 300),
            MinimumWeightOfMenKg = Fraction(donors, Path, "minimumWeightOfMenKg", 1, 300),
            Volumes = ReadVolumes(donors, Path),
            Intervals = ReadIntervals(donors, Path),
            Frequencies = ReadFrequencies(donors, Path),
            Deferrals = ReadDeferrals(donors, Path),
        };
        if (rules.MinimumAge > rules.MaximumAge)
            reader.Note($"{Path}.maximumAge.value", "is below the minimum");
        return rules;
    }

    private List<VolumeBand> ReadVolumes(JsonElement donors, string parent)
    {
        List<VolumeBand> bands = [];
        foreach (var (element, path) in Each(donors, parent, "volumes"))
        {
            reader.RefuseOthers(element, path, "collection", "fromKg", "maximumMl", "maximumMlPerKg");
            var band = new VolumeBand(
                reader.Choice<CollectionKind>(element, path, "collection"),
                Fraction(element, path, "fromKg", 0, 300),
                Whole(element, path, "maximumMl", 1, 1500),
                element.TryGetProperty("maximumMlPerKg", out _) ? Fraction(element, path, "maximumMlPerKg", 1, 50) : null);
            if (bands.Exists(other => other.Collection == band.Collection && other.FromKg == band.FromKg))
                reader.Note($"{path}.fromKg", "begins where another band of the collection does");
            bands.Add(band);
        }

        return bands;
    }

    private Dictionary<CollectionKind, TimeSpan> ReadIntervals(JsonElement donors, string parent)
    {
        Dictionary<CollectionKind, TimeSpan> intervals = [];
        foreach (var (element, path) in Each(donors, parent, "intervals"))
        {
            reader.RefuseOthers(element, path, "collection", "interval");
            if (!intervals.TryAdd(reader.Choice<CollectionKind>(element, path, "collection"), Duration(element, path, "interval")))
                reader.Note($"{path}.collection", "is there already");
        }

        return intervals;
    }

    private List<FrequencyLimit> ReadFrequencies(JsonElement donors, string parent)
    {
        List<FrequencyLimit> limits = [];
        foreach (var (element, path) in Each(donors, parent, "frequencies", optional: true))
        {
            reader.RefuseOthers(element, path, "collection", "times", "within");
            limits.Add(new FrequencyLimit(
                reader.Choice<CollectionKind>(element, path, "collection"), Whole(element, path, "times", 1, 100), Duration(element, path, "within")));
        }

        return limits;
    }

    private List<DeferralRule> ReadDeferrals(JsonElement donors, string parent)
    {
        List<DeferralRule> deferrals = [];
        foreach (var (element, path) in Each(donors, parent, "deferrals"))
        {
            reader.RefuseOthers(element, path, "reason", "name", "duration");
            var reason = reader.Text(element, path, "reason");
            if (reason.AsSpan().ContainsAnyExcept(CodeCharacters))
                reader.Note($"{path}.reason", "must be a code in small letters, such as 'tattoo'");
            else if (deferrals.Exists(other => string.Equals(other.Reason, reason, StringComparison.Ordinal)))
                reader.Note($"{path}.reason", $"'{reason}' is there already");
            deferrals.Add(new DeferralRule(reason, reader.Text(element, path, "name"), DurationOrForGood(element, path, "duration")));
        }

        return deferrals;
    }

    private List<ProcedureRule> ReadProcedures(JsonElement root)
    {
        List<ProcedureRule> procedures = [];
        foreach (var (element, path) in Each(root, "$", "procedures", optional: true))
        {
            reader.RefuseOthers(
                element, path, "kind", "source", "results", "life", "extends", "minimumSources", "maximumSources", "latestAfterCollection", "minimumDoseGy",
                "temperature", "longestDuration");
            var (minimum, maximum) = element.TryGetProperty("temperature", out _) ? Range(element, path, "temperature") : default;
            var rule = new ProcedureRule(
                reader.Choice<ProcedureKind>(element, path, "kind"),
                reader.Text(element, path, "source"),
                Texts(element, path, "results"),
                element.TryGetProperty("life", out _) ? Duration(element, path, "life") : null,
                element.TryGetProperty("extends", out _) && FigureFlag(element, path, "extends"),
                element.TryGetProperty("minimumSources", out _) ? Whole(element, path, "minimumSources", 1, 50) : 1,
                element.TryGetProperty("maximumSources", out _) ? Whole(element, path, "maximumSources", 1, 50) : 1,
                element.TryGetProperty("latestAfterCollection", out _) ? Duration(element, path, "latestAfterCollection") : null,
                element.TryGetProperty("minimumDoseGy", out _) ? Fraction(element, path, "minimumDoseGy", 1, 100) : null,
                minimum,
                element.TryGetProperty("temperature", out _) ? maximum : null,
                element.TryGetProperty("longestDuration", out _) ? Duration(element, path, "longestDuration") : null);
            if (procedures.Exists(other => other.Kind == rule.Kind && string.Equals(other.Source, rule.Source, StringComparison.Ordinal) && other.Results.Intersect(rule.Results, StringComparer.Ordinal).Any()))
                reader.Note(path, $"'{Word(rule.Kind)}' of '{rule.Source}' is there already with such a result");
            procedures.Add(rule);
        }

        return procedures;
    }

    /// <summary>Whatever may be collected has a volume, and whatever has a volume has a time to the next.</summary>
    private void CheckCollections(PolicyPack pack)
    {
        for (var index = 0; index < pack.Components.Count; index++)
        {
            foreach (var kind in (pack.Components[index].CollectedBy ?? []).Where(kind => !pack.Donors.Volumes.Any(band => band.Collection == kind)))
                reader.Note(string.Create(CultureInfo.InvariantCulture, $"$.components[{index}].collectedBy"), $"$.donors.volumes has none for {Word(kind)}");
        }

        foreach (var kind in pack.Donors.Volumes.Select(band => band.Collection).Distinct())
        {
            if (!pack.Donors.Intervals.ContainsKey(kind) && !pack.Donors.Frequencies.Any(limit => limit.Collection == kind))
                reader.Note("$.donors.intervals", $"has none for {Word(kind)}");
        }
    }

    /// <summary>What no single line can show: that the products exist, that a pool has sources enough, and that no result outlives its kind.</summary>
    private void CheckProcedures(PolicyPack pack)
    {
        for (var index = 0; index < pack.Procedures.Count; index++)
        {
            var (rule, path) = (pack.Procedures[index], string.Create(CultureInfo.InvariantCulture, $"$.procedures[{index}]"));
            foreach (var description in rule.Results.Append(rule.Source).Where(text => text.Length > 0))
            {
                if (!pack.Components.Any(component => string.Equals(component.Description, description, StringComparison.Ordinal)))
                    reader.Note(path, $"the pack has no component '{description}'");
            }

            if (rule.Kind == ProcedureKind.Divide && rule.Results.Any(result => !string.Equals(result, rule.Source, StringComparison.Ordinal)))
                reader.Note($"{path}.results", "a division has parts of its source's own code");
            if (rule.Extends && rule.Life is null)
                reader.Note($"{path}.life", "is missing: what may outlive its source needs a life of its own");
            foreach (var result in pack.Components.Where(component => rule.Results.Contains(component.Description, StringComparer.Ordinal) && component.ShelfLife < rule.Life))
                reader.Note($"{path}.life", $"is longer than the shelf life of {result.Description}");
            if (rule.Kind == ProcedureKind.Pool && rule.MinimumSources < 2)
                reader.Note($"{path}.minimumSources", "a pool has at least two sources");
            if (rule.MaximumSources < rule.MinimumSources)
                reader.Note($"{path}.maximumSources", "is below the minimum");
        }
    }

    /// <summary>The elements of a list that must not be empty, each with its path.</summary>
    private IEnumerable<(JsonElement Element, string Path)> Each(JsonElement parent, string path, string name, bool optional = false)
    {
        if (optional && !parent.TryGetProperty(name, out _))
            yield break;
        if (!reader.TryMember(parent, path, name, JsonValueKind.Array, out var list))
            yield break;
        if (list.GetArrayLength() == 0)
            reader.Note($"{path}.{name}", "must not be empty");
        var index = 0;
        foreach (var element in list.EnumerateArray())
        {
            var own = string.Create(CultureInfo.InvariantCulture, $"{path}.{name}[{index++}]");
            if (element.ValueKind == JsonValueKind.Object)
                yield return (element, own);
            else
                reader.Note(own, "must be an object");
        }
    }

    private List<string> Texts(JsonElement element, string path, string name)
    {
        List<string> texts = [];
        if (!reader.TryMember(element, path, name, JsonValueKind.Array, out var list))
            return texts;
        if (list.GetArrayLength() == 0)
            reader.Note($"{path}.{name}", "must not be empty");
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text)
                texts.Add(text);
            else
                reader.Note(string.Create(CultureInfo.InvariantCulture, $"{path}.{name}[{index}]"), "must be a text that is not empty");
            index++;
        }

        return texts;
    }

    private List<T> Choices<T>(JsonElement element, string path, string name)
        where T : struct, Enum
    {
        List<T> choices = [];
        foreach (var text in Texts(element, path, name))
        {
            if (Words<T>().TryGetValue(text, out var value))
                choices.Add(value);
            else
                reader.Note($"{path}.{name}", $"'{text}' is none of {string.Join(", ", Words<T>().Keys)}");
        }

        return choices;
    }

    private List<T> FigureChoices<T>(JsonElement element, string path, string name)
        where T : struct, Enum =>
        TryFigure(element, path, name, JsonValueKind.Array, out _) ? Choices<T>(element.GetProperty(name), $"{path}.{name}", "value") : [];

    private T FigureChoice<T>(JsonElement element, string path, string name)
        where T : struct, Enum =>
        TryFigure(element, path, name, JsonValueKind.String, out _) ? reader.Choice<T>(element.GetProperty(name), $"{path}.{name}", "value") : default;

    private static Dictionary<string, T> Words<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToDictionary(Word, StringComparer.Ordinal);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private bool Flag(JsonElement element, string path, string name)
    {
        var value = element.GetProperty(name);
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            reader.Note($"{path}.{name}", "must be true or false");
        return value.ValueKind is JsonValueKind.True;
    }

    private bool FigureFlag(JsonElement element, string path, string name) =>
        TryFigure(element, path, name, kind: null, out _) && Flag(element.GetProperty(name), $"{path}.{name}", "value");

    private decimal Fraction(JsonElement element, string path, string name, double minimum, double maximum) =>
        TryFigure(element, path, name, JsonValueKind.Number, out _)
            ? (decimal)reader.Number(element.GetProperty(name), $"{path}.{name}", "value", minimum, maximum)
            : 0;

    /// <summary>An instant with its offset: without one it would be another instant on another machine.</summary>
    private DateTimeOffset Instant(JsonElement element, string path, string name)
    {
        var text = reader.Text(element, path, name);
        if (text.Length == 0)
            return default;
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
            return instant;
        reader.Note($"{path}.{name}", "must be an instant with its offset, such as 2013-11-15T00:00:00+07:00");
        return default;
    }

    private TimeSpan? DurationOrForGood(JsonElement element, string path, string name) =>
        element.TryGetProperty(name, out var figure) && figure.ValueKind == JsonValueKind.Object
            && figure.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String && value.GetString() == "permanent"
            && TryFigure(element, path, name, JsonValueKind.String, out _)
                ? null
                : Duration(element, path, name);

    private TimeSpan Duration(JsonElement element, string path, string name, bool orNone = false) =>
        TryFigure(element, path, name, JsonValueKind.String, out _)
            ? reader.Duration(element.GetProperty(name), $"{path}.{name}", "value", orNone)
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
    private bool TryFigure(JsonElement element, string path, string name, JsonValueKind? kind, out JsonElement value)
    {
        value = default;
        if (!reader.TryMember(element, path, name, JsonValueKind.Object, out var figure))
            return false;
        var figurePath = $"{path}.{name}";
        reader.RefuseOthers(figure, figurePath, "value", "source", "verified");
        var (source, verified) = ReadSource(figure, figurePath);
        if (kind is { } expected ? !reader.TryMember(figure, figurePath, "value", expected, out value) : !figure.TryGetProperty("value", out value))
        {
            if (kind is null)
                reader.Note($"{figurePath}.value", "is missing");
            return false;
        }

        _figures.Add(new PolicyFigure(figurePath, kind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText(), source, verified, About(element)));
        return true;
    }

    private (string Source, bool Verified) ReadSource(JsonElement figure, string path)
    {
        var source = reader.Text(figure, path, "source");
        var verified = figure.TryGetProperty("verified", out var mark) && mark.ValueKind is JsonValueKind.True;
        if (!verified && mark.ValueKind is not JsonValueKind.False)
            reader.Note($"{path}.verified", "must be true or false");
        return (source, verified);
    }

    /// <summary>What a figure is about: the code or name that its surroundings bear, such as <c>D0101</c>, <c>hiv</c> or <c>thaw D0201</c>.</summary>
    private static string? About(JsonElement surroundings)
    {
        foreach (var name in new[] { "description", "reason", "collection", "source" })
        {
            if (surroundings.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String)
            {
                return name == "source" && surroundings.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String
                    ? $"{kind.GetString()} {member.GetString()}"
                    : member.GetString();
            }
        }

        return surroundings.TryGetProperty("name", out var own) && own.ValueKind == JsonValueKind.String ? own.GetString() : null;
    }
}
