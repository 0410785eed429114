using System.Text;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.Labels;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>The label of a unit that may be used: what is made of others by a procedure gets its own here.</summary>
internal static class PrintLabel
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/units/{unit}/label", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithSummary("The unit's label: format=html (the default), zpl or json. 409 with every reason where nothing is printed: not-released, held, ended, expired, or what the label lacks, such as facility-address-missing.");

    private static async Task<IResult> HandleAsync(
        UnitNumber unit, string? format, Caller caller, UnitDesk desk, Region region, PolicyPack policy, TimeProvider clock, HttpContext http, CancellationToken cancellationToken)
    {
        if (format is not (null or "html" or "zpl" or "json"))
            return Answers.Invalid("format", "format-invalid", "The format is html, zpl or json.");
        var state = (await desk.ReadAsync(unit, cancellationToken)).Fold<Unit>().State;
        UnitDesk.RequireReading(caller, state);
        var reasons = LabelDecider.WhyNone(state, clock.GetUtcNow());
        if (reasons.Count > 0)
            return Refuse(reasons);

        if (policy.FindComponent(unit.Product) is not { } component)
            return Refuse([new Rejection("unknown-component", $"{policy.Version} has no component {unit.Product.Description}.")]);
        var facts = state.Facts!;
        var label = UnitLabel.Of(component, region.FindPreparer(facts.Site), TimeZoneInfo.FindSystemTimeZoneById(policy.TimeZone)) with
        {
            Unit = unit,
            Group = state.Group ?? default,
            CollectedAt = facts.CollectedAt,
            ExpiresAt = facts.ExpiresAt,
            VolumeMl = facts.VolumeMl,
        };
        if (label.Validate() is { Count: > 0 } problems)
            return Refuse(problems);

        // Whether it may be printed at all changes with every hold.
        http.Response.Headers.CacheControl = "no-store";
        return format switch
        {
            "zpl" => Results.Text(LabelZpl.Write(label), "text/plain", Encoding.UTF8),
            "json" => Results.Json(new { unit, state.LabelVerified, label.Items, label.Symbols, label.CompoundMessage }, EventTypes.Json),
            _ => Results.Text(LabelHtml.Write(label), "text/html", Encoding.UTF8),
        };
    }

    private static Problem Refuse(IReadOnlyList<Rejection> reasons) => reasons is [var only]
        ? new Problem(StatusCodes.Status409Conflict, only.Code, only.Message, Reasons: reasons)
        : new Problem(StatusCodes.Status409Conflict, "refused", "There is no label for several reasons.", Reasons: reasons);
}
