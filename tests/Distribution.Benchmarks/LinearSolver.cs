using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Distribution.Inventory.Allocating;

namespace Distribution.Benchmarks;

/// <summary>COIN-OR's linear solver clp, given the same problem as an MPS file.</summary>
internal sealed partial class LinearSolver(string folder)
{
    /// <summary>What it found and how long it says it took, reading the file not counted.</summary>
    /// <param name="Objective">Of the flows it wrote, added up exactly.</param>
    public sealed record Answer(Int128 Objective, double Milliseconds);

    public async Task<Answer> SolveAsync(TransportProblem problem)
    {
        var (model, solution) = (Path.Combine(folder, "problem.mps"), Path.Combine(folder, "solution.txt"));
        Write(problem, model);
        File.Delete(solution);
        var start = new ProcessStartInfo("clp", [model, "-dualsimplex", "-solution", solution, "-quit"]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("clp does not start.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        // A problem that its preparation solves already has no time of its own.
        var took = Took().Match(output) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        return File.Exists(solution)
            ? new Answer(Read(problem, solution), took * 1000)
            : throw new InvalidOperationException($"clp found nothing: {output}");
    }

    /// <summary>Columns are named by arc and, for what is left unmet, by demand.</summary>
    private static void Write(TransportProblem problem, string path)
    {
        using var file = new StreamWriter(path);
        file.WriteLine("NAME transport\nROWS\n N cost");
        for (var supply = 0; supply < problem.Capacities.Length; supply++)
            file.WriteLine($" L s{supply}");
        for (var demand = 0; demand < problem.Demands.Length; demand++)
            file.WriteLine($" E d{demand}");
        file.WriteLine("COLUMNS");
        for (var i = 0; i < problem.Arcs.Length; i++)
        {
            var arc = problem.Arcs[i];
            file.WriteLine($" a{i} cost {arc.Cost} s{arc.Supply} 1");
            file.WriteLine($" a{i} d{arc.Demand} 1");
        }

        for (var demand = 0; demand < problem.Demands.Length; demand++)
            file.WriteLine($" u{demand} cost {problem.Demands[demand].UnmetCost} d{demand} 1");
        file.WriteLine("RHS");
        for (var supply = 0; supply < problem.Capacities.Length; supply++)
            file.WriteLine($" rhs s{supply} {problem.Capacities[supply]}");
        for (var demand = 0; demand < problem.Demands.Length; demand++)
            file.WriteLine($" rhs d{demand} {problem.Demands[demand].Quantity}");
        file.WriteLine("ENDATA");
    }

    /// <summary>A line a column that is not zero: number, name, value, reduced cost. Two asterisks before it: out of bounds.</summary>
    private static Int128 Read(TransportProblem problem, string path)
    {
        Int128 objective = 0;
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (parts is not [_, ['a' or 'u', .. var number], var value, _] || !int.TryParse(number, CultureInfo.InvariantCulture, out var position))
                continue;
            var flow = double.Parse(value, CultureInfo.InvariantCulture);
            if (Math.Abs(flow - Math.Round(flow)) > 1e-6)
                throw new InvalidOperationException($"clp divides a unit: {line}");
            objective += (Int128)(long)Math.Round(flow) * (parts[1][0] == 'a' ? problem.Arcs[position].Cost : problem.Demands[position].UnmetCost);
        }

        return objective;
    }

    [GeneratedRegex(@"iterations time ([0-9.]+)")]
    private static partial Regex Took();
}
