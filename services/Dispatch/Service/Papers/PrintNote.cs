using System.Globalization;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Security;
using static Distribution.Dispatches.Service.Papers.PaperHtml;

namespace Distribution.Dispatches.Service.Papers;

internal static class PrintNote
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/{number}/note", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<Paper>()
        .WithSummary("The delivery note, to print; as data with Accept: application/json.");

    private static async Task<IResult> HandleAsync(
        ConsignmentNumber number, Caller caller, IEventStore store, Region region, PolicyPack policy, HttpContext http, CancellationToken cancellationToken)
    {
        var paper = await Paper.ReadAsync(number, caller, store, region, policy, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        return http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "application/json")
            ? Results.Json(paper, EventTypes.Json)
            : Write(paper, TimeZoneInfo.FindSystemTimeZoneById(region.TimeZone)).ToResult();
    }

    private static PaperHtml Write(Paper paper, TimeZoneInfo zone)
    {
        var html = new PaperHtml($"{paper.Number}", "size: A4; margin: 12mm", zone);
        html.Raw("<h1>Phiếu giao nhận máu / Delivery note</h1>\n").Bars(new BoxNumber(paper.Number, 0, paper.BoxCount));
        html.Raw($"<div class=\"sides\">\n{Side("Nơi gửi / From", paper.From)}{Side("Nơi nhận / To", paper.To)}</div>\n<table>\n");
        html.Row("td", "Dự trù / Order", Code(paper.Order.ToString()));
        html.Row("td", "Cần trước / Needed by", html.Clock(paper.NeededBy));
        if (paper.DeliverAt is { } slot)
            html.Row("td", "Giờ giao hẹn / Delivery slot", html.Clock(slot));
        html.Row("td", "Số thùng / Boxes", paper.BoxCount.ToString(CultureInfo.InvariantCulture));
        html.Row("td", "Số đơn vị / Units", paper.Boxes.Sum(box => box.Units.Count).ToString(CultureInfo.InvariantCulture));
        html.Row("td", "Giao lúc / Handed over at", html.Clock(paper.DispatchedAt));
        html.Row("td", "Dự kiến đến / Expected at", html.Clock(paper.ExpectedAt)).Raw("</table>\n");
        foreach (var box in paper.Boxes)
        {
            html.Raw($"<section>\n<h2>Thùng / Box {box.Box} / {paper.BoxCount}</h2>\n").Bars(new BoxNumber(paper.Number, box.Box, paper.BoxCount));
            html.Raw($"<p>Nhiệt độ / Temperature: {box.Temperature ?? "–"} · Thiết bị đo / Logger: {Code(box.Logger ?? "–")}</p>\n<table>\n<thead>\n");
            html.Row("th", "Mã túi máu / Donation", "Mã / Product", "Chế phẩm / Component", "Nhóm / Group", "Hạn dùng / Expires", "Nhận / Received").Raw("</thead>\n<tbody>\n");
            foreach (var unit in box.Units)
                html.Row("td", Donation(unit.Donation), Code(unit.Product.ToString()), Escape(unit.Component ?? "–"), Escape(unit.Group.ToString()), html.Clock(unit.ExpiresAt), "☐");
            html.Raw("</tbody>\n</table>\n</section>\n");
        }

        html.Raw("<table>\n<thead>\n").Row("th", "", "Mã nhân viên / Staff code", "Thời gian / Time", "Ký tên / Signature").Raw("</thead>\n<tbody class=\"signatures\">\n");
        html.Row("td", "Người giao / Handed over by", Code(paper.HandedOverBy ?? ""), html.Clock(paper.DispatchedAt), "<div class=\"sign\"></div>");
        html.Row("td", "Người vận chuyển / Carrier", Code(paper.HandedOverTo ?? ""), html.Clock(paper.DispatchedAt), "<div class=\"sign\"></div>");
        html.Row("td", "Người nhận / Received by", "", html.Clock(null), "<div class=\"sign\"></div>");
        return html.Raw("</tbody>\n</table>\n");
    }

    private static string Side(string caption, PaperSite site) =>
        $"<div><p>{caption}</p>\n<p><strong>{Escape(site.Name)}</strong> ({Escape(site.Id.ToString())})</p>\n<p>{Escape(site.Address ?? "")}</p></div>\n";
}
