using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Distribution.Benchmarks;

/// <summary>One measured figure against its goal.</summary>
/// <param name="Value">Median over the rounds.</param>
/// <param name="AtLeast">The goal is a lower bound; else an upper one. No goal: told beside the others.</param>
internal sealed record Figure(string Bench, string Name, double Value, string Unit, double? Goal, bool AtLeast, double Lowest, double Highest, string Detail)
{
    public bool? Holds => Goal is { } goal ? (AtLeast ? Value >= goal : Value <= goal) : null;
}

internal sealed class Figures(string bench)
{
    private readonly List<Figure> _figures = [];

    /// <summary>Our rate over the peer's, round by round.</summary>
    public void Ratio(string name, double goal, IReadOnlyList<(double Ours, double Peer)> rounds, string unit) => Ratio(name, (double?)goal, rounds, unit);

    /// <summary>The same without a goal: a stricter or a laxer peer, for judging the first.</summary>
    public void ToldRatio(string name, IReadOnlyList<(double Ours, double Peer)> rounds, string unit) => Ratio(name, null, rounds, unit);

    private void Ratio(string name, double? goal, IReadOnlyList<(double Ours, double Peer)> rounds, string unit)
    {
        var ratios = rounds.Select(round => round.Ours / round.Peer).ToArray();
        _figures.Add(new Figure(
            bench, name, Median(ratios), "x", goal, true, ratios.Min(), ratios.Max(),
            $"ours {Number(Median([.. rounds.Select(round => round.Ours)]))} {unit}, peer {Number(Median([.. rounds.Select(round => round.Peer)]))} {unit}"));
    }

    public void AtMost(string name, double goal, IReadOnlyList<double> rounds, string unit, string detail = "") =>
        _figures.Add(new Figure(bench, name, Median(rounds), unit, goal, false, rounds.Min(), rounds.Max(), detail));

    public void Told(string name, IReadOnlyList<double> rounds, string unit, string detail = "") =>
        _figures.Add(new Figure(bench, name, Median(rounds), unit, null, false, rounds.Min(), rounds.Max(), detail));

    /// <summary>A table for people, then a JSON line a figure for machines.</summary>
    /// <returns>0 when every goal holds.</returns>
    public int Print()
    {
        var table = new Table().AddColumns("figure", "median", "spread", "goal", "holds", "detail");
        foreach (var figure in _figures)
        {
            table.AddRow(
                figure.Name,
                $"{Number(figure.Value)} {figure.Unit}",
                $"{Number(figure.Lowest)}–{Number(figure.Highest)}",
                figure.Goal is { } goal ? $"{(figure.AtLeast ? "≥" : "≤")} {Number(goal)}" : "",
                figure.Holds switch { true => "[green]yes[/]", false => "[red]no[/]", null => "" },
                Markup.Escape(figure.Detail));
        }

        AnsiConsole.Write(table);
        foreach (var figure in _figures)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = figure.Bench,
                figure = figure.Name,
                value = Math.Round(figure.Value, 3),
                unit = figure.Unit,
                goal = figure.Goal,
                holds = figure.Holds,
            }));
        }

        return _figures.All(figure => figure.Holds is not false) ? 0 : 1;
    }

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public static double Percentile(IReadOnlyList<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>Runs both arms in turn, the first of each round alternating, so that drift of the machine hits both.</summary>
    public static async Task<List<(double Ours, double Peer)>> AlternateAsync(string what, int rounds, Func<Task<double>> ours, Func<Task<double>> peer, int from = 0)
    {
        var results = new List<(double, double)>();
        for (var round = 0; round < rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            double a, b;
            if ((from + round) % 2 == 0)
            {
                a = await ours();
                b = await peer();
            }
            else
            {
                b = await peer();
                a = await ours();
            }

            results.Add((a, b));
            Console.Error.WriteLine($"{what}: round {round + 1} of {rounds}, ours {Number(a)}, peer {Number(b)} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)");
        }

        return results;
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);
}
