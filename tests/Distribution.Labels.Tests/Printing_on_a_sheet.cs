using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Distribution.Blood.Isbt128;
using Shouldly;
using Xunit;

namespace Distribution.Labels.Tests;

public sealed class Printing_on_a_sheet
{
    // A module of the bars is then 3 pixels and one of the Data Matrix 6.
    private const int PixelsPerMillimeter = 12;
    private const double BarModule = 0.25;

    [Fact]
    public void What_is_printed_reads_back_to_the_units_data()
    {
        var labels = Labels.Any(40);
        var sheets = labels.Select(Print).ToList();
        var pictures = sheets.ConvertAll(sheet => Paint(sheet.QuerySelectorAll("svg")));

        var read = IndependentReader.ReadBars(pictures);

        for (var i = 0; i < labels.Count; i++)
        {
            read[i].ShouldBe(labels[i].Symbols.Select(symbol => symbol.Data), ignoreOrder: true);
            // The order of the structures on a label is no matter: each tells what it is.
            What_a_label_says.ShouldTell(Scan.Parse(string.Concat(read[i])), labels[i]);
        }
    }

    [Fact]
    public void The_matrix_reads_back_to_all_of_it_amid_the_bars()
    {
        var labels = Labels.Any(20);

        var read = IndependentReader.ReadMatrices([.. labels.Select(label => Paint(Print(label).QuerySelectorAll("svg")))]);

        read.ShouldBe(labels.Select(label => label.CompoundMessage));
        for (var i = 0; i < labels.Count; i++)
            What_a_label_says.ShouldTell(Scan.Parse(read[i]), labels[i]);
    }

    [Fact]
    public void Every_item_of_the_circular_can_be_read()
    {
        foreach (var label in Labels.Any(20))
        {
            var sheet = Print(label);
            foreach (var item in label.Items)
            {
                var text = string.Join(' ', sheet.QuerySelectorAll($"[data-item='{item.Number}']").Select(element => element.TextContent));
                foreach (var word in $"{item.Value} {item.EnglishValue}".Split([' ', ',', '.', ';'], StringSplitOptions.RemoveEmptyEntries))
                    text.ShouldContain(word, Case.Sensitive, $"item {item.Number}");
            }
        }
    }

    [Fact]
    public void What_each_symbol_carries_stands_beneath_it_and_the_check_character_in_a_box()
    {
        foreach (var label in Labels.Any(20))
        {
            var sheet = Print(label);
            foreach (var symbol in label.Symbols)
            {
                var bars = sheet.QuerySelector($"svg[data-structure='{(int)symbol.Structure:000}']").ShouldNotBeNull();
                var texts = sheet.QuerySelectorAll($"[data-beneath='{(int)symbol.Structure:000}']");
                texts.ShouldAllBe(text => Place(text, "top") > Place(bars, "top") + Place(bars, "height"));

                texts[0].TextContent.ShouldBe(symbol.Text);
                texts.Skip(1).Select(text => text.TextContent).ShouldBe(symbol.CheckCharacter is { } check ? [check.ToString()] : []);
                texts.Skip(1).ShouldAllBe(text => text.ClassList.Contains("boxed"));
            }
        }
    }

    [Fact]
    public void Bars_keep_the_measures_of_the_standard()
    {
        foreach (var label in Labels.Any(200))
        {
            var sheet = Print(label);
            foreach (var svg in sheet.QuerySelectorAll("svg.bars"))
            {
                var (width, height) = ViewBox(svg);
                Place(svg, "width").ShouldBe(width * BarModule);
                var bars = Rectangles(svg);
                bars[0].X.ShouldBeGreaterThanOrEqualTo(10);
                (width - bars[^1].X - bars[^1].Width).ShouldBeGreaterThanOrEqualTo(10);

                // 5 mm or 15 % of the length, whichever is more.
                var length = (bars[^1].X + bars[^1].Width - bars[0].X) * BarModule;
                (height * BarModule).ShouldBeGreaterThanOrEqualTo(Math.Max(5, 0.15 * length));
            }

            Gap(sheet, 1, 2).ShouldBeInRange(5, 13);
            Gap(sheet, 3, 5).ShouldBeInRange(5, 13);
        }
    }

