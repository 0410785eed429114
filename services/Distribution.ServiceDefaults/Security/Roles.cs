namespace Distribution.ServiceDefaults.Security;

/// <summary>
/// What a member of staff may do. Each name is the value of a <c>role</c> claim and the name of the policy that asks for it.
/// </summary>
public static class Roles
{
    /// <summary>Registers donors and collects.</summary>
    public const string Collector = "collector";

    /// <summary>Enters test results and processes donations into components.</summary>
    public const string Laboratory = "laboratory";

    /// <summary>Releases components out of quarantine.</summary>
    public const string Releaser = "releaser";

    /// <summary>Staff of a hospital's blood bank: order, receive, crossmatch, issue, record fate.</summary>
    public const string BloodBank = "blood-bank";

    /// <summary>A physician responsible for transfusion: may let a rule pass that the policy lets pass, and orders emergency release.</summary>
    public const string Physician = "physician";

    /// <summary>Picks, packs and hands over.</summary>
    public const string Dispatcher = "dispatcher";

    /// <summary>Reads everything, writes nothing.</summary>
    public const string Auditor = "auditor";

    /// <summary>The operations endpoints: dead letters, projections.</summary>
    public const string Operator = "operator";

    /// <summary>A policy, not a role: anybody who is signed in with any role. An auditor passes it for reading only.</summary>
    public const string AnyStaff = "any-staff";

    /// <summary>Every role that a token may carry.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Collector, Laboratory, Releaser, BloodBank, Physician, Dispatcher, Auditor, Operator];
}
