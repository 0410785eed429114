using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Properties;

/// <summary>Whatever people do to one donation, in whatever order.</summary>
public sealed class Donation_invariants
{
    private static readonly string[] People = [FirstPerson, SecondPerson, "A9999-N03"];
    private static readonly ProductCode[] Products = [RedCells, Plasma, Platelets, ProductCode.Parse("D9999V00", null)];

    /// <summary>One number is one act: what it does follows from its remainders, so that a failing sequence shrinks to few small numbers.</summary>
    private static readonly Arbitrary<int[]> Acts = Arb.From(
        Gen.Choose(0, 14_999).ArrayOf(40),
        acts => acts.Select((_, index) => (int[])[.. acts[..index], .. acts[(index + 1)..]]));

    [Fact]
    public void hold_after_any_sequence_of_acts()
    {
        var releases = 0;
        var discards = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Acts, acts =>
        {
            var end = Walk(acts);
            releases += end.Components.Count(component => component.Standing == Standing.Released);
            discards += end.Components.Count(component => component.Standing == Standing.Discarded);
        }));

        // Acts that never get anywhere would prove nothing.
        releases.ShouldBeGreaterThan(100);
        discards.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void doing_the_same_twice_changes_nothing_the_second_time() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Acts, acts =>
        {
            var state = Walk(acts);
            // Signing is the exception by design: the same person twice is refused, not ignored.
            foreach (var act in acts.Where(act => Kind(act) != 3))
            {
                var first = Decide(state, act, 0);
                var after = Aggregate.Fold(state, first.Events);
                if (!first.IsRejected)
                    Decide(after, act, 0).Events.ShouldBeEmpty();
            }
        }));

    private static Donation Walk(int[] acts)
    {
        var state = Aggregate.Fold<Donation>([Collected]);
        foreach (var (step, act) in acts.Index())
        {
            var decision = Decide(state, act, step);
            (decision.Events.Count > 0 && decision.IsRejected).ShouldBeFalse();
            foreach (var released in decision.Events.OfType<ComponentReleased>())
                CheckReleased(state, released, Person(act), At(step));
            var before = state;
            state = Aggregate.Fold(state, decision.Events);
            CheckState(before, state);
        }

        return state;
    }

    private static void CheckReleased(Donation before, ComponentReleased released, string second, DateTimeOffset at)
    {
        before.IsReactive.ShouldBeFalse();
        Policy.MandatoryMarkers.ShouldAllBe(marker => before.Markers.ContainsKey(marker));
        before.Group.ShouldBe(released.Group);
        before.SignedBy.ShouldBe(released.FirstPerson);
        released.FirstPerson.ShouldNotBe(second);
        released.ExpiresAt.ShouldBeGreaterThan(at);
        before.Components.Single(component => component.Unit == released.Unit).Standing.ShouldBe(Standing.Quarantined);
    }

    private static void CheckState(Donation before, Donation after)
    {
        after.Components.Sum(component => component.VolumeMl).ShouldBeLessThanOrEqualTo(after.VolumeMl);
        after.Components.ShouldBeUnique();
        // Another group never takes the place of one: a disagreement first takes it away.
        (before.Group is { } known && after.Group is { } group && group != known).ShouldBeFalse();
        if (after.Group is { } stands)
            after.Determinations.Where(determination => determination.Group == stands).Select(determination => determination.Person).Distinct().Count().ShouldBeGreaterThan(1);
        foreach (var (marker, result) in before.Markers)
            after.Markers[marker].ShouldBeOneOf(result, MarkerResult.Reactive);
        foreach (var component in before.Components.Where(component => component.Standing != Standing.Quarantined))
            after.Components.ShouldContain(component);
    }

    private static int Kind(int act) => (int)((uint)act % 5);

    private static string Person(int act) => People[(uint)act / 5 % (uint)People.Length];

    /// <summary>Half a day goes by with each act: platelets expire on the way.</summary>
    private static DateTimeOffset At(int step) => PreparedAt.AddHours(12 * step);

    private static Decision<DonationEvent> Decide(Donation state, int act, int step)
    {
        var choice = (int)((uint)act / 15 % 1000);
        var by = By(Person(act), At(step));
        return Kind(act) switch
        {
            0 => TestingDecider.Determine(state, new DetermineGroup(choice % 4 == 0 ? BloodGroup.All[choice % 8] : OPositive), Policy, by),
            1 => TestingDecider.Test(
                state,
                new TestMarkers(Results((choice % 2 == 0 ? "hiv" : "hbv", choice % 9 == 0 ? MarkerResult.Reactive : MarkerResult.Negative)).Results),
                Policy,
                by).Decision,
            2 => ProcessingDecider.Prepare(state, new PrepareComponent(Products[choice % Products.Length], choice % 200), Policy, by),
            3 => ReleaseDecider.Release(state, new ReleaseComponents(choice % 3 == 0 ? [Products[choice % 3]] : null), Policy, by),
            _ => DonationDecider.Discard(
                state, new DiscardComponents(choice % 5 == 0 ? "marker-reactive" : "bag-broken", choice % 3 == 0 ? null : Products[choice % Products.Length]), Policy),
        };
    }
}
