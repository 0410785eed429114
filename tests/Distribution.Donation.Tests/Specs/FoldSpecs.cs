using Distribution.Blood.Deciding;
using Distribution.EventStore;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

public sealed class Folding
{
    [Fact]
    public void throws_on_an_event_of_another_family()
    {
        Should.Throw<InvalidOperationException>(() => Donor.Evolve(Donor.Initial, Typed));
        Should.Throw<InvalidOperationException>(() => Donation.Evolve(Donation.Initial, Registered));
        Should.Throw<InvalidOperationException>(() => Implication.Evolve(Implication.Initial, Registered));
    }

    [Fact]
    public void knows_every_event_of_its_family()
    {
        object[] all =
        [
            Registered, new DonorGave(Number, CollectedAt), new DonorDeferred("marker-reactive"), new DonorDeferralEnded("marker-reactive"),
            new DonorIdentityErased("donor-request"),
            Planned, new DriveAmended("Spring", "hn-spring", DriveKind.Campaign, [CollectionPoint], new(2026, 4, 24), new(2026, 4, 27), 200, []), new DriveCanceled("storm"),
            Collected, Typed, Negative, RedCellsPrepared, Signed, ReleasedFrom(RedCellsPrepared), DiscardedFrom(RedCellsPrepared, "bag-broken"),
            new DonorGroupKnown(OPositive, Number),
            FirstFound, new GroupCorrected(OPositive, OPositive, "tube-mixed-up", SecondPerson), Found("hiv", MarkerResult.Negative),
            new MarkerConfirmed("hiv", Confirmation.Positive), new MarkerResultCorrected("hiv", MarkerResult.Negative, MarkerResult.Reactive, "tube-mixed-up", SecondPerson, 1),
            Held, new DonationHoldEnded(LookbackCase),
            Opened, new ImplicationExtended(LookbackCase, Opened.Kind, Opened.Reason, [OtherNumber]), new ImplicationEnded(LookbackCase, "mistake", SecondPerson, [], Opened.OpenedAt),
            new RecallTold(LookbackCase, Opened.Kind, Opened.Reason, [Number], Opened.OpenedAt), new RecallEnded(LookbackCase, true, "mistake", SecondPerson, Opened.OpenedAt),
            PlasmaUsedUp, new ComponentLabelVerified(RedCellsPrepared.Unit, "scan"),
        ];

        all.Select(@event => @event.GetType()).Distinct().ShouldBe(EventTypes.From(typeof(Donation).Assembly).ByName.Values, ignoreOrder: true);
        var typed = Donation.Evolve(Donation.Initial, Typed);
        foreach (var @event in all)
        {
            _ = @event switch
            {
                DonorEvent => (object)Donor.Evolve(Donor.Initial, @event),
                ImplicationEvent => Implication.Evolve(Implication.Initial, @event),
                DriveEvent => Drive.Evolve(Drive.Initial, @event),
                _ => Donation.Evolve(typed, @event),
            };
        }
    }

    [Fact]
    public void is_the_same_after_a_round_through_the_stored_form()
    {
        var types = EventTypes.From(typeof(Donation).Assembly);
        object[] history = [Collected, FirstFound, SecondFound, Found("hiv", MarkerResult.Negative), Negative, RedCellsPrepared, PlateletsPrepared, Signed, ReleasedFrom(RedCellsPrepared)];
        var stored = history.Select(@event => types.Deserialize(types.NameOf(@event.GetType()), EventTypes.Serialize(@event)));

        Approve.Serialize(Aggregate.Fold<Donation>(stored)).ShouldBe(Approve.Serialize(Aggregate.Fold<Donation>(history)));
    }
}
