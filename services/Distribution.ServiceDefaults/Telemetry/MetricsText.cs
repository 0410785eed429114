using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace Distribution.ServiceDefaults.Telemetry;

/// <summary>
/// Listens to the process's meters and writes them as Prometheus text (exposition format 0.0.4).
/// Counts from the start of the host, because a listener hears nothing that was measured before it listened.
/// </summary>
internal sealed class MetricsText : IHostedService, IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // A label that takes its values from outside would otherwise grow without end.
    private const int MostSeriesOfAnInstrument = 2_000;

    private static readonly string[] Prefixes = ["Microsoft.AspNetCore", "System.Net.Http", "System.Runtime", "MassTransit", "Npgsql", "Distribution."];
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Counts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
    private static readonly FrozenDictionary<string, string> Units = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["By"] = "bytes",
        ["%"] = "percent",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<Instrument, Family> _families = new();
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _own;

    public MetricsText(IMeterFactory own)
    {
        _own = own;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsOurs(instrument.Meter))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, made => new Family(made)));
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => ((Family)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => ((Family)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((Family)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((Family)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => ((Family)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((Family)state!).Take(value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => ((Family)state!).Take((double)value, tags));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    public string Write()
    {
        // To the end: a second scrape would forget what this one has just observed and not yet written.
        lock (_listener)
        {
            foreach (var family in _families.Values)
                family.ForgetObserved();
            _listener.RecordObservableInstruments();
            return WriteFamilies();
        }
    }

    private string WriteFamilies()
    {
        var text = new StringBuilder();
        foreach (var group in _families.Values.Where(family => family.HasSeries).GroupBy(family => family.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var first = group.First();
            if (first.Description is { Length: > 0 } description)
                text.Append("# HELP ").Append(first.Name).Append(' ').Append(description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(first.Name).Append(' ').Append(first.Type).Append('\n');
            foreach (var family in group)
                family.Write(text);
        }

        return text.ToString();
    }

    // Meters made by a factory belong to one host; several hosts share a process in tests.
    private bool IsOurs(Meter meter) =>
        (meter.Scope is null || ReferenceEquals(meter.Scope, _own))
        && Prefixes.Any(prefix => meter.Name.StartsWith(prefix, StringComparison.Ordinal));

    private sealed class Family
    {
        private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, Series>.AlternateLookup<ReadOnlySpan<char>> _lookup;
        private readonly double[] _bounds;
        private readonly bool _isObserved;
        private readonly bool _isSum;

        public Family(Instrument instrument)
        {
            _lookup = _series.GetAlternateLookup<ReadOnlySpan<char>>();
            var kind = instrument.GetType().GetGenericTypeDefinition();
            var isHistogram = kind == typeof(Histogram<>);
            var isMonotonic = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
            _isObserved = instrument.IsObservable;
            _isSum = kind == typeof(Counter<>) || kind == typeof(UpDownCounter<>);
            _bounds = isHistogram ? Bounds(instrument) : [];
            Type = isHistogram ? "histogram" : isMonotonic ? "counter" : "gauge";
            Description = instrument.Description;
            Name = NameOf(instrument, isMonotonic);
        }

        public string Name { get; }

        public string Type { get; }

        public string? Description { get; }

        public bool HasSeries => !_series.IsEmpty;

        public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (Find(tags) is not { } series)
                return;
            lock (series)
            {
                if (series.Buckets is { } buckets)
                {
                    var bucket = Array.BinarySearch(_bounds, value);
                    buckets[bucket < 0 ? ~bucket : bucket]++;
                    series.Value += value;
                }
                else
                {
                    series.Value = _isSum ? series.Value + value : value;
                }
            }
        }

        /// <summary>What is no longer observed, such as the lag of a lost leadership, is no longer shown.</summary>
        public void ForgetObserved()
        {
            if (_isObserved)
                _series.Clear();
        }

        public void Write(StringBuilder text)
        {
            foreach (var (labels, series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                lock (series)
                {
                    if (series.Buckets is null)
                        Line(text, "", labels, null, series.Value);
                    else
                        WriteHistogram(text, labels, series.Value, series.Buckets);
                }
            }
        }

        private void WriteHistogram(StringBuilder text, string labels, double sum, long[] buckets)
        {
            var count = 0L;
            for (var i = 0; i < buckets.Length; i++)
            {
                count += buckets[i];
                Line(text, "_bucket", labels, i < _bounds.Length ? Number(_bounds[i]) : "+Inf", count);
            }

            Line(text, "_sum", labels, null, sum);
            Line(text, "_count", labels, null, count);
        }

        private void Line(StringBuilder text, string suffix, string labels, string? upTo, double value)
        {
            text.Append(Name).Append(suffix);
            if (labels.Length > 0 || upTo is not null)
            {
                text.Append('{').Append(labels);
                if (upTo is not null)
                    text.Append(labels.Length > 0 ? "," : "").Append("le=\"").Append(upTo).Append('"');
                text.Append('}');
            }

            text.Append(' ').Append(Number(value)).Append('\n');
        }

        // On the path of every measurement: what has been seen before allocates nothing.
        private Series? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = new ValueText(stackalloc char[256]);
            foreach (var (name, value) in tags)
            {
                labels.Append(labels.IsEmpty ? "" : ",");
                labels.AppendName(name);
                labels.Append("=\"");
                labels.AppendEscaped(value switch
                {
                    null => "",
                    string text => text,
                    bool flag => flag ? "true" : "false",
                    _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
                });
                labels.Append("\"");
            }

            if (_lookup.TryGetValue(labels.Written, out var series))
                return series;
            return _series.Count < MostSeriesOfAnInstrument
                ? _series.GetOrAdd(labels.Written.ToString(), _ => new Series(Type is "histogram" ? new long[_bounds.Length + 1] : null))
                : null;
        }

        private static double[] Bounds(Instrument instrument)
        {
            var advised = instrument switch
            {
                Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries?.ToArray(),
                Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
                Histogram<int> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
                _ => null,
            };
            return advised ?? (instrument.Unit is "s" ? Seconds : Counts);
        }

        private static string NameOf(Instrument instrument, bool isMonotonic)
        {
            var name = new StringBuilder(instrument.Name.Length + 16);
            foreach (var c in instrument.Name)
                name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
            if (Units.TryGetValue(instrument.Unit ?? "", out var unit) && !instrument.Name.EndsWith(unit, StringComparison.Ordinal))
                name.Append('_').Append(unit);
            if (isMonotonic && !instrument.Name.EndsWith("total", StringComparison.Ordinal))
                name.Append("_total");
            return name.ToString();
        }

        private static string Number(double value) =>
            double.IsPositiveInfinity(value) ? "+Inf"
            : double.IsNegativeInfinity(value) ? "-Inf"
            : value.ToString("R", CultureInfo.InvariantCulture);
    }

    private sealed class Series(long[]? buckets)
    {
        public double Value { get; set; }

        public long[]? Buckets { get; } = buckets;
    }

    private ref struct ValueText(Span<char> room)
    {
        private Span<char> _room = room;
        private int _length;

        public readonly bool IsEmpty => _length == 0;

        public readonly ReadOnlySpan<char> Written => _room[.._length];

        public void Append(ReadOnlySpan<char> text)
        {
            foreach (var c in text)
                Append(c);
        }

        public void AppendName(string name)
        {
            foreach (var c in name)
                Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }

        public void AppendEscaped(string value)
        {
            foreach (var c in value)
            {
                if (c is '\\' or '"' or '\n')
                    Append('\\');
                Append(c == '\n' ? 'n' : c);
            }
        }

        private void Append(char c)
        {
            if (_length == _room.Length)
            {
                var larger = new char[_room.Length * 2];
                _room.CopyTo(larger);
                _room = larger;
            }

            _room[_length++] = c;
        }
    }
}
