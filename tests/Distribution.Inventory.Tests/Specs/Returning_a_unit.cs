using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Returning_a_unit
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    [Fact]
    public void in_time_puts_it_back_into_the_stock() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.Return(state, Back(30), Limit, AtHospital))
        .Then(new UnitReturned(Order, Recipient, 30, Usable: true, Appearance.Normal, true), new UnitReservationEnded(Order, "returned"))
        .ThenState(state =>
        {
            state.IsAvailable(Now).ShouldBeTrue();
            state.Custody.ShouldBe(Custody.At(Hospital));
        });

    [Fact]
    public void too_late_holds_it() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.Return(state, Back(31), Limit, AtHospital))
        .Then(new UnitReturned(Order, Recipient, 31, Usable: false, Appearance.Normal, true), new UnitReservationEnded(Order, "returned"), new UnitHeld("out-of-storage", null, Hospital, Nurse));

    [Fact]
    public void after_its_expiry_ends_it() => Spec.For<Unit>()
        .Given(OutWithAPatient(expiresAt: Now))
        .When(state => BenchDecider.Return(state, Back(10), Limit, AtHospital))
        .Then(new UnitReturned(Order, Recipient, 10, Usable: true, Appearance.Normal, true), new UnitReservationEnded(Order, "returned"), new UnitExpired(Now, Order));

    [Fact]
    public void that_is_not_out_is_refused() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .When(state => BenchDecider.Return(state, Back(10), Limit, AtHospital))
        .ThenRejected("not-issued");

    [Fact]
    public void at_another_site_with_a_negative_time_is_refused_for_both() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.Return(state, Back(-1), Limit, AtCentre))
        .ThenRejected("not-here", "minutes-out-invalid");

    [Theory]
    [InlineData(Appearance.Leaking, true, "appearance-leaking")]
    [InlineData(Appearance.Clots, true, "appearance-clots")]
    [InlineData(Appearance.Normal, false, "seal-broken")]
    public void open_or_spoilt_holds_it_until_a_second_person_has_judged_it(Appearance appearance, bool sealIntact, string hold)
    {
        var returned = Spec.For<Unit>().Given(OutWithAPatient())
            .When(state => BenchDecider.Return(state, Back(5, appearance, sealIntact), Limit, AtHospital))
            .Then(
                new UnitReturned(Order, Recipient, 5, Usable: false, appearance, sealIntact),
                new UnitReservationEnded(Order, "returned"),
                new UnitHeld(hold, null, Hospital, Nurse));

        UnitDecider.EndHold(returned.After, hold, null, AtHospital).Rejections.ShouldHaveSingleItem().Code.ShouldBe("second-person-required");
        UnitDecider.EndHold(returned.After, hold, SecondNurse, AtHospital).IsRejected.ShouldBeFalse();
    }
}
