using Distribution.Blood.Deciding;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.OrderForms;

internal sealed record PauseFormBody(string Reason);

/// <summary>A form is discarded; a standing order pauses and goes on.</summary>
internal static class ChangeForm
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/order-forms/{form}/discard", DiscardAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithTags("order-forms")
            .WithSummary("Discards a form for good; a standing order places itself no more.");
        routes.MapPost("/order-forms/{form}/pause", PauseAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithTags("order-forms")
            .WithSummary("Lets a standing order pause.");
        routes.MapPost("/order-forms/{form}/resume", ResumeAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithTags("order-forms")
            .WithSummary("Lets a standing order go on; what fell in the pause is not made up for.");
    }

    private static Task<IResult> DiscardAsync(
        OrderFormId form, HttpCommand command, CommandRunner runner, IEventStore store, CancellationToken cancellationToken) =>
        DecideAsync(form, command, runner, store, OrderFormDecider.Discard, cancellationToken);

    private static Task<IResult> PauseAsync(
        OrderFormId form, HttpCommand command, PauseFormBody body, FormDesk desk, CommandRunner runner, IEventStore store, CancellationToken cancellationToken) =>
        DecideAsync(form, command, runner, store, state => OrderFormDecider.Pause(state, body.Reason, desk.Zone, command.Context.Provenance), cancellationToken);

    private static Task<IResult> ResumeAsync(
        OrderFormId form, HttpCommand command, FormDesk desk, CommandRunner runner, IEventStore store, CancellationToken cancellationToken) =>
        DecideAsync(form, command, runner, store, state => OrderFormDecider.Resume(state, desk.Zone, command.Context.Provenance), cancellationToken);

    private static async Task<IResult> DecideAsync(
        OrderFormId form,
        HttpCommand command,
        CommandRunner runner,
        IEventStore store,
        Func<OrderForm, Decision<OrderFormEvent>> decide,
        CancellationToken cancellationToken)
    {
        if (await FormDesk.FindAsync(store, form, command.Caller, cancellationToken) is null)
            return FormDesk.Unknown(form);
        return (await runner.RunAsync(command.Context, form.ToString(), decide, FormDesk.DeadlinesOf, cancellationToken)).ToResult();
    }
}
