using Distribution.Blood.Deciding;
using Distribution.Contracts.Donation.V1;
using Distribution.EventStore;
using Distribution.Inventory.Service.Stock;
using Distribution.Inventory.Tests.Properties;
using Distribution.Testing;
using FsCheck.Fluent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

public sealed class Stock_table(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    [Fact]
    public async Task Says_of_every_unit_what_its_own_history_says()
    {
        var expected = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var life in Unit_invariants.Lives.Sample(200))
        {
            var history = Unit_invariants.Live(life);
            if (history.Count == 0)
                continue;
            var number = inventory.NextUnit().ToString();
            await inventory.Store.CommitAsync(new Commit
            {
                Metadata = new EventMetadata { Actor = Nurse, Site = Hospital.ToString(), OccurredAt = Now },
                Appends = [new StreamAppend($"unit-{number}", 0, history)],
            });
            expected.Add(number, Row(Aggregate.Fold<Unit>(history), history.Count));
        }

        expected.Count.ShouldBeGreaterThan(100);
        await Eventually.BecomesTrueAsync(async () => (await RowsAsync()).Keys.Order().SequenceEqual(expected.Keys.Order()), "every unit has its row");
        var rows = await Eventually.GetAsync(RowsAsync, rows => rows.All(row => row.Value == expected[row.Key]), "the rows say what the histories say", TimeSpan.FromSeconds(5));
        rows.Count.ShouldBe(expected.Count);
    }

    [Fact]
    public async Task Hears_of_a_unit_through_the_bus()
    {
        var unit = Number(900_001);
        var told = new ComponentReleased(
            unit,
            new ComponentFacts(Blood.Components.ComponentKind.RedCells, Now, Hospital, Now, Now.AddDays(300), 250, Hospital),
            OPositive,
            "A9990-R02",
            new Contracts.Attribution("A9990-R01", Centre, Now, null, "correlation"));

        await inventory.Services.GetRequiredService<IBus>().Publish(told);
        await inventory.Services.GetRequiredService<IBus>().Publish(told with { VerifiedBy = "A9990-R03" });

        await Eventually.BecomesTrueAsync(async () => (await inventory.UnitAsync(unit)).Released, "the message was taken");
    }

    private static string Row(Unit unit, long version) => string.Join(' ',
        StockProjection.Text(unit.Custody.Kind),
        unit.Custody.Site,
        unit.Custody.To,
        unit.Released,
        unit.Group,
        unit.Holds.Count,
        unit.Reservation?.Order,
        unit.Issue is not null,
        unit.Fate is null ? "" : StockProjection.Text(unit.Fate.Kind),
        version);

    private async Task<Dictionary<string, string>> RowsAsync()
    {
        await using var query = inventory.Application.CreateCommand(
            $"select unit, custody, site, to_site, released, grp, holds, order_id, issued, fate, version from read.stock where unit <> '{Number(900_001)}'");
        await using var reader = await query.ExecuteReaderAsync();
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0), string.Join(' ', Enumerable.Range(1, 10).Select(column => reader.IsDBNull(column) ? "" : reader.GetValue(column))));
        return rows;
    }
}
