using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using Distribution.ServiceDefaults.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Telemetry;

public sealed class Metrics_as_text : IAsyncLifetime
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<MetricsText>().BuildServiceProvider();

    private Meter _meter = null!;
    private MetricsText _text = null!;

    public Task InitializeAsync()
    {
        _meter = _services.GetRequiredService<IMeterFactory>().Create("Distribution.Tests");
        _text = _services.GetRequiredService<MetricsText>();
        return _text.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public void Count_by_label()
    {
        var counter = _meter.CreateCounter<long>("test.units.issued", "{unit}", "Units \\ issued.\nAll.");
        counter.Add(2, new("site", "HN-XP"), new("group.rh", "O+"));
        counter.Add(3, new("site", "HN-XP"), new("group.rh", "O+"));
        counter.Add(1, new("site", "quote\" slash\\ line\n"), new("group.rh", null));

        Lines("test_units_issued").ShouldBe(
        [
            "# HELP test_units_issued_total Units \\\\ issued.\\nAll.",
            "# TYPE test_units_issued_total counter",
            "test_units_issued_total{site=\"HN-XP\",group_rh=\"O+\"} 5",
            "test_units_issued_total{site=\"quote\\\" slash\\\\ line\\n\",group_rh=\"\"} 1",
        ]);
    }

    [Fact]
    public void Put_measurements_into_cumulative_buckets()
    {
        var histogram = _meter.CreateHistogram(
            "test.batch.duration", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var seconds in new[] { 0.05, 0.1, 0.5, 7 })
            histogram.Record(seconds);

        Lines("test_batch_duration").ShouldBe(
        [
            "# TYPE test_batch_duration_seconds histogram",
            "test_batch_duration_seconds_bucket{le=\"0.1\"} 2",
            "test_batch_duration_seconds_bucket{le=\"1\"} 3",
            "test_batch_duration_seconds_bucket{le=\"+Inf\"} 4",
            "test_batch_duration_seconds_sum 7.65",
            "test_batch_duration_seconds_count 4",
        ]);
    }

    [Fact]
    public void Show_what_is_observed_now_and_nothing_that_no_longer_is()
    {
        Measurement<int>[] seen = [new(4, [new("projection", "stock")])];
        _meter.CreateObservableGauge("test.lag", () => seen);

        Lines("test_lag").ShouldBe(["# TYPE test_lag gauge", "test_lag{projection=\"stock\"} 4"]);
        seen = [new(1, [new("projection", "stock")])];
        Lines("test_lag")[^1].ShouldBe("test_lag{projection=\"stock\"} 1");
        seen = [];
        Lines("test_lag").ShouldBeEmpty();
    }

    [Fact]
    public async Task Show_every_scrape_what_is_observed_however_many_come_at_once()
    {
        for (var i = 0; i < 50; i++)
            _meter.CreateObservableGauge($"test.gauge.{i}", () => 1);

        var scrapes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Enumerable.Range(0, 50).Select(_ => Regex.Count(_text.Write(), @"^test_gauge_\d+ 1$", RegexOptions.Multiline, TimeSpan.FromSeconds(5))).Min())));

        scrapes.ShouldAllBe(gauges => gauges == 50);
    }

    [Fact]
    public void Let_an_up_down_counter_go_down()
    {
        var waiting = _meter.CreateUpDownCounter<int>("test.waiting");
        waiting.Add(3);
        waiting.Add(-1);

        Lines("test_waiting").ShouldBe(["# TYPE test_waiting gauge", "test_waiting 2"]);
    }

    [Fact]
    public void Do_not_grow_without_end()
    {
        var counter = _meter.CreateCounter<int>("test.addresses");
        for (var i = 0; i < 5_000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("address", i));

        Lines("test_addresses").Count.ShouldBeLessThan(2_010);
    }

    [Fact]
    public void Take_no_memory_for_what_has_been_seen_before()
    {
        var counter = _meter.CreateCounter<long>("test.hot");
        var tag = new KeyValuePair<string, object?>("site", "HN-XP");
        counter.Add(1, tag);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            counter.Add(1, tag);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000);
    }

    [Fact]
    public void Are_text_that_Prometheus_reads()
    {
        _meter.CreateCounter<long>("test.any").Add(1, new KeyValuePair<string, object?>("flag", true));
        _meter.CreateHistogram<int>("test.size").Record(3);

        Exposition.Parse(_text.Write()).ShouldNotBeEmpty();
    }

    [Fact]
    public void Leave_out_other_peoples_meters()
    {
        using var foreign = new Meter("Somebody.Else");
        foreign.CreateCounter<int>("test.foreign").Add(1);
        using var another = new ServiceCollection().AddMetrics().BuildServiceProvider();
        another.GetRequiredService<IMeterFactory>().Create("Distribution.Tests").CreateCounter<int>("test.of.another.host").Add(1);

        Lines("test_foreign").ShouldBeEmpty();
        Lines("test_of_another_host").ShouldBeEmpty();
    }

    private List<string> Lines(string name) =>
        [.. _text.Write().Split('\n').Where(line => Regex.IsMatch(line, $"^(# (HELP|TYPE) )?{name}"))];
}

/// <summary>Reads the exposition format strictly: every sample stands under its type, every line is well formed.</summary>
internal static partial class Exposition
{
    public static IReadOnlyDictionary<string, double> Parse(string text)
    {
        text.ShouldEndWith("\n");
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                types.TryAdd(words[2], words[3]).ShouldBeTrue($"declared twice: {line}");
                words[3].ShouldBeOneOf("counter", "gauge", "histogram");
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var match = Sample().Match(line);
                match.Success.ShouldBeTrue(line);
                var name = match.Groups["name"].Value;
                (types.ContainsKey(name) || types.ContainsKey(Suffix().Replace(name, ""))).ShouldBeTrue($"no type: {line}");
                samples.TryAdd(line[..line.LastIndexOf(' ')], match.Groups["value"].Value switch
                {
                    "+Inf" => double.PositiveInfinity,
                    "-Inf" => double.NegativeInfinity,
                    var value => double.Parse(value, CultureInfo.InvariantCulture),
                }).ShouldBeTrue($"twice: {line}");
            }
        }

        return samples;
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_]\w*="([^"\\\n]|\\["\\n])*"(,[a-zA-Z_]\w*="([^"\\\n]|\\["\\n])*")*\})? (?<value>\S+)$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Suffix();
}
