using Distribution.Blood.BloodGroups;
using Distribution.Contracts;
using Distribution.EventStore;
using Distribution.Testing;
using Npgsql;
using RabbitMQ.Client;
using Shouldly;
using Xunit;

namespace Distribution.EndToEnd;

public sealed class The_whole_journey
{
    private static readonly BloodGroup OPositive = new(Abo.O, RhD.Positive);

    [Fact]
    public async Task Takes_a_unit_from_vein_to_vein_and_replays_it()
    {
        await using var region = await RunningRegion.StartAsync();
        var taps = await TapAllAsync(region);
        var before = DateTimeOffset.UtcNow;

        var unit = await region.People.VeinToVeinAsync(OPositive);

        var history = await region.Client.GetAsync("inventory", People.Auditor, $"/units/{unit}/history");
        var names = history.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("name").GetString()).ToArray();
        names.ShouldBe(
        [
            "unit-prepared.v1", "unit-released.v1", "unit-reserved.v1", "unit-dispatched.v1", "unit-received.v1", "unit-reservation-ended.v1",
            "unit-reserved.v1", "unit-crossmatched.v1", "unit-issued.v1", "unit-transfused.v1",
            // Dispatch and receipt follow each other by milliseconds here and may be told in either order.
        ],
            ignoreOrder: true);
        foreach (var one in history.GetProperty("events").EnumerateArray())
        {
            one.GetProperty("actor").GetString().ShouldNotBeNullOrEmpty();
            one.GetProperty("site").GetString().ShouldNotBeNullOrEmpty();
            one.GetProperty("recordedAt").GetDateTimeOffset().ShouldBeGreaterThan(before.AddMinutes(-1));
        }

