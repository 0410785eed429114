using System.Diagnostics;
using Distribution.Inventory.Allocating;
using Distribution.Inventory.Tests.Allocating;

namespace Distribution.Benchmarks;

/// <summary>
/// The allocation's solver beside a linear solver on the same problems: they must find the same cost, and every answer of
/// ours must pass the check of its certificate. Then a day of typed units, a region's by classes, and one urgent line.
/// </summary>
internal static class AllocationBench
{
    private const double DayGoal = 250;
    private const double RegionGoal = 5;
    private const double UrgentGoal = 1;

    public static async Task<int> RunAsync(bool quick)
    {
        var folder = Directory.CreateTempSubdirectory("allocation-bench-").FullName;
        try
        {
            var peer = new LinearSolver(folder);
            var figures = new Figures("allocation");
            if (!await CompareAsync(figures, peer, quick ? 100 : 500))
                return 1;
            if (!await MeasureDayAsync(figures, peer, quick))
                return 1;
            MeasureRegion(figures, quick ? 15 : 50);
            MeasureUrgent(figures, quick ? 3 : 10);
            await AllocationServiceBench.MeasureAsync(figures, quick);
            return figures.Print();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Random and adversarial problems with costs that a double holds exactly.</summary>
    private static async Task<bool> CompareAsync(Figures figures, LinearSolver peer, int problems)
    {
        var (ours, theirs) = (0.0, 0.0);
        for (var number = 0; number < problems; number++)
        {
            var problem = TransportSamples.Make(number, number % 10 == 0 ? 120 : 40, 100_000);
            // The first time is the compiler's.
            NetworkSimplex.Solve(problem);
            var started = Stopwatch.GetTimestamp();
            var solution = NetworkSimplex.Solve(problem);
            ours += Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var answer = await peer.SolveAsync(problem);
            theirs += answer.Milliseconds;
            if (!Agree(TransportSamples.NameOf(number), problem, solution, answer))
                return false;
        }

        Console.Error.WriteLine($"{problems} problems: the same cost each, every certificate holds");
        figures.Told("small problems", [problems], "equal", $"ours {ours:0} ms, clp {theirs:0} ms together, by its own clock to 10 ms");
        return true;
    }

    private static async Task<bool> MeasureDayAsync(Figures figures, LinearSolver peer, bool quick)
    {
        var rounds = new List<double>();
        var solving = new List<double>();
        var ratios = new List<(double Ours, double Peer)>();
        for (var round = 0; round < (quick ? 3 : 7); round++)
        {
            var day = new AllocationDay(round, 300, 3_500, typed: true);
            var whole = Best(3, () => AllocationModel.Build(day.Asks, day.Offers, AllocationDay.Terms).Solve());
            // The first round is the compiler's.
            if (round == 0)
                whole = Best(10, () => AllocationModel.Build(day.Asks, day.Offers, AllocationDay.Terms).Solve());
            rounds.Add(whole);

            var exact = ForDoubles(AllocationModel.Build(day.Asks, day.Offers, AllocationDay.Terms).Problem);
            solving.Add(Best(3, () => NetworkSimplex.Solve(exact)));
            var answer = await peer.SolveAsync(exact);
            ratios.Add((1000 / solving[^1], 1000 / answer.Milliseconds));
            Console.Error.WriteLine($"day {round + 1}: {exact.Arcs.Length:N0} arcs, whole {whole:0.0} ms, solver {solving[^1]:0.0} ms, clp {answer.Milliseconds:0} ms");
            if (!Agree($"day {round + 1}", exact, NetworkSimplex.Solve(exact), answer))
                return false;
        }

        figures.AtMost("300 lines, 3,500 typed units", DayGoal, rounds, "ms", "classes, arcs, solving, units and proof");
        figures.Told("  of it solving", solving, "ms");
        figures.ToldRatio("  solver beside clp", ratios, "problems/s");
        return true;
    }

    private static void MeasureRegion(Figures figures, int rounds)
    {
        var (solving, whole, plans) = (new List<double>(), new List<double>(), new List<double>());
        var detail = "";
        for (var seed = 0; seed < 5; seed++)
        {
            var day = new AllocationDay(seed, 3_500, 30_000, typed: false);
            var model = AllocationModel.Build(day.Asks, day.Offers, AllocationDay.Terms);
            var solution = NetworkSimplex.Solve(model.Problem);
            if (CertificateCheck.Faults(model.Problem, solution.Flows, solution.Unmet, solution.Certificate) is { IsEmpty: false } faults)
                throw new InvalidOperationException($"Not proven: {string.Join(", ", faults)}");
            detail = $"{model.Problem.Demands.Length} × {model.Problem.Capacities.Length} classes, {model.Problem.Arcs.Length:N0} arcs";
            for (var round = 0; round < rounds; round++)
            {
                solving.Add(Best(1, () => NetworkSimplex.Solve(model.Problem)));
                whole.Add(Best(1, () => NetworkSimplex.Solve(AllocationModel.Build(day.Asks, day.Offers, AllocationDay.Terms).Problem)));
                plans.Add(Best(1, () => AllocationModel.Build(day.Asks, day.Offers, AllocationDay.Terms).Solve()));
            }
        }

        figures.AtMost("3,500 lines, 30,000 units by classes", RegionGoal, solving, "ms", detail);
        figures.Told("  with making the classes", whole, "ms");
        figures.Told("  and naming every unit", plans, "ms");
    }

    /// <summary>Every line alone, the fastest of its times: what the worst line costs, not what the machine's neighbors do.</summary>
    private static void MeasureUrgent(Figures figures, int rounds)
    {
        var day = new AllocationDay(1, 300, 3_500, typed: true);
        Best(500, () => UrgentAllocation.Decide(day.Asks[0], day.Offers, AllocationDay.Terms));
        var times = day.Asks.Select(ask => Best(rounds, () => UrgentAllocation.Decide(ask, day.Offers, AllocationDay.Terms))).ToArray();
        figures.AtMost("one urgent line, 3,500 typed units, p99", UrgentGoal, [Figures.Percentile(times, 99)], "ms", $"of 300 lines; p50 {Figures.Median(times):0.000} ms");
    }

    private static bool Agree(string name, TransportProblem problem, TransportSolution solution, LinearSolver.Answer answer)
    {
        var faults = CertificateCheck.Faults(problem, solution.Flows, solution.Unmet, solution.Certificate);
        if (faults.IsEmpty && answer.Objective == solution.Objective)
            return true;
        Console.Error.WriteLine($"error: {name}: ours {solution.Objective}, clp {answer.Objective}; {(faults.IsEmpty ? "our certificate holds" : string.Join(", ", faults))}");
        return false;
    }

    /// <summary>
    /// The same question with unmet costs that a linear solver's doubles can hold: which lines are met depends on the order of
    /// these costs alone, as long as one step of them exceeds all other costs together.
    /// </summary>
    private static TransportProblem ForDoubles(TransportProblem problem)
    {
        var ranks = problem.Demands.Select(demand => demand.UnmetCost).Distinct().Order().ToArray();
        var step = (problem.Arcs.Max(arc => arc.Cost) * problem.Demands.Sum(demand => (long)demand.Quantity)) + 1;
        return new TransportProblem(
            problem.Capacities,
            [.. problem.Demands.Select(demand => demand with { UnmetCost = (Array.BinarySearch(ranks, demand.UnmetCost) + 1) * step })],
            problem.Arcs);
    }

    private static double Best(int times, Action run)
    {
        var best = double.MaxValue;
        for (var i = 0; i < times; i++)
        {
            var started = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return best;
    }
}
