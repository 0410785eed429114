namespace Distribution.Blood.Policies;

/// <summary>
/// Which safety rules a policy may open to an <see cref="OverrideRule"/>. The others are hard stops in every jurisdiction:
/// a file must not be able to say otherwise.
/// </summary>
public static class OverridableRules
{
    /// <summary>May be listed in a pack.</summary>
    public static IReadOnlyList<string> Codes { get; } =
    [
        "abo-minor-mismatch", "rhd-incompatible", "antibody-unmatched", "requirement-irradiated", "requirement-cmv", "requirement-washed",
        "requirement-antigen", "requirement-fresh", "sample-missing", "sample-expired", "crossmatch-missing",
    ];

    /// <summary>Nobody may ever let these pass; a pack that lists one is refused.</summary>
    public static IReadOnlyList<string> Never { get; } =
    [
        "abo-incompatible", "crossmatch-incompatible", "held", "expired", "not-released", "ended", "group-unknown", "group-not-identical",
    ];
}
