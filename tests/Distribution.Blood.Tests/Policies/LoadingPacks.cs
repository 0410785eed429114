using System.Text.Json.Nodes;
using Distribution.Blood.Policies;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Policies;

public sealed class LoadingPacks
{
    /// <summary>Members that a pack may do without.</summary>
    private static readonly string[] Optional =
    [
        "minimum", "transportLimit", "preparedWithin", "collectedBy", "solution", "irradiated", "procedures", "life", "extends", "maximumSources",
        "latestAfterCollection", "minimumDoseGy", "temperature", "longestDuration", "bars", "lookbackWindow", "maximumMlPerKg",
        "washed", "emergency", "red-cells", "plasma", "overrides", "kinds", "electronicCrossmatch", "accountFor", "loggerInterval", "excursionTolerance",
    ];

    private static readonly string Sound = File.ReadAllText(Packs.Path($"{Packs.Vietnam}.2"));

    [Theory]
    [InlineData("$.id", "\"\"", "$.id")]
    [InlineData("$.version", "\"vn-27.1\"", "$.version")]
    [InlineData("$.version", null, "$.version")]
    [InlineData("$.jurisdiction", "5", "$.jurisdiction")]
    [InlineData("$.timeZone", "\"Asia/Atlantis\"", "$.timeZone")]
    [InlineData("$.effectiveFrom", "\"2013-11-15\"", "$.effectiveFrom")]
    [InlineData("$.effectiveFrom", "\"2013-11-15T00:00:00\"", "$.effectiveFrom")]
    [InlineData("$.effectiveFrom", "\"2013-13-15T00:00:00+07:00\"", "$.effectiveFrom")]
    [InlineData("$.components", "[]", "$.components")]
    [InlineData("$.components", null, "$.components")]
    [InlineData("$.components", "7", "$.components")]
    [InlineData("$.components[1]", "7", "$.components[1]")]
    [InlineData("$.components[1]", "null", "$.components[1]")]
    [InlineData("$.components[1].kind", "\"granulocytes\"", "$.components[1].kind")]
    [InlineData("$.components[1].description", "\"0101\"", "$.components[1].description")]
    [InlineData("$.components[1].description", "\"D0001\"", "$.components[1].description")]
    [InlineData("$.components[1].shelfLife.value", "\"42 days\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.value", "\"P1M\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.value", "\"P0D\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.value", "\"-P1D\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.value", "\"P99999999999D\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.value", "\"permanent\"", "$.components[1].shelfLife.value")]
    [InlineData("$.components[1].shelfLife.source", "\"\"", "$.components[1].shelfLife.source")]
    [InlineData("$.components[1].shelfLife.verified", null, "$.components[1].shelfLife.verified")]
    [InlineData("$.components[1].shelfLife.verified", "\"yes\"", "$.components[1].shelfLife.verified")]
    [InlineData("$.components[1].shelfLife.checked", "true", "$.components[1].shelfLife.checked")]
    [InlineData("$.components[1].shelfLife", "\"P42D\"", "$.components[1].shelfLife")]
    [InlineData("$.components[1].storage.value.maximum", null, "$.components[1].storage.value.maximum")]
    [InlineData("$.components[1].storage.value.maximum", "1", "$.components[1].storage.value.maximum")]
    [InlineData("$.components[1].storage.value.maximum", "1e999", "$.components[1].storage.value.maximum")]
    [InlineData("$.components[1].storage.value.minimum", "-300", "$.components[1].storage.value.minimum")]
    [InlineData("$.components[1].storage.value.mean", "4", "$.components[1].storage.value.mean")]
    [InlineData("$.components[1].irradiated", "\"yes\"", "$.components[1].irradiated")]
    [InlineData("$.components[1].washed", "\"yes\"", "$.components[1].washed")]
    [InlineData("$.components[1].filtered", "true", "$.components[1].filtered")]
    [InlineData("$.components[1].solution", "\"\"", "$.components[1].solution")]
    [InlineData("$.components[1].preparedWithin", "\"PT8H\"", "$.components[1].preparedWithin")]
    [InlineData("$.components[1].transportLimit", "\"PT8H\"", "$.components[1].transportLimit")]
    [InlineData("$.components[1].collectedBy", "[]", "$.components[1].collectedBy")]
    [InlineData("$.components[1].collectedBy", "[5]", "$.components[1].collectedBy[0]")]
    [InlineData("$.components[1].collectedBy", "[\"by-hand\"]", "$.components[1].collectedBy")]
    [InlineData("$.markers", "[]", "$.markers")]
    [InlineData("$.markers[0]", "\"hiv\"", "$.markers[0]")]
    [InlineData("$.markers[0].name", "\"HIV\"", "$.markers[0].name")]
    [InlineData("$.markers[0].name", "\"hbv\"", "$.markers[1].name")]
    [InlineData("$.markers[0].demand.value", "\"sometimes\"", "$.markers[0].demand.value")]
    [InlineData("$.markers[0].demand", "\"mandatory\"", "$.markers[0].demand")]
    [InlineData("$.markers[0].repeats.value", "-1", "$.markers[0].repeats.value")]
    [InlineData("$.markers[0].repeats.value", "1.5", "$.markers[0].repeats.value")]
    [InlineData("$.markers[0].releasesAfterNegativeRepeats.value", "1", "$.markers[0].releasesAfterNegativeRepeats.value")]
    [InlineData("$.markers[0].defersDonor.value", "\"true\"", "$.markers[0].defersDonor.value")]
    [InlineData("$.markers[0].lookbackWindow.value", "365", "$.markers[0].lookbackWindow.value")]
    [InlineData("$.markers[4].bars.value", "[\"serum\"]", "$.markers[4].bars.value")]
    [InlineData("$.markers[4].bars.value", "[]", "$.markers[4].bars.value")]
    [InlineData("$.groupDeterminations.value", "0", "$.groupDeterminations.value")]
    [InlineData("$.donors", "[]", "$.donors")]
    [InlineData("$.donors.minimumAge.value", "17.5", "$.donors.minimumAge.value")]
    [InlineData("$.donors.minimumAge.value", "61", "$.donors.maximumAge.value")]
    [InlineData("$.donors.minimumHeight", "1", "$.donors.minimumHeight")]
    [InlineData("$.donors.minimumWeightOfWomenKg.value", "0", "$.donors.minimumWeightOfWomenKg.value")]
    [InlineData("$.donors.volumes", "[]", "$.donors.volumes")]
    [InlineData("$.donors.volumes[0].collection", "\"by-hand\"", "$.donors.volumes[0].collection")]
    [InlineData("$.donors.volumes[1].fromKg.value", "42", "$.donors.volumes[1].fromKg")]
    [InlineData("$.donors.volumes[0].maximumMl.value", "0", "$.donors.volumes[0].maximumMl.value")]
    [InlineData("$.donors.volumes[1].maximumMlPerKg.value", "\"9\"", "$.donors.volumes[1].maximumMlPerKg.value")]
    [InlineData("$.donors.intervals[0].collection", "\"red-cell-apheresis\"", "$.donors.intervals[1].collection")]
    [InlineData("$.donors.intervals[0].collection", "\"granulocyte-apheresis\"", "$.donors.intervals")]
    [InlineData("$.donors.intervals[0].interval.value", "\"84 days\"", "$.donors.intervals[0].interval.value")]
    [InlineData("$.donors.frequencies[0].times.value", "0", "$.donors.frequencies[0].times.value")]
    [InlineData("$.donors.frequencies", null, "$.donors.intervals")]
    [InlineData("$.donors.deferrals[0].reason", "\"Tattoo\"", "$.donors.deferrals[0].reason")]
    [InlineData("$.donors.deferrals[0].reason", "\"piercing\"", "$.donors.deferrals[1].reason")]
    [InlineData("$.donors.deferrals[0].duration.value", "\"forever\"", "$.donors.deferrals[0].duration.value")]
    [InlineData("$.donors.deferrals[12].duration.source", "\"\"", "$.donors.deferrals[12].duration.source")]
    [InlineData("$.procedures", "{}", "$.procedures")]
    [InlineData("$.procedures[0].kind", "\"boil\"", "$.procedures[0].kind")]
    [InlineData("$.procedures[0].source", "\"D0999\"", "$.procedures[0]")]
    [InlineData("$.procedures[0].results", "[\"D0401\", \"D0999\"]", "$.procedures[0]")]
    [InlineData("$.procedures[0].results", "[]", "$.procedures[0].results")]
    [InlineData("$.procedures[0].life.value", "\"P366D\"", "$.procedures[0].life")]
    [InlineData("$.procedures[0].speed", "1", "$.procedures[0].speed")]
    [InlineData("$.procedures[2].minimumDoseGy.value", "0", "$.procedures[2].minimumDoseGy.value")]
    [InlineData("$.procedures[7].life", null, "$.procedures[7].life")]
    [InlineData("$.procedures[7].extends.value", "\"yes\"", "$.procedures[7].extends.value")]
    [InlineData("$.procedures[8].temperature.value", "37", "$.procedures[8].temperature.value")]
    [InlineData("$.procedures[10].source", "\"D0201\"", "$.procedures[10]")]
    [InlineData("$.procedures[12].minimumSources.value", "1", "$.procedures[12].minimumSources")]
    [InlineData("$.procedures[12].minimumSources", null, "$.procedures[12].minimumSources")]
    [InlineData("$.procedures[12].maximumSources.value", "1", "$.procedures[12].maximumSources")]
    [InlineData("$.procedures[16].results", "[\"D0002\"]", "$.procedures[16].results")]
    [InlineData("$.lookbackClock.value", "\"3 days\"", "$.lookbackClock.value")]
    [InlineData("$.retentionYears.value", "0", "$.retentionYears.value")]
    [InlineData("$.sampleRetention", null, "$.sampleRetention")]
    [InlineData("$.sampleStorage.value", "4", "$.sampleStorage.value")]
    [InlineData("$.returnLimit", null, "$.returnLimit")]
    [InlineData("$.sampleValidty", "1", "$.sampleValidty")]
    [InlineData("$.emergency", "[]", "$.emergency")]
    [InlineData("$.emergency.limit", "1", "$.emergency.limit")]
    [InlineData("$.emergency.groups", null, "$.emergency.groups")]
    [InlineData("$.emergency.groups", "[]", "$.emergency.groups")]
    [InlineData("$.emergency.groups", "{}", "$.emergency.groups")]
    [InlineData("$.emergency.groups.serum", "{}", "$.emergency.groups.serum")]
    [InlineData("$.emergency.groups.plasma", "[\"AB+\"]", "$.emergency.groups.plasma")]
    [InlineData("$.emergency.groups.plasma.source", "\"\"", "$.emergency.groups.plasma.source")]
    [InlineData("$.emergency.groups.plasma.value", "[]", "$.emergency.groups.plasma.value")]
    [InlineData("$.emergency.groups.plasma.value", "\"AB+\"", "$.emergency.groups.plasma.value")]
    [InlineData("$.emergency.groups.plasma.value", "[\"AB\"]", "$.emergency.groups.plasma.value")]
    [InlineData("$.emergency.groups.plasma.value", "[\"AB+\", 7]", "$.emergency.groups.plasma.value[1]")]
    [InlineData("$.emergency.groups.plasma.value", "[\"AB+\", \"AB+\"]", "$.emergency.groups.plasma.value")]
    [InlineData("$.emergency.groups.red-cells.value", "[\"O+\", \"A-\"]", "$.emergency.groups.red-cells.value")]
    [InlineData("$.emergency.retrospectiveCrossmatch", null, "$.emergency.retrospectiveCrossmatch")]
    [InlineData("$.emergency.retrospectiveCrossmatch.value", "\"PT0S\"", "$.emergency.retrospectiveCrossmatch.value")]
    [InlineData("$.overrides", "{}", "$.overrides")]
    [InlineData("$.overrides", "[]", "$.overrides")]
    [InlineData("$.overrides[0]", "\"rhd-incompatible\"", "$.overrides[0]")]
    [InlineData("$.overrides[0].reason", "\"none\"", "$.overrides[0].reason")]
    [InlineData("$.overrides[0].code", "\"rhd\"", "$.overrides[0].code")]
    [InlineData("$.overrides[0].kinds", "[\"serum\"]", "$.overrides[0].kinds")]
    [InlineData("$.overrides[0].kinds", "[]", "$.overrides[0].kinds")]
    [InlineData("$.overrides[0].roles", "[]", "$.overrides[0].roles")]
    [InlineData("$.overrides[0].roles", "[\"physician\", \"porter\"]", "$.overrides[0].roles")]
    [InlineData("$.overrides[0].countersigned", null, "$.overrides[0].countersigned")]
    [InlineData("$.overrides[0].countersigned", "\"yes\"", "$.overrides[0].countersigned")]
    [InlineData("$.overrides[0].source", null, "$.overrides[0].source")]
    [InlineData("$.overrides[0].verified", null, "$.overrides[0].verified")]
    [InlineData("$.overrides[3].code", "\"requirement-cmv\"", "$.overrides[4].code")]
    [InlineData("$.overrides[3].code", "\"rhd-incompatible\"", "$.overrides[3].code")]
    [InlineData("$.electronicCrossmatch", "true", "$.electronicCrossmatch")]
    [InlineData("$.electronicCrossmatch.value", "\"yes\"", "$.electronicCrossmatch.value")]
    [InlineData("$.accountFor.value", "\"PT0S\"", "$.accountFor.value")]
    [InlineData("$.loggerInterval.value", "\"PT0S\"", "$.loggerInterval.value")]
    [InlineData("$.excursionTolerance.value", "\"-PT1S\"", "$.excursionTolerance.value")]
    [InlineData("$.excursionTolerance.value", "\"none\"", "$.excursionTolerance.value")]
    public void A_pack_with_a_fault_is_refused_at_its_path(string at, string? json, string path)
    {
        var error = Should.Throw<PolicyException>(() => PolicyPack.Load(Json.With(Sound, at, json)));

        error.Problems.ShouldContain(problem => problem.StartsWith($"{path}: ", StringComparison.Ordinal), string.Join('\n', error.Problems));
    }

