using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

/// <summary>What was done without a connection is told later, and nothing of it is refused.</summary>
public sealed class Telling_of_the_bench_afterwards
{
    [Fact]
    public void of_an_issue_that_every_rule_allowed_says_nothing_more() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient(), Crossmatched())
        .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, Order, Recipient, SecondNurse, AtHospital))
        .Then(new UnitIssueRecorded(Order, Recipient, SecondNurse, Hospital, Now.AddDays(1), OPositive));

    [Fact]
    public void of_an_issue_that_no_rule_allowed_says_all_that_stood_against_it() => Spec.For<Unit>()
        .Given(InStock(Elsewhere, "A+", expiresAt: Now))
        .Given(new UnitHeld("lookback", null))
        .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, Order, Recipient, Nurse, AtHospital))
        .ThenState(state =>
        {
            state.Discrepancies.Select(discrepancy => discrepancy.Code).ShouldBe(
                ["held", "expired", "not-here", "not-reserved", "abo-incompatible", "crossmatch-missing", "second-person-required"]);
            state.Custody.ShouldBe(new Custody(CustodyKind.IssuedOut, Hospital, null, null));
            state.Issue!.Recipient.ShouldBe(Recipient);
        });

    [Fact]
    public void of_an_issue_is_judged_by_the_time_at_which_it_happened() => Spec.For<Unit>()
        .Given(InStock(Hospital, expiresAt: Now.AddMinutes(-10)))
        .Given(ReservedForPatient(), Crossmatched())
        .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, Order, Recipient, SecondNurse, At(Hospital, Now, Now.AddHours(-3))))
        .ThenState(state => state.Discrepancies.ShouldBeEmpty());

    [Fact]
    public void of_an_issue_without_an_order_takes_that_of_the_reservation_or_says_that_there_is_none()
    {
        Spec.For<Unit>().Given(InStock(Hospital)).Given(ReservedForPatient(), Crossmatched())
            .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, null, Recipient, SecondNurse, AtHospital))
            .ThenState(state => state.Issue!.Order.ShouldBe(Order));
        Spec.For<Unit>().Given(InStock(Hospital))
            .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, null, Recipient, SecondNurse, AtHospital))
            .ThenState(state =>
            {
                state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("issued-without-order");
                state.IsAvailable(Now).ShouldBeFalse("It hangs at a bed.");
            });
    }

    [Fact]
    public void of_an_issue_twice_is_once_and_after_the_end_is_a_contradiction()
    {
        Spec.For<Unit>().Given(OutWithAPatient())
            .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, Order, Recipient, SecondNurse, AtHospital))
            .ThenNothing();
        Spec.For<Unit>().Given(InStock(Hospital)).Given(new UnitLost("not found", null))
            .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, Order, Recipient, SecondNurse, AtHospital))
            .Then(Discrepancy("issued-after-end", $"The unit was given up as lost and was handed out at HN-XP for {Recipient} on order {Order} at 2026-03-02T08:00:00Z, verified by A9991-N02."));
    }

    [Fact]
    public void of_a_return_holds_what_came_back_too_late() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.RecordReturn(state, Back(31), BenchPolicy, AtHospital))
        .Then(
            new UnitReturned(Order, Recipient, 31, false, Appearance.Normal, true),
            new UnitReservationEnded(Order, "returned"),
            new UnitHeld("out-of-storage", null, Hospital, Nurse));

    [Fact]
    public void of_a_return_to_another_site_finds_it_there() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.RecordReturn(state, Back(5), BenchPolicy, At(Elsewhere, Now)))
        .ThenState(state =>
        {
            state.Custody.ShouldBe(Custody.At(Elsewhere));
            state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("found-elsewhere");
        });

    [Fact]
    public void of_a_return_of_what_nobody_had_stands_as_a_contradiction() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .When(state => BenchDecider.RecordReturn(state, Back(5), BenchPolicy, AtHospital))
        .Then(Discrepancy("returned-without-issue", "Came back to HN-XP at 2026-03-02T08:00:00Z without having been handed out."));

    [Fact]
    public void of_a_return_of_what_nobody_had_stops_it_by_the_same_rules() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .When(state => BenchDecider.RecordReturn(state, Back(300, Appearance.Leaking, sealIntact: false), BenchPolicy, AtHospital))
        .ThenState(state => state.Holds.ShouldBe(["out-of-storage", "appearance-leaking", "seal-broken"]));

    [Fact]
    public void of_an_older_hand_over_leaves_the_newer_one_standing() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, OtherOrder, OtherRecipient, SecondNurse, At(Hospital, Now, Now.AddHours(-1))))
        .ThenState(state =>
        {
            state.Issue!.Recipient.ShouldBe(Recipient);
            state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("issued-earlier");
        });

    [Fact]
    public void of_a_return_from_somebody_else_or_before_the_hand_over_leaves_it_out()
    {
        Spec.For<Unit>().Given(OutWithAPatient())
            .When(state => BenchDecider.RecordReturn(state, Back(5, Appearance.Leaking), BenchPolicy, AtHospital, OtherRecipient))
            .ThenState(state =>
            {
                state.Issue!.Recipient.ShouldBe(Recipient);
                state.Custody.Kind.ShouldBe(CustodyKind.IssuedOut);
                state.Holds.ShouldBe(["appearance-leaking"]);
                state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("returned-of-another");
            });
        Spec.For<Unit>().Given(OutWithAPatient())
            .When(state => BenchDecider.RecordReturn(state, Back(5), BenchPolicy, At(Hospital, Now, Now.AddHours(-1))))
            .ThenState(state => state.Issue!.Recipient.ShouldBe(Recipient));
    }

    [Fact]
    public void of_cells_that_nobody_crossmatched_is_to_be_made_up_for()
    {
        var handedOut = Spec.For<Unit>().Given(InStock(Hospital)).Given(ReservedForPatient()).Given(new UnitIssueRecorded(Order, Recipient, SecondNurse, Hospital, Now.AddDays(1), OPositive, Now.AddDays(1)));

        Spec.For<Unit>().Given(InStock(Hospital)).Given(ReservedForPatient())
            .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, Order, Recipient, SecondNurse, AtHospital))
            .ThenState(state => state.Issue!.CrossmatchDue.ShouldBe(Now.AddDays(1)));
        handedOut.Given(new UnitTransfused(Order, Recipient, Now, 240)).When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(), AtHospital)).Then(Crossmatched());
        handedOut.When(state => BenchDecider.CrossmatchFallDue(state, At(Hospital, Now.AddDays(1)))).Then(new UnitCrossmatchOverdue(Order, Recipient, Now.AddDays(1)));
    }

    [Fact]
    public void of_a_hand_over_on_another_order_frees_the_one_that_it_was_reserved_for() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient())
        .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, OtherOrder, OtherRecipient, SecondNurse, AtHospital))
        .ThenState(state =>
        {
            state.Reservation.ShouldBeNull();
            var given = BenchDecider.RecordTransfusion(state, new Transfusion(Now, 240), AtHospital).Events.OfType<UnitTransfused>().ShouldHaveSingleItem();
            (given.Order, given.Recipient).ShouldBe((OtherOrder, OtherRecipient));
        });

    [Fact]
    public void of_the_same_against_it_for_another_patient_stands_beside_the_first()
    {
        var history = Spec.For<Unit>().Given(InStock(Hospital)).When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, Order, Recipient, SecondNurse, AtHospital)).Decision.Events;

        Spec.For<Unit>().Given(InStock(Hospital)).Given(history).Given(new UnitReturned(Order, Recipient, 5, true))
            .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, OtherOrder, OtherRecipient, SecondNurse, AtHospital))
            .ThenState(state => state.Discrepancies.Count(discrepancy => discrepancy.Code == "crossmatch-missing").ShouldBe(2));
    }

    [Fact]
    public void of_a_transfusion_without_a_hand_over_tells_into_whom()
    {
        var told = new Transfusion(Now, 240, Recipient: Recipient, Order: Order);

        Spec.For<Unit>().Given(InStock(Hospital))
            .When(state => BenchDecider.RecordTransfusion(state, told, AtHospital))
            .ThenState(state => state.Fate!.Recipient.ShouldBe(Recipient));
        Spec.For<Unit>().Given(InStock(Hospital)).Given(new UnitLost("not found", null))
            .When(state => BenchDecider.RecordTransfusion(state, told, AtHospital))
            .Then(Discrepancy("transfused-after-end", $"The unit was given up as lost and was transfused at HN-XP from 2026-03-02T08:00:00Z to {Recipient} on order {Order}, 240 mL."));
    }

    [Fact]
    public void of_a_volume_that_no_bag_holds_is_refused_however_large() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.RecordTransfusion(state, new Transfusion(Now, 43_000_000), AtHospital))
        .ThenRejected("volume-exceeds-unit");

    [Fact]
    public void of_a_leg_that_missed_it_leaves_what_is_out_with_a_patient_to_the_patient() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => CustodyDecider.RecordMissing(state, Journey))
        .ThenState(state =>
        {
            state.Reservation.ShouldNotBeNull();
            state.Crossmatch.ShouldNotBeNull();
        });

    [Fact]
    public void of_a_discard_ends_it_wherever_it_was_believed_to_be() => Spec.For<Unit>()
        .Given(InStock(Elsewhere))
        .When(state => BenchDecider.RecordDiscard(state, "bag-leaking", AtHospital))
        .Then(new UnitDiscarded("bag-leaking", null), Discrepancy("discarded-elsewhere", "Discarded at HN-XP while at HN-SS."));

    [Fact]
    public void of_a_discard_twice_is_once() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(new UnitDiscarded("bag-leaking", null))
        .When(state => BenchDecider.RecordDiscard(state, "bag-leaking", AtHospital))
        .ThenNothing();
}
