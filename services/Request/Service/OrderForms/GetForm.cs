using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.OrderForms;

/// <param name="Next">When it next places itself.</param>
/// <param name="LastOrder">The order that it was placed as last.</param>
/// <param name="History">Every change, oldest first.</param>
internal sealed record OrderFormView(
    OrderFormId Form,
    OrderFormKind Kind,
    string Name,
    SiteId Site,
    OrderFormContent? Content,
    StandingSchedule? Schedule,
    bool Paused,
    bool Discarded,
    DateTimeOffset? Next,
    OrderId? LastOrder,
    IReadOnlyList<OrderFormChange> History);

internal sealed record OrderFormChange(
    long Version, string Type, object Data, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, string Actor, string Site);

internal static class GetForm
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/order-forms/{form}", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithTags("order-forms")
        .WithSummary("A draft, a template or a standing order with every change and its time.")
        .Produces<OrderFormView>();

    private static async Task<IResult> HandleAsync(OrderFormId form, Caller caller, IEventStore store, CancellationToken cancellationToken)
    {
        var slice = await store.ReadStreamAsync(Aggregate.StreamId<OrderForm>(form.ToString()), 0, cancellationToken);
        var state = slice.Fold<OrderForm>().State;
        if (!state.IsSaved)
            return FormDesk.Unknown(form);
        caller.RequireReading(state.Site);
        return Answers.WithETag(slice.Version, new OrderFormView(
            state.Id,
            state.Kind,
            state.Name,
            state.Site,
            state.Content,
            state.Schedule,
            state.IsPaused,
            state.IsDiscarded,
            state.Next,
            state.LastOrder,
            [.. slice.Events.Select(stored => new OrderFormChange(
                stored.Version, stored.Type, stored.Data, stored.Metadata.OccurredAt, stored.RecordedAt, stored.Metadata.Actor, stored.Metadata.Site))]));
    }
}