    [Fact]
    public void A_component_whose_collection_has_no_volume_is_refused()
    {
        var donors = JsonNode.Parse(Sound)!;
        var bands = donors["donors"]!["volumes"]!.AsArray();
        foreach (var band in bands.Where(band => (string?)band!["collection"] == "platelet-apheresis").ToArray())
            bands.Remove(band);

        Should.Throw<PolicyException>(() => PolicyPack.Load(donors.ToJsonString())).Problems.ShouldHaveSingleItem()
            .ShouldBe("$.components[15].collectedBy: $.donors.volumes has none for platelet-apheresis");
    }

    [Fact]
    public void A_pack_without_any_mandatory_marker_is_refused()
    {
        var pack = JsonNode.Parse(Sound)!;
        foreach (var marker in pack["markers"]!.AsArray())
            marker!["demand"]!["value"] = "when-indicated";

        Should.Throw<PolicyException>(() => PolicyPack.Load(pack.ToJsonString())).Problems.ShouldHaveSingleItem().ShouldStartWith("$.markers: ");
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        var faulty = Json.With(Json.With(Sound, "$.returnLimit", null), "$.components[1].kind", "\"granulocytes\"");

        Should.Throw<PolicyException>(() => PolicyPack.Load(faulty)).Problems.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"id\": \"a\", \"id\": \"b\"}")]
    [InlineData("{")]
    public void What_is_no_pack_is_refused(string json) =>
        Should.Throw<PolicyException>(() => PolicyPack.Load(json)).Problems.ShouldContain(problem => problem.StartsWith("$: ", StringComparison.Ordinal));

    [Fact]
    public void A_pack_with_any_one_member_gone_is_refused()
    {
        var paths = FirstOfEachForm()
            .Where(path => !path.EndsWith(']') && !Optional.Contains(path[(path.LastIndexOf('.') + 1)..], StringComparer.Ordinal)).ToArray();

        paths.Length.ShouldBeGreaterThan(100);
        foreach (var path in paths)
            Should.Throw<PolicyException>(() => PolicyPack.Load(Json.With(Sound, path, null)), path);
    }

    [Fact]
    public void A_pack_with_anything_of_another_type_is_read_or_refused_and_never_breaks_the_reader()
    {
        string[] others = ["null", "7", "\"x\"", "[]", "[7]", "{}", "true"];
        foreach (var path in FirstOfEachForm())
        {
            foreach (var other in others)
            {
                try
                {
                    PolicyPack.Load(Json.With(Sound, path, other));
                }
                catch (PolicyException e)
                {
                    e.Problems.ShouldNotBeEmpty();
                }
            }
        }
    }

    [Fact]
    public void No_text_is_anything_but_a_pack_or_refused() =>
        Check.QuickThrowOnFailure(Prop.ForAll<NonNull<string>>(text =>
        {
            try
            {
                PolicyPack.Load(text.Get);
                return false;
            }
            catch (PolicyException e)
            {
                return e.Problems.Count > 0;
            }
        }));

    /// <summary>The paths of the pack without those that differ from an earlier one only by their place in a list.</summary>
    private static IEnumerable<string> FirstOfEachForm() =>
        Json.Paths(JsonNode.Parse(Sound)!).DistinctBy(path => string.Concat(path.Where(character => !char.IsAsciiDigit(character))), StringComparer.Ordinal);
}
