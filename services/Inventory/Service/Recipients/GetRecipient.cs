using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Recipients;

/// <summary>What units are judged by: whether the newest that a hospital knows of a patient has come here is seen by the version.</summary>
internal static class GetRecipient
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/recipients/{recipient}", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<RecipientView>()
        .WithSummary("What we have been told of a patient, by pseudonym");

    private static async Task<IResult> HandleAsync(RecipientId recipient, Caller caller, IEventStore store, CancellationToken cancellationToken)
    {
        var loaded = await store.LoadAsync<KnownRecipient>(recipient.ToString(), cancellationToken);
        if (loaded.State.Site is not { } site)
            return Answers.NotFound("unknown-recipient", "We have not heard of this patient.");
        caller.RequireReading(site);
        var known = loaded.State;
        return Answers.WithETag(
            loaded.Version,
            new RecipientView(recipient, known.Version, site, known.Group, known.Antibodies, known.Requirements, known.Sample, known.Demands));
    }
}

/// <param name="Version">Of the recipient where it is kept.</param>
/// <param name="Group">Null while it is not established.</param>
/// <param name="Sample">The newest.</param>
/// <param name="Demands">What units for the patient have to be, the antibodies included.</param>
internal sealed record RecipientView(
    RecipientId Recipient,
    long Version,
    SiteId Site,
    BloodGroup? Group,
    AntigenSet Antibodies,
    UnitRequirements? Requirements,
    RecipientSample? Sample,
    UnitRequirements Demands);
