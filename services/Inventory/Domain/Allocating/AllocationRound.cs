using System.Globalization;
using Distribution.Blood.Identifiers;

namespace Distribution.Inventory.Allocating;

/// <summary>What one order gets in a round.</summary>
/// <param name="Units">The units found now, line by line.</param>
/// <param name="Shortfalls">What is lacking after that.</param>
public sealed record OrderGain(OpenDemand Demand, IReadOnlyList<AllocatedUnit> Units, IReadOnlyList<AllocationShortfall> Shortfalls, AllocationProof Proof);

/// <summary>A text that stands for a whole problem with its solution and proof; part of no decision, so that how it is computed is the caller's.</summary>
public delegate string ProofDigest(IReadOnlyList<(TransportProblem Problem, TransportSolution Solution)> decisions);

/// <summary>
/// Decides which free units go to which of the orders that wait, at the least cost, and proves it. Pure: the same orders and units give the
/// same answer.
/// </summary>
public static class AllocationRound
{
    /// <summary>All orders at once against all units.</summary>
    public static IReadOnlyDictionary<OrderId, OrderGain> Decide(
        IReadOnlyList<OpenDemand> demands, IReadOnlyList<Offer> offers, AllocationTerms terms, ProofDigest digestOf)
    {
        Ask[] asks = [.. demands.SelectMany(demand => demand.Asks())];
        var plan = AllocationModel.Build(asks, offers, terms).Solve();
        RequireProven(plan.Problem, plan.Solution);
        var digest = digestOf([(plan.Problem, plan.Solution)]);
        var byUnit = offers.ToDictionary(offer => offer.Unit);
        var choices = plan.Choices.ToLookup(choice => choice.Ask.Order);
        var shortfalls = plan.Shortfalls.ToLookup(shortfall => shortfall.Ask.Order);
        return demands.ToDictionary(
            demand => demand.Will.Order,
            demand => new OrderGain(
                demand,
                [.. choices[demand.Will.Order].Select(choice => Allocated(byUnit[choice.Unit], choice, plan.Explain(choice)))],
                [.. shortfalls[demand.Will.Order].Select(shortfall => Lacking(shortfall, plan.Explain(shortfall)))],
                new AllocationProof(
                    plan.Objective.ToString(CultureInfo.InvariantCulture),
                    demands.Count,
                    asks.Length,
                    offers.Count,
                    digest,
                    [.. demand.Missing.Keys.Select(line => new LinePrice(line, plan.PriceOf(new AskId(demand.Will.Order, line))))])));
    }

    /// <summary>
    /// One order alone, by the same rules and to the same cost, without making a problem of it: where no two of its lines want the same
    /// component, each is best served by the units that cost it least.
    /// </summary>
    /// <exception cref="ArgumentException">Two lines want the same component.</exception>
    public static OrderGain DecideAlone(OpenDemand demand, IReadOnlyList<Offer> offers, AllocationTerms terms, ProofDigest digestOf)
    {
        if (!CanDecideAlone(demand))
            throw new ArgumentException("Two lines want the same component, and each would take the other's units.", nameof(demand));
        var units = new List<AllocatedUnit>();
        var shortfalls = new List<AllocationShortfall>();
        var proofs = new List<(TransportProblem, TransportSolution)>();
        var prices = new List<LinePrice>();
        Int128 objective = 0;
        foreach (var ask in demand.Asks())
        {
            var decided = UrgentAllocation.Decide(ask, offers, terms);
            var proof = decided.Prove();
            RequireProven(proof.Problem, proof.Solution);
            proofs.Add(proof);
            objective += decided.Objective;
            prices.Add(new LinePrice(ask.Id.Line, proof.Solution.Certificate.DemandPrices[0]));
            units.AddRange(decided.Choices.Select(choice => Allocated(decided.OfferOf(choice), choice, decided.Explain(choice))));
            if (decided.Shortfall is { } shortfall)
                shortfalls.Add(Lacking(shortfall.Shortfall, shortfall));
        }

        return new OrderGain(
            demand,
            units,
            shortfalls,
            new AllocationProof(objective.ToString(CultureInfo.InvariantCulture), 1, proofs.Count, offers.Count, digestOf(proofs), prices));
    }

    /// <summary>Whether no two lines compete for the same units.</summary>
    public static bool CanDecideAlone(OpenDemand demand) => demand.Asks().GroupBy(ask => ask.Kind).All(kind => kind.Count() == 1);

    private static AllocatedUnit Allocated(Offer offer, Choice choice, ChoiceExplanation explanation) =>
        new(choice.Unit, choice.Ask.Line, offer.Kind, offer.Group, offer.ExpiresAt, [explanation.Sentence]);

    private static AllocationShortfall Lacking(Shortfall shortfall, ShortfallExplanation explanation) =>
        new(shortfall.Ask.Line, shortfall.Quantity, explanation.Sentence);

    private static void RequireProven(TransportProblem problem, TransportSolution solution)
    {
        var faults = CertificateCheck.Faults(problem, solution.Flows, solution.Unmet, solution.Certificate);
        if (!faults.IsEmpty)
            throw new InvalidOperationException($"The allocation is not proven to be the best: {string.Join(", ", faults)}.");
    }
}
