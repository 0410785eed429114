using System.Text;
using Distribution.Donations.Service.AnalyserResults;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

public sealed class Reading_an_analyser_file
{
    private const string Header = "donation,test,result,method,reagent_lot,instrument,run,measured_at";
    private const string Good = "A999926123456,hiv,negative,ELISA,R-77,I-3,2026-061,2026-03-02T20:00:00+07:00";

    private static AnalyserFile Read(params IReadOnlyList<string> lines) => ReadText(string.Join('\n', lines));

    private static AnalyserFile ReadText(string text) => AnalyserFile.Read(Encoding.UTF8.GetBytes(text), Policy);

    private static void Refused(AnalyserFile file, params IReadOnlyList<(int Line, string? Field, string Code)> errors) =>
        file.Errors.Select(error => (error.Line, error.Field, error.Code)).ShouldBe(errors, ignoreOrder: true);

    [Fact]
    public void gives_the_measurement_with_what_it_was_measured()
    {
        var file = Read(Header, Good);

        file.Errors.ShouldBeEmpty();
        var line = file.Lines.ShouldHaveSingleItem();
        line.Line.ShouldBe(2);
        line.Donation.ShouldBe(Number);
        (line.Marker, line.Result).ShouldBe(("hiv", MarkerResult.Negative));
        line.Details.ShouldBe(Measured);
    }

    [Fact]
    public void takes_the_columns_in_any_order_and_blanks_around_them() =>
        Read(
            "measured_at, run ,instrument,reagent_lot,method,result,test,donation",
            "2026-03-02T20:00:00+07:00,2026-061,I-3,R-77,ELISA, negative ,hiv,A999926123456").Lines.ShouldHaveSingleItem().Details.ShouldBe(Measured);

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\n\n")]
    public void takes_any_line_ends_and_a_byte_order_mark(string end) =>
        ReadText($"\uFEFF{Header}{end}{Good}{end}").Lines.ShouldHaveSingleItem().Donation.ShouldBe(Number);

    [Fact]
    public void takes_quotes_around_commas() =>
        Read(Header, Good.Replace("ELISA", "\"ELISA, \"\"4th\"\" generation\"")).Lines.ShouldHaveSingleItem().Details.Method.ShouldBe("ELISA, \"4th\" generation");

    [Fact]
    public void takes_a_number_as_it_was_scanned_or_typed()
    {
        Read(Header, Good.Replace("A999926123456", "=A99992612345600")).Lines.ShouldHaveSingleItem().Donation.ShouldBe(Number);
        Read(Header, Good.Replace("A999926123456", $"A999926123456{Number.CheckCharacter}")).Lines.ShouldHaveSingleItem().Donation.ShouldBe(Number);
    }

    [Fact]
    public void finds_every_error_of_every_line()
    {
        var file = Read(
            Header,
            Good,
            Good.Replace("A999926123456", "A9999"),
            Good.Replace("A999926123456", $"A999926123456{(Number.CheckCharacter == 'A' ? 'B' : 'A')}"),
            Good.Replace("hiv", "cmv").Replace("negative", "maybe"),
            Good.Replace("2026-061", "").Replace("+07:00", ""),
            "A999926123456,hiv,negative",
            Good);

        Refused(
            file,
            (3, "donation", "donation-number-invalid"),
            (4, "donation", "donation-number-invalid"),
            (5, "test", "unknown-marker"),
            (5, "result", "result-invalid"),
            (6, "run", "field-missing"),
            (6, "measured_at", "measured-at-invalid"),
            (7, null, "broken-line"),
            (8, null, "duplicate-line"));
    }

    [Theory]
    [InlineData("\"ELISA")]
    [InlineData("EL\"ISA")]
    [InlineData("\"ELISA\" x")]
    public void is_not_led_astray_by_a_quotation_mark_too_many(string method)
    {
        var file = Read(Header, Good.Replace("ELISA", method), Good);

        Refused(file, (2, null, "broken-line"));
        file.Lines.ShouldHaveSingleItem().Line.ShouldBe(3);
    }

    [Fact]
    public void counts_lines_as_an_editor_does() => Refused(Read(Header, "", Good, "", "broken"), (5, null, "broken-line"));

    [Fact]
    public void tells_a_repeat_from_a_line_that_is_there_twice() =>
        Read(Header, Good, Good.Replace("2026-061", "2026-062"), Good.Replace("20:00", "21:00")).Lines.Count.ShouldBe(3);

    [Fact]
    public void asks_for_every_column_and_no_other() =>
        Refused(
            Read("donation,test,result,method,reagent_lot,instrument,donation,comment", "x"),
            (1, "run", "column-missing"),
            (1, "measured_at", "column-missing"),
            (1, "comment", "unknown-column"),
            (1, "donation", "duplicate-column"));

    [Theory]
    [InlineData("")]
    [InlineData(Header)]
    [InlineData(Header + "\r\n")]
    public void asks_for_results(string text) => Refused(ReadText(text), (1, null, "no-results"));

    [Fact]
    public void takes_no_other_encoding()
    {
        Refused(AnalyserFile.Read(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Header)).ToArray(), Policy), (1, null, "broken-line"));
        Refused(AnalyserFile.Read(Encoding.Latin1.GetBytes($"{Header}\n{Good.Replace("ELISA", "Böhm")}"), Policy), (1, null, "broken-line"));
    }
}
