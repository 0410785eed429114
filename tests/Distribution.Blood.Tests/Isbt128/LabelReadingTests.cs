using Distribution.Blood.BloodGroups;
using Distribution.Blood.Isbt128;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Isbt128;

public sealed class LabelReadingTests
{
    private const string Label = "=A99992612345600=%5100=<D0101V00&>0261032359";
    private static readonly UnitNumber Unit = new(DonationNumber.Parse("A999926123456"), ProductCode.Parse("D0101V00"));
    private static readonly BloodGroup OPositive = BloodGroup.Parse("O+", null);
    private static readonly TimeZoneInfo Hanoi = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");
    private static readonly DateTimeOffset Expiry = new(2026, 4, 13, 23, 59, 40, TimeSpan.FromHours(7));

    [Theory]
    [InlineData(Label)]
    [InlineData("=+04000" + Label)]
    [InlineData("&>0261032359=<D0101V00=A99992612345600=%5100")]
    public void A_label_is_read_in_any_order_and_keeps_the_four_symbols_in_one(string text)
    {
        LabelReading.TryRead(text, out var reading, out _).ShouldBeTrue();

        reading!.Data.ShouldBe(Label);
        reading.DifferencesFrom(Unit, OPositive, Expiry.ToUniversalTime(), Hanoi).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_scanned_along_is_not_kept()
    {
        LabelReading.TryRead(Label + "='A9990000N01", out var reading, out _).ShouldBeTrue();

        reading!.Data.ShouldBe(Label);
    }

    [Theory]
    [InlineData("", "empty-scan")]
    [InlineData("=A99992612345600=%5100=<D0101V00", "wrong-symbol")]
    [InlineData("=A99992612345600=%5100=<D0101V00&>0264002359", "invalid-date")]
    public void What_is_no_label_is_refused(string text, string code)
    {
        LabelReading.TryRead(text, out _, out var error).ShouldBeFalse();

        error!.Code.ShouldBe(code);
    }

    [Fact]
    public void Every_difference_is_told()
    {
        LabelReading.TryRead("=A99992612345700=%6200=<D0102V00&>0261032358", out var reading, out _).ShouldBeTrue();

        reading!.DifferencesFrom(Unit, OPositive, Expiry, Hanoi).Count.ShouldBe(4);
    }

    /// <summary>O+ for a certain patient: no label for anybody.</summary>
    [Fact]
    public void A_group_that_binds_the_unit_to_somebody_is_not_the_group_on_record()
    {
        LabelReading.TryRead(Label.Replace("=%5100", "=%5300", StringComparison.Ordinal), out var reading, out _).ShouldBeTrue();

        reading!.DifferencesFrom(Unit, OPositive, Expiry, Hanoi).ShouldHaveSingleItem().ShouldContain("blood group");
    }
}
