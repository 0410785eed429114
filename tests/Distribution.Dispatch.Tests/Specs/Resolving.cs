using Distribution.Blood.Deciding;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class Resolving_a_discrepancy
{
    private static readonly IReadOnlyList<ConsignmentEvent> Missing =
        [.. AllPacked, Dispatched, new ConsignmentEvent.DiscrepancyRaised(Number, Order, Second, DiscrepancyKind.Missing)];

    private static readonly ConsignmentEvent SenderSaysFound =
        new ConsignmentEvent.ResolutionProposed(Second, ConsignmentEnd.Sender, DiscrepancyResolution.FoundAtSender, Packer);

    private static Decision<ConsignmentEvent> Say(Consignment state, DiscrepancyResolution code, Provenance by, string? note = null) =>
        DiscrepancyDecider.Resolve(state, Second, code, note, by);

    [Fact]
    public void Takes_the_word_of_both_ends()
    {
        var told = Spec.For<Consignment>().Given(Missing)
            .When(state => Say(state, DiscrepancyResolution.FoundAtSender, AtCentre()))
            .Then(SenderSaysFound)
            .ThenState(state => state.Discrepancies[Second].IsOpen.ShouldBeTrue());
        told.ThenState(state => state.Discrepancies[Second].Turn.ShouldBe(ConsignmentEnd.Destination));

        Spec.For<Consignment>().Given([.. Missing, SenderSaysFound])
            .When(state => Say(state, DiscrepancyResolution.FoundAtSender, AtHospital(), "they rang us"))
            .Then(new ConsignmentEvent.DiscrepancyResolved(Second, "found-at-sender; they rang us", DiscrepancyResolution.FoundAtSender, Packer))
            .ThenState(state => state.Balance.ShouldBe(2, "two of three are still on the road"));
    }

    [Fact]
    public void May_begin_at_the_destination() =>
        Spec.For<Consignment>().Given(Missing)
            .When(state => Say(state, DiscrepancyResolution.Lost, AtHospital(), "searched"))
            .Then(new ConsignmentEvent.ResolutionProposed(Second, ConsignmentEnd.Destination, DiscrepancyResolution.Lost, Nurse, "searched"));

    [Fact]
    public void Stays_open_while_the_ends_do_not_agree() =>
        Spec.For<Consignment>().Given([.. Missing, SenderSaysFound])
            .When(state => Say(state, DiscrepancyResolution.Lost, AtHospital()))
            .Then(new ConsignmentEvent.ResolutionProposed(Second, ConsignmentEnd.Destination, DiscrepancyResolution.Lost, Nurse))
            .ThenState(state =>
            {
                state.Discrepancies[Second].IsDisputed.ShouldBeTrue();
                state.Discrepancies[Second].Turn.ShouldBe(ConsignmentEnd.Sender);
            });

    [Fact]
    public void Ends_when_one_end_comes_round() =>
        Spec.For<Consignment>()
            .Given([.. Missing, SenderSaysFound, new ConsignmentEvent.ResolutionProposed(Second, ConsignmentEnd.Destination, DiscrepancyResolution.Lost, Nurse)])
            .When(state => Say(state, DiscrepancyResolution.Lost, AtCentre()))
            .Then(new ConsignmentEvent.DiscrepancyResolved(Second, "lost", DiscrepancyResolution.Lost, Nurse));

    [Fact]
    public void Does_not_count_the_same_end_twice() =>
        Spec.For<Consignment>().Given([.. Missing, SenderSaysFound])
            .When(state => Say(state, DiscrepancyResolution.FoundAtSender, AtCentre(actor: "A9990-D02"))).ThenNothing();

    [Fact]
    public void Lets_an_end_stand_by_its_word_in_a_dispute() =>
        Spec.For<Consignment>()
            .Given([.. Missing, SenderSaysFound, new ConsignmentEvent.ResolutionProposed(Second, ConsignmentEnd.Destination, DiscrepancyResolution.Lost, Nurse)])
            .When(state => Say(state, DiscrepancyResolution.FoundAtSender, AtCentre()))
            .Then(SenderSaysFound)
            .ThenState(state => state.Discrepancies[Second].Turn.ShouldBe(ConsignmentEnd.Destination));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Leaves_the_damage_on_the_board(bool damagedFirst)
    {
        ConsignmentEvent[] both =
        [
            new ConsignmentEvent.UnitFoundDamaged(Stranger, DamageReason.Clots),
            new ConsignmentEvent.DiscrepancyRaised(Number, Order, Stranger, DiscrepancyKind.Unexpected),
        ];
        var outcome = Spec.For<Consignment>()
            .Given([
                .. AllPacked, Dispatched, new ConsignmentEvent.UnitCheckedIn(Stranger, false), .. damagedFirst ? both : both.Reverse(),
                new ConsignmentEvent.ResolutionProposed(Stranger, ConsignmentEnd.Sender, DiscrepancyResolution.KeptAtDestination, Packer)])
            .When(state => DiscrepancyDecider.Resolve(state, Stranger, DiscrepancyResolution.KeptAtDestination, null, AtHospital()));
        outcome.Then(
            new ConsignmentEvent.DiscrepancyResolved(Stranger, "kept-at-destination", DiscrepancyResolution.KeptAtDestination, Packer),
            new ConsignmentEvent.DiscrepancyRaised(Number, Order, Stranger, DiscrepancyKind.Damaged));
        outcome.ThenState(state => state.Balance.ShouldBe(3, "the stranger is accounted for, the three of the list are on the road"));
    }

    [Fact]
    public void Takes_two_people() =>
        Spec.For<Consignment>().Given([.. Missing, SenderSaysFound])
            .When(state => Say(state, DiscrepancyResolution.FoundAtSender, By(Hospital, Packer))).ThenRejected("second-person-required");

    [Fact]
    public void Keeps_the_first_resolution() =>
        Spec.For<Consignment>().Given([.. Missing, new ConsignmentEvent.DiscrepancyResolved(Second, "lost", DiscrepancyResolution.Lost, Packer)])
            .When(state => Say(state, DiscrepancyResolution.FoundAtSender, AtHospital())).ThenNothing();

    [Fact]
    public void Needs_a_discrepancy_and_one_of_the_two_sites() =>
        Spec.For<Consignment>().Given(Missing)
            .When(state => DiscrepancyDecider.Resolve(state, First, DiscrepancyResolution.Lost, null, By(Elsewhere, Nurse)))
            .ThenRejected("no-discrepancy", "wrong-site");

    [Fact]
    public void Lets_the_unit_leave_again_unless_it_is_gone_for_good()
    {
        var road = Knowing(new GateEvent.UnitDeparted(Second, Number, Order));
        var consignment = Spec.For<Consignment>().Given(Missing).State();

        GateDecider.Follow(road, Second, consignment, [Resolved(DiscrepancyResolution.FoundAtSender)]).Events.ShouldHaveSingleItem();
        GateDecider.Follow(road, Second, consignment, [Resolved(DiscrepancyResolution.Lost)]).Events.ShouldBeEmpty();
        GateDecider.Follow(road, Second, consignment, [Resolved(DiscrepancyResolution.Destroyed)]).Events.ShouldBeEmpty();

        static ConsignmentEvent Resolved(DiscrepancyResolution code) => new ConsignmentEvent.DiscrepancyResolved(Second, "x", code, Packer);
    }
}
