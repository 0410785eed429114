using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Requests.Service.OrderForms;

/// <summary>What the use cases of forms have in common.</summary>
internal sealed class FormDesk(CommandRunner runner, IEventStore store, Region region, NpgsqlDataSource database)
{
    /// <summary>The name of the deadlines at which standing orders place themselves.</summary>
    public const string DeadlineName = "standing-order";

    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(region.TimeZone);

    public static IResult Unknown(OrderFormId form) => Answers.NotFound("unknown-form", $"There is no form {form}.");

    /// <summary>The form, for somebody of its site; null where there is none.</summary>
    public static async Task<OrderForm?> FindAsync(IEventStore store, OrderFormId form, Caller caller, CancellationToken cancellationToken)
    {
        var state = (await store.LoadAsync<OrderForm>(form.ToString(), cancellationToken)).State;
        if (!state.IsSaved)
            return null;
        caller.RequireAt(state.Site);
        return state;
    }

    /// <summary>When to look at the form next.</summary>
    public static IEnumerable<Deadline> DeadlinesOf(IReadOnlyList<OrderFormEvent> events) => events.Select(@event => @event switch
        {
            OrderFormSaved { Next: { } next } saved => new Deadline(DeadlineName, StreamOf(saved.Form), next),
            StandingOrderPlaced { Next: { } next } placed => new Deadline(DeadlineName, StreamOf(placed.Form), next),
            StandingOrderSkipped { Next: { } next } skipped => new Deadline(DeadlineName, StreamOf(skipped.Form), next),
            StandingOrderResumed { Next: { } next } resumed => new Deadline(DeadlineName, StreamOf(resumed.Form), next),
            _ => null,
        }).OfType<Deadline>().Distinct();

    public async Task<Outcome> SaveAsync(HttpCommand command, SaveOrderForm save, CancellationToken cancellationToken)
    {
        var others = await CountAsync(command.Caller.Site, cancellationToken);
        return await runner.RunAsync(
            command.Context,
            async token =>
            {
                var form = await store.LoadAsync<OrderForm>(save.Form.ToString(), token);
                if (command.Context.ExpectedVersion is { } expected && expected != form.Version)
                    return Plan.Stale(form.StreamId, expected, form.Version);
                var recipient = save.Recipient is { } named ? await store.LoadAsync<Recipient>(named.ToString(), token) : null;
                if (recipient is { State.IsRegistered: true })
                    command.Caller.RequireAt(recipient.State.Site);
                var around = new OrderFormSurroundings(region, recipient?.State ?? Recipient.Initial, command.Policy, Zone);
                var decision = OrderFormDecider.Save(form.State, save, others, around, command.Context.Provenance);
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);
                return decision.Events.Count == 0
                    ? Plan.Write([])
                    : Plan.Write([form.Append(decision.Events)], [.. DeadlinesOf(decision.Events)]);
            },
            cancellationToken);
    }

    private static string StreamOf(OrderFormId form) => Blood.Deciding.Aggregate.StreamId<OrderForm>(form.ToString());

    // The board lags by moments: it keeps a site from thousands of forms, not from one too many.
    private async Task<int> CountAsync(SiteId site, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select count(*)::int from read.order_forms where site = $1 and discarded_at is null");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = site.ToString() });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
