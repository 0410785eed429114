using Distribution.Blood.Deciding;
using Distribution.Blood.Network;

namespace Distribution.Donations;

/// <summary>A call for donors: where, when, and how many are hoped for.</summary>
public sealed record Drive : IAggregate<Drive>
{
    public static string Category => "drive";

    public static Drive Initial { get; } = new();

    /// <summary>Null before the planning.</summary>
    public DriveCode? Code { get; init; }

    public DrivePlan? Plan { get; init; }

    /// <summary>Why it was canceled; null while it is not.</summary>
    public string? CanceledFor { get; init; }

    public static Drive Evolve(Drive state, object @event) => @event switch
    {
        DrivePlanned planned => state with { Code = planned.Drive, Plan = DrivePlan.Of(planned) },
        DriveAmended amended => state with { Plan = DrivePlan.Of(amended) },
        DriveCanceled canceled => state with { CanceledFor = canceled.Reason },
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a drive."),
    };
}

/// <summary>What a drive is planned to be.</summary>
/// <param name="Series">Drives of one series are compared year by year.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="TargetUnits">How many donations shall be collected.</param>
public sealed record DrivePlan(
    string Name,
    string Series,
    DriveKind Kind,
    IReadOnlyList<SiteId> Sites,
    DateOnly From,
    DateOnly To,
    int TargetUnits,
    IReadOnlyList<DriveSession> Sessions)
{
    public static DrivePlan Of(DrivePlanned planned) => new(
        planned.Name, planned.Series, planned.Kind, planned.Sites, planned.From, planned.To, planned.TargetUnits, planned.Sessions);

    public static DrivePlan Of(DriveAmended amended) => new(
        amended.Name, amended.Series, amended.Kind, amended.Sites, amended.From, amended.To, amended.TargetUnits, amended.Sessions);

    public DriveSession? Find(string session) => Sessions.FirstOrDefault(other => string.Equals(other.Id, session, StringComparison.Ordinal));

    // Lists are compared by what they hold: the same plan told twice is the same plan.
    public bool Equals(DrivePlan? other) => other is not null
        && (Name, Series, Kind, From, To, TargetUnits) == (other.Name, other.Series, other.Kind, other.From, other.To, other.TargetUnits)
        && Sites.SequenceEqual(other.Sites)
        && Sessions.SequenceEqual(other.Sessions);

    public override int GetHashCode() => HashCode.Combine(Name, Series, Kind, From, To, TargetUnits, Sites.Count, Sessions.Count);
}
