using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Donations.Service.Donations;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Donations.Service.Implications;

/// <summary>Staff call back donations, a lot of bags or reagents, or whatever a donor gave.</summary>
internal static class OpenRecall
{
    private const int MostDonations = 1000;

    /// <param name="Reason">A code, such as <c>bag-lot-leaking</c>.</param>
    /// <param name="Donations">Scans of donation numbers; one of the three is given.</param>
    /// <param name="Lot">Of bags or reagents.</param>
    public sealed record OpenRecallBody(string Reason, IReadOnlyList<string>? Donations = null, string? Lot = null, DonorId? Donor = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recalls", HandleAsync)
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(Roles.Laboratory, Roles.Releaser))
        .WithSummary("Opens a case of donations that must not be used, at a centre: by donations, by lot or by donor. All of them are held at once. Refused: not-a-centre, recall-invalid, reason-invalid, unknown-donation, unknown-donor, no-donations, too-many-donations.");

    private static async Task<IResult> HandleAsync(
        HttpCommand command,
        OpenRecallBody body,
        CommandRunner runner,
        IEventStore store,
        NpgsqlDataSource database,
        ReadModels readModels,
        Region region,
        CancellationToken cancellationToken)
    {
        if (new[] { body.Donations is not null, body.Lot is not null, body.Donor is not null }.Count(given => given) != 1)
            return Answers.Invalid("donations", "recall-invalid", "A recall names donations, or a lot, or a donor: one of the three.");
        DonationNumber[] scanned = [.. (body.Donations ?? []).Select((scan, index) => ScanFields.DonationNumber($"donations[{index}]", scan)).Distinct()];
        if (scanned.Length > MostDonations)
            return Answers.Invalid("donations", "too-many-donations", $"A recall names at most {MostDonations} donations.");

        var by = command.Context.Provenance;
        var recall = RecallId.From("recall", $"{command.Caller.Site}:{command.Context.CausationId}");
        IReadOnlyList<DonationNumber> held = [];
        var outcome = await runner.RunAsync(
            command.Context with { Reason = body.Reason },
            async token =>
            {
                List<Rejection> reasons = [];
                if (region.Find(command.Caller.Site) is not { Tier: SiteTier.Centre })
                    reasons.Add(new Rejection("not-a-centre", "Donations are called back by a centre."));
                if (!IsCode(body.Reason))
                    reasons.Add(new Rejection("reason-invalid", "The reason is a code of at most 40 small letters, digits and hyphens, such as bag-lot-leaking.", "reason"));

                var changes = new Changes(store);
                IReadOnlyList<DonationNumber> numbers = scanned;
                if (body.Lot is { } lot)
                {
                    await readModels.WaitForAsync(DonationLotsProjection.ProjectionName, await store.HeadAsync(token), cancellationToken: token);
                    numbers = await OfLotAsync(database, lot, token);
                }
                else if (body.Donor is { } donor)
                {
                    var state = await changes.StateAsync<Donor>(donor.ToString(), token);
                    // No donation of the donor may slip in between looking for them and holding them.
                    changes.Check<Donor>(donor.ToString());
                    if (state.Id is null)
                        reasons.Add(new Rejection("unknown-donor", $"There is no donor {donor}.", "donor"));
                    numbers = [.. state.Gifts.Select(gift => gift.Donation)];
                }
                else
                {
                    var states = await changes.StatesAsync<Donation>([.. numbers.Select(number => number.ToString())], token);
                    foreach (var (index, state) in states.Index())
                    {
                        if (state.Number is null)
                            reasons.Add(new Rejection("unknown-donation", $"There is no donation {numbers[index]}.", $"donations[{index}]"));
                        else
                            state.InCareOf(command.Caller, region, numbers[index]);
                    }
                }

                if (numbers.Count == 0 && reasons.Count == 0)
                    reasons.Add(new Rejection("no-donations", "No donation is concerned.", body.Lot is not null ? "lot" : body.Donor is not null ? "donor" : "donations"));
                if (reasons.Count > 0)
                    return Plan.Refuse(reasons);
                held = numbers;
                var refused = await changes.ImplicateAsync(
                    new ImplicateDonations(recall, RecallKind.Recall, body.Reason, numbers, Donor: body.Donor), by, token);
                return refused.Count > 0 ? Plan.Refuse(refused) : Plan.Write(changes.Appends);
            },
            cancellationToken);
        if (outcome is Outcome.Done { Repeated: true })
            held = (await store.LoadAsync<Implication>(recall.ToString(), cancellationToken)).State.Donations;
        return outcome.ToResult(_ => new { Recall = recall, Donations = held });
    }

    private static async Task<IReadOnlyList<DonationNumber>> OfLotAsync(NpgsqlDataSource database, string lot, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select distinct donation from read.donation_lots where lot = $1 order by donation");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = lot });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<DonationNumber> numbers = [];
        while (await reader.ReadAsync(cancellationToken))
            numbers.Add(DonationNumber.Parse(reader.GetString(0), null));
        return numbers;
    }

    private static bool IsCode(string text) =>
        text.Length is > 0 and <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
