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
    }

    [Fact]
    public void knows_every_event_of_its_family()
    {
        object[] all =
        [
            Registered, new DonorGave(Number, CollectedAt), new DonorDeferred("marker-reactive"), new DonorDeferralEnded("marker-reactive"),
            new DonorIdentityErased("donor-request"),
            Collected, Typed, Negative, RedCellsPrepared, Signed, ReleasedFrom(RedCellsPrepared), DiscardedFrom(RedCellsPrepared, "bag-broken"),
        ];

        all.Select(@event => @event.GetType()).ShouldBe(EventTypes.From(typeof(Donation).Assembly).ByName.Values, ignoreOrder: true);
        foreach (var @event in all)
            _ = @event is DonorEvent ? (object)Donor.Evolve(Donor.Initial, @event) : Donation.Evolve(Donation.Initial, @event);
    }

    [Fact]
    public void is_the_same_after_a_round_through_the_stored_form()
    {
        var types = EventTypes.From(typeof(Donation).Assembly);
        object[] history = [Collected, Typed, Negative, RedCellsPrepared, PlateletsPrepared, Signed, ReleasedFrom(RedCellsPrepared)];
        var stored = history.Select(@event => types.Deserialize(types.NameOf(@event.GetType()), EventTypes.Serialize(@event)));

        Approve.Serialize(Aggregate.Fold<Donation>(stored)).ShouldBe(Approve.Serialize(Aggregate.Fold<Donation>(history)));
    }
}
