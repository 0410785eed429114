using Distribution.Blood.Isbt128;

namespace Distribution.Dispatches.Service.Receipts;

/// <summary>How far a receipt has come.</summary>
/// <param name="What">What was scanned: consignment, box or unit.</param>
/// <param name="Verdict">arrived, expected, unexpected or already.</param>
/// <param name="BoxesExpected">Those that something was packed into; empty where nothing was, in the books.</param>
/// <param name="Next">scan-boxes, scan-units, complete-receipt or nothing.</param>
internal sealed record Progress(
    string What,
    string Verdict,
    ConsignmentNumber Consignment,
    IReadOnlyList<int> BoxesExpected,
    IReadOnlyList<int> BoxesArrived,
    int UnitsExpected,
    int UnitsCheckedIn,
    IReadOnlyList<UnitNumber> UnitsMissing,
    IReadOnlyList<UnitNumber> UnitsUnexpected,
    IReadOnlyList<DamagedUnit> UnitsDamaged,
    string Next)
{
    public static Progress Of(Consignment consignment, string what, string verdict)
    {
        UnitNumber[] missing = [.. consignment.Outstanding.Order()];
        int[] expected = [.. consignment.Boxes];
        var checkedIn = consignment.CheckedIn.Count(unit => unit.Value);
        return new Progress(
            what,
            verdict,
            consignment.Number,
            expected,
            [.. consignment.ArrivedBoxes],
            checkedIn + missing.Length,
            checkedIn,
            missing,
            [.. consignment.CheckedIn.Where(unit => !unit.Value).Select(unit => unit.Key)],
            [.. consignment.Damaged.Select(unit => new DamagedUnit(unit.Key, unit.Value))],
            missing.Length > 0 ? !consignment.ArrivedBoxes.IsEmpty && expected.Except(consignment.ArrivedBoxes).Any() ? "scan-boxes" : "scan-units"
            : consignment.IsReceived ? "nothing"
            : "complete-receipt");
    }
}
