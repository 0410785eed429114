using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Policies;

/// <summary>
/// The figures that somebody has read in their source, copied here by hand from the notes of that reading and not from the packs:
/// a slip in a pack, and a mark that nobody earned, are both found.
/// </summary>
public sealed class VerifiedFigures
{
    private const string Cooled = """{"minimum":2,"maximum":6}""";
    private const string AmericanCooled = """{"minimum":1,"maximum":6}""";
    private const string CooledOnTheRoad = """{"minimum":1,"maximum":10}""";
    private const string Ambient = """{"minimum":20,"maximum":24}""";
    private const string Frozen = """{"maximum":-18}""";
    private const string DeepFrozen = """{"maximum":-25}""";
    private const string ColdestFrozen = """{"maximum":-65}""";
    private const string ThawingBath = """{"minimum":30,"maximum":37}""";

    /// <summary>Pack, member, value, and what it is of; nothing for the pack as a whole.</summary>
    public static TheoryData<string, string, string, string> Rows => new()
    {
        // Circular 26/2013/TT-BYT. Whole blood, Art. 22.
        { Packs.Vietnam, "shelfLife", "P35D", "D0001" },
        { Packs.Vietnam, "shelfLife", "P21D", "D0002" },
        { Packs.Vietnam, "shelfLife", "PT24H", "D0003" },
        { Packs.Vietnam, "storage", Cooled, "D0001, D0002, D0203" },
        { Packs.Vietnam, "storage", Ambient, "D0003, D0301" },

        // Irradiated red cells: 28 days from irradiation, 25 Gy.
        { Packs.Vietnam, "shelfLife", "P28D", "D0103, D0107" },
        { Packs.Vietnam, "life", "P28D", "irradiate D0101, irradiate D0102" },
        { Packs.Vietnam, "minimumDoseGy", "25", "irradiate D0101, irradiate D0102" },

        // Platelets, Art. 30.
        { Packs.Vietnam, "shelfLife", "P5D", "D0301" },

        // Plasma, Art. 33: 24 months, 12 months, 6 hours; frozen within 8 hours, thawed at 30 to 37 °C in 45 minutes.
        { Packs.Vietnam, "shelfLife", "P730D", "D0201" },
        { Packs.Vietnam, "shelfLife", "P365D", "D0202" },
        { Packs.Vietnam, "shelfLife", "PT6H", "D0203" },
        { Packs.Vietnam, "life", "PT6H", "thaw D0201, thaw D0202" },
        { Packs.Vietnam, "storage", DeepFrozen, "D0201" },
        { Packs.Vietnam, "storage", """{"minimum":-25,"maximum":-18}""", "D0202" },
        { Packs.Vietnam, "preparedWithin", "PT8H", "D0201, D0202" },
        { Packs.Vietnam, "temperature", ThawingBath, "thaw D0201, thaw D0202, thaw D0401, thaw D0402" },
        { Packs.Vietnam, "longestDuration", "PT45M", "thaw D0201, thaw D0202" },

        // Cryoprecipitate.
        { Packs.Vietnam, "storage", Frozen, "D0401, D0402" },
        { Packs.Vietnam, "longestDuration", "PT15M", "thaw D0401, thaw D0402" },

        // On the road, Art. 20.
        { Packs.Vietnam, "transport", CooledOnTheRoad, "D0001, D0002, D0101, D0102, D0103, D0104, D0106, D0107" },
        { Packs.Vietnam, "transport", Ambient, "D0301, D0302, D0303" },
        { Packs.Vietnam, "transport", Frozen, "D0201, D0202, D0205, D0401, D0402" },
        { Packs.Vietnam, "excursionTolerance", "PT0S", "" },

        // Donors, Art. 4 to 6.
        { Packs.Vietnam, "donors.minimumAge", "18", "" },
        { Packs.Vietnam, "donors.maximumAge", "60", "" },
        { Packs.Vietnam, "donors.minimumWeightOfWomenKg", "42", "" },
        { Packs.Vietnam, "donors.minimumWeightOfMenKg", "45", "" },
        { Packs.Vietnam, "fromKg", "42", "whole-blood" },
        { Packs.Vietnam, "maximumMl", "250", "whole-blood" },
        { Packs.Vietnam, "fromKg", "45", "whole-blood" },
        { Packs.Vietnam, "maximumMl", "500", "whole-blood" },
        { Packs.Vietnam, "maximumMlPerKg", "9", "whole-blood" },
        { Packs.Vietnam, "fromKg", "50", "red-cell-apheresis, plasma-apheresis, platelet-apheresis, granulocyte-apheresis" },
        { Packs.Vietnam, "maximumMl", "500", "red-cell-apheresis, plasma-apheresis, platelet-apheresis, granulocyte-apheresis" },
        { Packs.Vietnam, "fromKg", "60", "red-cell-apheresis, plasma-apheresis, platelet-apheresis, granulocyte-apheresis" },
        { Packs.Vietnam, "maximumMl", "650", "red-cell-apheresis, plasma-apheresis, platelet-apheresis, granulocyte-apheresis" },
        { Packs.Vietnam, "duration", "P184D", "tattoo, piercing, blood-exposure, typhoid, sepsis, snakebite, phlebitis, osteomyelitis, pancreatitis" },
        { Packs.Vietnam, "duration", "P366D", "received-blood, childbirth, termination" },
        { Packs.Vietnam, "interval", "P84D", "whole-blood, red-cell-apheresis" },
        { Packs.Vietnam, "interval", "P14D", "plasma-apheresis, platelet-apheresis" },
        { Packs.Vietnam, "times", "3", "granulocyte-apheresis" },
        { Packs.Vietnam, "within", "P7D", "granulocyte-apheresis" },

        // Tests, Art. 14; what antibodies withhold, Art. 38; samples, Art. 48; records, Art. 61.
        { Packs.Vietnam, "demand", "mandatory", "hiv, hbv, hcv, syphilis, antibody-screen" },
        { Packs.Vietnam, "demand", "when-indicated", "malaria" },
        { Packs.Vietnam, "bars", """["whole-blood","plasma","platelets","cryoprecipitate"]""", "antibody-screen" },
        { Packs.Vietnam, "sampleRetention", "P5D", "" },
        { Packs.Vietnam, "sampleStorage", Cooled, "" },
        { Packs.Vietnam, "retentionYears", "10", "" },
        { Packs.Vietnam, "reservationLife", "PT24H", "" },

        // UK SI 2005/50: whole blood, 28 to 49 days by process; records, 30 years.
        { Packs.Europe, "shelfLife", "P28D", "D0002" },
        { Packs.Europe, "storage", Cooled, "D0001, D0002" },
        { Packs.Europe, "retentionYears", "30", "" },
        { Packs.Europe, "reservationLife", "PT24H", "" },

        // 21 CFR 610.53.
        { Packs.America, "shelfLife", "P35D", "D0001" },
        { Packs.America, "shelfLife", "P21D", "D0002" },
        { Packs.America, "shelfLife", "P42D", "D0101" },
        { Packs.America, "shelfLife", "P28D", "D0103, D0107" },
        { Packs.America, "life", "P28D", "irradiate D0101, irradiate D0102" },
        { Packs.America, "shelfLife", "PT24H", "D0104, D0106" },
        { Packs.America, "life", "PT24H", "wash D0101, wash D0102, thaw D0105" },
        { Packs.America, "shelfLife", "P3650D", "D0105" },
        { Packs.America, "extends", "true", "freeze D0101" },
        { Packs.America, "shelfLife", "P5D", "D0301" },
        { Packs.America, "shelfLife", "P365D", "D0201, D0401, D0402" },
        { Packs.America, "life", "P365D", "separate D0201" },
        { Packs.America, "storage", AmericanCooled, "D0001, D0002, D0101, D0102, D0103, D0104, D0106, D0107" },
        { Packs.America, "storage", ColdestFrozen, "D0105" },
        { Packs.America, "storage", Ambient, "D0301, D0302, D0303" },
        { Packs.America, "storage", Frozen, "D0201, D0401, D0402" },

        // 21 CFR 600.15.
        { Packs.America, "transport", CooledOnTheRoad, "D0001, D0002, D0101, D0102, D0103, D0104, D0106, D0107" },
        { Packs.America, "transport", ColdestFrozen, "D0105" },
        { Packs.America, "transport", Ambient, "D0301, D0302, D0303" },
        { Packs.America, "transport", Frozen, "D0201, D0205, D0401, D0402" },

        // 21 CFR 610.46 and 610.47.
        { Packs.America, "lookbackWindow", "P366D", "hiv, hcv" },
        { Packs.America, "lookbackClock", "P3D", "" },
        { Packs.America, "reservationLife", "PT24H", "" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Stand_in_their_pack_and_are_marked_as_read(string pack, string member, string value, string subjects)
    {
        foreach (var subject in Subjects(subjects))
        {
            Packs.Of(pack).Figures.ShouldContain(
                figure => figure.About == subject && Packs.MemberOf(figure) == member && Packs.ValueOf(figure) == value && figure.Verified && figure.Source.Length > 0,
                $"{pack}: {member} of {subject ?? "the pack"} is {value}");
        }
    }

    [Theory]
    [InlineData(Packs.Vietnam)]
    [InlineData(Packs.Europe)]
    [InlineData(Packs.America)]
    public void Are_all_that_is_marked_as_read(string pack)
    {
        var read = Rows.Select(row => row.Cast<string>().ToArray())
            .Where(row => row[0] == pack)
            .SelectMany(row => Subjects(row[3]).Select(subject => (subject, row[1], row[2])))
            .ToArray();

        Packs.Of(pack).Figures.Where(figure => figure.Verified)
            .Select(figure => (figure.About, Packs.MemberOf(figure), Packs.ValueOf(figure)))
            .ShouldBe(read, ignoreOrder: true);
    }

    private static string?[] Subjects(string subjects) => subjects.Length == 0 ? new string?[] { null } : subjects.Split(", ");
}

/// <summary>What rests on a secondary source, on general knowledge or on another jurisdiction's text is never shown as read.</summary>
public sealed class UnverifiedFigures
{
    [Theory]
    [InlineData(Packs.Vietnam, "D0101", "shelfLife", "P42D")]
    [InlineData(Packs.Vietnam, "D0101", "storage", """{"minimum":2,"maximum":6}""")]
    [InlineData(Packs.Vietnam, "D0104", "shelfLife", "PT24H")]
    [InlineData(Packs.Vietnam, "D0204", "shelfLife", "PT24H")]
    [InlineData(Packs.Vietnam, "D0401", "shelfLife", "P365D")]
    [InlineData(Packs.Vietnam, "D0403", "shelfLife", "PT6H")]
    [InlineData(Packs.Vietnam, "irradiate D0301", "minimumDoseGy", "25")]
    [InlineData(Packs.Vietnam, "hiv", "lookbackWindow", "P366D")]
    [InlineData(Packs.Vietnam, "hiv", "repeats", "2")]
    [InlineData(Packs.Vietnam, "marker-reactive", "duration", "permanent")]
    [InlineData(Packs.Vietnam, null, "lookbackClock", "P3D")]
    [InlineData(Packs.Vietnam, null, "sampleValidity", "PT72H")]
    [InlineData(Packs.Vietnam, null, "returnLimit", "PT30M")]
    [InlineData(Packs.Vietnam, null, "groupDeterminations", "2")]
    [InlineData(Packs.Vietnam, null, "emergency.groups.red-cells", """["O+","O-"]""")]
    [InlineData(Packs.Vietnam, null, "emergency.groups.plasma", """["AB+","AB-"]""")]
    [InlineData(Packs.Vietnam, null, "emergency.retrospectiveCrossmatch", "PT24H")]
    [InlineData(Packs.Vietnam, null, "electronicCrossmatch", "false")]
    [InlineData(Packs.Vietnam, null, "accountFor", "PT24H")]
    [InlineData(Packs.Vietnam, null, "loggerInterval", "PT15M")]
    [InlineData(Packs.Vietnam, "rhd-incompatible", "kinds", """["whole-blood","red-cells","platelets"]""")]
    [InlineData(Packs.Vietnam, "rhd-incompatible", "roles", """["physician"]""")]
    [InlineData(Packs.Vietnam, "rhd-incompatible", "countersigned", "true")]
    [InlineData(Packs.Europe, "D0001", "shelfLife", "P35D")]
    [InlineData(Packs.Europe, "D0101", "shelfLife", "P35D")]
    [InlineData(Packs.Europe, "D0103", "shelfLife", "P14D")]
    [InlineData(Packs.Europe, "irradiate D0101", "latestAfterCollection", "P14D")]
    [InlineData(Packs.Europe, "D0105", "shelfLife", "P10950D")]
    [InlineData(Packs.Europe, "D0101", "transportLimit", "PT24H")]
    [InlineData(Packs.Europe, "D0201", "shelfLife", "P1095D")]
    [InlineData(Packs.Europe, "D0203", "shelfLife", "PT24H")]
    [InlineData(Packs.Europe, "D0403", "shelfLife", "PT4H")]
    [InlineData(Packs.Europe, null, "donors.minimumAge", "18")]
    [InlineData(Packs.Europe, null, "emergency.groups.red-cells", """["O-","O+"]""")]
    [InlineData(Packs.Europe, null, "electronicCrossmatch", "true")]
    [InlineData(Packs.Europe, null, "excursionTolerance", "PT0S")]
    [InlineData(Packs.America, null, "electronicCrossmatch", "true")]
    [InlineData(Packs.America, null, "excursionTolerance", "PT0S")]
    [InlineData(Packs.America, "D0203", "shelfLife", "PT24H")]
    [InlineData(Packs.America, "D0204", "shelfLife", "P5D")]
    [InlineData(Packs.America, "D0403", "shelfLife", "PT6H")]
    [InlineData(Packs.America, "thaw D0402", "life", "PT4H")]
    [InlineData(Packs.America, "hbv", "lookbackWindow", "P366D")]
    [InlineData(Packs.America, null, "retentionYears", "10")]
    [InlineData(Packs.America, null, "donors.minimumAge", "17")]
    public void Are_marked_as_such(string pack, string? subject, string member, string value)
    {
        var figure = Packs.Of(pack).Figures.Where(figure => figure.About == subject && Packs.MemberOf(figure) == member).ShouldHaveSingleItem();

        Packs.ValueOf(figure).ShouldBe(value);
        figure.Verified.ShouldBeFalse();
        figure.Source.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void Never_name_a_secondary_source_or_general_knowledge_as_read()
    {
        foreach (var figure in Packs.Ids.SelectMany(id => Packs.Of(id).Figures).Where(figure => figure.Verified))
        {
            foreach (var doubt in new[] { "secondary", "general knowledge", "not read", "to be confirmed", "no Vietnamese", "no European", "strictest" })
                figure.Source.ShouldNotContain(doubt, Case.Insensitive, figure.Path);
        }
    }
}
