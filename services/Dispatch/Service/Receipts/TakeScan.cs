using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Dispatches.Service.Consignments;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Receipts;

/// <summary>One address for the scanner at the door: whatever is scanned says what it is, and the answer says what is still to come.</summary>
internal static class TakeScan
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/receipts", HandleAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithTags("receipts")
            .WithSummary("Receives by scanning: the papers' symbol (028), a box's (028) or a unit (001 and 003). A unit needs its consignment where that is not told by its own list. Condition: normal or what is wrong with it, see inspection. What is scanned at the wrong site is refused (wrong-site) and told to both ends.");

    private static Task<IResult> HandleAsync(
        TakeScanBody body, HttpCommand command, ConsignmentCommands consignments, IEventStore store, CancellationToken cancellationToken)
    {
        var receipt = new Receipt(command, consignments, store);
        if (Scan.Parse(body.Scan).TryGet(DataStructure.Consignment, out var symbol))
            return TakeBoxAsync(receipt, symbol.AsBox(), cancellationToken);
        var unit = ScanFields.UnitNumber("scan", body.Scan);
        var (isLookedAt, damage) = body.Condition is { } condition ? (true, Findings.Appearance("condition", condition)) : (false, null);
        return TakeUnitAsync(receipt, unit, body.Consignment, isLookedAt, damage, cancellationToken);
    }

    private static Task<IResult> TakeBoxAsync(Receipt receipt, BoxNumber box, CancellationToken cancellationToken) =>
        receipt.TakeAsync(
            box.IsPaperwork ? "consignment" : "box",
            box.Consignment,
            [],
            (consignment, by) => box.IsPaperwork ? ReceivingDecider.Arrive(consignment, box, by) : ReceivingDecider.ArriveBox(consignment, box, by),
            (consignment, by) => ReceivingDecider.Stray(consignment, box, by),
            before => !box.IsPaperwork && !before.Packed.IsEmpty && !before.Boxes.Contains(box.Box) ? "unexpected" : "arrived",
            cancellationToken);

    private static async Task<IResult> TakeUnitAsync(
        Receipt receipt, UnitNumber unit, ConsignmentNumber? named, bool isLookedAt, DamageReason? damage, CancellationToken cancellationToken)
    {
        if ((named ?? await Whereabouts.FindAsync(receipt.Store, unit, receipt.Command.Caller.Site, cancellationToken)) is not { } number)
        {
            return new Problem(
                StatusCodes.Status422UnprocessableEntity, "consignment-required", $"No list or several tell where {unit} belongs: say of which consignment it came.", "consignment");
        }

        return await receipt.TakeAsync(
            "unit",
            number,
            [unit],
            (consignment, by) => isLookedAt
                ? ReceivingDecider.Inspect(consignment, unit, damage, null, receipt.Command.Policy, by)
                : ReceivingDecider.CheckIn(consignment, unit, receipt.Command.Policy, by),
            (consignment, by) => ReceivingDecider.StrayUnit(consignment, unit, by),
            before => before.CheckedIn.ContainsKey(unit) ? "already" : before.Expects(unit) ? "expected" : "unexpected",
            cancellationToken);
    }

    private sealed record TakeScanBody(string Scan, ConsignmentNumber? Consignment = null, string? Condition = null);

    private sealed record Receipt(HttpCommand Command, ConsignmentCommands Consignments, IEventStore Store)
    {
        public async Task<IResult> TakeAsync(
            string what,
            ConsignmentNumber number,
            IReadOnlyList<UnitNumber> units,
            Func<Consignment, Provenance, Decision<ConsignmentEvent>> decide,
            Func<Consignment, Provenance, Decision<ConsignmentEvent>> stray,
            Func<Consignment, string> judge,
            CancellationToken cancellationToken)
        {
            var verdict = "already";
            var outcome = await Consignments.TakeAsync(
                Command,
                number,
                // Where a thing stands is where it was scanned.
                _ => Command.Caller.Site,
                _ => units,
                (consignment, _) =>
                {
                    var isHere = consignment.To == Command.Caller.Site;
                    var decision = isHere ? decide(consignment, Command.Context.Provenance) : stray(consignment, Command.Context.Provenance);
                    verdict = decision.Events.Count == 0 ? "already" : judge(consignment);
                    return decision;
                },
                cancellationToken);
            if (outcome is not Outcome.Done)
                return outcome.ToResult();
            var after = (await Store.LoadAsync<Consignment>(number.ToString(), cancellationToken)).State;
            return after.To == Command.Caller.Site
                ? outcome.ToResult(_ => Progress.Of(after, what, verdict))
                : new Problem(
                    StatusCodes.Status422UnprocessableEntity, "wrong-site", $"Consignment {number} goes to {after.To}, not to {Command.Caller.Site}; both ends are told that this stands here.", "scan");
        }
    }
}
