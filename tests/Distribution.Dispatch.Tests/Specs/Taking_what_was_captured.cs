using Distribution.Blood.Captures;
using Distribution.Blood.Isbt128;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class Taking_what_was_captured
{
    [Fact]
    public void Lets_a_consignment_arrive_by_its_papers_or_by_a_box()
    {
        Told(CaptureAction.Arrive, box: Box(0, 2)).Then(new ConsignmentEvent.ConsignmentArrived(Number));
        Told(CaptureAction.Arrive, box: Box(1, 2)).Then(new ConsignmentEvent.ConsignmentArrived(Number), new ConsignmentEvent.BoxArrived(1, 2));
    }

    [Fact]
    public void Checks_in_what_came_out_of_the_boxes() =>
        Told(CaptureAction.CheckIn, First).Then(new ConsignmentEvent.UnitCheckedIn(First, Expected: true));

    [Fact]
    public void Tells_both_ends_of_what_stands_at_the_wrong_site()
    {
        Spec.For<Consignment>().Given(AllPacked).Given(Dispatched)
            .When(state => CaptureDecider.Record(state, Line(CaptureAction.Arrive, box: Box(1, 1)), Policy, By(Elsewhere, Nurse)))
            .Then(new ConsignmentEvent.ConsignmentMisdelivered(Elsewhere, 1));
        Spec.For<Consignment>().Given(AllPacked).Given(Dispatched)
            .When(state => CaptureDecider.Record(state, Line(CaptureAction.CheckIn, First), Policy, By(Elsewhere, Nurse)))
            .ThenState(state => state.Strayed[First].ShouldBe(Elsewhere));
    }

    [Fact]
    public void Has_no_place_for_what_names_no_consignment_that_is_known() => Spec.For<Consignment>()
        .When(state => CaptureDecider.Record(state, Line(CaptureAction.Arrive, box: Box(1, 1)), Policy, AtHospital()))
        .ThenRejected("unknown-consignment");

    [Fact]
    public void Doubts_what_happened_before_the_hand_over_and_only_that()
    {
        var sent = Distribution.Blood.Deciding.Aggregate.Fold<Consignment>([.. AllPacked, Dispatched]);
        ConsignmentEvent[] decided = [new ConsignmentEvent.ConsignmentArrived(Number)];

        CaptureDecider.Doubts(sent, decided, Line(CaptureAction.Arrive, box: Box(0, 1)) with { At = Morning }, Hospital)
            .ShouldHaveSingleItem().Code.ShouldBe("before-hand-over");
        CaptureDecider.Doubts(sent, decided, Line(CaptureAction.Arrive, box: Box(0, 1)), Hospital).ShouldBeEmpty();
        CaptureDecider.Doubts(sent, [], Line(CaptureAction.Arrive, box: Box(0, 1)) with { At = Morning }, Hospital).ShouldBeEmpty();
    }

    [Fact]
    public void Keeps_a_line_on_the_board_until_somebody_of_the_site_has_looked_at_it()
    {
        var line = Line(CaptureAction.CheckIn, First);
        var unplaced = CaptureDecider.NoteChanged(line, Hospital).Events.ShouldHaveSingleItem();
        var settled = new CaptureEvent.LineSettled(Hospital, "D1", 7, "two devices had one code");

        Spec.For<Capture>().Given(unplaced).When(state => CaptureDecider.Settle(state, Hospital, "D1", 7, "two devices had one code")).Then(settled);
        Spec.For<Capture>().Given(unplaced, settled).When(state => CaptureDecider.Settle(state, Hospital, "D1", 7, "something else")).ThenNothing();
        Spec.For<Capture>().Given(unplaced, settled, unplaced).When(state => CaptureDecider.Settle(state, Hospital, "D1", 7, "again"))
            .ThenState(state => state.Open.ShouldBeEmpty());
        Spec.For<Capture>().Given(unplaced).When(state => CaptureDecider.Settle(state, Hospital, "D1", 8, "which?")).ThenRejected("unknown-capture-line");
    }

    private static SpecOutcome<Consignment, ConsignmentEvent> Told(CaptureAction action, UnitNumber? unit = null, BoxNumber? box = null) =>
        Spec.For<Consignment>().Given(AllPacked).Given(Dispatched).When(state => CaptureDecider.Record(state, Line(action, unit, box), Policy, AtHospital()));

    private static CaptureLine Line(CaptureAction action, UnitNumber? unit = null, BoxNumber? box = null) =>
        new(2, "D1", 7, Morning.AddHours(2), Nurse, action, unit, box, null, null, null, null, null, "digest");
}
