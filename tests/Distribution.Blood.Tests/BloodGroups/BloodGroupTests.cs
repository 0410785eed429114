using System.Text.Json;
using Distribution.Blood.BloodGroups;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.BloodGroups;

public sealed class BloodGroupTests
{
    [Theory]
    [InlineData("O-", Abo.O, RhD.Negative)]
    [InlineData("O+", Abo.O, RhD.Positive)]
    [InlineData("A-", Abo.A, RhD.Negative)]
    [InlineData("A+", Abo.A, RhD.Positive)]
    [InlineData("B-", Abo.B, RhD.Negative)]
    [InlineData("B+", Abo.B, RhD.Positive)]
    [InlineData("AB-", Abo.AB, RhD.Negative)]
    [InlineData("AB+", Abo.AB, RhD.Positive)]
    public void A_group_is_written_as_on_the_bag(string text, Abo abo, RhD rhD)
    {
        var group = new BloodGroup(abo, rhD);

        group.ToString().ShouldBe(text);
        BloodGroup.Parse(text).ShouldBe(group);
        JsonSerializer.Serialize(group, JsonSerializerOptions.Default).ShouldBe(JsonSerializer.Serialize(text));
        JsonSerializer.Deserialize<BloodGroup>($"\"{text}\"").ShouldBe(group);
        BloodGroup.All.ShouldContain(group);
    }

    [Theory]
    [InlineData("")]
    [InlineData("O")]
    [InlineData("+")]
    [InlineData("0+")]
    [InlineData("o+")]
    [InlineData("ABO+")]
    [InlineData("BA+")]
    [InlineData("A1+")]
    [InlineData("O +")]
    public void Other_text_is_refused(string text) => BloodGroup.TryParse(text, null, out _).ShouldBeFalse();

    [Fact]
    public void The_default_value_is_no_group()
    {
        default(BloodGroup).IsDefined.ShouldBeFalse();
        default(BloodGroup).ToString().ShouldBe("");
        BloodGroup.All.Count.ShouldBe(8);
        BloodGroup.All.ShouldNotContain(default(BloodGroup));
        Should.Throw<InvalidOperationException>(() => default(BloodGroup).IsbtCode);
    }

    [Fact]
    public void ABO_and_RhD_are_names_in_JSON_and_never_numbers()
    {
        JsonSerializer.Serialize(new { Abo = Abo.AB, RhD = RhD.Negative }).ShouldBe("""{"Abo":"ab","RhD":"negative"}""");
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Abo>("1"));
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<RhD>("\"neutral\""));
    }
}

public sealed class IsbtGroupCodeTests
{
    // ST-001 table 4, row by row as printed: default, directed, emergency, directed/biohazard, directed/crossover,
    // autologous/crossover, autologous only, autologous/biohazard.
    private static readonly Dictionary<string, string> Table4 = new(StringComparer.Ordinal)
    {
        ["O-"] = "95 91 92 93 94 96 97 98",
        ["O+"] = "51 47 48 49 50 52 53 54",
        ["A-"] = "06 02 03 04 05 07 08 09",
        ["A+"] = "62 58 59 60 61 63 64 65",
        ["B-"] = "17 13 14 15 16 18 19 20",
        ["B+"] = "73 69 70 71 72 74 75 76",
        ["AB-"] = "28 24 25 26 27 29 30 31",
        ["AB+"] = "84 80 81 82 83 85 86 87",
    };

    private static readonly LabelIntent[] Columns =
    [
        LabelIntent.Default, LabelIntent.DirectedOnly, LabelIntent.EmergencyOnly, LabelIntent.DirectedBiohazard,
        LabelIntent.DirectedCrossover, LabelIntent.AutologousCrossover, LabelIntent.AutologousOnly, LabelIntent.AutologousBiohazard,
    ];

    [Fact]
    public void All_64_codes_mean_what_the_table_prints()
    {
        foreach (var (row, codes) in Table4)
        {
            var group = BloodGroup.Parse(row);
            var column = 0;
            foreach (var code in codes.Split(' '))
            {
                BloodGroup.TryFromIsbt(code, out var read, out var intent).ShouldBeTrue(code);
                (read, intent).ShouldBe((group, Columns[column++]), code);
            }

            column.ShouldBe(8);
            group.IsbtCode.ShouldBe(codes[..2]);
        }
    }

