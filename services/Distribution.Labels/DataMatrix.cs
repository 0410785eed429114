namespace Distribution.Labels;

/// <summary>A square of dark and light modules, quiet zone not counted.</summary>
public sealed class ModuleMatrix
{
    private readonly bool[,] _dark;

    internal ModuleMatrix(bool[,] dark) => _dark = dark;

    /// <summary>Modules a side.</summary>
    public int Size => _dark.GetLength(0);

    /// <summary>Whether a module is dark; row 0 is the top one, column 0 the left one.</summary>
    public bool this[int row, int column] => _dark[row, column];

    /// <summary>The dark modules, those side by side in a row taken together.</summary>
    public IEnumerable<(int Row, int Column, int Length)> Runs()
    {
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                var start = column;
                while (column < Size && _dark[row, column])
                    column++;
                if (column > start)
                    yield return (row, start, column - start);
            }
        }
    }
}

/// <summary>
/// Data Matrix ECC 200 (ISO/IEC 16022) in the square sizes from 10 to 48 modules, whose codewords are one block.
/// Encodes ASCII with two digits to a codeword, which suits ISBT 128.
/// </summary>
public static class DataMatrix
{
    /// <summary>Clear space on all four sides, in modules. One is required, two to four are advised where print is near (ST-001 6.2.3).</summary>
    public const int QuietZone = 2;

    private const int Pad = 129;

    // ISO/IEC 16022 table 7: modules a side, regions a side, codewords of data, codewords of check.
    private static readonly Form[] Forms =
    [
        new(10, 1, 3, 5),
        new(12, 1, 5, 7),
        new(14, 1, 8, 10),
        new(16, 1, 12, 12),
        new(18, 1, 18, 14),
        new(20, 1, 22, 18),
        new(22, 1, 30, 20),
        new(24, 1, 36, 24),
        new(26, 1, 44, 28),
        new(32, 2, 62, 36),
        new(36, 2, 86, 42),
        new(40, 2, 114, 48),
        new(44, 2, 144, 56),
        new(48, 2, 174, 68),
    ];

    /// <summary>Encodes ASCII in the smallest symbol that holds it.</summary>
    /// <exception cref="ArgumentException">The text is empty, holds another character, or is too long for the largest symbol: 174 codewords.</exception>
    public static ModuleMatrix Encode(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\x7F') is var foreign and >= 0)
            throw new ArgumentException($"Character {foreign} is not ASCII.", nameof(text));

        var data = Codewords(text);
        var form = Array.Find(Forms, form => form.Data >= data.Count)
            ?? throw new ArgumentException($"The text takes {data.Count} codewords; the largest symbol holds {Forms[^1].Data}.", nameof(text));
        Fill(data, form.Data);
        byte[] all = [.. data, .. ReedSolomon.Check(data.ToArray(), form.Check)];
        return new ModuleMatrix(Frame(form, new Placement(form.Mapping).Place(all)));
    }

