using System.Net;
using System.Text.Json;
using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Slices;

/// <summary>What a hospital's blood bank finds out about a patient, from the first tube on.</summary>
public sealed class KnowingAPatientOverHttp(RequestService service) : IClassFixture<RequestService>
{
    private static int _tubes;

    [Fact]
    public async Task A_group_is_established_by_two_people_and_every_finding_is_shown()
    {
        var recipient = await service.RegisterAsync();
        (await ViewAsync(recipient)).TryGetProperty("group", out _).ShouldBeFalse();

        var second = await DoneAsync(service.SecondBloodBank, $"/recipients/{recipient}/determinations", new { group = "O+" });

        second.GetProperty("group").GetString().ShouldBe("O+");
        var view = await ViewAsync(recipient);
        view.GetProperty("group").GetString().ShouldBe("O+");
        view.GetProperty("determinations").EnumerateArray().Select(found => found.GetProperty("person").GetString()).ShouldBe(["A9991-N01", "A9991-N02"]);
        view.GetProperty("history").EnumerateArray().Select(change => change.GetProperty("type").GetString())
            .ShouldBe(["recipient-registered.v1", "recipient-group-determined.v1"]);
    }

    [Fact]
    public async Task A_finding_that_differs_undoes_the_group_until_two_people_settle_it()
    {
        var recipient = await service.RegisterWithGroupAsync();

        var differs = await DoneAsync(service.SecondBloodBank, $"/recipients/{recipient}/determinations", new { group = "A+" });
        differs.GetProperty("groupDiffers").GetBoolean().ShouldBeTrue();
        differs.TryGetProperty("group", out _).ShouldBeFalse();
        (await RefusedAsync($"/recipients/{recipient}/group", new { group = "O+", reason = "tube-mixed-up", verifierScan = "A9991-N01" })).ShouldBe(["second-person-required verifierScan"]);
        var settled = await DoneAsync(service.BloodBank, $"/recipients/{recipient}/group", new { group = "O+", reason = "tube-mixed-up", verifierScan = "A9991-N02" });

        settled.GetProperty("group").GetString().ShouldBe("O+");
        settled.GetProperty("groupDiffers").GetBoolean().ShouldBeFalse();
        (await ViewAsync(recipient)).GetProperty("history").EnumerateArray().Last().GetProperty("reason").GetString().ShouldBe("tube-mixed-up");
    }

    [Fact]
    public async Task A_sample_serves_until_its_time_and_its_screen_adds_antibodies_that_stay()
    {
        var recipient = await service.RegisterAsync(null);
        var tube = NextTube();
        var takenAt = TimeProvider.System.GetUtcNow().AddMinutes(-5);

        var taken = await DoneAsync(service.BloodBank, $"/recipients/{recipient}/samples", new { number = tube.ToLowerInvariant(), takenAt, takenBy = "='A9991000N03" });
        taken.GetProperty("sample").GetString().ShouldBe(tube);
        taken.GetProperty("validUntil").GetDateTimeOffset().ShouldBe(takenAt + Policy.SampleValidity);
        await DoneAsync(service.BloodBank, $"/recipients/{recipient}/samples/{tube}/screen", new { positive = true, antigens = new[] { "K", "Jka" } });
        var next = NextTube();
        await DoneAsync(service.BloodBank, $"/recipients/{recipient}/samples", new { number = next, takenAt = takenAt.AddMinutes(1) });
        await DoneAsync(service.BloodBank, $"/recipients/{recipient}/samples/{next}/screen", new { positive = false });
        await DoneAsync(service.BloodBank, $"/recipients/{recipient}/antibodies", new { antigens = new[] { "E" }, note = "told-by-other-hospital" });

        var view = await ViewAsync(recipient);
        view.GetProperty("antibodies").EnumerateArray().Select(name => name.GetString()).ShouldBe(["E", "K", "Jka"], ignoreOrder: true);
        view.GetProperty("samples").EnumerateArray().Select(sample => sample.GetProperty("antibodyScreen").GetBoolean()).ShouldBe([true, false]);
        view.GetProperty("samples")[0].GetProperty("takenBy").GetString().ShouldBe("A9991-N03");
        view.GetProperty("antibodyFindings")[0].GetProperty("sample").GetString().ShouldBe(tube);
    }

    [Fact]
    public async Task Two_patients_tubes_never_bear_one_number_at_a_site()
    {
        var tube = NextTube();
        var takenAt = TimeProvider.System.GetUtcNow();
        var (one, other) = (await service.RegisterAsync(), await service.RegisterAsync());

        var answers = await Task.WhenAll(new[] { one, other }.Select(recipient =>
            service.BloodBank.CommandAsync($"/recipients/{recipient}/samples", new { number = tube, takenAt })));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        var refused = await answers.Single(answer => answer.StatusCode != HttpStatusCode.OK).JsonAsync();
        (refused.GetProperty("code").GetString(), refused.GetProperty("field").GetString()).ShouldBe(("sample-number-used", "number"));
        var samples = (await ViewAsync(one)).GetProperty("samples").GetArrayLength() + (await ViewAsync(other)).GetProperty("samples").GetArrayLength();
        samples.ShouldBe(1);
    }

