using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Slices;

/// <summary>Registered once at a hospital, found again, read by those who may, erased for good.</summary>
public sealed class WhoAPatientIs(WhoAPatientIs.Fixture service) : IClassFixture<WhoAPatientIs.Fixture>
{
    private static readonly string Mark = Guid.CreateVersion7().ToString("N")[12..];

    private HttpClient BloodBank => service.Client("A9991-N01", Hospital, Roles.BloodBank);

    private HttpClient OtherHospital => service.Client("A9993-N01", Blood.Network.SiteId.Parse("HN-UB", null), Roles.BloodBank);

    private HttpClient Operator => service.Client("A9990-N08", Centre, Roles.Operator);

    [Theory]
    [InlineData("ONE-1-77", "ONE-1-77")]
    [InlineData("TWO 2/77", "two.277")]
    public async Task A_hospital_knows_a_national_id_once(string first, string second)
    {
        var recipient = Pseudonym(await RegisterAsync(BloodBank, Person(first)));

        var again = await BloodBank.CommandAsync("/recipients", Person(second, "Another Name", "1970-01-01"));

        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var problem = await again.JsonAsync();
        (problem.GetProperty("code").GetString(), problem.GetProperty("field").GetString(), problem.GetProperty("recipient").GetString())
            .ShouldBe(("recipient-exists", "nationalId", recipient));
    }

    [Fact]
    public async Task A_patient_who_is_taken_to_another_hospital_is_registered_there_and_told_as_a_possible_duplicate()
    {
        var here = Pseudonym(await RegisterAsync(BloodBank, Person("MOVED-1", "Đặng  THỊ Ổi", "1992-02-03")));

        var there = await RegisterAsync(OtherHospital, Person("MOVED-1", " dang thi oi ", "1992-02-03"));

        Pseudonym(there).ShouldNotBe(here);
        Alike(there).ShouldBe([here]);
    }

