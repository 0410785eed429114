using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;

namespace Distribution.Blood.Compatibility;

/// <summary>
/// Which groups of a component may be given to a recipient, by ABO and RhD alone.
/// What needs a physician's review is not compatible either; a kind this version does not know gets the strictest rule, the identical group.
/// </summary>
public static class AboRhCompatibility
{
    /// <summary>Cells of another ABO group, or plasma against the recipient's cells: kills.</summary>
    public const string AboIncompatible = "abo-incompatible";

    /// <summary>The plasma around the component is of another ABO group; the component itself does no harm.</summary>
    public const string AboMinorMismatch = "abo-minor-mismatch";

    /// <summary>Cells that are RhD positive for a recipient who is RhD negative.</summary>
    public const string RhDIncompatible = "rhd-incompatible";

    /// <summary>A group is not known: the strictest reading is that nothing goes together.</summary>
    public const string GroupUnknown = "group-unknown";

    /// <summary>A component that this version has no rule for, and another group than the recipient's.</summary>
    public const string GroupNotIdentical = "group-not-identical";

    /// <summary>True when nothing stands <see cref="Against"/> it. A group that is not defined is compatible with nothing.</summary>
    public static bool IsCompatible(ComponentKind kind, BloodGroup recipient, BloodGroup unit) => Against(kind, recipient, unit).Count == 0;

    /// <summary>All that ABO and RhD have against giving a unit of this group, as codes of safety rules; empty when it may be given.</summary>
    public static IReadOnlyList<string> Against(ComponentKind kind, BloodGroup recipient, BloodGroup unit)
    {
        if (!recipient.IsDefined || !unit.IsDefined)
            return [GroupUnknown];
        var (abo, rhD) = kind switch
        {
            ComponentKind.RedCells => (CellsSuit(recipient.Abo, unit.Abo) ? null : AboIncompatible, RhSuits(recipient, unit)),
            // Circular 26/2013 gives whole blood of the identical ABO group only: it is cells and plasma at once.
            ComponentKind.WholeBlood => (recipient.Abo == unit.Abo ? null : AboIncompatible, RhSuits(recipient, unit)),
            ComponentKind.Plasma => (PlasmaSuits(recipient.Abo, unit.Abo) ? null : AboIncompatible, true),
            ComponentKind.Cryoprecipitate => (PlasmaSuits(recipient.Abo, unit.Abo) ? null : AboMinorMismatch, true),
            // Platelets float in plasma and carry some red cells: both rules, each open to a physician's review.
            ComponentKind.Platelets => (PlasmaSuits(recipient.Abo, unit.Abo) ? null : AboMinorMismatch, RhSuits(recipient, unit)),
            _ => (recipient == unit ? null : GroupNotIdentical, true),
        };
        return [.. new[] { abo, rhD ? null : RhDIncompatible }.OfType<string>()];
    }

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
