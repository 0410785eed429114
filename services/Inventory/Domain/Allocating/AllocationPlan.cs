using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Distribution.Blood.Isbt128;

namespace Distribution.Inventory.Allocating;

/// <summary>A unit for a line.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Choice(AskId Ask, UnitNumber Unit, CostTerms Cost);

/// <summary>What a line does without.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Shortfall(AskId Ask, int Quantity);

/// <summary>
/// The best allocation: which unit goes to which line, what is left unmet, and the proof. Where nothing tells lines or
/// units apart the line that waits longest comes first, then ids decide.
/// </summary>
public sealed class AllocationPlan
{
    private readonly AllocationModel _model;
    private readonly TransportSolution _solution;
    private readonly Dictionary<AskId, (int Class, int Position)> _asks = [];
    private readonly Dictionary<UnitNumber, (AskId Ask, int Class)> _given = [];
    private readonly Dictionary<int, int[]> _ranked = [];

    internal AllocationPlan(AllocationModel model, TransportSolution solution)
    {
        (_model, _solution) = (model, solution);
        var choices = ImmutableArray.CreateBuilder<Choice>();
        var shortfalls = ImmutableArray.CreateBuilder<Shortfall>();
        var given = new int[model.OfferClasses.Length];
        for (var demand = 0; demand < model.AskClasses.Length; demand++)
        {
            var asks = model.AskClasses[demand];
            asks.Members.Sort((left, right) => ByWaiting(model.AskAt(left), model.AskAt(right)));
            var (arc, sent) = (asks.FirstArc, 0);
            foreach (var position in asks.Members)
            {
                var ask = model.AskAt(position);
                _asks.Add(ask.Id, (demand, position));
                var missing = ask.Quantity;
                while (missing > 0 && arc < asks.EndArc)
                {
                    if (sent == solution.Flows[arc])
                    {
                        (arc, sent) = (arc + 1, 0);
                        continue;
                    }

                    var supply = model.Problem.Arcs[arc].Supply;
                    var offers = model.OfferClasses[supply];
                    var unit = model.OfferAt(ByNumber(offers)[given[supply]++]).Unit;
                    choices.Add(new Choice(ask.Id, unit, asks.Facts.Weigh(offers.Facts, model.WayOf(asks, offers))));
                    _given.Add(unit, (ask.Id, supply));
                    sent++;
                    missing--;
                }

                if (missing > 0)
                    shortfalls.Add(new Shortfall(ask.Id, missing));
            }
        }

        Choices = choices.DrainToImmutable();
        Shortfalls = shortfalls.DrainToImmutable();
    }

    public ImmutableArray<Choice> Choices { get; }

    public ImmutableArray<Shortfall> Shortfalls { get; }

    /// <summary>What was solved; with <see cref="Solution"/>, all that <see cref="CertificateCheck"/> asks for.</summary>
    public TransportProblem Problem => _model.Problem;

    public TransportSolution Solution => _solution;

    public OptimalityCertificate Certificate => _solution.Certificate;

    public Int128 Objective => _solution.Objective;

    /// <summary>Why this unit, and what instead.</summary>
    /// <exception cref="KeyNotFoundException">The choice is none of this plan's.</exception>
    public ChoiceExplanation Explain(Choice choice)
    {
        var (demand, position) = _asks[choice.Ask];
        var ask = _model.AskAt(position);
        foreach (var arc in Ranked(demand))
        {
            var supply = _model.Problem.Arcs[arc].Supply;
            if (AnotherOf(supply, choice.Ask) is not { } unit)
                continue;
            var offers = _model.OfferClasses[supply];
            var terms = _model.AskClasses[demand].Facts.Weigh(offers.Facts, _model.WayOf(_model.AskClasses[demand], offers));
            var next = new Alternative(unit, terms, ReducedCost(arc), _given.TryGetValue(unit, out var holder) ? holder.Ask : null);
            return ChoiceExplanation.Of(ask, choice, next);
        }

        return ChoiceExplanation.Of(ask, choice, null);
    }

    /// <summary>What stood against the units that the line did not get.</summary>
    /// <exception cref="KeyNotFoundException">The shortfall is none of this plan's.</exception>
    public ShortfallExplanation Explain(Shortfall shortfall)
    {
        var (demand, position) = _asks[shortfall.Ask];
        var asks = _model.AskClasses[demand];
        var counts = new int[Enum.GetValues<Obstacle>().Length];
        foreach (var offers in _model.OfferClasses)
            counts[(int)asks.Facts.Judge(offers.Facts, _model.WayOf(asks, offers))] += offers.Count;
        var ask = _model.AskAt(position);
        var got = ask.Quantity - shortfall.Quantity;
        return ShortfallExplanation.Of(ask, shortfall, counts, counts[(int)Obstacle.None] - got);
    }

    /// <summary>What one unit more for the line would cost.</summary>
    /// <exception cref="KeyNotFoundException">The line is none of this plan's.</exception>
    public long PriceOf(AskId ask) => Certificate.DemandPrices[_asks[ask].Class];

    private static int ByWaiting(Ask left, Ask right) =>
        left.WaitingSince.CompareTo(right.WaitingSince) is var order and not 0 ? order : left.Id.CompareTo(right.Id);

    /// <summary>The members, sorted when they are first asked for: most classes never are.</summary>
    private Span<int> ByNumber(OfferClass offers)
    {
        if (!offers.IsSorted)
            offers.Members.Sort((left, right) => _model.OfferAt(left).Unit.CompareTo(_model.OfferAt(right).Unit));
        offers.IsSorted = true;
        return offers.Members;
    }

    /// <summary>The arcs of the lines, by how much more everything would cost if one unit took this one instead.</summary>
    private int[] Ranked(int demand)
    {
        if (_ranked.TryGetValue(demand, out var known))
            return known;
        var asks = _model.AskClasses[demand];
        var arcs = Enumerable.Range(asks.FirstArc, asks.EndArc - asks.FirstArc).ToArray();
        Array.Sort(Array.ConvertAll(arcs, arc => (ReducedCost(arc), arc)), arcs);
        return _ranked[demand] = arcs;
    }

    private long ReducedCost(int arc)
    {
        var (supply, demand, cost) = _model.Problem.Arcs[arc];
        return cost + Certificate.SupplyPrices[supply] - Certificate.DemandPrices[demand];
    }

    /// <summary>A unit of the class that the line did not get: the first free one if there is any.</summary>
    private UnitNumber? AnotherOf(int supply, AskId ask)
    {
        UnitNumber? others = null;
        foreach (var position in ByNumber(_model.OfferClasses[supply]))
        {
            var unit = _model.OfferAt(position).Unit;
            if (!_given.TryGetValue(unit, out var holder))
                return unit;
            if (others is null && holder.Ask != ask)
                others = unit;
        }

        return others;
    }
}