    [Fact]
    public async Task Another_hospital_numbers_its_tubes_by_itself()
    {
        var tube = NextTube();
        var takenAt = TimeProvider.System.GetUtcNow();
        var ours = await service.RegisterAsync();
        var theirs = await DoneAsync(service.OtherHospital, "/recipients", RequestService.Person());

        await DoneAsync(service.BloodBank, $"/recipients/{ours}/samples", new { number = tube, takenAt });
        await DoneAsync(service.OtherHospital, $"/recipients/{theirs.GetProperty("recipient").GetString()}/samples", new { number = tube, takenAt });
    }

    [Fact]
    public async Task What_units_must_be_is_shown_as_it_was_said()
    {
        var recipient = await service.RegisterAsync();

        await DoneAsync(service.BloodBank, $"/recipients/{recipient}/requirements", new { irradiated = true, withoutAntigens = new[] { "K" }, fresherThanDays = 7, reason = "stem-cell-transplant" });

        var requirements = (await ViewAsync(recipient)).GetProperty("requirements");
        requirements.GetProperty("irradiated").GetBoolean().ShouldBeTrue();
        requirements.GetProperty("washed").GetBoolean().ShouldBeFalse();
        requirements.GetProperty("withoutAntigens")[0].GetString().ShouldBe("K");
        requirements.GetProperty("fresherThanDays").GetInt32().ShouldBe(7);
    }

    [Theory]
    [InlineData("antibodies", """{"antigens":["K","Kell"]}""", "antigen-unknown", "antigens[1]")]
    [InlineData("antibodies", """{"antigens":["K,E"]}""", "antigen-unknown", "antigens[0]")]
    [InlineData("antibodies", """{"antigens":["K"],"sample":"S 1"}""", "sample-number-invalid", "sample")]
    [InlineData("requirements", """{"withoutAntigens":[""],"reason":"any"}""", "antigen-unknown", "withoutAntigens[0]")]
    [InlineData("samples", """{"number":"","takenAt":"2026-03-01T08:00:00Z"}""", "sample-number-invalid", "number")]
    [InlineData("determinations", """{"group":"O"}""", "invalid-field", "group")]
    public async Task What_is_malformed_names_its_field_and_writes_nothing(string path, string body, string code, string field)
    {
        var recipient = await service.RegisterAsync();

        var answer = await service.BloodBank.CommandAsync($"/recipients/{recipient}/{path}", JsonDocument.Parse(body).RootElement);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await answer.JsonAsync();
        (problem.GetProperty("code").GetString(), problem.GetProperty("field").GetString()).ShouldBe((code, field));
        (await ViewAsync(recipient)).GetProperty("history").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_refused_is_refused_with_every_reason()
    {
        var recipient = await service.RegisterAsync();

        (await RefusedAsync($"/recipients/{recipient}/antibodies", new { antigens = Array.Empty<string>(), sample = "S-NONE", note = "Because!" }))
            .ShouldBe(["antigens-required antigens", "note-invalid note", "unknown-sample sample"]);
        (await RefusedAsync($"/recipients/{recipient}/samples", new { number = NextTube(), takenAt = TimeProvider.System.GetUtcNow().AddHours(1) }))
            .ShouldBe(["taken-in-future takenAt"]);
        (await RefusedAsync($"/recipients/{RecipientId.From("nobody")}/determinations", new { group = "O+" })).ShouldBe(["unknown-recipient recipient"]);
    }

    [Fact]
    public async Task Only_the_patients_hospital_says_anything_of_the_patient()
    {
        var recipient = await service.RegisterAsync();
        var ward = service.Client("A9991-P01", Hospital, Roles.Physician);

        foreach (var (path, body) in new (string, object)[]
        {
            ("determinations", new { group = "O+" }),
            ("group", new { group = "O+", reason = "any", verifierScan = "A9991-N02" }),
            ("antibodies", new { antigens = new[] { "K" } }),
            ("requirements", new { reason = "any" }),
            ("samples", new { number = "S-1", takenAt = Now }),
            ("samples/S-1/screen", new { positive = true }),
        })
        {
            (await service.OtherHospital.CommandAsync($"/recipients/{recipient}/{path}", body)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
            (await ward.CommandAsync($"/recipients/{recipient}/{path}", body)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }

        (await ViewAsync(recipient)).GetProperty("history").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_patient_whose_group_one_person_found_cannot_be_ordered_for()
    {
        var recipient = await service.RegisterAsync();

        (await RefusedAsync("/orders", new
        {
            purpose = "patient",
            recipient,
            lines = new[] { new { kind = "red-cells", quantity = 1 } },
            neededBy = TimeProvider.System.GetUtcNow().AddHours(4),
        })).ShouldBe(["recipient-group-not-established recipient"]);
    }

    private static string NextTube() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"S-{Interlocked.Increment(ref _tubes):0000}");

    private async Task<JsonElement> ViewAsync(RecipientId recipient)
    {
        var answer = await service.BloodBank.GetAsync($"/recipients/{recipient}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.JsonAsync();
    }

    private static async Task<JsonElement> DoneAsync(HttpClient client, string path, object body)
    {
        var answer = await client.CommandAsync(path, body);
        var json = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, json.ToString());
        return json;
    }

    /// <summary>Each reason as its code and field, in order of code.</summary>
    private async Task<IReadOnlyList<string>> RefusedAsync(string path, object body)
    {
        var answer = await service.BloodBank.CommandAsync(path, body);
        var json = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, json.ToString());
        return
        [
            .. json.GetProperty("reasons").EnumerateArray()
                .Select(reason => $"{reason.GetProperty("code").GetString()} {reason.GetProperty("field").GetString()}").Order(StringComparer.Ordinal),
        ];
    }
}
