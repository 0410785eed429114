using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using static Distribution.Dispatches.Service.Papers.PaperHtml;

namespace Distribution.Dispatches.Service.Papers;

internal static class PrintBoxLabels
{
    private const int MostBoxes = 99;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/{number}/boxes/labels", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithSummary("A label for every box, to print, one a sheet of 100 by 100 mm. Boxes: how many there will be; without it as many as the packed ones say.");

    private static async Task<IResult> HandleAsync(
        ConsignmentNumber number, int? boxes, Caller caller, IEventStore store, Region region, PolicyPack policy, HttpContext http, CancellationToken cancellationToken)
    {
        if (boxes is < 1 or > MostBoxes)
            return Answers.Invalid("boxes", "invalid-value", "A consignment has 1 to 99 boxes.");
        var paper = await Paper.ReadAsync(number, caller, store, region, policy, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";

        var count = boxes ?? paper.BoxCount;
        var html = new PaperHtml($"{paper.Number}", "size: 100mm 100mm; margin: 5mm", TimeZoneInfo.FindSystemTimeZoneById(region.TimeZone));
        for (var box = 1; box <= count; box++)
        {
            var packed = paper.Boxes.FirstOrDefault(packed => packed.Box == box);
            html.Raw($"<section class=\"page\">\n<p class=\"large\">{box} / {count}</p>\n").Bars(new BoxNumber(number, box, count));
            html.Raw($"<p>Nơi gửi / From: {Escape(paper.From.Name)}</p>\n<p>Nơi nhận / To: <strong>{Escape(paper.To.Name)}</strong></p>\n<p>{Escape(paper.To.Address ?? "")}</p>\n");
            html.Raw($"<p>Cần trước / Needed by: {html.Clock(paper.NeededBy)}</p>\n<p>Nhiệt độ / Temperature: {packed?.Temperature ?? "–"}</p>\n</section>\n");
        }

        return html.ToResult();
    }
}