    private static List<byte> Codewords(string text)
    {
        var codewords = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsAsciiDigit(text[i]) && char.IsAsciiDigit(text[i + 1]))
            {
                codewords.Add((byte)(130 + (text[i] - '0') * 10 + text[i + 1] - '0'));
                i++;
            }
            else
            {
                codewords.Add((byte)(text[i] + 1));
            }
        }

        return codewords;
    }

    /// <summary>The first pad says that the message has ended; the others are scattered, so that they make no pattern of their own.</summary>
    private static void Fill(List<byte> data, int length)
    {
        if (data.Count < length)
            data.Add(Pad);
        while (data.Count < length)
        {
            var scattered = Pad + 149 * (data.Count + 1) % 253 + 1;
            data.Add((byte)(scattered <= 254 ? scattered : scattered - 254));
        }
    }

    /// <summary>Cuts the modules into regions and gives each its solid left and lower edge and its dotted upper and right one.</summary>
    private static bool[,] Frame(Form form, bool[,] mapping)
    {
        var dark = new bool[form.Size, form.Size];
        var region = form.Size / form.Regions;
        for (var row = 0; row < form.Size; row++)
        {
            for (var column = 0; column < form.Size; column++)
            {
                var (y, x) = (row % region, column % region);
                if (x == 0 || y == region - 1)
                    dark[row, column] = true;
                else if (y == 0)
                    dark[row, column] = x % 2 == 0;
                else if (x == region - 1)
                    dark[row, column] = y % 2 == 1;
                else
                    dark[row, column] = mapping[row - 2 * (row / region) - 1, column - 2 * (column / region) - 1];
            }
        }

        return dark;
    }

    /// <param name="Size">Modules a side.</param>
    /// <param name="Regions">Data regions a side.</param>
    /// <param name="Data">Codewords of data.</param>
    /// <param name="Check">Codewords of check.</param>
    private sealed record Form(int Size, int Regions, int Data, int Check)
    {
        /// <summary>Modules a side without the edges of the regions.</summary>
        public int Mapping => Size - 2 * Regions;
    }

    /// <summary>
    /// Where each bit of each codeword goes (ISO/IEC 16022 annex F): codewords lie along diagonals that run up and down by
    /// turns, and what leaves the square on one side comes in again on the other.
    /// </summary>
    private sealed class Placement(int size)
    {
        // Row and column of a codeword's bits from its last one, highest bit first.
        private static readonly (int Row, int Column)[] Usual =
            [(-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0)];

        // The codewords that wrap around the corners; a negative place counts from the far side. Of the annex's four shapes
        // squares have these two only.
        private static readonly (int Row, int Column)[] Corner1 =
            [(-1, 0), (-1, 1), (-1, 2), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1)];

        private static readonly (int Row, int Column)[] Corner2 =
            [(-3, 0), (-2, 0), (-1, 0), (0, -4), (0, -3), (0, -2), (0, -1), (1, -1)];

        private readonly bool[,] _dark = new bool[size, size];
        private readonly bool[,] _taken = new bool[size, size];
        private int _next;

        public bool[,] Place(byte[] codewords)
        {
            var (row, column) = (4, 0);
            while (row < size || column < size)
            {
                if (row == size && column == 0)
                    PutCorner(Corner1, codewords);
                if (row == size - 2 && column == 0 && size % 4 != 0)
                    PutCorner(Corner2, codewords);

                // A diagonal may begin outside the square: it takes one step all the same.
                do
                {
                    PutUsual(row, column, codewords);
                    (row, column) = (row - 2, column + 2);
                }
                while (row >= 0 && column < size);
                (row, column) = (row + 1, column + 3);
                do
                {
                    PutUsual(row, column, codewords);
                    (row, column) = (row + 2, column - 2);
                }
                while (row < size && column >= 0);
                (row, column) = (row + 3, column + 1);
            }

            // Some sizes leave four modules at the lower right; two of them are dark.
            if (!_taken[size - 1, size - 1])
                _dark[size - 1, size - 1] = _dark[size - 2, size - 2] = true;
            return _dark;
        }

        private void PutUsual(int row, int column, byte[] codewords)
        {
            if (row < 0 || row >= size || column < 0 || column >= size || _taken[row, column])
                return;
            var codeword = codewords[_next++];
            for (var bit = 0; bit < 8; bit++)
            {
                var (y, x) = (row + Usual[bit].Row, column + Usual[bit].Column);
                if (y < 0)
                    (y, x) = (y + size, x + 4 - (size + 4) % 8);
                if (x < 0)
                    (y, x) = (y + 4 - (size + 4) % 8, x + size);
                Put(y, x, codeword, bit);
            }
        }

        private void PutCorner((int Row, int Column)[] places, byte[] codewords)
        {
            var codeword = codewords[_next++];
            for (var bit = 0; bit < 8; bit++)
            {
                var (y, x) = places[bit];
                Put(y < 0 ? y + size : y, x < 0 ? x + size : x, codeword, bit);
            }
        }

        private void Put(int row, int column, byte codeword, int bit)
        {
            _dark[row, column] = (codeword >> (7 - bit) & 1) == 1;
            _taken[row, column] = true;
        }
    }
}
