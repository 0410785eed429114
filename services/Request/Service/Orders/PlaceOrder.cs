using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Json;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Orders;

/// <summary>Whose stock serves a patient.</summary>
[JsonConverter(typeof(KebabEnumConverter<OrderSource>))]
internal enum OrderSource
{
    OwnStock,
    Supplier,
}

/// <param name="NeededBy">May be left out where a slot is named, and for an emergency.</param>
/// <param name="Recipient">For a patient.</param>
/// <param name="Urgency">Routine where it is left out.</param>
/// <param name="Slot">The van that is to bring it.</param>
/// <param name="From">For a patient: the own stock where it is left out.</param>
internal sealed record PlaceOrderBody(
    OrderPurpose Purpose,
    IReadOnlyList<PlaceOrderLine> Lines,
    DateTimeOffset? NeededBy = null,
    RecipientId? Recipient = null,
    OrderUrgency? Urgency = null,
    DateTimeOffset? Slot = null,
    OrderSource? From = null);

/// <param name="Group">For a patient it may be left out: the recipient's own.</param>
internal sealed record PlaceOrderLine(ComponentKind Kind, int Quantity, BloodGroup? Group = null, LineRequirementsBody? Requirements = null);

internal static class PlaceOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/orders", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("orders")
        .WithSummary("Orders units: for the hospital's stock from the site that supplies it, or for a patient from the own stock or from that site.");

    private static async Task<IResult> HandleAsync(
        HttpCommand command, PlaceOrderBody body, CommandRunner runner, IEventStore store, Region region, CancellationToken cancellationToken)
    {
        // Sent twice, the same order.
        var id = OrderId.From(command.Context.Key);
        var place = new Requests.PlaceOrder(
            id,
            body.Purpose,
            [.. body.Lines.Select(line => new WantedLine(line.Kind, line.Group, line.Quantity, line.Requirements?.ToWanted()))],
            body.NeededBy,
            body.Recipient,
            body.Urgency ?? OrderUrgency.Routine,
            body.Slot,
            body.From == OrderSource.Supplier);

        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var order = await store.LoadAsync<Order>(id.ToString(), token);
                var recipient = body.Recipient is { } named ? await store.LoadAsync<Recipient>(named.ToString(), token) : null;
                if (recipient is { State.IsRegistered: true })
                    command.Caller.RequireAt(recipient.State.Site);
                var decision = OrderDecider.Place(
                    order.State, place, region, recipient?.State ?? Recipient.Initial, command.Policy, command.Context.Provenance);
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);
                if (decision.Events.Count == 0)
                    return Plan.Write([]);
                // The order rests on the recipient's group: what it was decided on must still stand when it is written.
                return Plan.Write(recipient is null
                    ? [order.Append(decision.Events)]
                    : [order.Append(decision.Events), recipient.Append([])]);
            },
            cancellationToken);
        return outcome.ToResult(_ => new { Order = id });
    }
}
