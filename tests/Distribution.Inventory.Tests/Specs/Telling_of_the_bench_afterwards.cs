using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

/// <summary>What was done without a connection is told later, and nothing of it is refused.</summary>
public sealed class Telling_of_the_bench_afterwards
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

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
            .ThenState(state => state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("issued-without-order"));
    }

    [Fact]
    public void of_an_issue_twice_is_once_and_after_the_end_is_a_contradiction()
    {
        Spec.For<Unit>().Given(OutWithAPatient())
            .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, Order, Recipient, SecondNurse, AtHospital))
            .ThenNothing();
        Spec.For<Unit>().Given(InStock(Hospital)).Given(new UnitLost("not found", null))
            .When(state => BenchDecider.RecordIssue(state, Known(), BenchPolicy, Order, Recipient, SecondNurse, AtHospital))
            .Then(Discrepancy("issued-after-end", "The unit was given up as lost and was handed out at HN-XP at 2026-03-02T08:00:00Z."));
    }

    [Fact]
    public void of_a_return_holds_what_came_back_too_late() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.RecordReturn(state, Back(31), Limit, AtHospital))
        .Then(
            new UnitReturned(Order, Recipient, 31, false, Appearance.Normal, true),
            new UnitReservationEnded(Order, "returned"),
            new UnitHeld("out-of-storage", null, Hospital, Nurse));

    [Fact]
    public void of_a_return_to_another_site_finds_it_there() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.RecordReturn(state, Back(5), Limit, At(Elsewhere, Now)))
        .ThenState(state =>
        {
            state.Custody.ShouldBe(Custody.At(Elsewhere));
            state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("found-elsewhere");
        });

    [Fact]
    public void of_a_return_of_what_nobody_had_stands_as_a_contradiction() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .When(state => BenchDecider.RecordReturn(state, Back(5), Limit, AtHospital))
        .Then(Discrepancy("returned-without-issue", "Came back to HN-XP at 2026-03-02T08:00:00Z without having been handed out."));

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