    /// <summary>Symbols include their quiet zones here.</summary>
    [Fact]
    public void Nothing_is_printed_over_a_symbol_or_beside_the_sheet()
    {
        foreach (var label in Labels.Any(50))
        {
            var symbols = Print(label).QuerySelectorAll("svg").ToList();
            symbols.Count.ShouldBe(6);
            foreach (var symbol in symbols)
            {
                Place(symbol, "left").ShouldBeGreaterThanOrEqualTo(0);
                (Place(symbol, "left") + Place(symbol, "width")).ShouldBeLessThanOrEqualTo(100);
                (Place(symbol, "top") + Place(symbol, "height")).ShouldBeLessThanOrEqualTo(100);
                symbols.Where(other => other != symbol && Overlap(symbol, other)).ShouldBeEmpty();
            }
        }
    }

    [Fact]
    public void Text_from_outside_stays_text()
    {
        const string Name = "<script>alert('1')</script> & \"Sons\"";

        var sheet = Print(Labels.RedCells with { FacilityName = Name });

        sheet.QuerySelectorAll("script").ShouldBeEmpty();
        sheet.QuerySelector("[data-item='1']")!.TextContent.ShouldBe(Name);
    }

    [Fact]
    public void The_sheet_needs_nothing_but_itself()
    {
        var sheet = Print(Labels.RedCells);

        sheet.QuerySelectorAll("script, link, img, iframe, object, embed, use, image, [src], [href]").ShouldBeEmpty();
        var style = sheet.QuerySelector("style")!.TextContent;
        style.ShouldNotContain("url(");
        style.ShouldNotContain("@import");
        style.ShouldContain("@page { size: 100mm 100mm; margin: 0 }");
        sheet.DocumentElement.GetAttribute("lang").ShouldBe("vi");
        sheet.CharacterSet.ShouldBe("utf-8");
    }

    private static IDocument Print(UnitLabel label) => new HtmlParser().ParseDocument(LabelHtml.Write(label));

    private static Bitmap Paint(IEnumerable<IElement> symbols)
    {
        var picture = new Bitmap(100 * PixelsPerMillimeter, 100 * PixelsPerMillimeter);
        foreach (var svg in symbols)
        {
            var (left, top) = (Pixels(Place(svg, "left")), Pixels(Place(svg, "top")));
            var scale = Pixels(Place(svg, "width") / ViewBox(svg).Width);
            foreach (var (x, y, width, height) in Rectangles(svg))
                picture.Fill(left + x * scale, top + y * scale, width * scale, height * scale);
        }

        return picture;
    }

    /// <summary>Only whole pixels: a rounded bar would be another bar.</summary>
    private static int Pixels(double millimeters)
    {
        var pixels = millimeters * PixelsPerMillimeter;
        Math.Abs(pixels - Math.Round(pixels)).ShouldBeLessThan(1e-6);
        return (int)Math.Round(pixels);
    }

    private static double Place(IElement element, string property)
    {
        var style = element.GetAttribute("style")!.Split(';').Select(part => part.Split(':')).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        style[property].ShouldEndWith("mm");
        return double.Parse(style[property][..^2], CultureInfo.InvariantCulture);
    }

    private static (int Width, int Height) ViewBox(IElement svg)
    {
        var numbers = svg.GetAttribute("viewBox")!.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToList();
        numbers[..2].ShouldBe([0, 0]);
        return (numbers[2], numbers[3]);
    }

    private static List<(int X, int Y, int Width, int Height)> Rectangles(IElement svg)
    {
        return [.. svg.QuerySelectorAll("rect").Select(rect => (Number(rect, "x"), Number(rect, "y"), Number(rect, "width"), Number(rect, "height")))];

        static int Number(IElement rect, string name) => int.Parse(rect.GetAttribute(name)!, CultureInfo.InvariantCulture);
    }

    /// <summary>From the last bar of one symbol to the first of the other, millimeters.</summary>
    private static double Gap(IDocument sheet, int left, int right)
    {
        return Edge(right, bars => bars[0].X) - Edge(left, bars => bars[^1].X + bars[^1].Width);

        double Edge(int structure, Func<List<(int X, int Y, int Width, int Height)>, int> modules)
        {
            var svg = sheet.QuerySelector($"svg[data-structure='{structure:000}']")!;
            return Place(svg, "left") + modules(Rectangles(svg)) * BarModule;
        }
    }

    private static bool Overlap(IElement one, IElement other) =>
        Place(one, "left") < Place(other, "left") + Place(other, "width")
        && Place(other, "left") < Place(one, "left") + Place(one, "width")
        && Place(one, "top") < Place(other, "top") + Place(other, "height")
        && Place(other, "top") < Place(one, "top") + Place(one, "height");
}
