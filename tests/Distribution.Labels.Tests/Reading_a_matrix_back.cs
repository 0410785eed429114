using Shouldly;
using Xunit;

namespace Distribution.Labels.Tests;

public sealed class Reading_a_matrix_back
{
    private const int Scale = 5;

    [Fact]
    public void Random_texts_in_every_size_read_back_exactly()
    {
        var random = new Random(20261121);
        List<string> texts = [string.Concat(Enumerable.Range(' ', 95).Select(c => (char)c))];
        for (var length = 1; length <= 174; length += length < 46 ? 1 : 16)
            texts.Add(string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next(' ', '~' + 1))));
        texts.Add(new string('7', 2 * 174));
        texts.Select(text => DataMatrix.Encode(text).Size).Distinct().Order().ShouldBe([10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48]);

        IndependentReader.ReadMatrices([.. texts.Select(text => Paint(DataMatrix.Encode(text)))]).ShouldBe(texts);
    }

    /// <summary>A drop of blood or a crease on the label: the check codewords restore what lies beneath.</summary>
    [Fact]
    public void A_damaged_symbol_still_reads()
    {
        const string Text = "=+03000=A99992112345600=%5100=<D0101V00";
        var matrix = DataMatrix.Encode(Text);
        List<Bitmap> pictures = [];
        for (var at = 3; at + 6 < matrix.Size; at += 4)
        {
            var picture = Paint(matrix);
            picture.Fill((at + DataMatrix.QuietZone) * Scale, (at + DataMatrix.QuietZone) * Scale, 4 * Scale, 4 * Scale, black: at % 8 == 3);
            pictures.Add(picture);
        }

        pictures.Count.ShouldBeGreaterThan(3);
        IndependentReader.ReadMatrices(pictures).ShouldBe(Enumerable.Repeat(Text, pictures.Count));
    }

    /// <summary>Readers skip the codewords that fill the symbol up; the standard scatters them all the same. Drawn by zint 2.11.1.</summary>
    [Fact]
    public void What_fills_a_symbol_up_is_scattered_as_another_encoder_does_it()
    {
        var matrix = DataMatrix.Encode("A");

        Enumerable.Range(0, matrix.Size)
            .Select(row => string.Concat(Enumerable.Range(0, matrix.Size).Select(column => matrix[row, column] ? '1' : '0')))
            .ShouldBe(
            [
                "1010101010",
                "1101100011",
                "1000110100",
                "1001101011",
                "1001010000",
                "1001001011",
                "1101001100",
                "1100111101",
                "1100001000",
                "1111111111",
            ]);
    }

    [Fact]
    public void Two_digits_take_the_room_of_one_letter()
    {
        DataMatrix.Encode("123456").Size.ShouldBe(10);
        DataMatrix.Encode("ABC").Size.ShouldBe(10);
        DataMatrix.Encode("ABCD").Size.ShouldBe(12);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Should.Throw<ArgumentException>(() => DataMatrix.Encode(""));
        Should.Throw<ArgumentException>(() => DataMatrix.Encode("Hà Nội"));
        Should.Throw<ArgumentException>(() => DataMatrix.Encode(new string('A', 175)));
        DataMatrix.Encode(new string('A', 174)).Size.ShouldBe(48);
    }

    private static Bitmap Paint(ModuleMatrix matrix)
    {
        var side = (matrix.Size + 2 * DataMatrix.QuietZone) * Scale;
        var picture = new Bitmap(side, side);
        foreach (var (row, column, length) in matrix.Runs())
            picture.Fill((column + DataMatrix.QuietZone) * Scale, (row + DataMatrix.QuietZone) * Scale, length * Scale, Scale);
        return picture;
    }
}
