using System.Globalization;
using System.Text;

namespace Distribution.Labels.Tests;

/// <summary>Black on white, as a printer paints it.</summary>
internal sealed class Bitmap(int width, int height)
{
    private readonly bool[] _black = new bool[width * height];

    public void Fill(int x, int y, int across, int down, bool black = true)
    {
        if (x < 0 || y < 0 || x + across > width || y + down > height)
            throw new ArgumentOutOfRangeException(nameof(x), $"{x}, {y}, {across}, {down} lies outside {width} by {height}.");
        for (var row = y; row < y + down; row++)
            _black.AsSpan(row * width + x, across).Fill(black);
    }

    /// <summary>Portable bitmap, eight pixels to the byte: both readers take it.</summary>
    public void Save(string path)
    {
        var line = (width + 7) / 8;
        var header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"P4\n{width} {height}\n"));
        var bytes = new byte[header.Length + line * height];
        header.CopyTo(bytes, 0);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                if (_black[y * width + x])
                    bytes[header.Length + y * line + x / 8] |= (byte)(0x80 >> (x % 8));
            }
        }

        File.WriteAllBytes(path, bytes);
    }
}
