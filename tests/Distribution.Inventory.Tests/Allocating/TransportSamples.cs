using System.Collections.Immutable;
using Distribution.Inventory.Allocating;

namespace Distribution.Inventory.Tests.Allocating;

/// <summary>Problems of many shapes, each the same for the same seed.</summary>
internal static class TransportSamples
{
    /// <summary>How a shape is made: of a source of numbers, up to so many nodes a side, with costs up to so much.</summary>
    private delegate TransportProblem Shape(Random random, int nodes, long cost);

    private static readonly (string Name, Shape Make)[] Shapes =
    [
        ("dense", (random, nodes, cost) => Any(random, nodes, nodes, 1, 5, cost)),
        ("sparse", (random, nodes, cost) => Any(random, nodes, nodes, 0.15, 5, cost)),
        ("single units", (random, nodes, cost) => Any(random, nodes, nodes, 0.5, 1, cost)),
        ("many more units than lines", (random, nodes, cost) => Any(random, nodes * 4, Math.Max(1, nodes / 4), 0.6, 3, cost)),
        ("many more lines than units", (random, nodes, cost) => Any(random, Math.Max(1, nodes / 4), nodes * 4, 0.6, 3, cost)),
        ("all costs equal", (random, nodes, _) => Any(random, nodes, nodes, 0.7, 4, 0, 3)),
        ("few costs, many ties", (random, nodes, _) => Any(random, nodes, nodes, 0.7, 4, 2, 3)),
        ("zero capacities and quantities", (random, nodes, cost) => Some(random, Any(random, nodes, nodes, 0.6, 2, cost), 0.5)),
        ("nothing to give", (random, nodes, cost) => Some(random, Any(random, nodes, nodes, 0.6, 2, cost), 1)),
        ("no arcs", (random, nodes, cost) => Any(random, nodes, nodes, 0, 3, cost)),
        ("leaving is cheaper", (random, nodes, cost) => Any(random, nodes, nodes, 0.7, 3, cost, cost / 50)),
        ("bonuses", Bonuses),
        ("islands", Islands),
        ("chain", Chain),
        ("parallel arcs", Parallel),
        ("costs at the bound", AtTheBound),
        ("large amounts", (random, nodes, cost) => Any(random, nodes, nodes, 0.6, 1_000_000, Math.Min(cost, 1000))),
    ];

    public static int ShapeCount => Shapes.Length;

    public static string NameOf(int number) => $"{Shapes[number % Shapes.Length].Name}, {number}";

    /// <summary>The shapes in turn.</summary>
    public static TransportProblem Make(int number, int nodes, long cost)
    {
        var random = new Random(number);
        return Shapes[number % Shapes.Length].Make(random, random.Next(1, nodes + 1), cost);
    }

    public static TransportProblem Any(Random random, int supplies, int demands, double density, int amount, long cost, long? unmet = null)
    {
        var arcs = ImmutableArray.CreateBuilder<TransportArc>();
        for (var demand = 0; demand < demands; demand++)
        {
            for (var supply = 0; supply < supplies; supply++)
            {
                if (random.NextDouble() < density)
                    arcs.Add(new TransportArc(supply, demand, random.NextInt64(cost + 1)));
            }
        }

        return new TransportProblem(
            [.. Enumerable.Range(0, supplies).Select(_ => random.Next(1, amount + 1))],
            [.. Enumerable.Range(0, demands).Select(_ => new TransportDemand(random.Next(1, amount + 1), random.NextInt64((unmet ?? cost * 3) + 1)))],
            arcs.ToImmutable());
    }

    private static TransportProblem Some(Random random, TransportProblem problem, double zero) => new(
        [.. problem.Capacities.Select(capacity => random.NextDouble() < zero ? 0 : capacity)],
        [.. problem.Demands.Select(demand => random.NextDouble() < zero / 2 ? demand with { Quantity = 0 } : demand)],
        problem.Arcs);

    /// <summary>Some arcs and some unmet units pay.</summary>
    private static TransportProblem Bonuses(Random random, int nodes, long cost)
    {
        var problem = Any(random, nodes, nodes, 0.6, 3, cost);
        return new TransportProblem(
            problem.Capacities,
            [.. problem.Demands.Select(demand => demand with { UnmetCost = demand.UnmetCost - cost })],
            [.. problem.Arcs.Select(arc => arc with { Cost = arc.Cost - cost / 2 })]);
    }

    /// <summary>Parts that have nothing to do with each other, told in a mixed order.</summary>
    private static TransportProblem Islands(Random random, int nodes, long cost)
    {
        var problem = Any(random, nodes, nodes, 0.8, 4, cost);
        var arcs = problem.Arcs.Where(arc => arc.Supply % 3 == arc.Demand % 3).ToArray();
        random.Shuffle(arcs);
        return new TransportProblem(problem.Capacities, problem.Demands, [.. arcs]);
    }

    /// <summary>Each demand can be met by two neighbors only and the last one's unit has to be pushed along the whole chain.</summary>
    private static TransportProblem Chain(Random random, int nodes, long cost)
    {
        var arcs = ImmutableArray.CreateBuilder<TransportArc>();
        for (var i = 0; i < nodes; i++)
        {
            arcs.Add(new TransportArc(i, i, 0));
            if (i > 0)
                arcs.Add(new TransportArc(i - 1, i, random.NextInt64(2)));
        }

        arcs.Add(new TransportArc(0, nodes - 1, cost));
        return new TransportProblem(
            [.. Enumerable.Repeat(1, nodes)],
            [.. Enumerable.Range(0, nodes).Select(i => new TransportDemand(i == nodes - 1 ? 2 : 1, cost * 2))],
            arcs.ToImmutable());
    }

    private static TransportProblem Parallel(Random random, int nodes, long cost)
    {
        var problem = Any(random, nodes, nodes, 0.4, 4, cost);
        return new TransportProblem(
            problem.Capacities, problem.Demands, [.. problem.Arcs, .. problem.Arcs.Select(arc => arc with { Cost = random.NextInt64(cost + 1) })]);
    }

    /// <summary>As large as the constructor lets them be, of either sign; scaled down when smaller costs are asked for.</summary>
    private static TransportProblem AtTheBound(Random random, int nodes, long cost)
    {
        var problem = Any(random, nodes, nodes, 0.7, 3, 1);
        var (unmet, arc) = cost >= int.MaxValue
            ? (TransportProblem.LargestPrice / 2, TransportProblem.LargestPrice / (4L * nodes))
            : (cost * nodes * 2, cost);
        return new TransportProblem(
            problem.Capacities,
            [.. problem.Demands.Select(demand => demand with { UnmetCost = random.Next(3) == 0 ? unmet - random.Next(3) : unmet })],
            [.. problem.Arcs.Select(each => each with { Cost = random.Next(2) == 0 ? arc - random.Next(3) : random.Next(3) - arc })]);
    }
}
