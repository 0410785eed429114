using System.Security.Cryptography;
using System.Text;
using Distribution.EventStore.Postgres;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;
using Distribution.ServiceDefaults.Tests.Http;
using Distribution.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Identity;

public sealed class The_vault_of_identities(The_vault_of_identities.Database database) : IClassFixture<The_vault_of_identities.Database>
{
    // Made-up words, not a person.
    private static readonly PersonIdentity Canary = new("Zeta Canary Quux", new DateOnly(1980, 2, 29), "CANARY-000111222", "+00-canary-phone");
    private static readonly string[] Traces = ["Zeta", "Canary Quux", "1980", "CANARY-000111222", "canary-phone"];

    private readonly IdentityVault _vault = new(database.Application);

    [Fact]
    public async Task Gives_back_what_it_was_given()
    {
        var subject = Guid.CreateVersion7();
        await _vault.StoreAsync(subject, Canary);
        (await _vault.FindAsync(subject)).ShouldBe(Canary);
    }

    [Fact]
    public async Task Keeps_the_newest_under_the_same_key()
    {
        var subject = Guid.CreateVersion7();
        await _vault.StoreAsync(subject, Canary);
        var first = await CiphertextAsync(subject);
        await _vault.StoreAsync(subject, Canary with { Phone = null });

        (await _vault.FindAsync(subject)).ShouldBe(Canary with { Phone = null });
        (await CiphertextAsync(subject)).AsSpan(0, 12).SequenceEqual(first.AsSpan(0, 12)).ShouldBeFalse("the nonce was used twice");
    }

    [Fact]
    public async Task Knows_nothing_of_strangers() =>
        (await _vault.FindAsync(Guid.CreateVersion7())).ShouldBeNull();

