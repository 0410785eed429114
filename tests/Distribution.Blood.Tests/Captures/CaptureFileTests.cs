using Distribution.Blood.Captures;
using Distribution.Blood.Isbt128;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Captures;

public sealed class A_satellites_file_is_read
{
    internal static readonly DateTimeOffset Now = new(2026, 3, 2, 18, 0, 0, TimeSpan.FromHours(7));
    internal const string Bag = "=A99902600000100=<D0101V00";
    internal const string Papers = "=$A999026000010001";
    internal const string Patient = "0c9e8d7f6b5a5432a1b2c3d4e5f60718";

    [Theory]
    [InlineData("arrive", Papers, "", "", "", null)]
    [InlineData("check-in", Bag, "", "", "", null)]
    [InlineData("check-in", Bag, "", "", Papers, "A99902600001")]
    [InlineData("check-in", Bag, "", "", "A99902600001", "A99902600001")]
    [InlineData("complete", Papers, "", "", "", null)]
    [InlineData("store", Bag, "", "", "F1-S2", "F1-S2")]
    [InlineData("issue", Bag, "A9995-B02", Patient, "", null)]
    [InlineData("transfuse", Bag, "", "", "", null)]
    [InlineData("transfuse", Bag, "", "", "240", "240")]
    [InlineData("return", Bag, "", "", "0", "0")]
    [InlineData("discard", Bag, "", "", "bag-leaking", "bag-leaking")]
    [InlineData("lose", Bag, "", "", "fell-off", "fell-off")]
    [InlineData("find", Bag, "", "", "", null)]
    public void Line_by_line_with_what_each_action_takes(string action, string scan, string second, string recipient, string value, string? taken)
    {
        var line = Read($"D1,7,2026-03-02T09:00:00+07:00,='A9995000B01,{action},{scan},{second},,{recipient},{value},").Lines.ShouldHaveSingleItem();

        line.Line.ShouldBe(2);
        (line.Device, line.Sequence, line.Staff).ShouldBe(("D1", 7, "A9995-B01"));
        line.At.ShouldBe(new DateTimeOffset(2026, 3, 2, 2, 0, 0, TimeSpan.Zero));
        line.Value.ShouldBe(taken);
        (line.Unit is null).ShouldBe(scan == Papers);
        (line.Box is null).ShouldBe(scan == Bag);
        (line.Second, line.Recipient?.ToString()).ShouldBe((second.Length > 0 ? second : null, recipient.Length > 0 ? recipient : null));
    }

    [Fact]
    public void With_quoted_values_line_ends_of_either_kind_and_a_byte_order_mark()
    {
        var file = CaptureFile.Parse(
            $"\uFEFF{CaptureFile.Header}\r\nD1,1,2026-03-02T09:00Z,a9995-b01,find,\"{Bag}\",,,,,\"in the \"\"blue\"\" box, top\"\r\n\r\n", Now);

        file.Problems.ShouldBeEmpty();
        var line = file.Lines.ShouldHaveSingleItem();
        line.Note.ShouldBe("in the \"blue\" box, top");
        line.Staff.ShouldBe("A9995-B01");
        line.Unit.ShouldBe(UnitNumber.Parse("A999026000001D0101V00"));
    }

    [Fact]
    public void And_its_lines_are_put_in_order_of_time_and_then_of_counting()
    {
        var file = Read(
            Found("D1", 1, "2026-03-02T11:00:00+07:00"), Found("D1", 2, "2026-03-02T09:00:00+07:00"), Found("D1", 3, "2026-03-02T09:00:00+07:00"), Found("D2", 1, "2026-03-02T10:00:00+07:00"));

        file.InOrderOfTime.Select(line => (line.Device, line.Sequence)).ShouldBe([("D1", 2), ("D1", 3), ("D2", 1), ("D1", 1)]);
    }

    [Fact]
    public void And_a_line_has_the_same_digest_wherever_it_stands_and_another_when_it_says_something_else()
    {
        var first = Read(Found("D1", 2)).Lines[0].Digest;

        Read(Found("D1", 1), Found("D1", 2)).Lines[1].Digest.ShouldBe(first);
        Read(Found("D1", 2, staff: "A9995-B02")).Lines[0].Digest.ShouldNotBe(first);
    }

