using Distribution.Blood.Captures;
using Distribution.Blood.Identifiers;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

/// <summary>What a site without a connection did is told later: nothing of it is refused.</summary>
public sealed class Taking_what_was_captured
{
    [Fact]
    public void Puts_a_unit_away_where_it_is() =>
        Told(InStock(Hospital), CaptureAction.Store, "F1-S2").Then(new UnitStored("F1-S2"));

    [Fact]
    public void Puts_a_unit_away_that_the_record_has_elsewhere_and_says_so() =>
        Told(InStock(Elsewhere), CaptureAction.Store, "F1-S2").Then(
            new UnitFound(Hospital), Discrepancy("found-elsewhere", "Found at HN-XP while at HN-SS."), new UnitStored("F1-S2"));

    [Fact]
    public void Takes_what_was_on_the_road_to_the_site_as_arrived_without_a_word_against_it() =>
        Told([.. InStock(), ReservedForStock(), Dispatched()], CaptureAction.Store, "F1-S2").Then(new UnitFound(Hospital), new UnitStored("F1-S2"));

    [Fact]
    public void Says_that_what_was_put_away_had_met_its_end() =>
        Told([.. InStock(Hospital), new UnitDiscarded("leaking", null)], CaptureAction.Store, "F1-S2")
            .Then(Discrepancy("stored-after-end", "The unit was discarded and was put away at HN-XP at 2026-03-02T08:00:00Z."));

    [Fact]
    public void Puts_away_once_what_is_told_twice() =>
        Told([.. InStock(Hospital), new UnitStored("F1-S2")], CaptureAction.Store, "F1-S2").ThenNothing();

    [Fact]
    public void Hands_out_what_was_reserved_for_the_patient() =>
        Told([.. InStock(Hospital), ReservedForPatient(), Crossmatched()], CaptureAction.Issue, recipient: Recipient, second: SecondNurse)
            .Then(new UnitIssueRecorded(Order, Recipient, SecondNurse, Hospital, Now.AddDays(1), OPositive));

    [Fact]
    public void Says_all_that_stood_against_a_unit_reserved_for_somebody_else() =>
        Told([.. InStock(Hospital), ReservedForPatient()], CaptureAction.Issue, order: OtherOrder, recipient: OtherRecipient, second: SecondNurse)
            .ThenState(state =>
            {
                state.Issue!.Recipient.ShouldBe(OtherRecipient);
                state.Discrepancies.Select(discrepancy => discrepancy.Code).ShouldBe(["not-reserved", "crossmatch-missing"]);
            });

    [Fact]
    public void Keeps_a_transfusion_whose_volume_cannot_be_and_says_so() =>
        Told(OutWithAPatient(), CaptureAction.Transfuse, "900").ThenState(state =>
        {
            state.Fate!.Kind.ShouldBe(FateKind.Transfused);
            state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("volume-exceeds-unit");
        });

    [Fact]
    public void Says_that_a_transfused_unit_was_out_with_somebody_else() =>
        Told(OutWithAPatient(), CaptureAction.Transfuse, "240", recipient: OtherRecipient)
            .ThenState(state => state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("transfused-to-another"));

    [Theory]
    [InlineData(null, "not-inspected")]
    [InlineData("brought by the night porter", "not-inspected")]
    [InlineData("leaking", "appearance-leaking")]
    [InlineData("seal-broken", "seal-broken")]
    public void Holds_what_came_back_unless_somebody_wrote_down_that_it_is_sound(string? note, string hold) =>
        Told(OutWithAPatient(), CaptureAction.Return, "12", note: note).ThenState(state =>
        {
            state.Holds.ShouldBe([hold]);
            state.Custody.ShouldBe(Custody.At(Hospital));
        });

    [Fact]
    public void Holds_what_came_back_without_having_been_handed_out_and_without_a_look()
    {
        Told(InStock(Hospital), CaptureAction.Return, "12").ThenState(state => state.Holds.ShouldBe(["not-inspected"]));
        Told([.. InStock(Hospital), new UnitHeld("not-inspected", null, Hospital, Nurse)], CaptureAction.Return, "12").ThenState(state =>
            UnitDecider.EndHold(state, "not-inspected", null, AtHospital).Rejections.ShouldHaveSingleItem().Code.ShouldBe("second-person-required"));
    }

    [Fact]
    public void Takes_back_what_came_back_sound_and_in_time() =>
        Told(OutWithAPatient(), CaptureAction.Return, "12", note: "intact").ThenState(state => state.IsAvailable(Now).ShouldBeTrue());

    [Fact]
    public void Gives_up_what_is_lost_wherever_the_record_has_it()
    {
        Told(InStock(Hospital), CaptureAction.Lose, "not-found").Then(new UnitLost("not-found", null));
        Told(InStock(Elsewhere), CaptureAction.Lose, "not-found").Then(
            new UnitLost("not-found", null), Discrepancy("lost-elsewhere", "Given up at HN-XP while at HN-SS."));
        Told([.. InStock(Hospital), new UnitLost("gone", null)], CaptureAction.Lose, "not-found").ThenNothing();
        Told([.. InStock(Hospital), new UnitDiscarded("leaking", null)], CaptureAction.Lose, "not-found")
            .Then(Discrepancy("lost-after-end", "The unit was discarded before it was given up at HN-XP (not-found)."));
    }

    [Theory]
    [InlineData(CaptureAction.Store, "F1")]
    [InlineData(CaptureAction.Issue, null)]
    [InlineData(CaptureAction.Transfuse, null)]
    [InlineData(CaptureAction.Return, "5")]
    [InlineData(CaptureAction.Discard, "leaking")]
    [InlineData(CaptureAction.Lose, "not-found")]
    [InlineData(CaptureAction.Find, null)]
    public void Takes_it_of_a_unit_that_nobody_has_told_of(CaptureAction action, string? value) =>
        Told([], action, value, recipient: Recipient, second: SecondNurse).ThenState(state => state.Discrepancies.ShouldNotBeEmpty());

    [Fact]
    public void Puts_what_a_device_tells_otherwise_than_before_on_the_board_once()
    {
        var line = Line(CaptureAction.Lose, "not-found");

        Spec.For<Unit>().Given(InStock(Hospital)).When(state => CaptureDecider.NoteChanged(state, line))
            .ThenState(state => state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("capture-line-changed"));
        var noted = CaptureDecider.NoteChanged(Unit.Initial, line).Events.ShouldHaveSingleItem();
        Spec.For<Unit>().Given(InStock(Hospital)).Given(noted).When(state => CaptureDecider.NoteChanged(state, line)).ThenNothing();
    }

    private static SpecOutcome<Unit, UnitEvent> Told(
        IReadOnlyList<object> before, CaptureAction action, string? value = null, string? note = null, OrderId? order = null, RecipientId? recipient = null, string? second = null) =>
        Spec.For<Unit>().Given(before).When(state => CaptureDecider.Record(
            state, Known(), BenchPolicy, Line(action, value, note, order, recipient, second), AtHospital));

    private static CaptureLine Line(
        CaptureAction action, string? value = null, string? note = null, OrderId? order = null, RecipientId? recipient = null, string? second = null) =>
        new(2, "D1", 1, Now, Nurse, action, Number(), null, second, order, recipient, value, note, "digest");
}
