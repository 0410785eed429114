using System.Globalization;
using System.Text;

namespace Distribution.Labels;

/// <summary>
/// A label as ZPL II for a printer of 203 dpi, 8 dots to the millimeter: a module of the bars is 2 dots, one of the Data Matrix 4.
/// The text is ASCII: everything else is escaped, so that no spooler's encoding can change it.
/// </summary>
public static class LabelZpl
{
    /// <summary>
    /// The scalable font that these printers have built in or can load for Unicode. It must have the Vietnamese letters: which
    /// printer brings which font is for the site to say.
    /// </summary>
    public const string UsualFont = "E:TT0003M_.FNT";

    private const int DotsPerMillimeter = 8;

    // ^BX takes control sequences in its data; no ISBT 128 symbol holds this character, which firmware versions do not agree on.
    private const char MatrixEscape = '|';

    /// <param name="label">What to print.</param>
    /// <param name="font">The name of a font on the printer, such as <see cref="UsualFont"/>.</param>
    /// <exception cref="InvalidOperationException">The label is incomplete; see <see cref="UnitLabel.Validate"/>.</exception>
    public static string Write(UnitLabel label, string font = UsualFont)
    {
        label.RequireComplete();
        var zpl = new StringBuilder();
        zpl.Append(CultureInfo.InvariantCulture, $"^XA\n^CI28\n^PW{Dots(LabelLayout.Side)}\n^LL{Dots(LabelLayout.Side)}\n^LH0,0\n");
        foreach (var mark in LabelLayout.Of(label))
        {
            zpl.Append(CultureInfo.InvariantCulture, $"^FO{Dots(mark.X)},{Dots(mark.Y)}");
            switch (mark)
            {
                case BarsMark bars:
                    zpl.Append(CultureInfo.InvariantCulture, $"^BY{Dots(LabelLayout.BarModule)}^BCN,{Dots(bars.Height)},N,N,N,N");
                    AppendData(zpl, Invoke(Code128.Values(bars.Symbol.Data)));
                    break;
                case MatrixMark matrix:
                    zpl.Append(CultureInfo.InvariantCulture, $"^BXN,{Dots(LabelLayout.MatrixModule)},200,,,,{MatrixEscape}");
                    AppendData(zpl, matrix.Data);
                    break;
                case TextMark text:
                    Append(zpl, text, font);
                    break;
            }
        }

        return zpl.Append("^XZ\n").ToString();
    }

    private static void Append(StringBuilder zpl, TextMark mark, string font)
    {
        var size = Dots(mark.Size);
        if (mark.IsBoxed)
            zpl.Append(CultureInfo.InvariantCulture, $"^GB{Dots(mark.Width)},{size + 6},2^FS\n^FO{Dots(mark.X)},{Dots(mark.Y) + 3}");
        zpl.Append(CultureInfo.InvariantCulture, $"^A@N,{size},{size},{font}^FB{Dots(mark.Width)},{mark.Lines},0,{(mark.IsBoxed ? 'C' : 'L')},0");
        AppendData(zpl, mark.Text);
    }

    private static void AppendData(StringBuilder zpl, string data)
    {
        zpl.Append("^FH_^FD");
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in data.EnumerateRunes())
        {
            if (rune.IsAscii && rune.Value is >= ' ' and < '\x7F' and not ('^' or '~' or '_'))
            {
                zpl.Append((char)rune.Value);
                continue;
            }

            foreach (var part in bytes[..rune.EncodeToUtf8(bytes)])
                zpl.Append(CultureInfo.InvariantCulture, $"_{part:X2}");
        }

        zpl.Append("^FS\n");
    }

    /// <summary>The field data of ^BC that makes a printer choose exactly these symbol characters: it is told every change of subset.</summary>
    private static string Invoke(IReadOnlyList<int> values)
    {
        var data = new StringBuilder(values[0] == Code128.StartC ? ">;" : ">:");
        var isC = values[0] == Code128.StartC;
        foreach (var value in values.Skip(1))
        {
            if (isC && value == Code128.ChangeToB)
            {
                data.Append(">6");
                isC = false;
            }
            else if (isC)
            {
                data.Append(CultureInfo.InvariantCulture, $"{value:00}");
            }
            else if (value == Code128.ChangeToC)
            {
                data.Append(">5");
                isC = true;
            }
            else
            {
                data.Append((char)(value + ' ') switch
                {
                    '>' => ">0",
                    '^' => "><",
                    '~' => ">=",
                    var c => c.ToString(),
                });
            }
        }

        return data.ToString();
    }

    private static int Dots(double millimeters) => (int)Math.Round(millimeters * DotsPerMillimeter);
}
