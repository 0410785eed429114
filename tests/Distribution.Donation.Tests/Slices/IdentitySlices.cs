using System.Net;
using System.Text.Json;
using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Identity;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

[Collection(DonationSlices.Name)]
public sealed class Registering_somebody_twice(DonationFixture service)
{
    private static object Person(string nationalId, string name = "Đặng Thị Ổi Canary", string birthDate = "1991-02-03") =>
        new { FullName = name, BirthDate = birthDate, NationalId = nationalId, Sex = "female" };

    private async Task<JsonElement> RegisterAsync(object person, string? key = null) =>
        await (await service.Collector.CommandAsync("/donors", person, key)).EnsureAsync();

    private async Task<long> DonorsAsync()
    {
        await using var command = service.Owner.CreateCommand("select count(*) from mt_events where type = 'donor-registered.v1'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    [Theory]
    [InlineData("DUP-1-77", "DUP-1-77")]
    [InlineData("DUP 2/77", "dup.277")]
    public async Task under_one_national_id_is_answered_with_the_donor_that_there_is(string first, string second)
    {
        var donor = (await RegisterAsync(Person(first))).GetProperty("donor").GetString();
        var before = await DonorsAsync();

        var response = await service.Elsewhere.CommandAsync("/donors", Person(second, "Another Name", "1970-01-01"));

        var problem = await response.JsonAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        problem.GetProperty("code").GetString().ShouldBe("donor-exists");
        problem.GetProperty("field").GetString().ShouldBe("nationalId");
        problem.GetProperty("donor").GetString().ShouldBe(donor);
        (await DonorsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task with_one_name_and_birth_date_is_told_however_the_name_is_written()
    {
        var first = (await RegisterAsync(Person("ALIKE-1", "Đặng  THỊ Ổi", "1992-02-03"))).GetProperty("donor").GetString();

        var second = await RegisterAsync(Person("ALIKE-2", " dang thi oi ", "1992-02-03"), "alike");
        var stranger = await RegisterAsync(Person("ALIKE-3", "Dang Thi Oi", "1992-02-04"));
        var again = await RegisterAsync(Person("ALIKE-2", " dang thi oi ", "1992-02-03"), "alike");

        Alike(second).ShouldBe([first]);
        Alike(stranger).ShouldBeEmpty();
        Alike(again).ShouldBe([first]);
    }

    [Fact]
    public async Task at_once_makes_one_donor()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(number =>
            service.Collector.CommandAsync("/donors", Person("RACE-1", $"Racer Number {number}"))));

        var winner = responses.Where(response => response.StatusCode == HttpStatusCode.OK).ShouldHaveSingleItem();
        var donor = (await winner.JsonAsync()).GetProperty("donor").GetString();
        foreach (var response in responses.Except([winner]))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await response.JsonAsync()).GetProperty("donor").GetString().ShouldBe(donor);
        }
    }

    [Fact]
    public async Task leaves_nothing_in_the_inbox_that_a_guess_can_be_tried_against()
    {
        const string Body = """{"fullName":"Guess Canary","birthDate":"1990-01-01","nationalId":"GUESS-1","sex":"female"}""";
        await RegisterAsync(JsonDocument.Parse(Body).RootElement, "guess");

        var body = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Body)));
        string?[] act = ["A9990-C01", "", "", body];
        var guess = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(act)));
        await using var command = service.Owner.CreateCommand("select fingerprint from inbox where key like '%:guess'");
        ((string)(await command.ExecuteScalarAsync())!).ShouldNotBe(guess);
    }

    private static IEnumerable<string?> Alike(JsonElement answer) =>
        answer.GetProperty("possibleDuplicates").EnumerateArray().Select(item => item.GetString());
}

[Collection(DonationSlices.Name)]
public sealed class The_identity_of_a_donor(DonationFixture service)
{
    private static object Person(string nationalId) =>
        new { FullName = "Erasable Canary", BirthDate = "1985-03-04", NationalId = nationalId, Phone = "0900", Sex = "male" };

    [Fact]
    public async Task is_shown_to_who_collects_and_to_nobody_else()
    {
        var donor = await service.RegisterAsync();

        var identity = await service.Collector.ReadAsync($"/donors/{donor}/identity");
        identity.GetProperty("fullName").GetString().ShouldBe("Canary Zebedee");
        identity.GetProperty("birthDate").GetString().ShouldBe("1990-05-17");
        foreach (var other in new[] { service.Laboratory, service.Auditor, service.Operator })
            (await (await other.GetAsync($"/donors/{donor}/identity")).RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["role-missing"]);
        (await (await service.Collector.GetAsync($"/donors/{DonorId.From("nobody")}/identity")).RefusedAsync(HttpStatusCode.NotFound)).ShouldBe(["unknown-donor"]);
    }

    [Fact]
    public async Task is_erased_for_good_and_what_was_given_stays()
    {
        var donor = (await (await service.Collector.CommandAsync("/donors", Person("ERASE-1"), "erase-registration")).EnsureAsync()).GetProperty("donor").GetString()!;
        var number = await service.CollectAsync(donor);

        (await (await service.Collector.CommandAsync($"/donors/{donor}/erasure", new { Basis = "donor-request" })).RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["role-missing"]);
        await (await service.Operator.CommandAsync($"/donors/{donor}/erasure", new { Basis = "donor-request" })).EnsureAsync();
        await (await service.Operator.CommandAsync($"/donors/{donor}/erasure", new { Basis = "donor-request" })).EnsureAsync();

        (await (await service.Collector.GetAsync($"/donors/{donor}/identity")).RefusedAsync(HttpStatusCode.Gone)).ShouldBe(["identity-erased"]);
        (await service.Services.GetRequiredService<IdentityVault>().FindAsync(DonorId.Parse(donor).Value)).ShouldBeNull();
        await using var rows = service.Owner.CreateCommand(
            "select (select count(*) from identity where subject = $1) + (select count(*) from identity_key where subject = $1) + (select count(*) from identity_digest where subject = $1)");
        rows.Parameters.Add(new() { Value = DonorId.Parse(donor).Value });
        (await rows.ExecuteScalarAsync()).ShouldBe(0L);
        var shown = await service.Collector.ReadAsync($"/donors/{donor}");
        shown.GetProperty("gifts")[0].GetProperty("donation").GetString().ShouldBe(number.ToString());
        shown.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString()).ShouldContain("identity-erased");
        (await service.Store.ReadStreamAsync($"donor-{donor}")).Events.Select(stored => stored.Type)
            .ShouldBe(["donor-registered.v1", "donor-gave.v1", "donor-identity-erased.v1"]);

        // The registration sent once more by a terminal that never heard the answer brings nobody back.
        (await (await service.Collector.CommandAsync("/donors", Person("ERASE-1"), "erase-registration")).RefusedAsync(HttpStatusCode.Gone)).ShouldBe(["identity-erased"]);
        (await service.Services.GetRequiredService<IdentityVault>().FindAsync(DonorId.Parse(donor).Value)).ShouldBeNull();

        // The person may come back, and is somebody new.
        var anew = await (await service.Collector.CommandAsync("/donors", Person("ERASE-1"))).EnsureAsync();
        anew.GetProperty("donor").GetString().ShouldNotBe(donor);
        anew.GetProperty("possibleDuplicates").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task is_not_erased_without_a_basis()
    {
        var donor = await service.RegisterAsync();

        (await (await service.Operator.CommandAsync($"/donors/{donor}/erasure", new { Basis = "Because!" })).RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["basis-invalid"]);
        await service.Collector.ReadAsync($"/donors/{donor}/identity");
    }
}
