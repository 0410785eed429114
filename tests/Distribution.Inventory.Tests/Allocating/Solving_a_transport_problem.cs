using System.Collections.Immutable;
using Distribution.Inventory.Allocating;
using Shouldly;
using Xunit;

namespace Distribution.Inventory.Tests.Allocating;

public sealed class Solving_a_transport_problem
{
    [Fact]
    public void Meets_what_costs_least()
    {
        var problem = new TransportProblem([1, 1], [new(1, 100), new(1, 100)], [new(0, 0, 1), new(1, 0, 2), new(0, 1, 5)]);

        var solution = NetworkSimplex.Solve(problem);

        solution.Flows.ShouldBe([0, 1, 1]);
        solution.Objective.ShouldBe(7);
    }

    [Fact]
    public void Leaves_what_would_cost_more_than_leaving_it()
    {
        var solution = NetworkSimplex.Solve(new TransportProblem([5], [new(2, 10), new(2, 3)], [new(0, 0, 4), new(0, 1, 4)]));

        solution.Flows.ShouldBe([2, 0]);
        solution.Unmet.ShouldBe([0, 2]);
        solution.Objective.ShouldBe(14);
    }

    [Fact]
    public void Tells_what_one_unit_more_would_be_worth()
    {
        var certificate = NetworkSimplex.Solve(new TransportProblem([1, 9], [new(2, 100)], [new(0, 0, 1), new(1, 0, 5)])).Certificate;

        certificate.SupplyPrices.ShouldBe([4, 0]);
        certificate.DemandPrices.ShouldBe([5]);
    }

    [Fact]
    public void Is_best_among_all_ways_that_there_are()
    {
        var proven = 0;
        for (var number = 0; number < 600; number++)
        {
            var problem = TransportSamples.Make(number, 3, 20);
            if (problem.Demands.Sum(demand => (long)demand.Quantity) > 12)
                continue;

            NetworkSimplex.Solve(problem).Objective.ShouldBe(LeastCost(problem), TransportSamples.NameOf(number));
            proven++;
        }

        proven.ShouldBeGreaterThan(400);
    }

    [Theory]
    [InlineData(6, 30)]
    [InlineData(40, 1000)]
    [InlineData(40, long.MaxValue >> 20)]
    public void Proves_its_answer_whatever_the_shape(int nodes, long cost)
    {
        for (var number = 0; number < 20 * TransportSamples.ShapeCount; number++)
        {
            var problem = TransportSamples.Make(number, nodes, cost);

            var solution = NetworkSimplex.Solve(problem);

            CertificateCheck.Faults(problem, solution.Flows, solution.Unmet, solution.Certificate).ShouldBeEmpty(TransportSamples.NameOf(number));
        }
    }

    [Fact]
    public void Comes_to_an_end_where_everything_is_equally_good()
    {
        var problem = TransportSamples.Any(new Random(1), 200, 200, 1, 1, 0, 0);
        var tied = new TransportProblem(problem.Capacities, [.. problem.Demands.Select(_ => new TransportDemand(1, 1))], problem.Arcs);

        var solution = NetworkSimplex.Solve(tied);

        solution.Objective.ShouldBe(0);
        solution.Pivots.ShouldBeLessThan(2_000);
    }

    [Fact]
    public void Gives_the_same_answer_to_the_same_question()
    {
        var first = NetworkSimplex.Solve(TransportSamples.Make(1, 60, 3));
        var second = NetworkSimplex.Solve(TransportSamples.Make(1, 60, 3));

        second.Flows.ShouldBe(first.Flows);
        second.Certificate.DemandPrices.ShouldBe(first.Certificate.DemandPrices);
        second.Pivots.ShouldBe(first.Pivots);
    }

    [Fact]
    public void Costs_the_same_in_whatever_order_it_is_told()
    {
        var random = new Random(7);
        for (var number = 0; number < 100; number++)
        {
            var problem = TransportSamples.Make(number, 25, 1000);
            var arcs = problem.Arcs.ToArray();
            random.Shuffle(arcs);

            NetworkSimplex.Solve(new TransportProblem(problem.Capacities, problem.Demands, [.. arcs])).Objective
                .ShouldBe(NetworkSimplex.Solve(problem).Objective, TransportSamples.NameOf(number));
        }
    }

    [Fact]
    public void Knows_a_problem_without_any_part() =>
        NetworkSimplex.Solve(new TransportProblem([], [], [])).Objective.ShouldBe(0);

    [Fact]
    public void Is_refused_where_costs_could_not_be_added()
    {
        Should.NotThrow(() => new TransportProblem([1], [new(1, TransportProblem.LargestPrice - 2)], [new(0, 0, -1)]));

        Should.Throw<ArgumentException>(() => new TransportProblem([1], [new(1, TransportProblem.LargestPrice - 1)], [new(0, 0, -1)]));
        Should.Throw<ArgumentException>(() => new TransportProblem([1], [new(1, 0)], [new(0, 0, long.MinValue)]));
    }

    [Fact]
    public void Is_refused_where_it_makes_no_sense()
    {
        Should.Throw<ArgumentException>(() => new TransportProblem([-1], [], []));
        Should.Throw<ArgumentException>(() => new TransportProblem([], [new(-1, 0)], []));
        Should.Throw<ArgumentException>(() => new TransportProblem([1], [new(1, 0)], [new(1, 0, 0)]));
        Should.Throw<ArgumentException>(() => new TransportProblem([1], [new(1, 0)], [new(0, -1, 0)]));
    }

    /// <summary>Tries every way, unit by unit.</summary>
    private static Int128 LeastCost(TransportProblem problem)
    {
        var arcsOf = problem.Arcs.ToLookup(arc => arc.Demand);
        var known = new Dictionary<(int Demand, int Taken, string Left), Int128>();
        return From(0, 0, [.. problem.Capacities]);

        Int128 From(int demand, int taken, ImmutableArray<int> left)
        {
            if (demand == problem.Demands.Length)
                return 0;
            if (taken == problem.Demands[demand].Quantity)
                return From(demand + 1, 0, left);
            var state = (demand, taken, string.Join(',', left));
            if (known.TryGetValue(state, out var found))
                return found;
            var least = problem.Demands[demand].UnmetCost + From(demand, taken + 1, left);
            foreach (var arc in arcsOf[demand])
            {
                if (left[arc.Supply] > 0)
                    least = Int128.Min(least, arc.Cost + From(demand, taken + 1, left.SetItem(arc.Supply, left[arc.Supply] - 1)));
            }

            return known[state] = least;
        }
    }
}
