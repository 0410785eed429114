using Distribution.Inventory.Allocating;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Allocating.AllocationSamples;

namespace Distribution.Inventory.Tests.Allocating;

/// <summary>Day after day there is less than is asked for.</summary>
public sealed class Waiting_for_scarce_units
{
    [Fact]
    public void Ends_for_every_line_though_more_pressing_ones_come_every_day()
    {
        var longest = Simulate(days: 120, unitsADay: 5, emergencies: 1, others: [AskPriority.Urgent, AskPriority.Urgent, AskPriority.Routine, AskPriority.Standing]);

        longest.Keys.ShouldBe([AskPriority.Standing, AskPriority.Routine, AskPriority.Urgent, AskPriority.Emergency], ignoreOrder: true);
        longest[AskPriority.Emergency].ShouldBe(0);
        longest[AskPriority.Standing].ShouldBeLessThanOrEqualTo(35);
    }

    [Fact]
    public void Ends_when_the_backlog_can_be_worked_off_at_all()
    {
        // Every day as much urgent demand comes as there are units; only age lets the one old standing order through.
        var old = Ask(0, priority: AskPriority.Standing);
        var waiting = new List<Ask> { old };
        var served = -1;
        for (var day = 0; day < 60 && served < 0; day++)
        {
            var now = Now.AddDays(day);
            for (var i = 1; i <= 3; i++)
                waiting.Add(Ask(1000 * (day + 1) + i, priority: AskPriority.Urgent) with { WaitingSince = now, NeededBy = now });
            var plan = AllocationModel.Build(waiting, Units(day, 3), Terms with { Now = now }).Solve();
            if (plan.Choices.Any(choice => choice.Ask == old.Id))
                served = day;
            waiting.RemoveAll(ask => plan.Choices.Any(choice => choice.Ask == ask.Id));
        }

        served.ShouldBeInRange(10, 18);
    }

    private static Dictionary<AskPriority, int> Simulate(int days, int unitsADay, int emergencies, AskPriority[] others)
    {
        var waiting = new List<Ask>();
        var longest = new Dictionary<AskPriority, int>();
        var number = 0;
        for (var day = 0; day < days * 2; day++)
        {
            var now = Now.AddDays(day);
            // One line more than there are units in most days, and then a time with none, so that every line has its end.
            if (day < days)
            {
                AskPriority[] today = [.. Enumerable.Repeat(AskPriority.Emergency, emergencies), .. others, .. day % 5 == 0 ? new[] { AskPriority.Urgent } : []];
                foreach (var priority in today)
                    waiting.Add(Ask(number++, priority: priority) with { WaitingSince = now, NeededBy = now });
            }

            var plan = AllocationModel.Build(waiting, Units(day, unitsADay), Terms with { Now = now }).Solve();
            foreach (var choice in plan.Choices)
            {
                var ask = waiting.Single(each => each.Id == choice.Ask);
                longest[ask.Priority] = Math.Max(longest.GetValueOrDefault(ask.Priority), (int)(now - ask.WaitingSince).TotalDays);
                waiting.Remove(ask);
            }
        }

        waiting.ShouldBeEmpty();
        return longest;
    }

    private static List<Offer> Units(int day, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Offer((day * 100) + i, "O+", 30) with { ExpiresAt = Now.AddDays(day + 30), CollectedAt = Now.AddDays(day - 2) })];
}
