using System.Globalization;
using System.Text;

namespace Distribution.Labels;

/// <summary>A label as one HTML document that prints on a sheet of 100 by 100 mm: black on white, with no script and nothing to fetch.</summary>
public static class LabelHtml
{
    private const string Style = """
        @page { size: 100mm 100mm; margin: 0 }
        * { box-sizing: border-box; margin: 0; padding: 0 }
        body { background: #fff; color: #000 }
        .label { position: relative; width: 100mm; height: 100mm; background: #fff; print-color-adjust: exact;
          font-family: Arial, "Liberation Sans", "Noto Sans", "DejaVu Sans", sans-serif }
        .label > * { position: absolute; line-height: 1.15 }
        .bold { font-weight: bold }
        .code { font-family: "DejaVu Sans Mono", Consolas, Menlo, monospace; white-space: nowrap }
        .boxed { border: .3mm solid #000; text-align: center }
        @media screen { .label { margin: 5mm; outline: .2mm solid #000 } }

        """;

    /// <exception cref="InvalidOperationException">The label is incomplete; see <see cref="UnitLabel.Validate"/>.</exception>
    public static string Write(UnitLabel label)
    {
        label.RequireComplete();
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="vi">
            <head>
            <meta charset="utf-8">
            <title>{label.DonationText} {label.Unit.Product}</title>
            <style>
            {Style}</style>
            </head>
            <body>
            <main class="label">

            """);
        foreach (var mark in LabelLayout.Of(label))
        {
            switch (mark)
            {
                case BarsMark bars:
                    Append(html, bars);
                    break;
                case MatrixMark matrix:
                    Append(html, matrix);
                    break;
                case TextMark text:
                    Append(html, text);
                    break;
            }
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder html, BarsMark mark)
    {
        var pattern = Code128.Encode(mark.Symbol.Data);
        var width = pattern.Modules + 2 * Code128.QuietZone;
        var height = (int)Math.Round(mark.Height / LabelLayout.BarModule);
        Open(html, "bars", mark, Code128.QuietZone, LabelLayout.BarModule, (width, height), mark.Symbol.Data);
        html.Append(CultureInfo.InvariantCulture, $" data-structure=\"{(int)mark.Symbol.Structure:000}\">");
        foreach (var (start, bar) in pattern.Bars())
            html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{start + Code128.QuietZone}\" y=\"0\" width=\"{bar}\" height=\"{height}\"/>");
        html.Append("</svg>\n");
    }

    private static void Append(StringBuilder html, MatrixMark mark)
    {
        var matrix = DataMatrix.Encode(mark.Data);
        var side = matrix.Size + 2 * DataMatrix.QuietZone;
        var above = mark with { Y = mark.Y - DataMatrix.QuietZone * LabelLayout.MatrixModule };
        Open(html, "matrix", above, DataMatrix.QuietZone, LabelLayout.MatrixModule, (side, side), mark.Data);
        html.Append('>');
        foreach (var (row, column, length) in matrix.Runs())
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<rect x=\"{column + DataMatrix.QuietZone}\" y=\"{row + DataMatrix.QuietZone}\" width=\"{length}\" height=\"1\"/>");
        }

        html.Append("</svg>\n");
    }

    /// <summary>The viewBox counts modules and includes the quiet zone, so that nothing else is placed into it by mistake.</summary>
    private static void Open(StringBuilder html, string name, Mark mark, int quiet, double module, (int Width, int Height) modules, string data) =>
        html.Append(
            CultureInfo.InvariantCulture,
            $"""
            <svg class="{name}" role="img" aria-label="{Escape(data)}" shape-rendering="crispEdges" viewBox="0 0 {modules.Width} {modules.Height}" style="left:{mark.X - quiet * module:0.###}mm;top:{mark.Y:0.###}mm;width:{modules.Width * module:0.###}mm;height:{modules.Height * module:0.###}mm"
            """);

    private static void Append(StringBuilder html, TextMark mark)
    {
        List<string> names = [];
        if (mark.IsBold)
            names.Add("bold");
        if (mark.IsCode)
            names.Add("code");
        if (mark.IsBoxed)
            names.Add("boxed");
        html.Append("<p");
        if (names.Count > 0)
            html.Append(CultureInfo.InvariantCulture, $" class=\"{string.Join(' ', names)}\"");
        if (mark.IsEnglish)
            html.Append(" lang=\"en\"");
        if (mark.Item > 0)
            html.Append(CultureInfo.InvariantCulture, $" data-item=\"{mark.Item}\"");
        if (mark.Beneath != default)
            html.Append(CultureInfo.InvariantCulture, $" data-beneath=\"{(int)mark.Beneath:000}\"");
        html.Append(
            CultureInfo.InvariantCulture,
            $" style=\"left:{mark.X:0.###}mm;top:{mark.Y:0.###}mm;width:{mark.Width:0.###}mm;font-size:{mark.Size:0.###}mm\">{Escape(mark.Text)}</p>\n");
    }

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal);
}
