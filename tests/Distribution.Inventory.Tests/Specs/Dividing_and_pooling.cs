using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.ProcedurePack;
using static Distribution.Inventory.Tests.Specs.Laboratory;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Dividing_and_pooling
{
    private const int OwnNumber = 900;

    private static readonly UnitNumber Source = Numbered(RedCells);
    private static readonly UnitNumber[] Donors = [Numbered(Platelets, 1), Numbered(Platelets, 2), Numbered(Platelets, 3)];
    private static readonly MakeUnits Pooling = new(ProcedureKind.Pool, Donors, [Made(PooledPlatelets, 600, OwnNumber)]);

    [Fact]
    public void a_unit_makes_parts_that_bear_its_number_and_keep_its_expiry()
    {
        var laboratory = new Laboratory().With(Source);

        laboratory.Do(Make(ProcedureKind.Divide, Source, Made(RedCells, 125, division: "A0"), Made(RedCells, 125, division: "B0"))).Rejections.ShouldBeEmpty();

        var part = laboratory[Numbered(RedCells, division: "A0")];
        part.Facts!.ExpiresAt.ShouldBe(Now.AddDays(30));
        part.Facts.VolumeMl.ShouldBe(125);
        laboratory[Source].Fate!.Kind.ShouldBe(FateKind.UsedUp);
    }

    [Theory]
    [InlineData("00", "A0", "B0", true)]
    [InlineData("00", "C0", "Z0", true)]
    [InlineData("A0", "Aa", "Ab", true)]
    [InlineData("00", "00", "A0", false)]
    [InlineData("00", "Aa", "Ab", false)]
    [InlineData("A0", "Ba", "Ab", false)]
    [InlineData("A0", "B0", "C0", false)]
    [InlineData("Aa", "Ab", "Ac", false)]
    public void a_unit_goes_by_the_division_codes(string division, string first, string second, bool accepted)
    {
        var source = Numbered(RedCells, division: division);
        var decision = new Laboratory().With(source).Try(
            Make(ProcedureKind.Divide, source, Made(RedCells, 100, division: first), Made(RedCells, 100, division: second)));

        if (accepted)
            decision.Rejections.ShouldBeEmpty();
        else
            decision.Rejections.ShouldContain(reason => reason.Code == "division-invalid" || reason.Code == "duplicate-unit");
    }

    [Fact]
    public void a_unit_into_one_part_is_none() =>
        new Laboratory().With(Source).Refuses(Make(ProcedureKind.Divide, Source, Made(RedCells, 100, division: "A0")), "division-invalid");

    [Fact]
    public void the_parts_hold_no_more_than_the_unit() => new Laboratory().With(Source).Refuses(
        Make(ProcedureKind.Divide, Source, Made(RedCells, 126, division: "A0"), Made(RedCells, 125, division: "B0")), "volume-exceeds-source");

    [Fact]
    public void units_makes_one_with_a_number_of_its_own_the_first_collection_and_the_first_expiry()
    {
        var laboratory = Three();

        var pool = laboratory.Makes(Pooling);

        pool.Sources.ShouldBe(Donors);
        pool.ExpiresAt.ShouldBe(Now.AddDays(2));
        pool.Kind.ShouldBe(ComponentKind.Platelets);
        laboratory[pool.Unit].Parents.ShouldBe(Donors);
        Donors.ShouldAllBe(donor => laboratory[donor].Fate!.Kind == FateKind.UsedUp);
    }

    [Fact]
    public void a_pool_is_of_two_units_or_more_and_of_as_many_as_the_policy_allows()
    {
        Three().Refuses(Pooling with { Sources = [Donors[0]], Results = [Made(PooledPlatelets, 200, OwnNumber)] }, "too-few-sources");
        UnitNumber[] seven = [.. Enumerable.Range(1, 7).Select(sequence => Numbered(Platelets, sequence))];
        seven.Aggregate(new Laboratory(), (laboratory, unit) => laboratory.With(unit, ComponentKind.Platelets))
            .Refuses(Pooling with { Sources = seven }, "too-many-sources");
    }

    [Theory]
    [InlineData("A+")]
    [InlineData("O-")]
    public void a_pool_is_of_one_group(string group) =>
        Three().With(Donors[1], ComponentKind.Platelets, group: group).Refuses(Pooling, "groups-differ");

    [Fact]
    public void a_pool_takes_no_number_that_is_used_nor_another_facilitys()
    {
        Three().Refuses(Pooling with { Results = [Made(PooledPlatelets, 600)] }, "pool-number-used");
        Three().With(Numbered(PooledPlatelets, OwnNumber)).Refuses(Pooling, "pool-number-used");
        var foreign = new UnitNumber(DonationNumber.Create("A9991", 26, OwnNumber), ProductCode.Create(PooledPlatelets));
        Three().Refuses(Pooling with { Results = [new ProcedureResult(foreign, 600)] }, "wrong-facility");
        Three().Refuses(Pooling with { Results = [Made(PooledPlatelets, 600, OwnNumber, "A0")] }, "division-invalid");
    }

    [Fact]
    public void a_pool_of_which_one_unit_is_unfit_is_none_at_all()
    {
        var laboratory = Three().With(Donors[2], ComponentKind.Platelets, more: new UnitHeld("lookback", null));

        laboratory.Try(Pooling).Rejections.ShouldHaveSingleItem().Field.ShouldBe("sources[2]");
    }

    [Fact]
    public void a_pool_may_be_divided_afterwards()
    {
        var laboratory = Three();
        laboratory.Makes(Pooling);
        var pool = Numbered(PooledPlatelets, OwnNumber);

        laboratory.Do(Make(
            ProcedureKind.Divide, pool, Made(PooledPlatelets, 300, OwnNumber, "A0"), Made(PooledPlatelets, 300, OwnNumber, "B0"))).Rejections.ShouldBeEmpty();

        laboratory[Numbered(PooledPlatelets, OwnNumber, "A0")].Parents.ShouldBe([pool]);
    }

    private static Laboratory Three() => new Laboratory()
        .With(Donors[0], ComponentKind.Platelets, Now.AddDays(3))
        .With(Donors[1], ComponentKind.Platelets, Now.AddDays(2))
        .With(Donors[2], ComponentKind.Platelets, Now.AddDays(3));
}