    [Fact]
    public async Task Patients_without_a_national_id_are_nobodys_duplicates_by_it()
    {
        Alike(await RegisterAsync(BloodBank, Person(null, "Newborn Canary", "2026-01-01"))).ShouldBeEmpty();
        Alike(await RegisterAsync(BloodBank, Person(" - ", "Newborn Canary", "2026-01-02"))).ShouldBeEmpty();
        Alike(await RegisterAsync(BloodBank, Person(null, "Newborn Canary", "2026-01-02"))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_stands_there_is_found_by_national_id_at_the_own_site_and_by_name_at_any()
    {
        var recipient = Pseudonym(await RegisterAsync(BloodBank, Person("FIND-1", "Findable Canary", "1993-02-03")));

        (await FoundAsync(BloodBank, new { nationalId = "find 1" })).ShouldBe([(recipient, "HN-XP")]);
        (await FoundAsync(OtherHospital, new { nationalId = "find 1" })).ShouldBeEmpty();
        (await FoundAsync(OtherHospital, new { fullName = "FINDABLE canary", birthDate = "1993-02-03" })).ShouldBe([(recipient, "HN-XP")]);
        (await FoundAsync(BloodBank, new { nationalId = "FIND-1", fullName = "Findable Canary", birthDate = "1993-02-03" })).ShouldBe([(recipient, "HN-XP")]);
        (await FoundAsync(BloodBank, new { fullName = "Findable Canary", birthDate = "1993-02-04" })).ShouldBeEmpty();
        (await FoundAsync(BloodBank, new { nationalId = "nobody" })).ShouldBeEmpty();

        var empty = await BloodBank.PostAsync("/recipients/search", Json(new { fullName = "Findable Canary" }));
        empty.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await empty.JsonAsync()).GetProperty("code").GetString().ShouldBe("search-empty");
    }

    [Fact]
    public async Task The_identity_is_shown_to_the_blood_bank_of_the_patients_hospital_and_to_nobody_else()
    {
        var recipient = Pseudonym(await RegisterAsync(BloodBank, Person("SHOWN-1", "Shown Canary", "1994-02-03")));

        var identity = await (await BloodBank.GetAsync($"/recipients/{recipient}/identity")).JsonAsync();
        (identity.GetProperty("fullName").GetString(), identity.GetProperty("birthDate").GetString(), identity.GetProperty("nationalId").GetString())
            .ShouldBe(("Shown Canary", "1994-02-03", "SHOWN-1"));
        (await OtherHospital.GetAsync($"/recipients/{recipient}/identity")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Operator.GetAsync($"/recipients/{recipient}/identity")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await BloodBank.GetAsync($"/recipients/{RecipientId.From("nobody")}/identity")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        service.Lines.ShouldContain(line => line.Contains($"{recipient} was read by A9991-N01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_an_erasure_what_was_found_stays_and_the_person_is_found_nowhere()
    {
        var name = $"Kanarienvogel {Mark}a";
        var nationalId = $"{Mark}b";
        var person = Person(nationalId, name, "1985-03-04");
        var recipient = Pseudonym(await RegisterAsync(BloodBank, person, "erasable"));
        (await BloodBank.CommandAsync("/recipients", person)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await FoundAsync(BloodBank, new { nationalId, fullName = name, birthDate = "1985-03-04" });
        (await BloodBank.GetAsync($"/recipients/{recipient}/identity")).EnsureSuccessStatusCode();
        (await BloodBank.CommandAsync($"/recipients/{recipient}/antibodies", new { antigens = new[] { "K" } })).EnsureSuccessStatusCode();

        (await BloodBank.CommandAsync($"/recipients/{recipient}/erasure", new { basis = "patient-request" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Operator.CommandAsync($"/recipients/{recipient}/erasure", new { basis = "Because!" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Operator.CommandAsync($"/recipients/{recipient}/erasure", new { basis = "patient-request" })).EnsureSuccessStatusCode();
        (await Operator.CommandAsync($"/recipients/{recipient}/erasure", new { basis = "patient-request" })).EnsureSuccessStatusCode();

        (await BloodBank.GetAsync($"/recipients/{recipient}/identity")).StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await service.Services.GetRequiredService<IdentityVault>().FindAsync(RecipientId.Parse(recipient).Value)).ShouldBeNull();
        (await FoundAsync(BloodBank, new { nationalId, fullName = name, birthDate = "1985-03-04" })).ShouldBeEmpty();
        var view = await (await BloodBank.GetAsync($"/recipients/{recipient}")).JsonAsync();
        view.GetProperty("isErased").GetBoolean().ShouldBeTrue();
        view.GetProperty("antibodies")[0].GetString().ShouldBe("K");

        // The registration sent once more by a terminal that never heard the answer brings nobody back.
        (await BloodBank.CommandAsync("/recipients", person, "erasable")).StatusCode.ShouldBe(HttpStatusCode.Gone);
        // The person may come back, and is somebody new.
        var anew = await RegisterAsync(BloodBank, person);
        Pseudonym(anew).ShouldNotBe(recipient);
        Alike(anew).ShouldBeEmpty();
        (await Operator.CommandAsync($"/recipients/{Pseudonym(anew)}/erasure", new { basis = "patient-request" })).EnsureSuccessStatusCode();

        // What is known to be there is found: a search that finds nothing would prove nothing.
        var tables = await TablesAsync();
        tables.ShouldContain(row => row.Contains($"recipient-{recipient}", StringComparison.Ordinal));
        foreach (var spelling in new[] { Mark, Convert.ToHexString(Encoding.UTF8.GetBytes(Mark)), name })
        {
            tables.Where(row => row.Contains(spelling, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(spelling);
            service.Lines.Where(line => line.Contains(spelling, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(spelling);
        }

        (await service.Store.ReadStreamAsync(Aggregate.StreamId<Recipient>(recipient))).Events.Select(stored => stored.Type).Last().ShouldBe("recipient-identity-erased.v1");
    }

    private static object Person(string? nationalId, string fullName = "Canary Patient", string birthDate = "1991-02-03") => new { fullName, birthDate, nationalId, group = "O+" };

    private static string Pseudonym(JsonElement answer) => answer.GetProperty("recipient").GetString()!;

    private static IReadOnlyList<string?> Alike(JsonElement answer) => [.. answer.GetProperty("possibleDuplicates").EnumerateArray().Select(item => item.GetString())];

    private static StringContent Json(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");

    private static async Task<JsonElement> RegisterAsync(HttpClient client, object person, string? key = null)
    {
        var answer = await client.CommandAsync("/recipients", person, key);
        var json = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, json.ToString());
        return json;
    }

    private static async Task<IReadOnlyList<(string?, string?)>> FoundAsync(HttpClient client, object search)
    {
        var answer = await client.PostAsync("/recipients/search", Json(search));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return [.. (await answer.JsonAsync()).GetProperty("recipients").EnumerateArray().Select(one => (one.GetProperty("recipient").GetString(), one.GetProperty("site").GetString()))];
    }

    /// <summary>Every row of every table, as text.</summary>
    private async Task<IReadOnlyList<string>> TablesAsync()
    {
        List<string> names = [];
        await using (var list = service.Owner.CreateCommand(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                names.Add(reader.GetString(0));
        }

        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(TestNodes.Postgres)
        {
            Database = new NpgsqlConnectionStringBuilder(service.OwnerConnectionString).Database,
        }.ConnectionString);
        List<string> texts = [];
        foreach (var name in names)
        {
            await using var dump = server.CreateCommand($"select t::text from {name} t");
            await using var reader = await dump.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                texts.Add($"{name}: {reader.GetString(0)}");
        }

        return texts;
    }

    public sealed class Fixture() : ServiceFixture<Program>("request")
    {
        private readonly CapturedLog _log = new();

        public IReadOnlyCollection<string> Lines => _log.Lines;

        protected override void Configure(IServiceCollection services) =>
            services.AddLogging(logging => logging.AddProvider(_log).AddFilter<CapturedLog>(null, LogLevel.Trace));
    }

    /// <summary>Everything that is logged, messages and values alike, down to the smallest.</summary>
    private sealed class CapturedLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "";
                lines.Enqueue($"{category}: {formatter(state, exception)} {values} {exception}");
            }
        }
    }
}
