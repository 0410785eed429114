using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;

namespace Distribution.Blood.Compatibility;

/// <summary>
/// Which groups of a component may be given to a recipient, by ABO and RhD alone.
/// What needs a physician's review is refused here; a kind this version does not know gets the strictest rule, the identical group.
/// </summary>
public static class AboRhCompatibility
{
    /// <summary>True when a unit of this group may be given. A group that is not defined is compatible with nothing.</summary>
    public static bool IsCompatible(ComponentKind kind, BloodGroup recipient, BloodGroup unit) =>
        recipient.IsDefined && unit.IsDefined && kind switch
        {
            ComponentKind.RedCells => CellsSuit(recipient.Abo, unit.Abo) && RhSuits(recipient, unit),
            // Circular 26/2013 gives whole blood of the identical ABO group only: it is cells and plasma at once.
            ComponentKind.WholeBlood => recipient.Abo == unit.Abo && RhSuits(recipient, unit),
            ComponentKind.Plasma or ComponentKind.Cryoprecipitate => PlasmaSuits(recipient.Abo, unit.Abo),
            // Platelets float in plasma and carry some red cells: both rules, until there is a path for a reviewed exception.
            ComponentKind.Platelets => PlasmaSuits(recipient.Abo, unit.Abo) && RhSuits(recipient, unit),
            _ => recipient == unit,
        };

    /// <summary>
    /// How good a choice the group is: 0 the identical group, then the same RhD, then the other RhD, and within each the
    /// ABO group that everybody can take (O for cells, AB for plasma) last. <see cref="int.MaxValue"/> when incompatible.
    /// </summary>
    public static int Preference(ComponentKind kind, BloodGroup recipient, BloodGroup unit)
    {
        if (!IsCompatible(kind, recipient, unit))
            return int.MaxValue;
        var universal = kind is ComponentKind.RedCells or ComponentKind.WholeBlood ? Abo.O : Abo.AB;
        var abo = unit.Abo == recipient.Abo ? 0 : unit.Abo == universal ? 2 : 1;
        return unit.RhD == recipient.RhD ? abo : 3 + abo;
    }

    /// <summary>The groups that may be given, best first.</summary>
    public static IReadOnlyList<BloodGroup> DonorsFor(ComponentKind kind, BloodGroup recipient) =>
        [.. BloodGroup.All.Where(unit => IsCompatible(kind, recipient, unit)).OrderBy(unit => Preference(kind, recipient, unit))];

    private static bool CellsSuit(Abo recipient, Abo unit) =>
        unit == recipient || unit == Abo.O || recipient == Abo.AB;

    private static bool PlasmaSuits(Abo recipient, Abo unit) => CellsSuit(unit, recipient);

    private static bool RhSuits(BloodGroup recipient, BloodGroup unit) =>
        recipient.RhD == RhD.Positive || unit.RhD == RhD.Negative;
}
