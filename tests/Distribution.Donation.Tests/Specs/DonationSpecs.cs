using Distribution.Blood.Isbt128;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

public sealed class Collecting_a_donation
{
    private static readonly CollectDonation Collection = new(DonorOne, Number, 350);

    private static SpecOutcome<Donation, DonationEvent> Collecting(CollectDonation command, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given(history)
            .When(state => DonationDecider.Collect(state, command, Policy, By(FirstPerson, CollectedAt, site: CollectionPoint)));

    [Fact]
    public void keeps_donor_volume_time_and_site() => Collecting(Collection).Then(Collected);

    [Theory]
    [InlineData(0, "volume-invalid")]
    [InlineData(-1, "volume-invalid")]
    [InlineData(501, "volume-too-large")]
    public void is_refused_for_a_volume_out_of_range(int volume, string code) => Collecting(Collection with { VolumeMl = volume }).ThenRejected(code);

    [Fact]
    public void accepts_the_largest_volume() => Collecting(Collection with { VolumeMl = 500 }).Then(Collected with { VolumeMl = 500 });

    [Fact]
    public void does_nothing_when_the_same_collection_is_sent_again() => Collecting(Collection, Collected).ThenNothing();

    [Fact]
    public void is_refused_when_the_number_names_another_donation()
    {
        Collecting(Collection with { Donor = Blood.Identifiers.DonorId.From("other") }, Collected).ThenRejected("donation-number-used");
        Collecting(Collection with { VolumeMl = 349 }, Collected).ThenRejected("donation-number-used");
        Collecting(Collection, Collected with { CollectedAt = CollectedAt.AddMinutes(-1) }).ThenRejected("donation-number-used");
    }
}

public sealed class Preparing_a_component
{
    private static SpecOutcome<Donation, DonationEvent> Preparing(
        ProductCode product, int volume, DateTimeOffset at, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given(history)
            .When(state => ProcessingDecider.Prepare(state, new PrepareComponent(product, volume), Policy, By(FirstPerson, at)));

    [Fact]
    public void carries_the_collection_with_it_and_expires_at_the_end_of_the_last_local_day() =>
        Preparing(RedCells, 200, PreparedAt, Collected).Then(RedCellsPrepared);

    [Fact]
    public void does_nothing_when_the_same_bag_is_scanned_again() => Preparing(RedCells, 200, PreparedAt, Collected, RedCellsPrepared).ThenNothing();

    [Fact]
    public void is_refused_when_the_label_is_on_another_bag() =>
        Preparing(RedCells, 199, PreparedAt, Collected, RedCellsPrepared).ThenRejected("component-exists");

    [Fact]
    public void may_take_what_is_left_of_the_donation() =>
        Preparing(Plasma, 150, PreparedAt, Collected, RedCellsPrepared).After.Components.Count.ShouldBe(2);

    [Fact]
    public void may_not_take_more_than_is_left() =>
        Preparing(Plasma, 151, PreparedAt, Collected, RedCellsPrepared).ThenRejected("volume-exceeds-donation");

    [Fact]
    public void counts_what_was_discarded_as_taken() =>
        Preparing(Plasma, 151, PreparedAt, Collected, RedCellsPrepared, DiscardedFrom(RedCellsPrepared, "bag-broken")).ThenRejected("volume-exceeds-donation");

    [Fact]
    public void is_refused_for_a_volume_no_number_can_hold() => Preparing(Plasma, int.MaxValue, PreparedAt, Collected, RedCellsPrepared).ThenRejected("volume-exceeds-donation");

    [Fact]
    public void is_refused_with_all_reasons_at_once() =>
        Preparing(ProductCode.Parse("D9999V00", null), 0, CollectedAt.AddMinutes(-1), Collected)
            .ThenRejected("unknown-component", "volume-invalid", "prepared-before-collection");

    [Theory]
    [InlineData("D0101000", null)]
    [InlineData("D0101VA0", null)]
    [InlineData("D0101100", "label-bound")]
    [InlineData("D0101200", "label-bound")]
    [InlineData("D0101R00", "label-bound")]
    [InlineData("D0101V99", "division-unknown")]
    public void takes_only_labels_for_anybody_that_name_their_division(string product, string? code)
    {
        var outcome = Preparing(ProductCode.Parse(product, null), 200, PreparedAt, Collected);

        if (code is null)
        {
            outcome.Decision.IsRejected.ShouldBeFalse();
            return;
        }

        outcome.ThenRejected(code);
        outcome.Decision.Rejections[0].Field.ShouldBe("scan");
    }

    [Fact]
    public void is_refused_once_it_would_have_expired() =>
        Preparing(Platelets, 50, At("2026-03-07T23:59:00+07:00"), Collected).ThenRejected("component-expired");

    [Fact]
    public void entered_late_is_judged_by_the_time_it_is_entered() =>
        Spec.For<Donation>().Given(Collected)
            .When(state => ProcessingDecider.Prepare(state, new PrepareComponent(Platelets, 50), Policy, By(FirstPerson, PreparedAt, now: PreparedAt.AddDays(6))))
            .ThenRejected("component-expired");

    [Fact]
    public void is_refused_for_an_unknown_donation() => Preparing(RedCells, 200, PreparedAt).ThenRejected("unknown-donation");
}

public sealed class Discarding_components
{
    private static SpecOutcome<Donation, DonationEvent> Discarding(DiscardComponents command, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given(history).When(state => DonationDecider.Discard(state, command, Policy));

    [Fact]
    public void takes_everything_in_quarantine() =>
        Discarding(new DiscardComponents("bag-broken"), Collected, RedCellsPrepared, PlateletsPrepared)
            .Then(DiscardedFrom(RedCellsPrepared, "bag-broken"), DiscardedFrom(PlateletsPrepared, "bag-broken"));

    [Fact]
    public void takes_only_the_product_that_is_named() =>
        Discarding(new DiscardComponents("bag-broken", Platelets), Collected, RedCellsPrepared, PlateletsPrepared)
            .Then(DiscardedFrom(PlateletsPrepared, "bag-broken"));

    [Fact]
    public void of_a_reactive_donation_takes_everything_and_says_so() =>
        Discarding(new DiscardComponents("bag-broken", Platelets), Collected, RedCellsPrepared, PlateletsPrepared, Reactive)
            .Then(DiscardedFrom(RedCellsPrepared, "marker-reactive"), DiscardedFrom(PlateletsPrepared, "marker-reactive"));

    [Fact]
    public void for_a_reactive_marker_is_refused_where_none_is_reactive() =>
        Discarding(new DiscardComponents("marker-reactive"), Collected, RedCellsPrepared, Negative).ThenRejected("marker-not-reactive");

    [Fact]
    public void leaves_alone_what_is_released() =>
        Discarding(new DiscardComponents("bag-broken"), Collected, RedCellsPrepared, ReleasedFrom(RedCellsPrepared), PlateletsPrepared)
            .Then(DiscardedFrom(PlateletsPrepared, "bag-broken"));

    [Fact]
    public void is_refused_when_everything_is_released() =>
        Discarding(new DiscardComponents("bag-broken"), Collected, RedCellsPrepared, ReleasedFrom(RedCellsPrepared)).ThenRejected("already-released");

    [Fact]
    public void does_nothing_the_second_time() =>
        Discarding(new DiscardComponents("bag-broken"), Collected, RedCellsPrepared, DiscardedFrom(RedCellsPrepared, "bag-broken")).ThenNothing();

    [Theory]
    [InlineData("")]
    [InlineData("Bag broken")]
    [InlineData("bag-broken\n")]
    public void is_refused_without_a_code_for_the_reason(string reason) =>
        Discarding(new DiscardComponents(reason), Collected, RedCellsPrepared).ThenRejected("reason-invalid");

    [Fact]
    public void is_refused_for_a_product_that_was_not_prepared() =>
        Discarding(new DiscardComponents("bag-broken", Plasma), Collected, RedCellsPrepared).ThenRejected("unknown-unit");

    [Fact]
    public void is_refused_when_nothing_was_prepared() => Discarding(new DiscardComponents("bag-broken"), Collected).ThenRejected("no-components");

    [Fact]
    public void is_refused_for_an_unknown_donation() => Discarding(new DiscardComponents("bag-broken")).ThenRejected("unknown-donation");
}