    [Fact]
    public void And_the_sample_that_ships_is_one()
    {
        var file = CaptureFile.Parse(File.ReadAllText(RepositoryFile.Path("infra", "regions", "hanoi-satellite.capture")), Now);

        file.Problems.ShouldBeEmpty();
        file.Lines.Count.ShouldBe(8);
    }

    internal static CaptureFile Read(params IEnumerable<string> lines) => CaptureFile.Parse(string.Join('\n', lines.Prepend(CaptureFile.Header)), Now);

    internal static string Found(string device, long sequence, string at = "2026-03-02T09:00:00+07:00", string staff = "A9995-B01") =>
        $"{device},{sequence},{at},{staff},find,{Bag},,,,,";
}

public sealed class A_satellites_file_is_refused_as_a_whole
{
    private const string At = "2026-03-02T09:00:00+07:00";
    private const string Bag = A_satellites_file_is_read.Bag;
    private const string Papers = A_satellites_file_is_read.Papers;
    private const string Patient = A_satellites_file_is_read.Patient;

    [Theory]
    [InlineData($"D1,1,{At},A9995-B01,find,{Bag},,,,", null, "broken-line")]
    [InlineData($"D1,1,{At},A9995-B01,find,{Bag},,,,,\"open", null, "broken-line")]
    [InlineData($"D1,1,{At},A9995-B01,find,{Bag},,,,,\"shut\"tail", null, "broken-line")]
    [InlineData($"D1,1,{At},A9995-B01,find,{Bag},,,,,a\u0001b", "note", "character-invalid")]
    [InlineData($",1,{At},A9995-B01,find,{Bag},,,,,", "device", "field-missing")]
    [InlineData($"D 1,1,{At},A9995-B01,find,{Bag},,,,,", "device", "device-invalid")]
    [InlineData($"D1,0,{At},A9995-B01,find,{Bag},,,,,", "sequence", "sequence-invalid")]
    [InlineData($"D1,one,{At},A9995-B01,find,{Bag},,,,,", "sequence", "sequence-invalid")]
    [InlineData($"D1,1,yesterday,A9995-B01,find,{Bag},,,,,", "at", "time-invalid")]
    [InlineData($"D1,1,2026-02-30T09:00:00+07:00,A9995-B01,find,{Bag},,,,,", "at", "time-invalid")]
    [InlineData($"D1,1,2026-03-02T09:00:00,A9995-B01,find,{Bag},,,,,", "at", "offset-missing")]
    [InlineData($"D1,1,2026-03-02T18:02:01+07:00,A9995-B01,find,{Bag},,,,,", "at", "occurred-in-future")]
    [InlineData($"D1,1,2026-01-30T17:59:59+07:00,A9995-B01,find,{Bag},,,,,", "at", "capture-too-old")]
    [InlineData($"D1,1,{At},,find,{Bag},,,,,", "staff", "field-missing")]
    [InlineData($"D1,1,{At},Nurse Joy,find,{Bag},,,,,", "staff", "invalid-staff-code")]
    [InlineData($"D1,1,{At},{Papers},find,{Bag},,,,,", "staff", "wrong-symbol")]
    [InlineData($"D1,1,{At},A9995-B01,drink,{Bag},,,,,", "action", "unknown-action")]
    [InlineData($"D1,1,{At},A9995-B01,find,,,,,,", "scan", "field-missing")]
    [InlineData($"D1,1,{At},A9995-B01,find,=A99902600000100,,,,,", "scan", "wrong-symbol")]
    [InlineData($"D1,1,{At},A9995-B01,find,A999026000001D0101V00,,,,,", "scan", "unknown-data-identifier")]
    [InlineData($"D1,1,{At},A9995-B01,find,=A99902600000199=<D0101V00,,,,,", "scan", "invalid-flags")]
    [InlineData($"D1,1,{At},A9995-B01,arrive,{Bag},,,,,", "scan", "wrong-symbol")]
    [InlineData($"D1,1,{At},A9995-B01,issue,{Bag},,,{Patient},,", "second", "field-missing")]
    [InlineData($"D1,1,{At},A9995-B01,issue,{Bag},A9995-B02,,,,", "recipient", "field-missing")]
    [InlineData($"D1,1,{At},A9995-B01,issue,{Bag},A9995-B02,7,{Patient},,", "order", "order-invalid")]
    [InlineData($"D1,1,{At},A9995-B01,issue,{Bag},A9995-B02,,bed 4,,", "recipient", "recipient-invalid")]
    [InlineData($"D1,1,{At},A9995-B01,store,{Bag},,,,,", "value", "field-missing")]
    [InlineData($"D1,1,{At},A9995-B01,store,{Bag},,,,shelf two,", "value", "place-invalid")]
    [InlineData($"D1,1,{At},A9995-B01,return,{Bag},,,,,", "value", "field-missing")]
    [InlineData($"D1,1,{At},A9995-B01,return,{Bag},,,,-5,", "value", "minutes-out-invalid")]
    [InlineData($"D1,1,{At},A9995-B01,transfuse,{Bag},,,,0,", "value", "volume-invalid")]
    [InlineData($"D1,1,{At},A9995-B01,discard,{Bag},,,,,", "value", "field-missing")]
    [InlineData($"D1,1,{At},A9995-B01,lose,{Bag},,,,It fell,", "value", "reason-invalid")]
    [InlineData($"D1,1,{At},A9995-B01,check-in,{Bag},,,,A1,", "value", "consignment-invalid")]
    [InlineData($"D1,1,{At},A9995-B01,find,{Bag},,,,7,", "value", "value-unexpected")]
    public void With_a_code_and_the_place_of_what_is_wrong(string line, string? column, string code)
    {
        var file = A_satellites_file_is_read.Read(A_satellites_file_is_read.Found("D0", 1), line);

        file.Lines.ShouldBeEmpty();
        var problem = file.Problems.ShouldHaveSingleItem();
        (problem.Line, problem.Column, problem.Code).ShouldBe((3, column, code));
        problem.Where.ShouldBe(column is null ? "line 3" : $"line 3 column {column}");
    }

