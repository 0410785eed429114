using System.Net;
using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Identity;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

[Collection(DonationSlices.Name)]
public sealed class Registering_a_donor_by_HTTP(DonationFixture service)
{
    [Fact]
    public async Task keeps_the_identity_in_the_vault_and_out_of_the_log()
    {
        var donor = await service.RegisterAsync();

        var identity = await service.Services.GetRequiredService<IdentityVault>().FindAsync(DonorId.Parse(donor, null).Value);
        identity.ShouldNotBeNull().FullName.ShouldBe("Canary Zebedee");
        await using var command = service.Owner.CreateCommand(
            "select count(*) from mt_events e where e::text ~* 'canary|zebedee|001090|0987000111|05-17'");
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
        await using var events = service.Owner.CreateCommand("select count(*) from mt_events");
        ((long)(await events.ExecuteScalarAsync())!).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task is_one_donor_when_it_is_sent_twice()
    {
        var person = DonationFixture.Person();
        var first = await (await service.Collector.CommandAsync("/donors", person, "once")).EnsureAsync();
        var second = await (await service.Collector.CommandAsync("/donors", person, "once")).EnsureAsync();

        second.GetProperty("donor").GetString().ShouldBe(first.GetProperty("donor").GetString());
        second.GetProperty("repeated").GetBoolean().ShouldBeTrue();
        second.GetProperty("possibleDuplicates").ToString().ShouldBe(first.GetProperty("possibleDuplicates").ToString());
    }

    [Fact]
    public async Task never_gives_a_pseudonym_to_another_person_under_a_key_used_before()
    {
        var donor = (await (await service.Collector.CommandAsync("/donors", DonationFixture.Person(), "taken")).EnsureAsync()).GetProperty("donor").GetString()!;

        var response = await service.Collector.CommandAsync(
            "/donors", new { FullName = "Somebody Else", BirthDate = "1990-01-01", NationalId = "2", Sex = "female" }, "taken");

        (await response.RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["idempotency-key-reused"]);
        var identity = await service.Services.GetRequiredService<IdentityVault>().FindAsync(DonorId.Parse(donor, null).Value);
        identity.ShouldNotBeNull().FullName.ShouldBe("Canary Zebedee");
    }

    [Fact]
    public async Task is_refused_with_every_field_at_fault()
    {
        var response = await service.Collector.CommandAsync(
            "/donors", new { FullName = " ", BirthDate = "1850-01-01", NationalId = " - ", Phone = "", Sex = "female" });

        (await response.RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldBe(["birth-date-invalid", "full-name-invalid", "national-id-invalid", "phone-invalid"]);
    }

    [Fact]
    public async Task takes_a_collector() =>
        (await (await service.Laboratory.CommandAsync("/donors", DonationFixture.Person())).RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["role-missing"]);
}

[Collection(DonationSlices.Name)]
public sealed class Showing_a_donor(DonationFixture service)
{
    [Fact]
    public async Task says_in_words_whether_the_donor_may_give_and_nothing_of_the_person()
    {
        var donor = await service.RegisterAsync();

        var before = await service.Collector.ReadAsync($"/donors/{donor}");
        before.GetProperty("mayGive").GetBoolean().ShouldBeTrue();
        before.ToString().ShouldNotContain("Zebedee");

        await service.CollectAsync(donor);
        var after = await service.Collector.ReadAsync($"/donors/{donor}");
        after.GetProperty("mayGive").GetBoolean().ShouldBeFalse();
        after.GetProperty("eligibility").GetString()!.ShouldContain("84 days");
    }

    [Fact]
    public async Task answers_404_for_nobody() =>
        (await (await service.Collector.GetAsync($"/donors/{DonorId.From("nobody")}")).RefusedAsync(HttpStatusCode.NotFound)).ShouldBe(["unknown-donor"]);
}
