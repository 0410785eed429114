using Distribution.Blood.Deciding;
using Distribution.Donations.Tests.Specs;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Properties;

/// <summary>Whatever the laboratory finds, in whatever order, with whatever corrections and confirmations.</summary>
public sealed class Reactive_donations
{
    private static readonly string[] Markers = [.. TestingPolicy.Pack.Markers.Select(rule => rule.Name)];

    private static readonly Arbitrary<int[]> Acts = Arb.From(
        Gen.Choose(0, 99_999).ArrayOf(24),
        acts => acts.Select((_, index) => (int[])[.. acts[..index], .. acts[(index + 1)..]]));

    [Fact]
    public void never_have_a_component_released_that_the_marker_bars()
    {
        var finals = 0;
        var open = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Acts, acts =>
        {
            var state = Aggregate.Fold<Donation>(
                [Collected, FirstFound, SecondFound, RedCellsPrepared, PlateletsPrepared, .. Markers.Select(marker => Found(marker, MarkerResult.Negative))]);
            foreach (var act in acts)
            {
                var before = state;
                var decision = Decide(state, act);
                state = Aggregate.Fold(state, decision.Events);
                var releasable = ReleaseGate.Open(state, ReleaseGate.Check(state, TestingPolicy.Pack, TestingPolicy.TestedAt));
                open += releasable.Count;
                foreach (var rule in TestingPolicy.Pack.Markers.Where(rule => state.StandingOf(rule.Name, TestingPolicy.Pack) == MarkerStanding.RepeatReactive))
                {
                    finals++;
                    state.Components.Where(component => rule.Bar(component.Kind)).Select(component => component.Unit).Intersect(releasable).ShouldBeEmpty(rule.Name);
                }

                // Nothing but a correction by two people takes a reactive result back.
                if (!decision.Events.Any(@event => @event is MarkerResultCorrected))
                    before.Markers.Where(marker => marker.Value == MarkerResult.Reactive).ShouldAllBe(marker => state.Markers[marker.Key] == MarkerResult.Reactive);
            }
        }));

        finals.ShouldBeGreaterThan(1000);
        open.ShouldBeGreaterThan(1000);
    }

    private static Decision<DonationEvent> Decide(Donation state, int act)
    {
        var choice = act / 8;
        var marker = Markers[choice % Markers.Length];
        var result = choice / Markers.Length % 3 == 0 ? MarkerResult.Reactive : MarkerResult.Negative;
        var by = By(FirstPerson, TestingPolicy.TestedAt);
        return (act % 8) switch
        {
            0 => TestingDecider.Correct(state, new CorrectMarker(marker, result, "tube-mixed-up", SecondPerson), by),
            1 => TestingDecider.Correct(state, new CorrectMarker(marker, MarkerResult.Negative, "tube-mixed-up", SecondPerson), by),
            2 => TestingDecider.Confirm(state, new ConfirmMarker(marker, (Confirmation)(10 * (1 + (choice % 3)))), TestingPolicy.Pack, by),
            _ => TestingDecider.Test(state, new TestMarkers(Results((marker, result)).Results), TestingPolicy.Pack, by).Decision,
        };
    }
}
