using System.Globalization;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Policies;
using Distribution.Donations.Service.Donations;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Donors;

/// <summary>Whether this collection would be accepted now: asked before the needle, by the rules that judge afterwards.</summary>
internal static class ShowEligibility
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/donors/{donor}/eligibility", HandleAsync)
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(Roles.Collector, Roles.Auditor, Roles.Operator))
        .WithSummary("Whether the donor may give today: by kind of collection (whole-blood unless named), weight and volume. With every reason why not, the first day that the rules of time allow, the most that may be taken, and the unverified figures behind the answer.");

    private static async Task<IResult> HandleAsync(
        DonorId donor,
        string? collection,
        decimal? weightKg,
        int? volumeMl,
        IEventStore store,
        PolicyPack policy,
        TimeProvider clock,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        if (!TryReadKind(collection, out var kind))
            return Answers.Invalid("collection", "invalid-value", $"A collection is one of {string.Join(", ", Kinds.Keys)}.");
        if (volumeMl <= 0)
            return Answers.Invalid("volumeMl", "volume-invalid", "The volume is more than 0 mL.");
        var state = (await store.LoadAsync<Donor>(donor.ToString(), cancellationToken)).State;
        if (state.Id is null)
            return Answers.NotFound("unknown-donor", $"There is no donor {donor}.");

        var now = clock.GetUtcNow();
        var reasons = DonorEligibility.WhyNot(state, kind, weightKg, volumeMl, policy, now);
        var maximum = DonorEligibility.MaximumVolumeMl(state, kind, weightKg, policy);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Ok(new
        {
            Donor = donor,
            Collection = kind,
            WeightKg = weightKg,
            VolumeMl = volumeMl,
            Accepted = reasons.Count == 0,
            Eligibility = reasons.Count == 0
                ? string.Create(CultureInfo.InvariantCulture, $"May give up to {maximum} mL of {DonorEligibility.Words(kind)} today.")
                : string.Join(' ', reasons.Select(reason => reason.Message)),
            Reasons = reasons,
            NextPossible = DonorEligibility.NextDay(state, kind, policy, now),
            MaximumVolumeMl = maximum,
            Policy = policy.Version,
            Unverified = Unverified.At(policy, DonorEligibility.PathsFor(state, kind, policy, now)),
        });
    }

    private static Dictionary<string, CollectionKind> Kinds { get; } = Enum.GetValues<CollectionKind>()
        .ToDictionary(kind => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString()), StringComparer.Ordinal);

    private static bool TryReadKind(string? text, out CollectionKind kind)
    {
        kind = CollectionKind.WholeBlood;
        return text is null || Kinds.TryGetValue(text, out kind);
    }
}
