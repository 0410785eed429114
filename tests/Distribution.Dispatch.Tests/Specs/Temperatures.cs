using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class Reading_a_boxs_temperature
{
    // Handed over an hour into the morning, scanned at the hospital half an hour later.
    private static readonly DateTimeOffset Left = Morning.AddHours(1);
    private static readonly Journey Road = new(Left, Left.AddMinutes(30));

    private static Spec<Consignment> Sent(params ConsignmentEvent[] more) => Spec.For<Consignment>().Given([.. AllPacked, Dispatched, .. more]);

    /// <summary>A reading every ten minutes from ten minutes before the hand-over on.</summary>
    private static LoggerSeries Series(params double[] celsius) =>
        new(null, new string('a', 64), [.. celsius.Select((degrees, i) => new TemperatureReading(Left.AddMinutes(10 * (i - 1)), degrees))]);

    private static SpecOutcome<Consignment, ConsignmentEvent> Judge(LoggerSeries series, PolicyPack? policy = null, Journey? journey = null) =>
        Sent().When(state => TemperatureDecider.Read(state, 1, series, journey ?? Road, policy ?? Policy, AtHospital()));

    private static ConsignmentEvent.ColdChainBroken Broken(SpecOutcome<Consignment, ConsignmentEvent> outcome) =>
        outcome.Decision.Events.OfType<ConsignmentEvent.ColdChainBroken>().ShouldHaveSingleItem();

    [Fact]
    public void Keeps_every_reading_and_finds_nothing_amiss_within_the_limits()
    {
        var read = Judge(Series(4, 4.5, 10, 1, 5)).Decision.Events.ShouldHaveSingleItem().ShouldBeOfType<ConsignmentEvent.BoxTemperatureRead>();
        read.Celsius.ShouldBe([4, 4.5, 10, 1, 5]);
        read.Seconds.ShouldBe([0, 600, 1200, 1800, 2400]);
        (read.From, read.Until, read.MinimumCelsius, read.MaximumCelsius).ShouldBe((Left.AddMinutes(-10), Left.AddMinutes(30), 1.0, 10.0));
        read.Excursions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(10.1)]
    [InlineData(0.9)]
    public void Breaks_the_cold_chain_of_all_that_is_in_the_box_when_it_was_out_of_limits(double celsius)
    {
        var broken = Broken(Judge(Series(4, 4, celsius, 4, 4)));
        broken.Units.ShouldBe([First, Second, Third]);
        (broken.From, broken.Until).ShouldBe((Left.AddMinutes(10), Left.AddMinutes(20)));
        broken.Reason.ShouldContain(FormattableString.Invariant($"{celsius} °C"));
    }

    [Fact]
    public void Makes_one_stretch_of_readings_that_follow_one_another()
    {
        var read = Judge(Series(4, 12, 15, 4, 12)).Decision.Events.OfType<ConsignmentEvent.BoxTemperatureRead>().Single();
        read.Excursions.Select(excursion => (excursion.From, excursion.Until, excursion.WorstCelsius)).ShouldBe(
            [(Left, Left.AddMinutes(20), 15), (Left.AddMinutes(30), Left.AddMinutes(30), 12)]);
    }

    [Fact]
    public void Bears_with_what_the_policy_bears_with()
    {
        Judge(Series(4, 12, 4, 4, 4), Policy with { ExcursionTolerance = TimeSpan.FromMinutes(10) })
            .ThenState(state => state.ColdChainBreaks.ShouldBeEmpty());
        Broken(Judge(Series(4, 12, 12, 4, 4), Policy with { ExcursionTolerance = TimeSpan.FromMinutes(10) }));
    }

    [Fact]
    public void Does_not_judge_what_the_logger_saw_before_and_after_the_journey()
    {
        Judge(Series(22, 4, 4, 4, 4, 22)).ThenState(state => state.ColdChainBreaks.ShouldBeEmpty());
        Broken(Judge(Series(22, 22, 4, 4, 4, 4))).From.ShouldBe(Left);
    }

    [Fact]
    public void Holds_only_what_does_not_bear_it_where_a_box_was_mixed()
    {
        var platelets = UnitNumber.Parse("A999026000004D0301V00", null);
        var planned = new ConsignmentEvent.ConsignmentPlanned(Number, Order, Centre, Hospital, [Listed(First, 9), Listed(platelets, 3)], Morning.AddHours(8), ReservedUntil);
        var outcome = Spec.For<Consignment>().Given(planned, Packed(First), Packed(platelets))
            .When(state => TemperatureDecider.Read(state, 1, Series(4, 4, 4, 4, 4), Road, Policy, AtHospital()));
        Broken(outcome).Units.ShouldBe([platelets]);
    }

    [Fact]
    public void Holds_what_nobody_knows_the_limits_of()
    {
        var unknown = UnitNumber.Parse("A999026000005D9999V00", null);
        var planned = new ConsignmentEvent.ConsignmentPlanned(Number, Order, Centre, Hospital, [Listed(unknown, 9)], Morning.AddHours(8), ReservedUntil);
        var outcome = Spec.For<Consignment>().Given(planned, Packed(unknown))
            .When(state => TemperatureDecider.Read(state, 1, Series(4, 4, 4, 4, 4), Road, Policy, AtHospital()));
        Broken(outcome).Units.ShouldBe([unknown]);
    }

    [Fact]
    public void Holds_what_was_on_the_road_for_too_long()
    {
        Component[] limited = [.. Policy.Components.Select(component => component with { TransportLimit = TimeSpan.FromMinutes(20) })];
        var broken = Broken(Judge(Series(4, 4, 4, 4, 4), Policy with { Components = limited }));
        (broken.From, broken.Until).ShouldBe((Left.AddMinutes(20), Left.AddMinutes(30)));
        Judge(Series(4, 4, 4, 4, 4), Policy with { Components = [.. limited.Select(component => component with { TransportLimit = TimeSpan.FromMinutes(30) })] })
            .ThenState(state => state.ColdChainBreaks.ShouldBeEmpty());
    }

    [Fact]
    public void Is_refused_where_the_file_does_not_cover_the_journey()
    {
        Judge(Series(4, 4, 4)).ThenRejected("logger-incomplete");
        Judge(Series(4, 4, 4, 4, 4), journey: new Journey(Left.AddMinutes(-40), Left.AddMinutes(30))).ThenRejected("logger-incomplete");
        // Ten minutes short is within the logger's interval.
        Judge(Series(4, 4, 4, 4), journey: Road).ThenState(state => state.Temperatures.Length.ShouldBe(1));
    }

    [Fact]
    public void Is_judged_to_its_last_reading_where_only_something_else_of_the_consignment_has_arrived()
    {
        var papers = Road with { Until = Left.AddMinutes(5), IsEndKnown = false };
        Broken(Judge(Series(4, 4, 4, 4, 12), journey: papers)).Units.ShouldBe([First, Second, Third]);
        Judge(Series(4, 4, 4, 4, 12), journey: papers with { IsEndKnown = true }).ThenState(state => state.ColdChainBreaks.ShouldBeEmpty());
    }

    [Fact]
    public void Is_judged_to_its_last_reading_where_a_clock_puts_the_arrival_before_the_hand_over()
    {
        var slow = Road with { Until = Left.AddHours(-3) };
        Broken(Judge(Series(4, 4, 12, 4, 4), journey: slow));
        Judge(Series(4, 4, 4, 4, 4), journey: slow).ThenState(state => (state.Temperatures.Length, state.ColdChainBreaks.Length).ShouldBe((1, 0)));
        // It ends before the box had left.
        Judge(Series(4), journey: slow).ThenRejected("logger-incomplete");
    }

    [Fact]
    public void Is_judged_by_the_readings_on_either_side_where_the_journey_lies_between_them()
    {
        var near = new Journey(Left.AddMinutes(1), Left.AddMinutes(9));
        Broken(Judge(Series(4, 30, 30), journey: near));
        Broken(Judge(Series(4, 4, 30), journey: near));
        Judge(Series(30, 4, 4, 30), journey: near).ThenState(state => state.ColdChainBreaks.ShouldBeEmpty());
        Broken(Judge(new LoggerSeries(null, "c", [new TemperatureReading(Left.AddMinutes(-2), 30)]), journey: near));
    }

    [Fact]
    public void Holds_what_was_checked_in_and_packed_in_no_box_by_the_books()
    {
        var outcome = Sent(new ConsignmentEvent.UnitCheckedIn(Stranger, false))
            .When(state => TemperatureDecider.Read(state, 1, Series(4, 4, 12, 4, 4), Road, Policy, AtHospital()));
        Broken(outcome).Units.ShouldBe([First, Second, Third, Stranger]);
    }

    [Fact]
    public void Holds_what_came_without_a_packing_scan_and_is_checked_in_after_the_box_broke()
    {
        var broken = new ConsignmentEvent.ColdChainBroken(Number, Order, 1, [First], "12 °C at worst", Left, Left.AddMinutes(10));
        Sent(broken).When(state => ReceivingDecider.CheckIn(state, Stranger, Policy, AtHospital()))
            .Then(new ConsignmentEvent.UnitCheckedIn(Stranger, false), broken with { Units = [Stranger] });
        // What was in another box was not in this one.
        Sent(broken).When(state => ReceivingDecider.CheckIn(state, Second, Policy, AtHospital())).Then(new ConsignmentEvent.UnitCheckedIn(Second, true));
    }

    [Fact]
    public void Is_done_for_a_consignment_that_was_never_packed_in_the_books()
    {
        var unpacked = Spec.For<Consignment>().Given(Planned, new ConsignmentEvent.UnitCheckedIn(First, true));
        Broken(unpacked.When(state => TemperatureDecider.Read(state, 1, Series(4, 4, 12, 4, 4), Road with { From = null }, Policy, AtHospital()))).Units.ShouldBe([First]);
        Broken(unpacked.When(state => TemperatureDecider.TakeAtDoor(state, 1, 14, Policy, AtHospital()))).Units.ShouldBe([First]);
        Spec.For<Consignment>().Given(Planned).When(state => TemperatureDecider.TakeAtDoor(state, 1, 14, Policy, AtHospital())).ThenRejected("unknown-box");
    }

    [Fact]
    public void Waits_for_the_end_of_the_journey() =>
        Judge(Series(4, 4, 4, 4, 4), journey: new Journey(Left, null)).ThenRejected("not-arrived");

    [Fact]
    public void Is_done_for_what_was_never_handed_over_in_the_books() =>
        Judge(Series(4, 4, 4, 4, 4), journey: new Journey(null, Left.AddMinutes(30))).ThenState(state => state.Temperatures.Length.ShouldBe(1));

    [Fact]
    public void Brings_nothing_new_with_the_same_file_and_stands_beside_the_first_with_another()
    {
        var first = Judge(Series(4, 4, 4, 4, 4)).Decision.Events;
        Sent([.. first]).When(state => TemperatureDecider.Read(state, 1, Series(4, 4, 4, 4, 4), Road, Policy, AtCentre())).ThenNothing();
        Sent([.. first]).When(state => TemperatureDecider.Read(state, 1, Series(4, 4, 12, 4, 4) with { Digest = "b" }, Road, Policy, AtCentre()))
            .ThenState(state => (state.Temperatures.Length, state.ColdChainBreaks.Length).ShouldBe((2, 1)));
    }

    [Fact]
    public void Takes_the_file_of_the_logger_that_was_inside()
    {
        var closed = Spec.For<Consignment>().Given([.. AllPacked, new ConsignmentEvent.BoxClosed(1, "TL-1"), Dispatched]);
        closed.When(state => TemperatureDecider.Read(state, 1, Series(4, 4, 4, 4, 4) with { Logger = "TL-2" }, Road, Policy, AtHospital())).ThenRejected("wrong-logger");
        closed.When(state => TemperatureDecider.Read(state, 1, Series(4, 4, 4, 4, 4), Road, Policy, AtHospital()))
            .ThenState(state => state.Temperatures[0].Logger.ShouldBe("TL-1"));
    }

    [Fact]
    public void Is_refused_for_a_box_that_is_not_there_and_elsewhere() =>
        Sent().When(state => TemperatureDecider.Read(state, 2, Series(4, 4, 4, 4, 4), Road, Policy, By(Elsewhere, Nurse))).ThenRejected("unknown-box", "wrong-site");
}

