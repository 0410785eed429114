using System.Globalization;
using System.Text;
using Distribution.Blood.Isbt128;
using Distribution.Labels;

namespace Distribution.Dispatches.Service.Papers;

/// <summary>What the printed papers of a consignment have in common: black on white, with no script and nothing to fetch.</summary>
internal sealed class PaperHtml
{
    /// <summary>The narrowest bar, millimeters: the target of ST-001 6.1.3 is 0.25, and office printers do better with more.</summary>
    private const double Module = 0.33;

    private const int BarsHeight = 36;

    private const string Style = """
        * { box-sizing: border-box; margin: 0; padding: 0 }
        body { background: #fff; color: #000; font: 10pt/1.35 Arial, "Liberation Sans", "Noto Sans", "DejaVu Sans", sans-serif; padding: 8mm }
        h1 { font-size: 15pt } h2 { font-size: 11pt; margin: 4mm 0 1mm }
        table { border-collapse: collapse; width: 100%; margin: 1mm 0 3mm } th, td { border: .2mm solid #000; padding: .8mm 1.5mm; text-align: left; vertical-align: top }
        thead { display: table-header-group } tr { break-inside: avoid }
        .code { font-family: "DejaVu Sans Mono", Consolas, Menlo, monospace; white-space: nowrap }
        .check { border: .3mm solid #000; padding: 0 .8mm; font-weight: bold }
        .sides { display: flex; gap: 6mm; margin: 3mm 0 } .sides > * { flex: 1; border: .2mm solid #000; padding: 2mm }
        .sign { height: 14mm } .tick { width: 8mm } svg { display: block; margin: 2mm 0 0 }
        .page { break-after: page } .page:last-child { break-after: auto } .large { font-size: 28pt; font-weight: bold }
        @media print { body { padding: 0 } }

        """;

    private readonly StringBuilder _html = new();
    private readonly TimeZoneInfo _zone;

    /// <param name="title">As the browser's tab and the printer's queue show it.</param>
    /// <param name="page">The size and margin of a sheet, as CSS has it.</param>
    /// <param name="zone">Whose clock the paper shows.</param>
    public PaperHtml(string title, string page, TimeZoneInfo zone)
    {
        _zone = zone;
        _html.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="vi">
            <head>
            <meta charset="utf-8">
            <title>{Escape(title)}</title>
            <style>
            @page {"{"} {page} {"}"}
            {Style}</style>
            </head>
            <body>

            """);
    }

    /// <summary>Appends markup as it is.</summary>
    public PaperHtml Raw(string markup)
    {
        _html.Append(markup);
        return this;
    }

    public PaperHtml Row(string cell, params IEnumerable<string> cells)
    {
        _html.Append("<tr>");
        foreach (var content in cells)
            _html.Append(CultureInfo.InvariantCulture, $"<{cell}>{content}</{cell}>");
        _html.Append("</tr>\n");
        return this;
    }

    /// <summary>A consignment symbol (028) as bars, with its content beneath.</summary>
    public PaperHtml Bars(BoxNumber box)
    {
        var data = DataStructure.Consignment.Identifier() + box;
        var pattern = Code128.Encode(data);
        var width = pattern.Modules + 2 * Code128.QuietZone;
        _html.Append(
            CultureInfo.InvariantCulture,
            $"""<svg class="bars" role="img" aria-label="{Escape(data)}" data-structure="028" shape-rendering="crispEdges" viewBox="0 0 {width} {BarsHeight}" style="width:{width * Module:0.##}mm;height:{BarsHeight * Module:0.##}mm">""");
        foreach (var (start, bar) in pattern.Bars())
            _html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{start + Code128.QuietZone}\" y=\"0\" width=\"{bar}\" height=\"{BarsHeight}\"/>");
        _html.Append(CultureInfo.InvariantCulture, $"</svg>\n<p class=\"code\">{box}</p>\n");
        return this;
    }

    public IResult ToResult() => Results.Text(_html.Append("</body>\n</html>\n").ToString(), "text/html", Encoding.UTF8);

    /// <summary>As people in the region read a clock; a line to fill in where it is not known.</summary>
    public string Clock(DateTimeOffset? instant) => instant is { } at
        ? TimeZoneInfo.ConvertTime(at, _zone).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture)
        : "…………………";

    /// <summary>With its check character in a box, as on the bag.</summary>
    public static string Donation(DonationNumber donation) =>
        $"""<span class="code">{donation} <span class="check">{donation.CheckCharacter}</span></span>""";

    public static string Code(string text) => $"""<span class="code">{Escape(text)}</span>""";

    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal);
}
