using System.Globalization;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.Inventory.Allocating;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>
/// The best there is for all that wait, of a site or of the whole region, with its proof. Nothing is reserved by it: between hospitals blood
/// moves when both agree (Circular 26/2013, Article 39), and this is what they can agree on.
/// </summary>
internal static class PlanAllocation
{
    private const string WholeRegion = "region";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/allocation/plan", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.Dispatcher, Roles.Auditor, Roles.Operator))
        .Produces<AllocationProposal>()
        .WithSummary("What all waiting orders would get of all usable stock; nothing is reserved. scope=region, or site=");

    private static async Task<IResult> HandleAsync(
        string? scope, SiteId? site, Caller caller, AllocationMirror mirror, AllocationDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (scope is not (null or WholeRegion))
            return Answers.Invalid("scope", "invalid-value", "The only scope is 'region'; a site is named by 'site'.");
        var at = site ?? caller.Site;
        if (scope is null)
            caller.RequireReading(at);
        await mirror.RefreshAsync(cancellationToken);
        var (demands, offers) = mirror.Look(view => scope is null
            ? (view.OpenAt(at), view.FreeAt(at))
            : (view.OpenEverywhere(), view.FreeEverywhere()));
        var now = clock.GetUtcNow();
        var asks = demands.SelectMany(demand => demand.Asks()).ToList();
        var plan = AllocationModel.Build(asks, offers, desk.TermsAt(now)).Solve();
        var faults = CertificateCheck.Faults(plan.Problem, plan.Solution.Flows, plan.Solution.Unmet, plan.Certificate);
        var suppliers = demands.ToDictionary(demand => demand.Will.Order, demand => demand.Will);
        var stands = offers.ToDictionary(offer => offer.Unit, offer => offer.Site);
        return Results.Json(
            new AllocationProposal(
                scope is null ? at : null,
                now,
                demands.Count,
                asks.Count,
                offers.Count,
                [.. plan.Choices.Select(choice => new ProposedUnit(
                    choice.Unit, stands[choice.Unit], choice.Ask.Order, choice.Ask.Line, suppliers[choice.Ask.Order].Destination,
                    stands[choice.Unit] != suppliers[choice.Ask.Order].Supplier, plan.Explain(choice).Sentence))],
                [.. plan.Shortfalls.Select(shortfall => new ProposedShortfall(shortfall.Ask.Order, shortfall.Ask.Line, shortfall.Quantity, plan.Explain(shortfall).Sentence))],
                plan.Objective.ToString(CultureInfo.InvariantCulture),
                ProofHash.Of([(plan.Problem, plan.Solution)]),
                faults.IsEmpty,
                [.. faults]),
            EventTypes.Json);
    }
}

/// <param name="Site">Null: the whole region.</param>
/// <param name="Orders">How many orders wait.</param>
/// <param name="Lines">How many of their lines lack something.</param>
/// <param name="Units">How many units nobody has.</param>
/// <param name="Objective">The cost of the whole; as a text, as it may exceed 64 bits.</param>
/// <param name="Proven">An independent check of the certificate found nothing wrong: there is no better plan.</param>
/// <param name="Faults">What it found otherwise.</param>
internal sealed record AllocationProposal(
    SiteId? Site,
    DateTimeOffset At,
    int Orders,
    int Lines,
    int Units,
    IReadOnlyList<ProposedUnit> Choices,
    IReadOnlyList<ProposedShortfall> Shortfalls,
    string Objective,
    string Digest,
    bool Proven,
    IReadOnlyList<CertificateFault> Faults);

/// <param name="Stands">Where the unit is.</param>
/// <param name="To">Where it is wanted.</param>
/// <param name="Transfer">It stands elsewhere than where the order was placed: both sites have to agree.</param>
internal sealed record ProposedUnit(UnitNumber Unit, SiteId Stands, OrderId Order, int Line, SiteId To, bool Transfer, string Explanation);

internal sealed record ProposedShortfall(OrderId Order, int Line, int Missing, string Explanation);
