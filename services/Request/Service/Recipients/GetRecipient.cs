using Distribution.Blood.BloodGroups;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Recipients;

internal sealed record RecipientView(RecipientId Recipient, BloodGroup Group, SiteId Site);

internal static class GetRecipient
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/recipients/{recipient}", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithTags("recipients")
        .WithSummary("What is known of a recipient, without who it is.")
        .Produces<RecipientView>();

    private static async Task<IResult> HandleAsync(RecipientId recipient, Caller caller, IEventStore store, CancellationToken cancellationToken)
    {
        var loaded = await store.LoadAsync<Recipient>(recipient.ToString(), cancellationToken);
        if (!loaded.State.IsRegistered)
            return Answers.NotFound("unknown-recipient", $"There is no recipient {recipient}.");
        caller.RequireReading(loaded.State.Site);
        return Answers.WithETag(loaded.Version, new RecipientView(loaded.State.Id, loaded.State.Group, loaded.State.Site));
    }
}