    [Theory]
    [InlineData("", "header-invalid")]
    [InlineData("device,sequence\n", "header-invalid")]
    [InlineData($"{CaptureFile.Header}\n\n", "no-lines")]
    public void Where_it_is_no_such_file_at_all(string text, string code) =>
        CaptureFile.Parse(text, A_satellites_file_is_read.Now).Problems.ShouldHaveSingleItem().Code.ShouldBe(code);

    [Fact]
    public void Where_a_device_does_not_count_on()
    {
        var file = A_satellites_file_is_read.Read(
            A_satellites_file_is_read.Found("D1", 4), A_satellites_file_is_read.Found("D2", 1), A_satellites_file_is_read.Found("D1", 4), A_satellites_file_is_read.Found("D1", 3), A_satellites_file_is_read.Found("D1", 5));

        file.Problems.Select(problem => (problem.Line, problem.Code)).ShouldBe([(4, "sequence-not-increasing"), (5, "sequence-not-increasing")]);
    }

    [Fact]
    public void With_all_that_is_wrong_at_once() => A_satellites_file_is_read.Read("D1,x,never,,drink,,,,,,", "D1").Problems
        .Select(problem => problem.Where).ShouldBe(["line 2 column sequence", "line 2 column at", "line 2 column staff", "line 2 column action", "line 2 column scan", "line 3"]);

    [Fact]
    public void Beyond_its_greatest_length_and_not_at_it()
    {
        string[] lines = [.. Enumerable.Range(1, CaptureFile.MostLines).Select(i => A_satellites_file_is_read.Found("D1", i))];

        A_satellites_file_is_read.Read(lines).Problems.Count.ShouldBe(0);
        A_satellites_file_is_read.Read(lines.Append(A_satellites_file_is_read.Found("D1", lines.Length + 1))).Problems.ShouldHaveSingleItem().Code.ShouldBe("capture-too-large");
    }
}
