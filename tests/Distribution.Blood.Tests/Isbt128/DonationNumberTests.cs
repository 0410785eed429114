using System.Text.Json;
using Distribution.Blood.Isbt128;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Isbt128;

public sealed class DonationNumberTests
{
    [Theory]
    [InlineData("G123417654321", 'A')]
    [InlineData("A999921123456", '3')]
    [InlineData("A999818123456", 'N')]
    [InlineData("A999820123456", 'E')]
    [InlineData("A999917123456", '9')]
    [InlineData("A999917345628", '*')]
    [InlineData("A999917123654", 'Y')]
    [InlineData("A999918000001", '8')]
    public void The_check_character_is_the_one_the_standard_prints(string text, char check)
    {
        DonationNumber.Parse(text).CheckCharacter.ShouldBe(check);
        DonationNumber.TryParseTyped(text + check, out var typed).ShouldBeTrue();
        typed.ToString().ShouldBe(text);
    }

    [Fact]
    public void A_number_is_facility_year_and_sequence()
    {
        var number = DonationNumber.Parse("A999917003456");

        number.Facility.ShouldBe("A9999");
        number.Year.ShouldBe(17);
        number.Sequence.ShouldBe(3456);
        DonationNumber.Create("A9999", 17, 3456).ShouldBe(number);
    }

    [Theory]
    [InlineData("A9999 21 123456 3")]
    [InlineData("a999921123456 3")]
    [InlineData(" A9999211234563 ")]
    public void A_typed_number_may_have_blanks_and_small_letters(string text)
    {
        DonationNumber.TryParseTyped(text, out var number).ShouldBeTrue();
        number.ShouldBe(DonationNumber.Parse("A999921123456"));
    }

    [Theory]
    [InlineData("A999921123456")]
    [InlineData("A9999211234564")]
    [InlineData("A99992112345633")]
    [InlineData("A9999-21-123456-3")]
    [InlineData("")]
    public void A_typed_number_without_its_own_check_character_is_refused(string text) =>
        DonationNumber.TryParseTyped(text, out _).ShouldBeFalse();

    [Fact]
    public void A_typed_number_with_any_one_character_mistyped_is_refused() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            Numbers.Donations.ToArbitrary(),
            Gen.Choose(0, DonationNumber.Length - 1).ToArbitrary(),
            Gen.Elements("0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ".ToCharArray()).ToArbitrary(),
            (number, position, c) =>
            {
                var typed = (number.ToString() + number.CheckCharacter).ToCharArray();
                if (typed[position] == c)
                    return true;
                typed[position] = c;
                return !DonationNumber.TryParseTyped(typed, out _);
            }));

    [Fact]
    public void A_typed_number_with_two_neighbors_swapped_is_refused() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            Numbers.Donations.ToArbitrary(),
            Gen.Choose(0, DonationNumber.Length - 2).ToArbitrary(),
            (number, position) =>
            {
                var typed = (number.ToString() + number.CheckCharacter).ToCharArray();
                if (typed[position] == typed[position + 1])
                    return true;
                (typed[position], typed[position + 1]) = (typed[position + 1], typed[position]);
                return !DonationNumber.TryParseTyped(typed, out _);
            }));

    [Theory]
    [InlineData("O999921123456")]
    [InlineData("0999921123456")]
    [InlineData("AO99921123456")]
    [InlineData("A9O9921123456")]
    [InlineData("A99A921123456")]
    [InlineData("A999A21123456")]
    [InlineData("a999921123456")]
    [InlineData("A99992112345")]
    [InlineData("A9999211234567")]
    [InlineData("A9999211 3456")]
    [InlineData("A9999+1123456")]
    [InlineData("")]
    public void Text_outside_the_standards_alphabet_is_refused(string text) =>
        DonationNumber.TryParse(text, null, out _).ShouldBeFalse();

    [Theory]
    [InlineData("1000017123456")]
    [InlineData("9ZZ9917123456")]
    [InlineData("ABC1217123456")]
    public void A_facility_may_begin_with_a_digit_and_hold_letters(string text) =>
        DonationNumber.Parse(text).ToString().ShouldBe(text);

    [Theory]
    [InlineData("A999", 21, 1)]
    [InlineData("A9999", 100, 1)]
    [InlineData("A9999", -1, 1)]
    [InlineData("A9999", 21, 1_000_000)]
    [InlineData("A9999", 21, -1)]
    public void A_number_is_not_built_from_parts_out_of_range(string facility, int year, int sequence) =>
        Should.Throw<ArgumentException>(() => DonationNumber.Create(facility, year, sequence));

    [Fact]
    public void Text_and_JSON_give_back_the_number() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Numbers.Donations.ToArbitrary(), number =>
            DonationNumber.Parse(number.ToString()) == number
            && DonationNumber.Create(number.Facility, number.Year, number.Sequence) == number
            && JsonSerializer.Serialize(number) == $"\"{number}\""
            && JsonSerializer.Deserialize<DonationNumber>($"\"{number}\"") == number));

    [Fact]
    public void Numbers_sort_as_their_text_does() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Numbers.Donations.ToArbitrary(), Numbers.Donations.ToArbitrary(), (one, other) =>
            Math.Sign(one.CompareTo(other)) == Math.Sign(string.CompareOrdinal(one.ToString(), other.ToString()))));

    [Fact]
    public void The_default_value_is_no_number()
    {
        default(DonationNumber).ToString().ShouldBe("");
        default(DonationNumber).Facility.ShouldBe("");
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<DonationNumber>("\"\""));
    }
}
