using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Orders;

/// <param name="Lines">All that is wanted from now on.</param>
/// <param name="NeededBy">Both times stay as they were where both are left out.</param>
/// <param name="Slot">Both times stay as they were where both are left out.</param>
/// <param name="Urgency">As it was where it is left out.</param>
internal sealed record AmendOrderBody(
    IReadOnlyList<AmendOrderLine> Lines, DateTimeOffset? NeededBy = null, DateTimeOffset? Slot = null, OrderUrgency? Urgency = null);

/// <param name="Line">The line's number; left out, the line that asks for the same, or a new one.</param>
internal sealed record AmendOrderLine(
    ComponentKind Kind, int Quantity, BloodGroup? Group = null, LineRequirementsBody? Requirements = null, int? Line = null);

internal static class AmendOrder
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/orders/{order}/amendment", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("orders")
        .WithSummary("Says anew all that the hospital wants of an order; what has left cannot be cut.");

    private static async Task<IResult> HandleAsync(
        OrderId order, HttpCommand command, AmendOrderBody body, CommandRunner runner, IEventStore store, Region region, CancellationToken cancellationToken)
    {
        var seen = (await store.LoadAsync<Order>(order.ToString(), cancellationToken)).State;
        if (!seen.IsPlaced)
            return GetOrder.Unknown(order);
        command.Caller.RequireAt(seen.Hospital);

        var amend = new Requests.AmendOrder(
            [.. body.Lines.Select(line => new WantedLine(line.Kind, line.Group, line.Quantity, line.Requirements?.ToWanted(), line.Line))],
            body.NeededBy,
            body.Slot,
            body.Urgency);
        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var loaded = await store.LoadAsync<Order>(order.ToString(), token);
                if (command.Context.ExpectedVersion is { } expected && expected != loaded.Version)
                    return Plan.Stale(loaded.StreamId, expected, loaded.Version);
                var recipient = loaded.State.Recipient is { } named ? await store.LoadAsync<Recipient>(named.ToString(), token) : null;
                var decision = AmendmentDecider.Amend(
                    loaded.State, amend, region, recipient?.State ?? Recipient.Initial, command.Policy, command.Context.Provenance);
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);
                if (decision.Events.Count == 0)
                    return Plan.Write([]);
                // As with the placing, it rests on the recipient's group.
                return Plan.Write(recipient is null
                    ? [loaded.Append(decision.Events)]
                    : [loaded.Append(decision.Events), recipient.Append([])]);
            },
            cancellationToken);
        return outcome.ToResult();
    }
}
