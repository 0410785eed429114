using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Orders;

/// <param name="Site">Where it stands; the supplier where it is left out.</param>
/// <param name="Without">Tells offers of one kind and group apart; left out, the one that gives up least.</param>
internal sealed record AcceptAlternativeBody(
    int Line, ComponentKind Kind, BloodGroup Group, int Quantity, SiteId? Site = null, IReadOnlyList<string>? Without = null);

internal sealed record RefuseAlternativeBody(int Line, string Reason);

/// <summary>What is offered instead of what a line lacks the hospital takes or leaves.</summary>
internal static class AnswerAlternative
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/orders/{order}/alternatives/acceptance", AcceptAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithTags("orders")
            .WithSummary("Takes so many of what is offered instead of what a line lacks: they become a line of their own.");
        routes.MapPost("/orders/{order}/alternatives/refusal", RefuseAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithTags("orders")
            .WithSummary("Takes nothing of what is offered for a line; it is not shown until there is a new answer.");
    }

    private static async Task<IResult> AcceptAsync(
        OrderId order, HttpCommand command, AcceptAlternativeBody body, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var seen = (await store.LoadAsync<Order>(order.ToString(), cancellationToken)).State;
        if (!seen.IsPlaced)
            return GetOrder.Unknown(order);
        command.Caller.RequireAt(seen.Hospital);
        var accept = new AcceptAlternative(body.Line, body.Kind, body.Group, body.Quantity, body.Site, body.Without);
        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var loaded = await store.LoadAsync<Order>(order.ToString(), token);
                if (command.Context.ExpectedVersion is { } expected && expected != loaded.Version)
                    return Plan.Stale(loaded.StreamId, expected, loaded.Version);
                var recipient = loaded.State.Recipient is { } named ? await store.LoadAsync<Recipient>(named.ToString(), token) : null;
                var decision = AmendmentDecider.Accept(loaded.State, accept, recipient?.State);
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);
                // As with the placing, it rests on the recipient's group.
                return Plan.Write(recipient is null || decision.Events.Count == 0
                    ? [loaded.Append(decision.Events)]
                    : [loaded.Append(decision.Events), recipient.Append([])]);
            },
            cancellationToken);
        return outcome.ToResult();
    }

    private static Task<IResult> RefuseAsync(
        OrderId order, HttpCommand command, RefuseAlternativeBody body, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var refuse = new RefuseAlternative(body.Line, body.Reason);
        return DecideAsync(order, command, runner, store, state => AmendmentDecider.Refuse(state, refuse), cancellationToken);
    }

    private static async Task<IResult> DecideAsync(
        OrderId order, HttpCommand command, CommandRunner runner, IEventStore store, Func<Order, Decision<OrderEvent>> decide, CancellationToken cancellationToken)
    {
        var seen = (await store.LoadAsync<Order>(order.ToString(), cancellationToken)).State;
        if (!seen.IsPlaced)
            return GetOrder.Unknown(order);
        command.Caller.RequireAt(seen.Hospital);
        return (await runner.RunAsync(command.Context, order.ToString(), decide, cancellationToken: cancellationToken)).ToResult();
    }
}
