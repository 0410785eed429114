using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Requests.Service.OrderForms;

/// <summary>Places a standing order at its time. What cannot be placed is told as skipped, with every reason.</summary>
internal sealed class PlaceStandingOrder(IEventStore store, CommandRunner runner, FormDesk desk, Region region, PolicyBook policies, TimeProvider clock)
    : IDeadlineHandler
{
    public string Name => FormDesk.DeadlineName;

    public async Task HandleAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var id = OrderFormId.Parse(deadline.StreamId[(OrderForm.Category.Length + 1)..]);
        var now = clock.GetUtcNow();
        var policy = policies.At(now);
        var site = (await store.LoadAsync<OrderForm>(id.ToString(), cancellationToken)).State.Site;
        var by = new Provenance(FormDesk.DeadlineName, site, now, now);
        var outcome = await runner.RunAsync(
            new CommandContext(DeadlineKey.Of(deadline), by, policy.Version, CorrelationId: id.ToString()),
            async token =>
            {
                var form = await store.LoadAsync<OrderForm>(id.ToString(), token);
                if (OrderFormDecider.DueNow(form.State, desk.Zone, now) is not [.., var last])
                    return Plan.Write([]);
                var order = await store.LoadAsync<Order>(OrderFormDecider.OrderOf(id, last).ToString(), token);
                var recipient = form.State.Content?.Recipient is { } named ? await store.LoadAsync<Recipient>(named.ToString(), token) : null;
                var around = new OrderFormSurroundings(region, recipient?.State ?? Recipient.Initial, policy, desk.Zone);
                var (kept, placed) = OrderFormDecider.FallDue(form.State, order.State, around, by);
                return Plan.Write(
                    [
                        form.Append(kept),
                        .. placed.Count > 0 ? [order.Append(placed)] : Array.Empty<StreamAppend>(),
                        .. recipient is null ? Array.Empty<StreamAppend>() : [recipient.Append([])],
                    ],
                    [.. FormDesk.DeadlinesOf(kept)]);
            },
            cancellationToken);
        if (outcome is not Outcome.Done)
            throw new InvalidOperationException($"{deadline.StreamId} could not be looked at: {outcome}.");
    }
}
