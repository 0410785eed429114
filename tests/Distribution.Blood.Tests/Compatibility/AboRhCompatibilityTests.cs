using Distribution.Blood.BloodGroups;
using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Compatibility;

public sealed class AboRhCompatibilityTests
{
    // Written by hand from the rules, recipient first; each list is best first.
    private static readonly Dictionary<ComponentKind, Dictionary<string, string>> Tables = new()
    {
        [ComponentKind.RedCells] = new(StringComparer.Ordinal)
        {
            ["O-"] = "O-",
            ["O+"] = "O+ O-",
            ["A-"] = "A- O-",
            ["A+"] = "A+ O+ A- O-",
            ["B-"] = "B- O-",
            ["B+"] = "B+ O+ B- O-",
            ["AB-"] = "AB- A- B- O-",
            ["AB+"] = "AB+ A+ B+ O+ AB- A- B- O-",
        },
        [ComponentKind.WholeBlood] = new(StringComparer.Ordinal)
        {
            ["O-"] = "O-",
            ["O+"] = "O+ O-",
            ["A-"] = "A-",
            ["A+"] = "A+ A-",
            ["B-"] = "B-",
            ["B+"] = "B+ B-",
            ["AB-"] = "AB-",
            ["AB+"] = "AB+ AB-",
        },
        [ComponentKind.Plasma] = new(StringComparer.Ordinal)
        {
            ["O-"] = "O- A- B- AB- O+ A+ B+ AB+",
            ["O+"] = "O+ A+ B+ AB+ O- A- B- AB-",
            ["A-"] = "A- AB- A+ AB+",
            ["A+"] = "A+ AB+ A- AB-",
            ["B-"] = "B- AB- B+ AB+",
            ["B+"] = "B+ AB+ B- AB-",
            ["AB-"] = "AB- AB+",
            ["AB+"] = "AB+ AB-",
        },
        [ComponentKind.Platelets] = new(StringComparer.Ordinal)
        {
            ["O-"] = "O- A- B- AB-",
            ["O+"] = "O+ A+ B+ AB+ O- A- B- AB-",
            ["A-"] = "A- AB-",
            ["A+"] = "A+ AB+ A- AB-",
            ["B-"] = "B- AB-",
            ["B+"] = "B+ AB+ B- AB-",
            ["AB-"] = "AB-",
            ["AB+"] = "AB+ AB-",
        },
    };

    public static TheoryData<ComponentKind> Kinds => new(Enum.GetValues<ComponentKind>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_pair_of_groups_is_judged_as_the_rules_say(ComponentKind kind)
    {
        var table = Tables[kind == ComponentKind.Cryoprecipitate ? ComponentKind.Plasma : kind];
        foreach (var recipient in BloodGroup.All)
        {
            var accepted = table[recipient.ToString()].Split(' ');
            foreach (var unit in BloodGroup.All)
            {
                var expected = accepted.Contains(unit.ToString(), StringComparer.Ordinal);
                AboRhCompatibility.IsCompatible(kind, recipient, unit).ShouldBe(expected, $"{unit} to {recipient}");
                (AboRhCompatibility.Preference(kind, recipient, unit) < int.MaxValue).ShouldBe(expected, $"{unit} to {recipient}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_best_group_comes_first(ComponentKind kind)
    {
        var table = Tables[kind == ComponentKind.Cryoprecipitate ? ComponentKind.Plasma : kind];
        foreach (var recipient in BloodGroup.All)
        {
            var donors = AboRhCompatibility.DonorsFor(kind, recipient);
            string.Join(' ', donors).ShouldBe(table[recipient.ToString()], $"{kind} to {recipient}");
            AboRhCompatibility.Preference(kind, recipient, donors[0]).ShouldBe(0);
            donors.Skip(1).ShouldAllBe(unit => AboRhCompatibility.Preference(kind, recipient, unit) > 0);
        }
    }

    [Theory]
    [InlineData(ComponentKind.RedCells, "AB+", "O+", "B+")]
    [InlineData(ComponentKind.RedCells, "AB+", "A-", "O+")]
    [InlineData(ComponentKind.Plasma, "O+", "AB+", "A+")]
    [InlineData(ComponentKind.Platelets, "O-", "AB-", "B-")]
    [InlineData(ComponentKind.Cryoprecipitate, "O+", "A-", "AB+")]
    public void What_everybody_can_take_and_what_is_rare_is_spared(ComponentKind kind, string recipient, string spared, string taken) =>
        AboRhCompatibility.Preference(kind, BloodGroup.Parse(recipient), BloodGroup.Parse(spared))
            .ShouldBeGreaterThan(AboRhCompatibility.Preference(kind, BloodGroup.Parse(recipient), BloodGroup.Parse(taken)));

    [Fact]
    public void A_kind_nobody_knows_gets_the_identical_group_only()
    {
        const ComponentKind Unknown = (ComponentKind)99;
        foreach (var recipient in BloodGroup.All)
            AboRhCompatibility.DonorsFor(Unknown, recipient).ShouldBe([recipient]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_group_that_is_not_known_is_compatible_with_nothing(ComponentKind kind)
    {
        foreach (var group in BloodGroup.All)
        {
            AboRhCompatibility.IsCompatible(kind, default, group).ShouldBeFalse();
            AboRhCompatibility.IsCompatible(kind, group, default).ShouldBeFalse();
            AboRhCompatibility.IsCompatible(kind, group, group with { Abo = (Abo)9 }).ShouldBeFalse();
        }

        AboRhCompatibility.IsCompatible(kind, default, default).ShouldBeFalse();
        AboRhCompatibility.DonorsFor(kind, default).ShouldBeEmpty();
    }
}
