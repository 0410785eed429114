using Shouldly;
using Xunit;

namespace Distribution.Labels.Tests;

public sealed class Reading_a_bar_code_back
{
    private const int Scale = 2;

    [Fact]
    public void Random_texts_of_every_printable_character_read_back_exactly()
    {
        var random = new Random(20261121);
        List<string> texts = [CharactersFrom(' ', 32), CharactersFrom('@', 32), CharactersFrom('`', 31)];
        for (var i = 0; i < 150; i++)
            texts.Add(TextOf(random));

        IndependentReader.ReadBars([.. texts.Select(Paint)]).Select(read => read.ShouldHaveSingleItem()).ShouldBe(texts);
    }

    /// <summary>Start, check and stop included. With more the donation number would come too near to the group beside it.</summary>
    [Theory]
    [InlineData("=A99992112345600", 13)]
    [InlineData("=%5100", 8)]
    [InlineData("&>0180292359", 11)]
    [InlineData("1", 4)]
    [InlineData("12", 4)]
    [InlineData("123456", 6)]
    [InlineData("12345A", 8)]
    [InlineData("A1234B", 9)]
    [InlineData("A123456B", 10)]
    public void A_symbol_takes_no_more_characters_than_it_must(string text, int characters) =>
        // Eleven modules each, and two more of the stop.
        Code128.Encode(text).Modules.ShouldBe(11 * characters + 2);

    [Fact]
    public void No_other_changes_of_subset_would_make_it_shorter()
    {
        var random = new Random(128);
        for (var i = 0; i < 2000; i++)
        {
            // Letters and runs of digits of any length in any order.
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => new string('7', random.Next(7)) + new string('x', random.Next(3)))) + 'x';

            Code128.Encode(text).Modules.ShouldBe(11 * (1 + Math.Min(Fewest(text, 0, false), Fewest(text, 0, true)) + 2) + 2, text);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Hà Nội")]
    [InlineData("line\nend")]
    [InlineData("\x7F")]
    public void What_the_subsets_do_not_hold_is_refused(string text) => Should.Throw<ArgumentException>(() => Code128.Encode(text));

    /// <summary>Tries everything, changing the subset for nothing excepted.</summary>
    private static int Fewest(string text, int at, bool inC, bool changed = false)
    {
        if (at == text.Length)
            return 0;
        var fewest = changed ? int.MaxValue / 2 : 1 + Fewest(text, at, !inC, changed: true);
        if (!inC)
            return Math.Min(fewest, 1 + Fewest(text, at + 1, inC: false));
        return at + 1 < text.Length && char.IsAsciiDigit(text[at]) && char.IsAsciiDigit(text[at + 1])
            ? Math.Min(fewest, 1 + Fewest(text, at + 2, inC: true))
            : fewest;
    }

    private static string CharactersFrom(char first, int count) => string.Concat(Enumerable.Range(first, count).Select(c => (char)c));

    private static string TextOf(Random random)
    {
        var digits = random.Next(2) == 0;
        return string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ =>
        {
            // Runs of digits and of other characters, because that is where the subset changes.
            if (random.Next(4) == 0)
                digits = !digits;
            return (char)(digits ? random.Next('0', '9' + 1) : random.Next(' ', '~' + 1));
        }));
    }

    private static Bitmap Paint(string text)
    {
        var pattern = Code128.Encode(text);
        var picture = new Bitmap((pattern.Modules + 2 * Code128.QuietZone) * Scale, 40);
        foreach (var (start, width) in pattern.Bars())
            picture.Fill((start + Code128.QuietZone) * Scale, 4, width * Scale, 32);
        return picture;
    }
}