public sealed class Being_on_the_road_for_too_long
{
    private static readonly PolicyPack Limited = Policy with
    {
        Components = [.. Policy.Components.Select(component => component with { TransportLimit = TimeSpan.FromHours(24) })],
    };

    private static readonly DateTimeOffset Left = Morning.AddHours(1);

    [Fact]
    public void Holds_a_unit_when_it_is_checked_in_though_no_logger_tells()
    {
        var late = Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.CheckIn(state, First, Limited, AtHospital(Left.AddHours(30)))).Decision.Events;
        late[0].ShouldBe(new ConsignmentEvent.UnitCheckedIn(First, true));
        var broken = late[1].ShouldBeOfType<ConsignmentEvent.ColdChainBroken>();
        broken.Units.ShouldBe([First]);
        (broken.Box, broken.From, broken.Until).ShouldBe((1, Left.AddHours(24), Left.AddHours(30)));

        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.Inspect(state, First, null, null, Limited, AtHospital(Left.AddHours(30))))
            .ThenState(state => state.ColdChainBreaks.ShouldHaveSingleItem().Units.ShouldBe([First]));
    }

    [Fact]
    public void Is_nothing_within_the_limit() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.CheckIn(state, First, Limited, AtHospital(Left.AddHours(24)))).Then(new ConsignmentEvent.UnitCheckedIn(First, true));
}

public sealed class Measuring_at_the_door
{
    [Fact]
    public void Is_recorded() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => TemperatureDecider.TakeAtDoor(state, 1, 6, Policy, AtHospital())).Then(new ConsignmentEvent.DoorTemperatureTaken(1, 6));

    [Fact]
    public void Is_judged_like_a_reading()
    {
        var broken = Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => TemperatureDecider.TakeAtDoor(state, 1, 14, Policy, AtHospital()))
            .Decision.Events.OfType<ConsignmentEvent.ColdChainBroken>().ShouldHaveSingleItem();
        broken.Units.ShouldBe([First, Second, Third]);
        broken.From.ShouldBe(broken.Until);
    }

    [Fact]
    public void Is_done_at_the_destination() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => TemperatureDecider.TakeAtDoor(state, 1, 6, Policy, AtCentre())).ThenRejected("wrong-site");
}
