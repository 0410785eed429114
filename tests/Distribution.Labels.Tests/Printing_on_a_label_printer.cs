using System.Globalization;
using System.Text;
using AngleSharp.Html.Parser;
using Shouldly;
using Xunit;

namespace Distribution.Labels.Tests;

public sealed class Printing_on_a_label_printer
{
    [Fact]
    public void Bars_and_matrix_hold_the_units_data()
    {
        foreach (var label in Labels.Any(200))
        {
            var fields = FieldsOf(LabelZpl.Write(label));

            fields.Where(field => field.Has("BC")).Select(field => BarsOf(field.Data)).ShouldBe(
                label.Symbols.Select(symbol => symbol.Data), ignoreOrder: true);
            fields.Where(field => field.Has("BX")).ShouldHaveSingleItem().Data.ShouldBe(label.CompoundMessage);
        }
    }

    /// <summary>The printer is told the changes of subset, so its bars are as long as those that were read back from the sheet.</summary>
    [Fact]
    public void Bars_are_as_long_as_those_on_the_sheet()
    {
        foreach (var label in Labels.Any(200))
        {
            foreach (var field in FieldsOf(LabelZpl.Write(label)).Where(field => field.Has("BC")))
            {
                var changes = field.Data[2..].Split(">5").Length - 1 + field.Data[2..].Split(">6").Length - 1;
                var pairs = BarsOf(field.Data, out var inC).Length - inC;

                // Start, check and stop; every change; every character in B; every second one in C.
                (11 * (3 + changes + pairs + inC / 2) + 2).ShouldBe(Code128.Encode(BarsOf(field.Data)).Modules);
            }
        }
    }

    [Fact]
    public void Every_word_on_the_sheet_is_on_the_label_too()
    {
        var label = Labels.RedCells with { IsIrradiated = true, OtherGroups = "C-, K-" };

        var texts = FieldsOf(LabelZpl.Write(label)).Where(field => field.Has("A@")).Select(field => field.Data).ToList();

        var sheet = new HtmlParser().ParseDocument(LabelHtml.Write(label));
        texts.ShouldBe(sheet.QuerySelectorAll("p").Select(text => text.TextContent));
    }

    [Fact]
    public void A_label_is_100_millimeters_square_at_203_dots_an_inch()
    {
        var zpl = LabelZpl.Write(Labels.RedCells);

        zpl.ShouldStartWith("^XA");
        zpl.ShouldEndWith("^XZ\n");
        CommandsOf(zpl).Take(5).ShouldBe(["XA", "CI28", "PW800", "LL800", "LH0,0"]);
        CommandsOf(zpl).Where(command => command.StartsWith("BY", StringComparison.Ordinal)).ShouldAllBe(command => command == "BY2");
        CommandsOf(zpl).Where(command => command.StartsWith("BC", StringComparison.Ordinal)).ShouldAllBe(command => command.EndsWith(",N,N,N,N"));
        foreach (var place in CommandsOf(zpl).Where(command => command.StartsWith("FO", StringComparison.Ordinal)))
            place[2..].Split(',').ShouldAllBe(dots => int.Parse(dots, CultureInfo.InvariantCulture) < 800);
    }

    [Fact]
    public void Text_from_outside_is_no_command()
    {
        const string Name = "^XZ~JA_41 Bạch Mai";

        var zpl = LabelZpl.Write(Labels.RedCells with { FacilityName = Name });

        CommandsOf(zpl).Select(command => command[..2]).ShouldBe(CommandsOf(LabelZpl.Write(Labels.RedCells)).Select(command => command[..2]));
        FieldsOf(zpl).ShouldContain(field => field.Data == Name);
        zpl.ShouldNotContain("~");
    }

    [Fact]
    public void A_spooler_sees_nothing_but_ASCII() => LabelZpl.Write(Labels.RedCells).ShouldAllBe(c => c == '\n' || (c >= ' ' && c <= '~'));

    [Fact]
    public void The_site_names_the_font() => LabelZpl.Write(Labels.RedCells, "E:SITE.TTF").ShouldContain("^A@N,32,32,E:SITE.TTF");

    private static List<string> CommandsOf(string zpl) => [.. zpl.Replace("\n", "", StringComparison.Ordinal).Split('^')[1..]];

    /// <summary>What lies between two ^FS: its commands, and its data with the hexadecimal places resolved as ^FH_ says.</summary>
    private static List<Field> FieldsOf(string zpl)
    {
        List<Field> fields = [];
        List<string> commands = [];
        foreach (var command in CommandsOf(zpl))
        {
            if (command == "FS")
            {
                if (commands.Exists(other => other.StartsWith("FD", StringComparison.Ordinal)))
                {
                    commands.ShouldContain("FH_");
                    fields.Add(new Field([.. commands], Unescape(commands.Single(other => other.StartsWith("FD", StringComparison.Ordinal))[2..])));
                }

                commands.Clear();
            }
            else
            {
                commands.Add(command);
            }
        }

        return fields;
    }

    private static string Unescape(string data)
    {
        List<byte> bytes = [];
        for (var i = 0; i < data.Length; i++)
        {
            if (data[i] == '_')
            {
                bytes.Add(byte.Parse(data.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.Add((byte)data[i]);
            }
        }

        return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString([.. bytes]);
    }

    private static string BarsOf(string data) => BarsOf(data, out _);

    /// <summary>What a printer encodes: ">" and what follows are the start, a change of subset, or a character that cannot stand for itself.</summary>
    private static string BarsOf(string data, out int inC)
    {
        var text = new StringBuilder();
        inC = 0;
        var isC = false;
        for (var i = 0; i < data.Length; i++)
        {
            if (data[i] != '>')
            {
                text.Append(data[i]);
                inC += isC ? 1 : 0;
                isC.ShouldBe(isC && char.IsAsciiDigit(data[i]));
                continue;
            }

            switch (data[++i])
            {
                case ':' when i == 1:
                    break;
                case ';' when i == 1:
                    isC = true;
                    break;
                case '5':
                    isC.ShouldBeFalse();
                    isC = true;
                    break;
                case '6':
                    isC.ShouldBeTrue();
                    isC = false;
                    break;
                case '0':
                    text.Append('>');
                    break;
                default:
                    throw new FormatException($"Nothing begins with >{data[i]} here.");
            }
        }

        (inC % 2).ShouldBe(0);
        return text.ToString();
    }

    private sealed record Field(IReadOnlyList<string> Commands, string Data)
    {
        public bool Has(string command) => Commands.Any(other => other.StartsWith(command, StringComparison.Ordinal));
    }
}
