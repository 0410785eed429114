using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.CollectDonation;

namespace Distribution.Donations.Service.Donations;

/// <summary>A collection concerns the donor, who may not give again for a while, and the donation that begins: both or neither.</summary>
internal static class CollectDonation
{
    /// <param name="WeightKg">The donor's weight today.</param>
    /// <param name="Collection">How the blood was taken.</param>
    /// <param name="Drive">The drive's code, where it was collected at one.</param>
    /// <param name="Session">The drive's session.</param>
    /// <param name="BagLot">The bag's lot, as its maker prints it.</param>
    public sealed record CollectDonationBody(
        DonorId Donor,
        string Scan,
        int VolumeMl,
        decimal? WeightKg = null,
        CollectionKind Collection = CollectionKind.WholeBlood,
        DriveCode? Drive = null,
        string? Session = null,
        string? BagLot = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations", HandleAsync)
        .RequireAuthorization(Roles.Collector)
        .WithSummary("Records a collection. Refused: unknown-donor, identity-erased, donor-too-young, donor-too-old, weight-missing, weight-invalid, weight-too-low, volume-exceeds-weight, collection-not-allowed, donated-too-recently, donated-too-often, donor-deferred, donation-number-used, volume-invalid, volume-too-large; for a drive that is named: drive-missing, unknown-drive, drive-canceled, drive-not-begun, drive-over, unknown-session, session-elsewhere, session-on-other-day.");

    private static async Task<IResult> HandleAsync(
        HttpCommand command, CollectDonationBody body, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var number = ScanFields.DonationNumber("scan", body.Scan);
        var intention = new Command(
            body.Donor, number, body.VolumeMl, body.WeightKg, body.Collection, body.Drive, body.Session, body.BagLot);
        var by = command.Context.Provenance;
        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var donor = await store.LoadAsync<Donor>(body.Donor.ToString(), token);
                var donation = await store.LoadAsync<Donation>(number.ToString(), token);
                var given = DonorDecider.Give(donor.State, intention, command.Policy, by);
                var collected = DonationDecider.Collect(donation.State, intention, command.Policy, by);
                var drive = body.Drive is { } code ? (await store.LoadAsync<Drive>(code.ToString(), token)).State : Drive.Initial;
                // What is on record already is not judged by what became of the drive since.
                var elsewhere = given.IsRejected || given.Events.Count > 0 ? DriveDecider.WhyNotAt(drive, body.Drive, body.Session, command.Policy, by) : [];
                if (given.IsRejected || collected.IsRejected || elsewhere.Count > 0)
                    return Plan.Refuse([.. given.Rejections, .. collected.Rejections, .. elsewhere]);
                List<StreamAppend> appends = [];
                if (given.Events.Count > 0)
                    appends.Add(donor.Append(given.Events));
                if (collected.Events.Count > 0)
                    appends.Add(donation.Append(collected.Events));
                return Plan.Write(appends);
            },
            cancellationToken);
        return outcome.ToResult(_ => new { Donation = number });
    }
}
