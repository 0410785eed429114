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

    [Theory]
    [InlineData("='A9990000D01", "A9990-D01")]
    [InlineData("  ='A9990000D01\r\n", "A9990-D01")]
    [InlineData("='A9990D00010", "A9990-D00010")]
    [InlineData("A9990-D01", "A9990-D01")]
    [InlineData(" a9990-d01\t", "A9990-D01")]
    public void Tell_a_person_by_the_badge_or_the_typed_code(string scan, string staff) =>
        ScanFields.Staff("carrierScan", scan).ShouldBe(staff);

    [Theory]
    [InlineData(null, "empty-scan")]
    [InlineData("  ", "empty-scan")]
    [InlineData(Donation, "wrong-symbol")]
    [InlineData(" " + Product, "wrong-symbol")]
    [InlineData("='A9990", "truncated-symbol")]
    [InlineData("='A9990000000", "invalid-staff-code")]
    [InlineData("='A9990000D 1", "invalid-staff-code")]
    [InlineData("who?", "invalid-staff-code")]
    [InlineData("Nguyễn", "invalid-staff-code")]
    [InlineData("A9990-D0123456789012345678901234567890123", "invalid-staff-code")]
    public void Refuse_what_is_nobodys_badge(string? scan, string code)
    {
        var problem = Should.Throw<HttpProblemException>(() => ScanFields.Staff("carrierScan", scan)).Problem;
        (problem.Status, problem.Code, problem.Field).ShouldBe((400, code, "carrierScan"));
    }
}
