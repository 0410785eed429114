using System.Diagnostics;
using Distribution.Blood.BloodGroups;
using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Testing;
using RabbitMQ.Client;
using Shouldly;
using Xunit;

namespace Distribution.EndToEnd;

/// <summary>The same system with something broken; after each the checker reads all logs.</summary>
public sealed class When_things_fail
{
    private static readonly BloodGroup OPositive = new(Abo.O, RhD.Positive);
    private static readonly BloodGroup ONegative = new(Abo.O, RhD.Negative);

    [Fact]
    public async Task Units_released_while_the_broker_is_stopped_arrive_when_it_is_back()
    {
        await using var region = await RunningRegion.StartAsync();
        var first = await region.People.StockAsync(OPositive);
        var waiting = new List<string>();
        for (var i = 0; i < 3; i++)
            waiting.Add(await region.People.CollectAsync(OPositive));
        foreach (var donation in waiting)
            await region.People.UnitAsync(donation + People.RedCells, _ => true, "it is in quarantine");

        await ControlAsync(TestNodes.RabbitMqControl, "stop");
        try
        {
            // The release is a fact of the Donation service: it needs no broker to be true.
            foreach (var donation in waiting)
                await region.People.ReleaseAsync(donation);
            (await region.People.UnitAsync(waiting[0] + People.RedCells, _ => true, "it is there")).GetProperty("released").GetBoolean().ShouldBeFalse();
        }
        finally
        {
            await ControlAsync(TestNodes.RabbitMqControl, "start");
        }

        foreach (var donation in waiting)
            await region.People.UnitAsync(donation + People.RedCells, unit => unit.GetProperty("released").GetBoolean(), "it is released");
        first.ShouldNotBeNull();
        await region.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task What_Inventory_committed_before_it_was_killed_is_published_when_it_is_back()
    {
        await using var region = await RunningRegion.StartAsync();
        await using var wire = new BrokerProxy(region.Broker.Host, region.Broker.Port);
        await region.RestartAsync(Routes.Inventory, region.Broker.Through("127.0.0.1", wire.Port));
        var unit = await region.People.StockAsync(OPositive);
        var order = await region.People.OrderStockAsync(OPositive, 1);
        await region.People.DispatchAsync(order);

        // Committed, and nothing can leave: then kill -9.
        wire.Cut();
        await region.Client.DoAsync("inventory", People.Laboratory, "/units/hold", new { scan = People.ScanOf(unit), reason = "lookback" });
        await region.RestartAsync(Routes.Inventory);

        await Eventually.BecomesTrueAsync(
            async () => (await region.ReadLogsAsync()).Any(logged => logged.Service == Routes.Dispatch && logged.Stored.StreamId == $"gate-{unit}" && logged.Stored.Type == "unit-blocked.v1"),
            "Dispatch has been told of the hold");
        (await region.People.UnitAsync(unit, _ => true, "it is there")).GetProperty("holds").GetArrayLength().ShouldBe(1);
        await region.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_database_server_restarted_under_load_loses_nothing_that_was_acknowledged()
    {
        await using var region = await RunningRegion.StartAsync();
        using var enough = new CancellationTokenSource();
        var acknowledged = new List<string>();
        var load = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                var key = Guid.CreateVersion7().ToString("N");
                // A caller who got no answer asks again under the same key.
                var order = await UntilAnsweredAsync(() => region.People.OrderStockAsync(OPositive, 1, key));
                lock (acknowledged)
                    acknowledged.Add(order);
            }
        });

        await Eventually.BecomesTrueAsync(() => Task.FromResult(Count() >= 20), "orders flow");
        await ControlAsync(TestNodes.PostgresControl, "restart");
        var atRestart = Count();
        await Eventually.BecomesTrueAsync(() => Task.FromResult(Count() >= atRestart + 20), "orders flow again");
        await enough.CancelAsync();
        await load;

        foreach (var order in acknowledged)
            await region.People.AnsweredAsync(order);
        acknowledged.Distinct().Count().ShouldBe(acknowledged.Count);
        await region.ShouldBeSoundAsync();

        int Count()
        {
            lock (acknowledged)
                return acknowledged.Count;
        }
    }

    [Fact]
    public async Task Every_message_three_times_and_in_reverse_gives_the_same_as_once_and_in_order()
    {
        await using var region = await RunningRegion.StartAsync();
        await using var shuffler = await Shuffler.StartAsync(region.Broker);

        // Both at once, so that there are runs of messages to turn round.
        var units = await Task.WhenAll(region.People.VeinToVeinAsync(OPositive), region.People.VeinToVeinAsync(new BloodGroup(Abo.B, RhD.Positive)));

        foreach (var unit in units)
            People.FateOf(await region.People.UnitAsync(unit, _ => true, "it is there")).ShouldBe("transfused");
        await region.ShouldBeSoundAsync();
        shuffler.Passed.ShouldBeGreaterThan(60);
        shuffler.LongestRun.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Two_instances_of_every_service_do_everything_once()
    {
        await using var region = await RunningRegion.StartAsync(instances: 2);
        var units = await Task.WhenAll(region.People.VeinToVeinAsync(OPositive), region.People.VeinToVeinAsync(new BloodGroup(Abo.A, RhD.Positive)));
        units.Distinct().Count().ShouldBe(2);
        await region.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Of_sixty_four_who_race_for_the_last_O_negative_unit_exactly_one_gets_it()
    {
        await using var region = await RunningRegion.StartAsync(instances: 2);
        var unit = await region.People.StockAsync(ONegative);

        var orders = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => region.People.OrderStockAsync(ONegative, 1)));
        // Whoever wins may have been told to wait first.
        var answers = await Eventually.GetAsync(
            () => Task.WhenAll(orders.Select(region.People.AnsweredAsync)), all => all.Any(answer => People.UnitsOf(answer).Count > 0), "somebody has the unit", TimeSpan.FromSeconds(60));

        var winners = answers.Where(answer => People.UnitsOf(answer).Count > 0).ToArray();
        People.UnitsOf(winners.ShouldHaveSingleItem()).ShouldBe([unit]);
        answers.Count(answer => answer.GetProperty("status").GetString() == "waiting").ShouldBe(63);
        await region.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_message_that_nobody_can_read_ends_among_the_dead_letters_while_the_others_go_on()
    {
        await using var region = await RunningRegion.StartAsync();
        await using (var connection = await region.Broker.ConnectAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.BasicPublishAsync(
                ServiceDefaults.Bus.Topology.ExchangeOf(typeof(UnitHeld)), "", true,
                new BasicProperties { MessageId = Guid.CreateVersion7().ToString(), ContentType = "application/vnd.masstransit+json", Persistent = true },
                "{\"message\": {\"unit\": 12"u8.ToArray());
        }

        await region.People.StockAsync(OPositive);
        var dead = await region.People.UntilAsync(
            "dispatch", People.Operator, "/operations/dead-letters", letters => letters.GetRawText().Contains("unit", StringComparison.Ordinal), "the dead letter is listed");
        dead.GetRawText().ShouldContain("delivery_limit");
    }

    private static async Task<string> UntilAnsweredAsync(Func<Task<string>> ask)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (Exception exception) when (exception is Workbench.RefusedException { Answer.Status: >= 500 } or HttpRequestException)
            {
                if (Stopwatch.GetElapsedTime(started) > Eventually.Patience)
                    throw;
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    /// <summary>The node's own script, as <c>./dev</c> uses it.</summary>
    private static async Task ControlAsync(string script, string verb)
    {
        using var process = Process.Start(new ProcessStartInfo(script, [verb]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{script} {verb}: {await output} {await errors}");
    }
}
