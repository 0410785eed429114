using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Security;
using static Distribution.Dispatches.Service.Papers.PaperHtml;

namespace Distribution.Dispatches.Service.Papers;

internal static class PrintPickList
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/{number}/pick-list", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithSummary("What is still to be taken from the shelf, to print: what expires first stands first.");

    private static async Task<IResult> HandleAsync(
        ConsignmentNumber number, Caller caller, IEventStore store, Region region, PolicyPack policy, HttpContext http, CancellationToken cancellationToken)
    {
        var paper = await Paper.ReadAsync(number, caller, store, region, policy, cancellationToken);
        var gates = await store.LoadAsync<Gate>([.. paper.NotPacked.Select(unit => unit.Unit.ToString())], cancellationToken);
        http.Response.Headers.CacheControl = "no-store";

        var html = new PaperHtml($"{paper.Number}", "size: A4; margin: 12mm", TimeZoneInfo.FindSystemTimeZoneById(region.TimeZone));
        html.Raw("<h1>Phiếu lấy hàng / Pick list</h1>\n").Bars(new BoxNumber(number, 0, paper.BoxCount));
        html.Raw($"<p>{Escape(paper.From.Name)} → {Escape(paper.To.Name)} · Cần trước / Needed by {html.Clock(paper.NeededBy)}</p>\n<table>\n<thead>\n");
        html.Row("th", "☐", "Mã túi máu / Donation", "Mã / Product", "Chế phẩm / Component", "Nhóm / Group", "Hạn dùng / Expires", "Không lấy / Stopped").Raw("</thead>\n<tbody>\n");
        foreach (var (unit, gate) in paper.NotPacked.Zip(gates))
        {
            html.Row(
                "td",
                "☐",
                Donation(unit.Donation),
                Code(unit.Product.ToString()),
                Escape(unit.Component ?? "–"),
                Escape(unit.Group.ToString()),
                html.Clock(unit.ExpiresAt),
                Escape(string.Join(", ", gate.State.StopsFor(paper.Number, paper.Order, unit.Unit).Select(stop => stop.Code))));
        }

        return html.Raw("</tbody>\n</table>\n").ToResult();
    }
}