        await StateIsTheFoldAsync(region, unit);
        await AsOfAndAsKnownAtDifferAsync(region, unit, before);
        await DonorIsErasedAsync(region, unit[..13]);
        await region.ShouldBeSoundAsync();
        await NoIdentityIsFoundAsync(region, taps);
    }

    [Fact]
    public async Task Ends_in_expiry_by_itself_at_its_minute_when_nobody_uses_the_unit()
    {
        // A pack under which red cells live for an hour; collected so that the hour is over at the next full minute or the one after.
        var pack = Path.Combine(Path.GetTempPath(), $"distribution-pack-{Environment.ProcessId}.json");
        await File.WriteAllTextAsync(
            pack, (await File.ReadAllTextAsync(Path.Combine(TestNodes.RepositoryRoot, "infra/policies/vn-26-2013.json"))).Replace("\"P42D\"", "\"PT1H\"", StringComparison.Ordinal));
        try
        {
            await using var region = await RunningRegion.StartAsync(environment: new Dictionary<string, string> { ["Policy__File"] = pack });
            var soon = DateTimeOffset.UtcNow.AddSeconds(70);
            var expiresAt = soon.AddTicks(-(soon.Ticks % TimeSpan.TicksPerMinute));
            var donation = await region.People.CollectAsync(OPositive, expiresAt.AddHours(-1));
            People.FateOf(await region.People.UnitAsync(donation + People.RedCells, _ => true, "it is in quarantine")).ShouldBeNull();

            await Eventually.BecomesTrueAsync(
                async () => People.FateOf(await region.People.UnitAsync(donation + People.RedCells, _ => true, "it is there")) == "expired", "it has expired", TimeSpan.FromSeconds(90));

            DateTimeOffset.UtcNow.ShouldBeInRange(expiresAt, expiresAt.AddSeconds(20));
            await region.ShouldBeSoundAsync();
        }
        finally
        {
            File.Delete(pack);
        }
    }

    [Fact]
    public async Task Follows_a_release_by_one_trace_through_the_broker_into_the_next_service()
    {
        await using var collector = new TraceCollector();
        await using var region = await RunningRegion.StartAsync(environment: new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        });
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var donation = await region.People.CollectAsync(OPositive);
        await region.People.ReleaseAsync(donation, $"00-{Trace}-00f067aa0ba902b7-01");
        await region.People.UnitAsync(donation + People.RedCells, unit => unit.GetProperty("released").GetBoolean(), "it is released");

        var history = await region.Client.GetAsync("inventory", People.Auditor, $"/units/{donation + People.RedCells}/history");
        var released = history.GetProperty("events").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "unit-released.v1");
        released.GetProperty("traceId").GetString().ShouldBe(Trace);

        // The spans themselves, as a collector receives them: from both services, in one trace.
        await Eventually.BecomesTrueAsync(
            () => Task.FromResult(collector.Saw(Trace, "donation") && collector.Saw(Trace, "inventory")), "spans of both services arrive under one trace id");

        foreach (var service in Routes.Services)
        {
            var metrics = await region[service].GetTextAsync("/metrics");
            metrics.ShouldContain("distribution_relay_lag");
            metrics.ShouldContain("distribution_projection_lag");
            metrics.ShouldContain("queue");
        }

        // What has never happened has no series: only these two have written.
        foreach (var service in new[] { Routes.Donation, Routes.Inventory })
            (await region[service].GetTextAsync("/metrics")).ShouldContain("distribution_append_batch_size");
    }

    /// <summary>The state that the API answers is the fold of the events that the API answers.</summary>
    private static async Task StateIsTheFoldAsync(RunningRegion region, string unit)
    {
        People.FateOf(await region.People.UnitAsync(unit, _ => true, "it is there")).ShouldBe("transfused");
        var logs = await region.ReadLogsAsync();
        var folded = new StreamSlice(
            $"unit-{unit}", 10, [.. logs.Where(logged => logged.Service == Routes.Inventory && logged.Stored.StreamId == $"unit-{unit}").Select(logged => logged.Stored).OrderBy(stored => stored.Version)])
            .Fold<Inventory.Unit>();
        folded.State.Fate!.Kind.ShouldBe(Inventory.FateKind.Transfused);
    }

    private static async Task AsOfAndAsKnownAtDifferAsync(RunningRegion region, string unit, DateTimeOffset before)
    {
        // It was prepared hours ago in the world, and we learned of it only now.
        var anHourAgo = Uri.EscapeDataString(before.AddHours(-1).ToString("O"));
        (await region.Client.GetAsync("inventory", People.Auditor, $"/units/{unit}?asOf={anHourAgo}")).GetProperty("version").GetInt64().ShouldBe(1);
        (await region.Client.GetAsync("inventory", People.Auditor, $"/units/{unit}?knownAt={anHourAgo}")).GetProperty("version").GetInt64().ShouldBe(0);
    }

    /// <summary>Whoever gave the unit is known no more; everything else is as it was.</summary>
    private static async Task DonorIsErasedAsync(RunningRegion region, string donation)
    {
        var donor = (await region.Client.GetAsync("donation", People.Laboratory, $"/donations/{donation}")).GetProperty("donor").GetString();
        (await region.Client.GetAsync("donation", People.Collector, $"/donors/{donor}/identity")).GetProperty("fullName").GetString()!.ShouldContain(People.Canary);
        await region.Client.DoAsync("donation", People.Operator, $"/donors/{donor}/erasure", new { basis = "donor-request" });
        (await region.Client.TryGetAsync("donation", People.Collector, $"/donors/{donor}/identity")).Code.ShouldBe("identity-erased");
    }

    private static async Task<(IConnection Connection, IChannel Channel, string Queue)> TapAllAsync(RunningRegion region)
    {
        var connection = await region.Broker.ConnectAsync();
        var channel = await connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync("tap", true, false, false)).QueueName;
        foreach (var route in Routes.All)
            await channel.QueueBindAsync(queue, ServiceDefaults.Bus.Topology.ExchangeOf(route.Contract), "");
        return (connection, channel, queue);
    }

    private static async Task NoIdentityIsFoundAsync(RunningRegion region, (IConnection Connection, IChannel Channel, string Queue) taps)
    {
        var messages = 0;
        while (await taps.Channel.BasicGetAsync(taps.Queue, true) is { } message)
        {
            messages++;
            System.Text.Encoding.UTF8.GetString(message.Body.Span).ShouldNotContain(People.Canary);
        }

        messages.ShouldBeGreaterThan(10);
        await taps.Connection.DisposeAsync();
        region.Log.Count().ShouldBeGreaterThan(10);
        region.Log.Where(line => line.Contains(People.Canary, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        foreach (var service in Routes.Services)
        {
            foreach (var table in new[] { "mt_events", "inbox", "identity" })
            {
                await using var command = region.DatabaseOwner(service).CreateCommand($"select count(*) from {table} t where t::text ilike '%{People.Canary}%'");
                try
                {
                    (await command.ExecuteScalarAsync()).ShouldBe(0L, $"{service}.{table}");
                }
                catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable && table == "identity")
                {
                    // Only services that know people have a vault.
                }
            }
        }
    }
}
