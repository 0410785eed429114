using System.Text.Json;
using Distribution.Blood.Isbt128;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Isbt128;

public sealed class UnitNumberTests
{
    [Fact]
    public void A_unit_is_a_donation_and_a_product_end_to_end()
    {
        var unit = UnitNumber.Parse("A999921123456D0101VA0");

        unit.Donation.ShouldBe(DonationNumber.Parse("A999921123456"));
        unit.Product.ShouldBe(ProductCode.Parse("D0101VA0"));
        unit.ToString().ShouldBe("A999921123456D0101VA0");
    }

    [Fact]
    public void Two_bags_of_one_donation_are_two_units() =>
        UnitNumber.Parse("A999921123456D0101VA0").ShouldNotBe(UnitNumber.Parse("A999921123456D0101VB0"));

    [Theory]
    [InlineData("")]
    [InlineData("A999921123456")]
    [InlineData("A999921123456D0101V0")]
    [InlineData("A999921123456D0101V000")]
    [InlineData("O999921123456D0101V00")]
    [InlineData("A999921123456d0101V00")]
    public void Other_text_is_refused(string text) => UnitNumber.TryParse(text, null, out _).ShouldBeFalse();

    [Fact]
    public void Text_and_JSON_give_back_the_unit() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Numbers.Units.ToArbitrary(), unit =>
            UnitNumber.Parse(unit.ToString()) == unit
            && JsonSerializer.Deserialize<UnitNumber>(JsonSerializer.Serialize(unit)) == unit));

    [Fact]
    public void A_unit_may_be_a_key_in_JSON()
    {
        var stock = new Dictionary<UnitNumber, int> { [UnitNumber.Parse("A999921123456D0101V00")] = 1 };

        JsonSerializer.Serialize(stock).ShouldBe("""{"A999921123456D0101V00":1}""");
    }

    [Fact]
    public void Units_sort_as_their_text_does() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Numbers.Units.ToArbitrary(), Numbers.Units.ToArbitrary(), (one, other) =>
            Math.Sign(one.CompareTo(other)) == Math.Sign(string.CompareOrdinal(one.ToString(), other.ToString()))));

    [Fact]
    public void The_default_value_is_no_unit() => default(UnitNumber).ToString().ShouldBe("");
}

public sealed class ProductCodeTests
{
    [Fact]
    public void A_code_is_description_collection_and_division()
    {
        var code = ProductCode.Parse("D0101V00");

        code.Description.ShouldBe("D0101");
        code.CollectionType.ShouldBe('V');
        code.Division.ShouldBe("00");
        ProductCode.Create("D0101", 'V', "Aa").ToString().ShouldBe("D0101VAa");
    }

    [Theory]
    [InlineData("00101V00")]
    [InlineData("d0101V00")]
    [InlineData("D01a1V00")]
    [InlineData("D0101-00")]
    [InlineData("D0101Va0")]
    [InlineData("D0101V0A")]
    [InlineData("D0101V0")]
    [InlineData("D0101V000")]
    public void Other_text_is_refused(string text) => ProductCode.TryParse(text, null, out _).ShouldBeFalse();

    [Fact]
    public void Text_and_JSON_give_back_the_code() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Numbers.Products.ToArbitrary(), code =>
            ProductCode.Parse(code.ToString()) == code
            && ProductCode.Create(code.Description, code.CollectionType, code.Division) == code
            && JsonSerializer.Deserialize<ProductCode>(JsonSerializer.Serialize(code)) == code));
}

public sealed class BoxNumberTests
{
    [Fact]
    public void One_scan_proves_which_box_of_how_many()
    {
        var box = BoxNumber.Parse("A999917123450102");

        box.Consignment.ShouldBe(ConsignmentNumber.Create("A9999", 17, 12345));
        box.Box.ShouldBe(1);
        box.Total.ShouldBe(2);
        box.IsPaperwork.ShouldBeFalse();
        box.Consignment.ToString().ShouldBe("A99991712345");
        (box.Consignment.Facility, box.Consignment.Year, box.Consignment.Serial).ShouldBe(("A9999", 17, 12345));
    }

    [Fact]
    public void Box_zero_is_on_the_paperwork() => BoxNumber.Parse("A999917123450002").IsPaperwork.ShouldBeTrue();

    [Theory]
    [InlineData("A999917123450302")]
    [InlineData("A999917123450000")]
    [InlineData("A99991712345010")]
    [InlineData("A99991712345AB02")]
    [InlineData("09999 7123450102")]
    public void Other_text_is_refused(string text) => BoxNumber.TryParse(text, null, out _).ShouldBeFalse();

    [Theory]
    [InlineData(3, 2)]
    [InlineData(-1, 2)]
    [InlineData(0, 0)]
    [InlineData(1, 100)]
    public void A_box_outside_its_consignment_cannot_be_built(int box, int total) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new BoxNumber(ConsignmentNumber.Parse("A99991712345"), box, total));

    [Theory]
    [InlineData("A999", 17, 1)]
    [InlineData("A9999", 100, 1)]
    [InlineData("A9999", 17, 100_000)]
    public void A_consignment_number_is_not_built_from_parts_out_of_range(string facility, int year, int serial) =>
        Should.Throw<ArgumentException>(() => ConsignmentNumber.Create(facility, year, serial));

    [Fact]
    public void Text_and_JSON_give_back_the_box_and_its_consignment() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Numbers.Boxes.ToArbitrary(), box =>
            BoxNumber.Parse(box.ToString()) == box
            && ConsignmentNumber.Parse(box.Consignment.ToString()) == box.Consignment
            && JsonSerializer.Deserialize<BoxNumber>(JsonSerializer.Serialize(box)) == box
            && JsonSerializer.Deserialize<ConsignmentNumber>(JsonSerializer.Serialize(box.Consignment)) == box.Consignment));

    [Fact]
    public void Boxes_sort_as_their_text_does() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Numbers.Boxes.ToArbitrary(), Numbers.Boxes.ToArbitrary(), (one, other) =>
            Math.Sign(one.CompareTo(other)) == Math.Sign(string.CompareOrdinal(one.ToString(), other.ToString()))));
}
