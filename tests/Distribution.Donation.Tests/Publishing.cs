using Distribution.Contracts;
using Distribution.Donations.Service.Publishing;
using Distribution.EventStore;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;
using V1 = Distribution.Contracts.Donation.V1;

namespace Distribution.Donations.Tests;

public sealed class Publishing
{
    private static readonly Attribution ByReleaser = new(SecondPerson, Centre, PreparedAt, "test.1", "correlation");

    private static IReadOnlyList<object> MessagesOf(object data) => new DonationContracts().ToMessages(new StoredEvent(
        default,
        Guid.CreateVersion7(),
        "donation-A999926123456",
        1,
        "any.v1",
        data,
        new EventMetadata { Actor = SecondPerson, Site = Centre.ToString(), OccurredAt = PreparedAt, Policy = "test.1", CorrelationId = "correlation" },
        PreparedAt.AddMinutes(1)));

    private static readonly V1.ComponentFacts Facts = new(
        RedCellsPrepared.Kind, CollectedAt, CollectionPoint, PreparedAt, RedCellsPrepared.ExpiresAt, 200, Centre);

    [Fact]
    public void tells_of_a_prepared_component() =>
        MessagesOf(RedCellsPrepared).ShouldBe([new V1.ComponentPrepared(RedCellsPrepared.Unit, Facts, ByReleaser)]);

    [Fact]
    public void tells_of_a_release_with_both_people_and_the_group() =>
        MessagesOf(ReleasedFrom(RedCellsPrepared)).ShouldBe([new V1.ComponentReleased(RedCellsPrepared.Unit, Facts, OPositive, FirstPerson, ByReleaser)]);

    [Fact]
    public void tells_of_a_discard_with_its_reason() =>
        MessagesOf(DiscardedFrom(RedCellsPrepared, "bag-broken"))
            .ShouldBe([new V1.ComponentDiscarded(RedCellsPrepared.Unit, Facts, "bag-broken", ByReleaser)]);

    [Fact]
    public void tells_of_a_case_and_never_whose_donations_they_are()
    {
        MessagesOf(Opened).ShouldHaveSingleItem().ShouldBeOfType<V1.DonationsImplicated>().ShouldSatisfyAllConditions(
            message => message.Recall.ShouldBe(LookbackCase),
            message => message.Donations.ShouldBe([Number, OtherNumber]),
            message => message.DueAt.ShouldBe(Opened.DueAt),
            message => System.Text.Json.JsonSerializer.Serialize(message).ShouldNotContain(DonorOne.ToString()));
    }

    [Fact]
    public void tells_of_an_extension_only_what_is_new() =>
        MessagesOf(new ImplicationExtended(LookbackCase, Opened.Kind, Opened.Reason, [OtherNumber])).ShouldHaveSingleItem()
            .ShouldBeOfType<V1.DonationsImplicated>().Donations.ShouldBe([OtherNumber]);

    [Fact]
    public void tells_that_a_case_came_to_nothing() =>
        MessagesOf(new ImplicationEnded(LookbackCase, "confirmed-negative", SecondPerson, [Number], CollectedAt))
            .ShouldBe([new V1.ImplicationEnded(LookbackCase, "confirmed-negative", SecondPerson, ByReleaser)]);

    [Fact]
    public void tells_nobody_of_donors_and_results()
    {
        MessagesOf(Registered).ShouldBeEmpty();
        MessagesOf(Reactive).ShouldBeEmpty();
        MessagesOf(Found("hiv", MarkerResult.Reactive)).ShouldBeEmpty();
        MessagesOf(Held).ShouldBeEmpty();
    }

    [Fact]
    public void has_decided_about_every_event_and_every_contract_of_the_service()
    {
        var map = new DonationContracts();
        object[] published = [RedCellsPrepared, ReleasedFrom(RedCellsPrepared), DiscardedFrom(RedCellsPrepared, "bag-broken"), Opened,
            new ImplicationExtended(LookbackCase, Opened.Kind, Opened.Reason, [OtherNumber]), new ImplicationEnded(LookbackCase, "mistake", SecondPerson, [Number], CollectedAt)];

        published.Select(@event => @event.GetType()).Concat(map.NotPublished)
            .ShouldBe(EventTypes.From(typeof(Donation).Assembly).ByName.Values, ignoreOrder: true);
        published.SelectMany(MessagesOf).Select(message => message.GetType()).Distinct()
            .ShouldBe(Routes.All.Where(route => route.Publisher == Routes.Donation).Select(route => route.Contract), ignoreOrder: true);
    }

    [Fact]
    public void stops_at_an_event_nobody_has_decided_about() => Should.Throw<InvalidOperationException>(() => MessagesOf("stranger"));
}
