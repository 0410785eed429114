using System.Globalization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>Somebody plans a drive.</summary>
public sealed record PlanDrive(DriveCode Drive, DrivePlan Plan);

/// <param name="Reason">A code.</param>
public sealed record CancelDrive(string Reason);

public static class DriveDecider
{
    private const int LongestName = 200;
    private const int MostUnits = 1_000_000;
    private const int MostSlots = 10_000;

    public static Decision<DriveEvent> Plan(Drive state, PlanDrive command, Region region, PolicyPack pack, Provenance by)
    {
        if (state.Code is not null)
        {
            return state.CanceledFor is null && command.Plan.Equals(state.Plan)
                ? Decision<DriveEvent>.AlreadyDone
                : Decision<DriveEvent>.Reject("drive-exists", $"The drive {command.Drive} has been planned; amend it, or take another code.", "drive");
        }

        var reasons = Check(command.Plan, region);
        if (command.Plan.To < pack.DayOf(by.OccurredAt))
            reasons.Add(new Rejection("drive-over", "The drive would have ended already.", "to"));
        var plan = command.Plan;
        return reasons.Count > 0
            ? Decision<DriveEvent>.Reject(reasons)
            : Decision<DriveEvent>.Accept(new DrivePlanned(
                command.Drive, plan.Name, plan.Series, plan.Kind, plan.Sites, plan.From, plan.To, plan.TargetUnits, plan.Sessions));
    }

    public static Decision<DriveEvent> Amend(Drive state, DrivePlan plan, Region region)
    {
        if (state.Code is null)
            return Unknown;
        if (state.CanceledFor is not null)
            return Canceled;
        if (plan.Equals(state.Plan))
            return Decision<DriveEvent>.AlreadyDone;
        var reasons = Check(plan, region);
        return reasons.Count > 0
            ? Decision<DriveEvent>.Reject(reasons)
            : Decision<DriveEvent>.Accept(new DriveAmended(plan.Name, plan.Series, plan.Kind, plan.Sites, plan.From, plan.To, plan.TargetUnits, plan.Sessions));
    }

    public static Decision<DriveEvent> Cancel(Drive state, CancelDrive command)
    {
        if (state.Code is null)
            return Unknown;
        if (state.CanceledFor is not null)
            return Decision<DriveEvent>.AlreadyDone;
        return TestingDecider.IsCode(command.Reason)
            ? Decision<DriveEvent>.Accept(new DriveCanceled(command.Reason))
            : Decision<DriveEvent>.Reject("reason-invalid", "The reason is a code of at most 40 small letters, digits and hyphens, such as storm.", "reason");
    }

    /// <summary>Every reason why a donor cannot have been received at a drive; none where none is named.</summary>
    /// <param name="drive">As planned.</param>
    /// <param name="code">Named by the collection or the deferral.</param>
    /// <param name="session">Named along with it.</param>
    /// <param name="pack">Says what day it was.</param>
    /// <param name="by">Where and when.</param>
    public static IReadOnlyList<Rejection> WhyNotAt(Drive drive, DriveCode? code, string? session, PolicyPack pack, Provenance by)
    {
        if (code is null)
            return session is null ? [] : [new Rejection("drive-missing", "A session is one of a drive: name the drive too.", "drive")];
        if (drive.Plan is not { } plan)
            return [new Rejection("unknown-drive", $"There is no drive {code}.", "drive")];

        List<Rejection> reasons = [];
        var day = pack.DayOf(by.OccurredAt);
        if (drive.CanceledFor is not null)
            reasons.Add(new Rejection("drive-canceled", $"The drive {code} is canceled: {drive.CanceledFor}.", "drive"));
        if (day > plan.To)
            reasons.Add(new Rejection("drive-over", string.Create(CultureInfo.InvariantCulture, $"The drive {code} ended on {plan.To:yyyy-MM-dd}."), "drive"));
        if (day < plan.From)
            reasons.Add(new Rejection("drive-not-begun", string.Create(CultureInfo.InvariantCulture, $"The drive {code} begins on {plan.From:yyyy-MM-dd}."), "drive"));
        if (session is null)
        {
            if (!plan.Sites.Contains(by.Site))
                reasons.Add(new Rejection("session-elsewhere", $"The drive {code} is not held in {by.Site} but in {string.Join(", ", plan.Sites)}.", "drive"));
            return reasons;
        }

        if (plan.Find(session) is not { } held)
            return [.. reasons, new Rejection("unknown-session", $"The drive {code} has no session {session}.", "session")];
        if (held.Site != by.Site)
            reasons.Add(new Rejection("session-elsewhere", $"The session {session} is held in {held.Site}, not in {by.Site}.", "session"));
        if (held.Date != day)
            reasons.Add(new Rejection("session-on-other-day", string.Create(CultureInfo.InvariantCulture, $"The session {session} is held on {held.Date:yyyy-MM-dd}."), "session"));
        return reasons;
    }

