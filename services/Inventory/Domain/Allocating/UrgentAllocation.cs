using System.Collections.Immutable;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Inventory.Allocating;

/// <summary>
/// One line against all that may be given, by the rules and weights of <see cref="AllocationModel"/> and to the same cost,
/// without making a problem of it: alone, a line is best served by the units that cost it least.
/// </summary>
public sealed class UrgentAllocation
{
    private readonly Ask _ask;
    private readonly AllocationTerms _terms;
    private readonly IReadOnlyList<Offer> _offers;
    private readonly Candidate? _next;
    private readonly int[] _counts;
    private readonly Dictionary<UnitNumber, Offer> _chosen;

    private UrgentAllocation(Ask ask, AllocationTerms terms, IReadOnlyList<Offer> offers, Candidate[] chosen, Candidate? next, int[] counts)
    {
        (_ask, _terms, _offers, _next, _counts) = (ask, terms, offers, next, counts);
        _chosen = chosen.ToDictionary(candidate => offers[candidate.Position].Unit, candidate => offers[candidate.Position]);
        Choices = [.. chosen.Select(candidate => new Choice(ask.Id, offers[candidate.Position].Unit, candidate.Cost))];
        Missing = ask.Quantity - chosen.Length;
        Objective = chosen.Aggregate((Int128)0, (sum, candidate) => sum + candidate.Total) + ((Int128)AllocationCost.Unmet(ask, terms.Now) * Missing);
    }

    /// <summary>The best first; of equally good ones the lowest number.</summary>
    public ImmutableArray<Choice> Choices { get; }

    public int Missing { get; }

    public Int128 Objective { get; }

    /// <summary>Null when all is met.</summary>
    public ShortfallExplanation? Shortfall =>
        Missing == 0 ? null : ShortfallExplanation.Of(_ask, new Shortfall(_ask.Id, Missing), _counts, _counts[(int)Obstacle.None] - Choices.Length);

    /// <exception cref="ArgumentException">A negative quantity, or more than <see cref="AllocationCost.MostAsked"/>.</exception>
    public static UrgentAllocation Decide(Ask ask, IReadOnlyList<Offer> offers, AllocationTerms terms)
    {
        if (ask.Quantity is < 0 or > AllocationCost.MostAsked)
            throw new ArgumentException("The quantity is negative or too large.", nameof(ask));

        var line = new AskFacts(ask, terms);
        var ways = new Dictionary<SiteId, Way>();
        var counts = new int[Enum.GetValues<Obstacle>().Length];
        // One more than is asked for: the next best.
        var best = new PriorityQueue<Candidate, Candidate>(Worst(offers));
        (SiteId? Site, Way Way) last = default;
        for (var i = 0; i < offers.Count; i++)
        {
            var offer = offers[i];
            if (offer.Kind != ask.Kind)
            {
                counts[(int)Obstacle.OtherComponent]++;
                continue;
            }

            if (last.Site != offer.Site)
            {
                if (!ways.TryGetValue(offer.Site, out var way))
                    ways[offer.Site] = way = Way.Of(terms.LeadTime(offer.Site, ask.Destination));
                last = (offer.Site, way);
            }

            var facts = new OfferFacts(offer, terms);
            var obstacle = line.Judge(facts, last.Way);
            counts[(int)obstacle]++;
            if (obstacle != Obstacle.None)
                continue;
            var cost = line.Weigh(facts, last.Way);
            var candidate = new Candidate(i, cost, cost.Total);
            if (best.Count <= ask.Quantity)
                best.Enqueue(candidate, candidate);
            else if (candidate.Total <= best.Peek().Total)
                best.EnqueueDequeue(candidate, candidate);
        }

        var next = best.Count > ask.Quantity ? best.Dequeue() : (Candidate?)null;
        var chosen = new Candidate[best.Count];
        for (var i = chosen.Length - 1; i >= 0; i--)
            chosen[i] = best.Dequeue();
        return new UrgentAllocation(ask, terms, offers, chosen, next, counts);
    }

    /// <exception cref="KeyNotFoundException">The choice is none of this decision's.</exception>
    public Offer OfferOf(Choice choice) => _chosen[choice.Unit];

    /// <summary>Why this unit, and what instead.</summary>
    public ChoiceExplanation Explain(Choice choice) => ChoiceExplanation.Of(_ask, choice, _next is { } next
        ? new Alternative(_offers[next.Position].Unit, next.Cost, next.Total - choice.Cost.Total, null)
        : null);

    /// <summary>The whole question with this answer and its proof, for <see cref="CertificateCheck"/>. Looks at every unit once more.</summary>
    public (TransportProblem Problem, TransportSolution Solution) Prove()
    {
        var line = new AskFacts(_ask, _terms);
        var ways = new Dictionary<SiteId, Way>();
        var unmet = AllocationCost.Unmet(_ask, _terms.Now);
        // What one unit more would cost: the next best, or doing without.
        var price = _ask.Quantity == 0 ? 0 : Missing > 0 || _next is null ? unmet : Math.Min(unmet, _next.Value.Total);
        var (arcs, flows, prices) = (ImmutableArray.CreateBuilder<TransportArc>(), ImmutableArray.CreateBuilder<int>(), ImmutableArray.CreateBuilder<long>());
        foreach (var offer in _offers)
        {
            if (!ways.TryGetValue(offer.Site, out var way))
                ways[offer.Site] = way = Way.Of(_terms.LeadTime(offer.Site, _ask.Destination));
            var facts = new OfferFacts(offer, _terms);
            if (line.Judge(facts, way) != Obstacle.None)
                continue;
            var cost = line.Weigh(facts, way).Total;
            arcs.Add(new TransportArc(arcs.Count, 0, cost));
            flows.Add(_chosen.ContainsKey(offer.Unit) ? 1 : 0);
            prices.Add(Math.Max(0, price - cost));
        }

        var problem = new TransportProblem([.. Enumerable.Repeat(1, arcs.Count)], [new TransportDemand(_ask.Quantity, unmet)], arcs.ToImmutable());
        return (problem, new TransportSolution(flows.ToImmutable(), [Missing], new OptimalityCertificate(Objective, prices.ToImmutable(), [price]), 0));
    }

    private static Comparer<Candidate> Worst(IReadOnlyList<Offer> offers) => Comparer<Candidate>.Create((left, right) =>
        right.Total.CompareTo(left.Total) is var order and not 0 ? order : offers[right.Position].Unit.CompareTo(offers[left.Position].Unit));

    private readonly record struct Candidate(int Position, CostTerms Cost, long Total);
}