    [Fact]
    public void No_other_two_characters_are_a_group()
    {
        var known = Table4.Values.SelectMany(codes => codes.Split(' ')).ToHashSet(StringComparer.Ordinal);
        for (var first = ' '; first <= '~'; first++)
        {
            for (var second = ' '; second <= '~'; second++)
            {
                var code = $"{first}{second}";
                BloodGroup.TryFromIsbt(code, out var group, out _).ShouldBe(known.Contains(code), code);
                group.IsDefined.ShouldBe(known.Contains(code), code);
            }
        }
    }

    [Theory]
    [InlineData("00", SpecialMessage.NoInformation)]
    [InlineData("Ma", SpecialMessage.Autologous)]
    [InlineData("Mb", SpecialMessage.Biohazard)]
    [InlineData("Md", SpecialMessage.Discard)]
    [InlineData("Mf", SpecialMessage.FractionationOnly)]
    [InlineData("Mq", SpecialMessage.Quarantine)]
    [InlineData("Mr", SpecialMessage.ResearchOnly)]
    [InlineData("Mx", SpecialMessage.NotForTransfusion)]
    [InlineData("T1", SpecialMessage.TissueOnly)]
    [InlineData("T6", SpecialMessage.TissueOnly)]
    public void A_special_message_is_read_and_is_no_group(string code, SpecialMessage expected)
    {
        BloodGroup.TryFromIsbtMessage(code, out var message).ShouldBeTrue();
        message.ShouldBe(expected);
        BloodGroup.TryFromIsbt(code, out _, out _).ShouldBeFalse();
        BloodGroup.DescribeIsbt(code).ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("51")]
    [InlineData("M6")]
    [InlineData("Mz")]
    [InlineData("T0")]
    [InlineData("T7")]
    [InlineData("")]
    public void Other_codes_are_no_message(string code) => BloodGroup.TryFromIsbtMessage(code, out _).ShouldBeFalse();

    [Theory]
    [InlineData("55", "O without RhD")]
    [InlineData("P3", "O without RhD")]
    [InlineData("66", "A without RhD")]
    [InlineData("A9", "A without RhD")]
    [InlineData("77", "B without RhD")]
    [InlineData("B2", "B without RhD")]
    [InlineData("88", "AB without RhD")]
    [InlineData("C5", "AB without RhD")]
    [InlineData("G6", "Bombay, RhD negative")]
    [InlineData("H6", "Bombay, RhD positive")]
    [InlineData("D6", "para-Bombay, RhD negative")]
    [InlineData("E6", "para-Bombay, RhD positive")]
    [InlineData("I6", "O para-Bombay, RhD negative")]
    [InlineData("J6", "O para-Bombay, RhD positive")]
    [InlineData("K6", "A para-Bombay, RhD negative")]
    [InlineData("N6", "A para-Bombay, RhD positive")]
    [InlineData("L6", "B para-Bombay, RhD negative")]
    [InlineData("O6", "B para-Bombay, RhD positive")]
    [InlineData("M6", "AB para-Bombay, RhD negative")]
    [InlineData("Q6", "AB para-Bombay, RhD positive")]
    [InlineData("A0", "pooled A, mixed RhD")]
    [InlineData("B0", "pooled B, mixed RhD")]
    [InlineData("C0", "pooled AB, mixed RhD")]
    [InlineData("D0", "pooled O, mixed RhD")]
    [InlineData("E0", "pooled ABO, RhD positive")]
    [InlineData("F0", "pooled ABO, RhD negative")]
    [InlineData("G0", "pooled ABO, mixed RhD")]
    [InlineData("H0", "pooled ABO without RhD")]
    [InlineData("K0", "subgroup A1B without RhD")]
    public void What_is_on_a_label_and_not_to_be_matched_by_table_is_named_and_refused(string code, string name)
    {
        BloodGroup.DescribeIsbt(code).ShouldBe(name);
        BloodGroup.TryFromIsbt(code, out _, out _).ShouldBeFalse();
        BloodGroup.TryFromIsbtMessage(code, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("99")]
    [InlineData("P6")]
    [InlineData("A6")]
    [InlineData("A1")]
    [InlineData("R6")]
    [InlineData("M0")]
    public void A_code_nobody_assigned_has_no_name(string code) => BloodGroup.DescribeIsbt(code).ShouldBeNull();

    [Fact]
    public void No_text_makes_the_tables_throw() =>
        Check.QuickThrowOnFailure(Prop.ForAll<string>(text =>
        {
            _ = BloodGroup.TryFromIsbt(text, out _, out _);
            _ = BloodGroup.TryFromIsbtMessage(text, out _);
            _ = BloodGroup.DescribeIsbt(text);
            _ = BloodGroup.TryParse(text, null, out _);
        }));
}
