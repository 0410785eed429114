using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Components;

public sealed class UnitRequirementsTests
{
    private static readonly string[] Antigens = ["C", "c", "E", "K", "Jka", "Mia"];

    private static readonly Arbitrary<UnitRequirements> Any = (
        from flags in Gen.Choose(0, 7)
        from antigens in Gen.SubListOf(Antigens)
        from days in Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(1, 30).Select(days => (int?)days))
        select new UnitRequirements((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, AntigenSet.Of([.. antigens]), days)).ToArbitrary();

    [Fact]
    public void Both_at_once_are_the_stricter_of_each()
    {
        var patient = new UnitRequirements(true, false, false, AntigenSet.Of("c", "K"), 14);
        var line = new UnitRequirements(false, false, true, AntigenSet.Of("K", "Jka"), 5);

        patient.And(line).ShouldBe(new UnitRequirements(true, false, true, AntigenSet.Of("c", "K", "Jka"), 5));
        (patient with { FresherThanDays = null }).And(line).FresherThanDays.ShouldBe(5);
        patient.And(line with { FresherThanDays = null }).FresherThanDays.ShouldBe(14);
        patient.And(line with { CmvNegative = true }).CmvNegative.ShouldBeTrue();
    }

    [Fact]
    public void The_order_in_which_they_are_put_together_does_not_matter() =>
        Prop.ForAll(Any, Any, Any, (a, b, c) => a.And(b) == b.And(a) && a.And(b).And(c) == a.And(b.And(c))).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_and_the_same_again_add_nothing() =>
        Prop.ForAll(Any, a => a.And(UnitRequirements.None) == a && UnitRequirements.None.And(a) == a && a.And(a) == a && a.And(null) == a).QuickCheckThrowOnFailure();

    [Fact]
    public void What_one_of_them_asks_for_stays_asked_for() =>
        Prop.ForAll(Any, Any, (a, b) =>
        {
            var both = a.And(b);
            return both.Irradiated == (a.Irradiated || b.Irradiated)
                && both.CmvNegative == (a.CmvNegative || b.CmvNegative)
                && both.Washed == (a.Washed || b.Washed)
                && both.WithoutAntigens.Contains(a.WithoutAntigens) && both.WithoutAntigens.Contains(b.WithoutAntigens)
                && (a.FresherThanDays is null || both.FresherThanDays <= a.FresherThanDays)
                && (a.FresherThanDays is not null || both.FresherThanDays == b.FresherThanDays);
        }).QuickCheckThrowOnFailure();
}
