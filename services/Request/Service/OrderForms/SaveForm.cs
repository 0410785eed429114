using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.Requests.Service.Orders;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.OrderForms;

/// <param name="Name">For people, at most 60 characters.</param>
/// <param name="Urgency">Routine where it is left out; of no use to a standing order.</param>
/// <param name="From">For a patient: the own stock where it is left out.</param>
/// <param name="Notes">For the hospital's own people, at most 500 characters.</param>
/// <param name="Schedule">Of a standing order.</param>
internal sealed record OrderFormBody(
    OrderFormKind Kind,
    string Name,
    OrderPurpose Purpose,
    IReadOnlyList<OrderFormLineBody> Lines,
    RecipientId? Recipient = null,
    OrderUrgency? Urgency = null,
    OrderSource? From = null,
    string? Notes = null,
    StandingScheduleBody? Schedule = null)
{
    public SaveOrderForm ToCommand(OrderFormId form) => new(
        form,
        Kind,
        Name,
        Purpose,
        [.. Lines.Select(line => new WantedFormLine(line.Kind, line.Quantity, line.Group, line.Requirements?.ToWanted()))],
        Recipient,
        Urgency,
        From == OrderSource.Supplier,
        Notes,
        Schedule is null ? null : new WantedSchedule(Schedule.Days, Schedule.PlaceAt, Schedule.NeededAfterHours));
}

/// <param name="Quantity">May be left out until it is placed.</param>
internal sealed record OrderFormLineBody(
    ComponentKind Kind, int? Quantity = null, BloodGroup? Group = null, LineRequirementsBody? Requirements = null);

/// <param name="PlaceAt">Local time, such as <c>06:30</c>.</param>
/// <param name="NeededAfterHours">Needed so many hours after it is placed; left out: by the first van that can bring it.</param>
internal sealed record StandingScheduleBody(IReadOnlyList<Weekday> Days, string PlaceAt, int? NeededAfterHours = null);

internal static class SaveForm
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/order-forms", SaveNewAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithTags("order-forms")
            .WithSummary("Keeps a draft, a template or a standing order for the caller's site.");
        routes.MapPost("/order-forms/{form}", SaveAgainAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithTags("order-forms")
            .WithSummary("Says anew all that a form holds.");
    }

    private static async Task<IResult> SaveNewAsync(HttpCommand command, OrderFormBody body, FormDesk desk, CancellationToken cancellationToken)
    {
        // Sent twice, the same form.
        var id = OrderFormId.From(command.Context.Key);
        return (await desk.SaveAsync(command, body.ToCommand(id), cancellationToken)).ToResult(_ => new { Form = id });
    }

    private static async Task<IResult> SaveAgainAsync(
        OrderFormId form, HttpCommand command, OrderFormBody body, FormDesk desk, IEventStore store, CancellationToken cancellationToken)
    {
        if (await FormDesk.FindAsync(store, form, command.Caller, cancellationToken) is null)
            return FormDesk.Unknown(form);
        return (await desk.SaveAsync(command, body.ToCommand(form), cancellationToken)).ToResult(_ => new { Form = form });
    }
}
