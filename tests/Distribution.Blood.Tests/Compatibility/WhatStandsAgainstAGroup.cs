using Distribution.Blood.BloodGroups;
using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Compatibility;

public sealed class WhatStandsAgainstAGroup
{
    private const string Units = "O- O+ A- A+ B- B+ AB- AB+";

    // Written by hand from the rules, a row a recipient, a column a unit in the order above:
    // X another ABO group that kills, m plasma of another ABO group that does no harm, D RhD positive for somebody negative.
    private static readonly Dictionary<ComponentKind, string> Tables = new()
    {
        [ComponentKind.RedCells] = """
            O-   .  D  X  XD X  XD X  XD
            O+   .  .  X  X  X  X  X  X
            A-   .  D  .  D  X  XD X  XD
            A+   .  .  .  .  X  X  X  X
            B-   .  D  X  XD .  D  X  XD
            B+   .  .  X  X  .  .  X  X
            AB-  .  D  .  D  .  D  .  D
            AB+  .  .  .  .  .  .  .  .
            """,
        [ComponentKind.WholeBlood] = """
            O-   .  D  X  XD X  XD X  XD
            O+   .  .  X  X  X  X  X  X
            A-   X  XD .  D  X  XD X  XD
            A+   X  X  .  .  X  X  X  X
            B-   X  XD X  XD .  D  X  XD
            B+   X  X  X  X  .  .  X  X
            AB-  X  XD X  XD X  XD .  D
            AB+  X  X  X  X  X  X  .  .
            """,
        [ComponentKind.Plasma] = """
            O-   .  .  .  .  .  .  .  .
            O+   .  .  .  .  .  .  .  .
            A-   X  X  .  .  X  X  .  .
            A+   X  X  .  .  X  X  .  .
            B-   X  X  X  X  .  .  .  .
            B+   X  X  X  X  .  .  .  .
            AB-  X  X  X  X  X  X  .  .
            AB+  X  X  X  X  X  X  .  .
            """,
        [ComponentKind.Platelets] = """
            O-   .  D  .  D  .  D  .  D
            O+   .  .  .  .  .  .  .  .
            A-   m  mD .  D  m  mD .  D
            A+   m  m  .  .  m  m  .  .
            B-   m  mD m  mD .  D  .  D
            B+   m  m  m  m  .  .  .  .
            AB-  m  mD m  mD m  mD .  D
            AB+  m  m  m  m  m  m  .  .
            """,
        [ComponentKind.Cryoprecipitate] = """
            O-   .  .  .  .  .  .  .  .
            O+   .  .  .  .  .  .  .  .
            A-   m  m  .  .  m  m  .  .
            A+   m  m  .  .  m  m  .  .
            B-   m  m  m  m  .  .  .  .
            B+   m  m  m  m  .  .  .  .
            AB-  m  m  m  m  m  m  .  .
            AB+  m  m  m  m  m  m  .  .
            """,
    };

    private static readonly Dictionary<char, string> Codes = new()
    {
        ['X'] = "abo-incompatible",
        ['m'] = "abo-minor-mismatch",
        ['D'] = "rhd-incompatible",
    };

    public static TheoryData<ComponentKind> Kinds => new(Enum.GetValues<ComponentKind>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Is_told_of_each_of_the_64_pairs_with_all_its_reasons_at_once(ComponentKind kind)
    {
        var units = Units.Split(' ').Select(BloodGroup.Parse).ToArray();
        var rows = Tables[kind].Split('\n').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        rows.Length.ShouldBe(8);
        foreach (var row in rows)
        {
            row.Length.ShouldBe(9);
            for (var column = 0; column < units.Length; column++)
            {
                var expected = row[column + 1].Where(mark => mark != '.').Select(mark => Codes[mark]).ToArray();
                AboRhCompatibility.Against(kind, BloodGroup.Parse(row[0]), units[column]).ShouldBe(expected, $"{kind} {units[column]} to {row[0]}");
                AboRhCompatibility.IsCompatible(kind, BloodGroup.Parse(row[0]), units[column]).ShouldBe(expected.Length == 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Is_that_it_is_not_known_when_either_is_not(ComponentKind kind)
    {
        foreach (var group in BloodGroup.All)
        {
            AboRhCompatibility.Against(kind, default, group).ShouldBe(["group-unknown"]);
            AboRhCompatibility.Against(kind, group, default).ShouldBe(["group-unknown"]);
            AboRhCompatibility.Against(kind, group, group with { RhD = (RhD)7 }).ShouldBe(["group-unknown"]);
        }
    }

    [Fact]
    public void Is_that_it_is_not_identical_for_a_component_without_a_rule()
    {
        foreach (var recipient in BloodGroup.All)
        {
            foreach (var unit in BloodGroup.All)
                AboRhCompatibility.Against((ComponentKind)99, recipient, unit).ShouldBe(recipient == unit ? [] : ["group-not-identical"]);
        }
    }
}
