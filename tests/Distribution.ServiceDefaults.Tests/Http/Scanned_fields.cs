using Distribution.Blood.BloodGroups;
using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Http;

public sealed class Scanned_fields
{
    private const string Donation = "=A999926000001" + "00";
    private const string Product = "=<D0101V00";

    [Fact]
    public void Are_read_by_what_was_scanned()
    {
        ScanFields.DonationNumber("donation", Donation).ShouldBe(DonationNumber.Parse("A999926000001", null));
        ScanFields.ProductCode("product", Product).ShouldBe(ProductCode.Parse("D0101V00", null));
        ScanFields.UnitNumber("unit", Donation + Product).ShouldBe(
            new UnitNumber(DonationNumber.Parse("A999926000001", null), ProductCode.Parse("D0101V00", null)));
        ScanFields.BloodGroup("group", "=%5100").ShouldBe(new BloodGroup(Abo.O, RhD.Positive));
    }

    [Fact]
    public void May_be_a_donation_number_typed_by_hand_with_its_check_character()
    {
        var donation = DonationNumber.Parse("A999926000001", null);
        ScanFields.DonationNumber("donation", $"A9999 26 000001 {donation.CheckCharacter}").ShouldBe(donation);
    }

    [Fact]
    public void Name_the_field_and_the_wrong_symbol()
    {
        var problem = Should.Throw<HttpProblemException>(() => ScanFields.DonationNumber("donation", Product)).Problem;

        (problem.Status, problem.Code, problem.Field).ShouldBe((400, "wrong-symbol", "donation"));
        problem.Title.ShouldContain("product code");
        problem.Title.ShouldContain("donation number");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Are_refused_when_empty(string? scan) =>
        Should.Throw<HttpProblemException>(() => ScanFields.UnitNumber("unit", scan)).Problem.Code.ShouldBe("empty-scan");

    [Fact]
    public void A_unit_takes_both_of_its_symbols() =>
        Should.Throw<HttpProblemException>(() => ScanFields.UnitNumber("unit", Donation)).Problem.Code.ShouldBe("wrong-symbol");
}