    private static Decision<DriveEvent> Unknown => Decision<DriveEvent>.Reject("unknown-drive", "There is no such drive.", "drive");

    private static Decision<DriveEvent> Canceled => Decision<DriveEvent>.Reject("drive-canceled", "The drive is canceled.");

    private static List<Rejection> Check(DrivePlan plan, Region region)
    {
        List<Rejection> reasons = [];
        if (string.IsNullOrWhiteSpace(plan.Name) || plan.Name.Length > LongestName)
            reasons.Add(new Rejection("name-invalid", $"A name has 1 to {LongestName} characters.", "name"));
        if (!TestingDecider.IsCode(plan.Series))
            reasons.Add(new Rejection("series-invalid", "A series is a code of at most 40 small letters, digits and hyphens, such as hn-spring.", "series"));
        if (!Enum.IsDefined(plan.Kind))
            reasons.Add(new Rejection("kind-invalid", "A drive is a campaign or a fixed-point.", "kind"));
        if (plan.From > plan.To)
            reasons.Add(new Rejection("dates-invalid", "The last day lies before the first.", "to"));
        if (plan.TargetUnits is <= 0 or > MostUnits)
            reasons.Add(new Rejection("target-invalid", $"The target is 1 to {MostUnits} donations.", "targetUnits"));
        if (plan.Sites.Count == 0)
            reasons.Add(new Rejection("sites-missing", "A drive has a site.", "sites"));
        for (var index = 0; index < plan.Sites.Count; index++)
        {
            var (site, field) = (plan.Sites[index], At("sites", index));
            // Of whatever tier: hospitals give campaigns a room, too.
            if (region.Find(site) is null)
                reasons.Add(new Rejection("unknown-site", $"The region has no site {site}.", field));
            if (plan.Sites.Take(index).Contains(site))
                reasons.Add(new Rejection("site-repeated", $"{site} is there already.", field));
        }

        for (var index = 0; index < plan.Sessions.Count; index++)
            reasons.AddRange(Check(plan, plan.Sessions[index], index));
        return reasons;
    }

    private static IEnumerable<Rejection> Check(DrivePlan plan, DriveSession session, int index)
    {
        var field = At("sessions", index);
        if (!TestingDecider.IsCode(session.Id))
            yield return new Rejection("session-invalid", "A session's id is a code of at most 40 small letters, digits and hyphens.", $"{field}.id");
        else if (plan.Sessions.Take(index).Any(other => string.Equals(other.Id, session.Id, StringComparison.Ordinal)))
            yield return new Rejection("session-repeated", $"The session {session.Id} is there already.", $"{field}.id");
        if (!plan.Sites.Contains(session.Site))
            yield return new Rejection("session-elsewhere", $"The drive is not held in {session.Site}.", $"{field}.site");
        if (session.Date < plan.From || session.Date > plan.To)
            yield return new Rejection("session-outside", "The session's day lies outside the drive's.", $"{field}.date");
        if (session.From >= session.To)
            yield return new Rejection("hours-invalid", "A session ends after it has begun.", $"{field}.to");
        if (session.Slots is <= 0 or > MostSlots)
            yield return new Rejection("slots-invalid", $"A session has 1 to {MostSlots} slots.", $"{field}.slots");
    }

    private static string At(string list, int index) => string.Create(CultureInfo.InvariantCulture, $"{list}[{index}]");
}
