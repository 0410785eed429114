using System.Globalization;
using System.Text;
using Distribution.Dispatches.Service.Boxes;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class A_loggers_file
{
    private static LoggerFile Read(string text) => LoggerFile.Read(Encoding.UTF8.GetBytes(text), TimeSpan.FromMinutes(15), Morning.AddHours(12));

    [Theory]
    [InlineData("time,celsius\n2026-03-02T08:00:00+07:00,4.5\n2026-03-02T08:10:00+07:00,-5")]
    [InlineData("Time, Celsius\r\n2026-03-02T01:00Z , 4.5\r\n\r\n2026-03-02T01:10:00.000Z,-5.0\r\n")]
    [InlineData("\uFEFF# exported\n# logger: tl-0017\n2026-03-02T08:00:00+07:00,4.5\n2026-03-02T08:10:00+07:00,-5")]
    public void Is_read_with_its_header_or_without(string text)
    {
        var file = Read(text);
        file.Errors.ShouldBeEmpty();
        file.Readings.ShouldBe([new TemperatureReading(Morning, 4.5), new TemperatureReading(Morning.AddMinutes(10), -5)]);
        file.Logger.ShouldBe(text.Contains('#') ? "TL-0017" : null);
    }

    [Theory]
    [InlineData("", "line 1", "logger-empty")]
    [InlineData("time,celsius\n# nothing\n", "line 1", "logger-empty")]
    [InlineData("time,celsius\n2026-03-02T01:00Z,4\n2026-03-02T01:10Z,warm", "line 3", "celsius-invalid")]
    [InlineData("2026-03-02T01:00Z,NaN", "line 1", "celsius-invalid")]
    [InlineData("2026-03-02T01:00Z,1e1", "line 1", "celsius-invalid")]
    [InlineData("2026-03-02T01:00Z,4,5", "line 1", "broken-line")]
    [InlineData("2026-03-02T01:00Z;4.5", "line 1", "broken-line")]
    [InlineData("2026-03-02T01:00Z,-100.1", "line 1", "celsius-out-of-range")]
    [InlineData("2026-03-02T01:00Z,60.1", "line 1", "celsius-out-of-range")]
    [InlineData("2026-03-02T08:00:00,4", "line 1", "time-invalid")]
    [InlineData("02/03/2026 08:00,4", "line 1", "time-invalid")]
    [InlineData("2026-03-02T01:00Z,4\n2026-03-02T00:59Z,4", "line 2", "out-of-order")]
    [InlineData("2026-03-02T01:00Z,4\n2026-03-02T08:00:00+07:00,5", "line 2", "reading-repeated")]
    [InlineData("2026-03-02T01:00Z,4\n2026-03-02T01:15:01Z,4", "line 2", "logger-gap")]
    [InlineData("2026-03-02T13:05Z,4", "line 1", "reading-in-future")]
    public void Is_refused_with_the_line_at_fault(string text, string line, string code)
    {
        var error = Read(text).Errors.ShouldHaveSingleItem();
        (error.Field, error.Code).ShouldBe((line, code));
    }

    [Fact]
    public void Is_refused_with_every_line_at_fault_at_once() =>
        Read("2026-03-02T01:00Z,4\nx,y\n2026-03-02T01:00Z,4").Errors.Select(error => (error.Field, error.Code))
            .ShouldBe([("line 2", "time-invalid"), ("line 2", "celsius-invalid"), ("line 3", "reading-repeated")]);

    [Fact]
    public void May_have_readings_exactly_as_far_apart_as_the_policy_says() =>
        Read("2026-03-02T01:00Z,4\n2026-03-02T01:15Z,4").Errors.ShouldBeEmpty();

    [Fact]
    public void Has_a_longest_length()
    {
        static string Lines(int count) => string.Join('\n', Enumerable.Range(0, count).Select(i => Morning.AddSeconds(i).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) + ",4"));

        Read(Lines(5000)).Errors.ShouldBeEmpty();
        Read(Lines(5001)).Errors.ShouldHaveSingleItem().Code.ShouldBe("logger-too-long");
    }

    [Fact]
    public void Is_refused_in_another_encoding() =>
        LoggerFile.Read([0xFF, 0xFE, 0x41, 0x00], TimeSpan.FromMinutes(15), Morning).Errors.ShouldHaveSingleItem().Code.ShouldBe("encoding-invalid");
}
