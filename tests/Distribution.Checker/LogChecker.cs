namespace Distribution.Checker;

/// <summary>
/// Judges the logs of all services by what must never happen. Shares no code with the deciders: a rule that both got wrong
/// in one place would be wrong unseen. Pure: the same logs give the same report.
/// </summary>
public static class LogChecker
{
    /// <param name="logs">All events of all services, in any order.</param>
    /// <param name="settled">
    /// No message is under way and no reading was between two writes: what one service says must then have reached the others.
    /// Otherwise only what holds at every prefix of each single log is required.
    /// </param>
    public static CheckReport Check(IEnumerable<LoggedEvent> logs, bool settled)
    {
        IReadOnlyList<LoggedEvent> all = [.. logs];
        var findings = new Findings();
        StorageCheck.Run(all, findings);

        var index = new Logs(all);
        CentreCheck.Run(index, findings);
        var units = UnitCheck.Run(index, settled, findings);
        ProcedureCheck.Run(index, findings);
        StockCheck.Run(index, findings);
        AllocationCheck.Run(index, findings);
        DemandCheck.Run(index, settled, findings);
        RecallCheck.Run(index, units, findings);
        ConsignmentCheck.Run(index, settled, findings);
        RecipientCheck.Run(index, findings);
        CaptureCheck.Run(index, findings);
        OrderCheck.Run(index, findings);
        ExchangeCheck.Run(index, settled, findings);
        return new CheckReport(all.Count, units.Count, findings.Violations, findings.Checked);
    }
}
