using System.Net;
using Distribution.Blood.Antigens;
using Distribution.Inventory.Allocating;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

public sealed class Typing_units(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    private HttpClient Laboratory => inventory.Client("A9990-L01", Centre, Roles.Laboratory);

    [Fact]
    public async Task What_the_laboratory_found_stands_in_the_history_and_in_the_stock()
    {
        var unit = await inventory.ReleasedAsync();

        var answer = await Laboratory.CommandAsync("/units/typing", new { scan = Scan(unit), positive = new[] { "C", "e" }, negative = new[] { "K" }, cmv = "negative" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var state = await inventory.UnitAsync(unit);
        (state.AntigenPositive, state.AntigenNegative, state.Cmv).ShouldBe((AntigenSet.Of("C", "e"), AntigenSet.Of("K"), CmvStatus.Negative));
        await Eventually.BecomesTrueAsync(
            async () => await RowAsync(unit) == $"{AntigenSet.Of("C", "e").Bits} {AntigenSet.Of("K").Bits} negative", "the stock table knows the typing");
    }

    [Fact]
    public async Task What_is_wrong_with_a_typing_is_told_at_once()
    {
        var unit = await inventory.ReleasedAsync();

        var unknown = await Laboratory.CommandAsync("/units/typing", new { scan = Scan(unit), positive = new[] { "C", "X" }, negative = new[] { "C" }, cmv = "unknown" });
        var empty = await Laboratory.CommandAsync("/units/typing", new { scan = Scan(unit) });

        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unknown.JsonAsync()).GetProperty("reasons").EnumerateArray().Select(reason => (reason.GetProperty("code").GetString(), reason.GetProperty("field").GetString()))
            .ShouldBe([("antigen-unknown", "positive[1]"), ("antigen-both", "negative"), ("invalid-value", "cmv")]);
        (await empty.JsonAsync()).GetProperty("code").GetString().ShouldBe("typing-empty");
        (await inventory.UnitAsync(unit)).AntigenPositive.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Others_do_not_type_units()
    {
        var unit = await inventory.ReleasedAsync();

        var nurse = await inventory.Client(Nurse, Centre, Roles.Collector).CommandAsync("/units/typing", new { scan = Scan(unit), negative = new[] { "K" } });
        var elsewhere = await inventory.BloodBank(Hospital).CommandAsync("/units/typing", new { scan = Scan(unit), negative = new[] { "K" } });

        nurse.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static string Scan(Blood.Isbt128.UnitNumber unit) => $"={unit.Donation}00=<{unit.Product}";

    private async Task<string?> RowAsync(Blood.Isbt128.UnitNumber unit)
    {
        await using var query = inventory.Application.CreateCommand("select antigens_positive || ' ' || antigens_negative || ' ' || cmv from read.stock where unit = $1");
        query.Parameters.Add(new Npgsql.NpgsqlParameter<string> { TypedValue = unit.ToString() });
        return (string?)await query.ExecuteScalarAsync();
    }
}
