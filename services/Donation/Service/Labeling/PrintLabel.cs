using System.Text;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Donations.Service.Donations;
using Distribution.EventStore;
using Distribution.Labels;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Labeling;

/// <summary>The label of a component that may leave quarantine or has left it: to print, for a label printer, or as data.</summary>
internal static class PrintLabel
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/donations/{number}/components/{product}/label", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithSummary("The component's label: format=html (the default), zpl or json. 409 with every reason where nothing is printed: each failing check of the release gate, already-discarded, used-up, unknown-unit, or what the label lacks, such as solution-missing.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, ProductCode product, string? format, Caller caller, IEventStore store, Region region, PolicyPack policy, TimeProvider clock, HttpContext http, CancellationToken cancellationToken)
    {
        if (format is not (null or "html" or "zpl" or "json"))
            return Answers.Invalid("format", "format-invalid", "The format is html, zpl or json.");
        var donation = (await store.LoadForReadingAsync(caller, region, number, cancellationToken)).State;
        var reasons = LabelDecider.WhyNone(donation, product, policy, clock.GetUtcNow());
        if (reasons.Count > 0)
            return Refuse(reasons);

        var prepared = donation.Find(new UnitNumber(number, product))!;
        if (policy.FindComponent(product) is not { } component)
            return Refuse([new("unknown-component", $"The policy {policy.Version} has no component {product.Description}.")]);
        var label = UnitLabel.Of(component, region.FindPreparer(prepared.Site), TimeZoneInfo.FindSystemTimeZoneById(policy.TimeZone)) with
        {
            Unit = prepared.Unit,
            Group = donation.Group ?? default,
            CollectedAt = donation.CollectedAt,
            ExpiresAt = prepared.ExpiresAt,
            VolumeMl = prepared.VolumeMl,
        };
        if (label.Validate() is { Count: > 0 } problems)
            return Refuse(problems);

        // Whether it may be printed at all changes with every result.
        http.Response.Headers.CacheControl = "no-store";
        return format switch
        {
            "zpl" => Results.Text(LabelZpl.Write(label), "text/plain", Encoding.UTF8),
            "json" => Results.Json(new { prepared.Unit, prepared.LabelVerified, label.Items, label.Symbols, label.CompoundMessage }, EventTypes.Json),
            _ => Results.Text(LabelHtml.Write(label), "text/html", Encoding.UTF8),
        };
    }

    private static Problem Refuse(IReadOnlyList<Blood.Deciding.Rejection> reasons) => reasons is [var only]
        ? new Problem(StatusCodes.Status409Conflict, only.Code, only.Message, Reasons: reasons)
        : new Problem(StatusCodes.Status409Conflict, "refused", "There is no label for several reasons.", Reasons: reasons);
}
