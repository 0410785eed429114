using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.OrderForms;

/// <param name="NeededBy">May be left out where a slot is named, and for an emergency.</param>
/// <param name="Urgency">The form's where it is left out.</param>
internal sealed record PlaceFormBody(DateTimeOffset? NeededBy = null, DateTimeOffset? Slot = null, OrderUrgency? Urgency = null);

internal static class PlaceForm
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/order-forms/{form}/place", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("order-forms")
        .WithSummary("Orders by a form, judged as every order; a draft is used up by it.");

    private static async Task<IResult> HandleAsync(
        OrderFormId form, HttpCommand command, PlaceFormBody body, CommandRunner runner, IEventStore store, Region region, CancellationToken cancellationToken)
    {
        if (await FormDesk.FindAsync(store, form, command.Caller, cancellationToken) is null)
            return FormDesk.Unknown(form);
        // Sent twice, the same order.
        var id = OrderId.From(command.Context.Key);
        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var kept = await store.LoadAsync<OrderForm>(form.ToString(), token);
                if (command.Context.ExpectedVersion is { } expected && expected != kept.Version)
                    return Plan.Stale(kept.StreamId, expected, kept.Version);
                var used = OrderFormDecider.Use(kept.State, id, body.Urgency);
                if (used.IsRejected)
                    return Plan.Refuse(used.Rejections);
                var place = OrderFormDecider.ToOrder(kept.State, id, body.NeededBy, body.Slot, body.Urgency);
                var order = await store.LoadAsync<Order>(id.ToString(), token);
                var recipient = place.Recipient is { } named ? await store.LoadAsync<Recipient>(named.ToString(), token) : null;
                var decision = OrderDecider.Place(
                    order.State, place, region, recipient?.State ?? Recipient.Initial, command.Policy, command.Context.Provenance);
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);
                return decision.Events.Count == 0
                    ? Plan.Write([])
                    // It rests on the form as it was read, and on the recipient.
                    : Plan.Write([order.Append(decision.Events), kept.Append(used.Events), .. recipient is null ? Array.Empty<StreamAppend>() : [recipient.Append([])]]);
            },
            cancellationToken);
        return outcome.ToResult(_ => new { Order = id });
    }
}