    [Fact]
    public async Task Leaves_no_plain_text_in_the_database()
    {
        var subject = Guid.CreateVersion7();
        await _vault.StoreAsync(subject, Canary);

        await using var command = database.Owner.CreateCommand("select encode(ciphertext, 'escape') || i::text || k::text from identity i join identity_key k using (subject) where subject = $1");
        command.Parameters.Add(new() { Value = subject });
        var row = (string)(await command.ExecuteScalarAsync())!;
        foreach (var trace in Traces)
        {
            row.ShouldNotContain(trace);
            row.ShouldNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(trace)));
        }
    }

    [Fact]
    public async Task Encrypts_the_same_identity_differently_for_each_subject()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _vault.StoreAsync(one, Canary);
        await _vault.StoreAsync(other, Canary);
        (await CiphertextAsync(one)).ShouldNotBe(await CiphertextAsync(other));
    }

    [Fact]
    public async Task Refuses_a_row_that_was_put_under_another_subject()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _vault.StoreAsync(one, Canary);
        await using var move = database.Owner.CreateCommand(
            "with k as (insert into identity_key select $2, key from identity_key where subject = $1) insert into identity (subject, ciphertext) select $2, ciphertext from identity where subject = $1");
        move.Parameters.Add(new() { Value = one });
        move.Parameters.Add(new() { Value = other });
        await move.ExecuteNonQueryAsync();

        await Should.ThrowAsync<CryptographicException>(() => _vault.FindAsync(other));
    }

    [Fact]
    public async Task Forgets_for_good()
    {
        var subject = Guid.CreateVersion7();
        await _vault.StoreAsync(subject, Canary);

        (await _vault.ForgetAsync(subject)).ShouldBeTrue();

        (await _vault.FindAsync(subject)).ShouldBeNull();
        (await _vault.ForgetAsync(subject)).ShouldBeFalse();
    }

    [Fact]
    public async Task Keeps_nothing_more_of_whom_it_forgot()
    {
        var subject = Guid.CreateVersion7();
        await RegisterAsync(subject, Canary with { NationalId = "FORGET-1" });

        await _vault.ForgetAsync(subject);

        (await CountAsync("identity", subject) + await CountAsync("identity_key", subject) + await CountAsync("identity_digest", subject)).ShouldBe(0);
        (await _vault.StoreAsync(subject, Canary)).ShouldBeFalse();
        (await RegisterAsync(subject, Canary with { NationalId = "FORGET-1" })).ShouldBeOfType<Registration.Forgotten>();
        (await _vault.FindAsync(subject)).ShouldBeNull();
    }

    [Fact]
    public async Task Registers_a_national_id_once()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await RegisterAsync(one, Canary with { NationalId = "ONCE-1" });

        var asked = false;
        var again = await _vault.RegisterAsync(other, Canary with { NationalId = "once 1", FullName = "Somebody" }, _ => Task.FromResult(asked = true));

        again.ShouldBe(new Registration.Known(one));
        asked.ShouldBeFalse("the log was written");
        (await _vault.FindAsync(other)).ShouldBeNull();
    }

    [Fact]
    public async Task Registers_a_national_id_once_in_each_scope_and_finds_it_there()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var person = Canary with { NationalId = "SCOPED-1", FullName = "Scoped Canary" };
        (await _vault.RegisterAsync(one, person, "HN-XP", _ => Task.FromResult(true))).ShouldBeOfType<Registration.Made>();

        (await _vault.RegisterAsync(other, person, "HN-XP", _ => Task.FromResult(true))).ShouldBe(new Registration.Known(one));
        (await _vault.RegisterAsync(other, person, "HN-UB", _ => Task.FromResult(true))).ShouldBeOfType<Registration.Made>().Alike.ShouldBe([one]);

        (await _vault.FindByNationalIdAsync("scoped 1", "HN-XP")).ShouldBe(one);
        (await _vault.FindByNationalIdAsync("scoped 1", "HN-UB")).ShouldBe(other);
        (await _vault.FindByNationalIdAsync("scoped 1", "HN-BM")).ShouldBeNull();
        (await _vault.FindByNameAsync("SCOPED canary", person.BirthDate)).ShouldBe([one, other]);
    }

    [Fact]
    public async Task Takes_nobody_for_the_same_who_has_no_national_id()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        (await _vault.RegisterAsync(one, Canary with { NationalId = "" }, "HN-XP", _ => Task.FromResult(true))).ShouldBeOfType<Registration.Made>();
        (await _vault.RegisterAsync(other, Canary with { NationalId = " - " }, "HN-XP", _ => Task.FromResult(true))).ShouldBeOfType<Registration.Made>();

        (await _vault.FindByNationalIdAsync(" - ", "HN-XP")).ShouldBeNull();
    }

    [Fact]
    public async Task Keeps_nothing_of_a_registration_that_the_log_refused()
    {
        var subject = Guid.CreateVersion7();

        (await _vault.RegisterAsync(subject, Canary with { NationalId = "REFUSED-1" }, _ => Task.FromResult(false))).ShouldBeOfType<Registration.Refused>();

        (await _vault.FindAsync(subject)).ShouldBeNull();
        (await RegisterAsync(Guid.CreateVersion7(), Canary with { NationalId = "REFUSED-1" })).ShouldBeOfType<Registration.Made>();
    }

    [Fact]
    public async Task Waits_with_a_registration_until_another_of_the_same_person_has_ended()
    {
        var identity = Canary with { NationalId = "WAITS-1" };
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var begun = new TaskCompletionSource();
        var mayEnd = new TaskCompletionSource();
        var first = _vault.RegisterAsync(one, identity, async _ =>
        {
            begun.SetResult();
            await mayEnd.Task;
            return true;
        });
        await begun.Task;

        var second = _vault.RegisterAsync(other, identity, _ => throw new InvalidOperationException("Both were registered."));
        await Eventually.BecomesTrueAsync(async () => await WaitingAsync() > 0, "the second waits for the first");
        mayEnd.SetResult();

        (await first).ShouldBeOfType<Registration.Made>();
        (await second).ShouldBe(new Registration.Known(one));
    }

    [Theory]
    [InlineData("Đặng  THỊ Ổi", "dang thi oi")]
    [InlineData(" Nguyễn\tVăn Ỹ ", "nguyen van y")]
    [InlineData("Ơn Ưu Ấy", "on uu ay")]
    public void Takes_a_name_as_one_however_it_is_written(string name, string normalized) =>
        IdentityDigests.NormalizeName(name).ShouldBe(normalized);

    [Theory]
    [InlineData("001 090-123.456", "001090123456")]
    [InlineData("b１２3", "B123")]
    public void Takes_a_number_as_one_however_it_is_typed(string number, string normalized) =>
        IdentityDigests.NormalizeNumber(number).ShouldBe(normalized);

    [Fact]
    public void Digests_one_person_differently_under_another_secret()
    {
        byte[] secret = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];
        var own = IdentityDigests.Of(Canary, secret);

        IdentityDigests.Of(Canary, secret).NationalId.ShouldBe(own.NationalId);
        IdentityDigests.Of(Canary, [.. secret.Reverse()]).NationalId.ShouldNotBe(own.NationalId);
        IdentityDigests.Of(Canary with { BirthDate = new DateOnly(1980, 2, 28) }, secret).NameAndBirth.ShouldNotBe(own.NameAndBirth);
    }

    [Fact]
    public async Task Takes_many_stores_of_one_subject_at_once()
    {
        var subject = Guid.CreateVersion7();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(number => _vault.StoreAsync(subject, Canary with { Phone = $"{number}" })));
        (await _vault.FindAsync(subject)).ShouldNotBeNull().FullName.ShouldBe(Canary.FullName);
    }

    [Fact]
    public void Hands_out_identities_that_do_not_print() => $"{Canary}".ShouldBe("[identity]");

    [Fact]
    public async Task Has_nothing_of_a_request_in_the_log_whatever_becomes_of_it()
    {
        await using var service = await TestService.StartAsync(app =>
        {
            app.MapPost("/people", async (HttpCommand command, PersonIdentity body, ILogger<The_vault_of_identities> log) =>
            {
                log.LogInformation("Registering {Person}", body);
                await _vault.StoreAsync(Guid.CreateVersion7(), body);
                return Results.NoContent();
            }).RequireAuthorization(Roles.BloodBank);
            app.MapPost("/accident", (HttpCommand command, PersonIdentity body) => { throw new InvalidOperationException($"No place for {body}."); })
                .RequireAuthorization(Roles.BloodBank);
        });
        const string Good = """{"fullName":"Zeta Canary Quux","birthDate":"1980-02-29","nationalId":"CANARY-000111222","phone":"+00-canary-phone"}""";

        (await service.PostAsync("/people", Good)).Status.ShouldBe(204);
        (await service.PostAsync("/accident", Good)).Status.ShouldBe(500);
        (await service.PostAsync("/people", Good[..^1])).Status.ShouldBe(400);
        (await service.PostAsync("/people", Good.Replace("1980-02-29", "Zeta Canary Quux"))).Status.ShouldBe(400);
        (await service.PostAsync("/people", Good.Replace("\"CANARY-000111222\"", "{\"Zeta\":1980}"))).Status.ShouldBe(400);
        (await service.SendAsync(HttpMethod.Post, "/people", Good, service.Token(Roles.Auditor))).Status.ShouldBe(403);

        service.Log.Lines.ShouldContain(line => line.Contains("Registering [identity]"));
        foreach (var trace in Traces.Except(["1980"]))
            service.Log.Lines.ShouldNotContain(line => line.Contains(trace), trace);
    }

    private Task<Registration> RegisterAsync(Guid subject, PersonIdentity identity) => _vault.RegisterAsync(subject, identity, _ => Task.FromResult(true));

    private async Task<long> CountAsync(string table, Guid subject)
    {
        await using var command = database.Owner.CreateCommand($"select count(*) from {table} where subject = $1");
        command.Parameters.Add(new() { Value = subject });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<long> WaitingAsync()
    {
        await using var command = database.Owner.CreateCommand(
            "select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<byte[]> CiphertextAsync(Guid subject)
    {
        await using var command = database.Owner.CreateCommand("select ciphertext from identity where subject = $1");
        command.Parameters.Add(new() { Value = subject });
        return (byte[])(await command.ExecuteScalarAsync())!;
    }

    public sealed class Database : DatabaseFixture
    {
        protected override IEnumerable<SqlScript> Scripts => Migrator.Embedded(typeof(IdentityVault).Assembly);
    }
}
