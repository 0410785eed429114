using System.Net;
using System.Text;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Identity;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Slices.RequestService;

namespace Distribution.Requests.Tests.Slices;

public sealed class RegisteringOverHttp(RequestService service) : IClassFixture<RequestService>
{
    [Fact]
    public async Task The_identity_is_in_the_vault_and_nowhere_else()
    {
        var recipient = await RegisterAsync("in-vault");

        (await Vault.FindAsync(recipient.Value)).ShouldNotBeNull().FullName.ShouldBe("Test Patient");
        var stream = await service.Store.ReadStreamAsync(Aggregate.StreamId<Recipient>(recipient.ToString()));
        stream.Events.Select(stored => stored.Type).ShouldBe(["recipient-registered.v1", "recipient-profile-changed.v1"]);
        foreach (var stored in stream.Events)
            Encoding.UTF8.GetString(EventTypes.Serialize(stored.Data)).ShouldNotContain("Patient");
        (await (await service.BloodBank.GetAsync($"/recipients/{recipient}")).Content.ReadAsStringAsync()).ShouldNotContain("Patient");
    }

    [Fact]
    public async Task A_key_used_for_another_person_leaves_the_first_ones_identity_alone()
    {
        var recipient = await RegisterAsync("one-key");

        var other = await service.BloodBank.CommandAsync("/recipients", Person("Other Patient"), key: "one-key");

        other.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await other.JsonAsync()).GetProperty("code").GetString().ShouldBe("idempotency-key-reused");
        (await Vault.FindAsync(recipient.Value)).ShouldNotBeNull().FullName.ShouldBe("Test Patient");
    }

    [Fact]
    public async Task What_is_wrong_with_a_registration_is_said_at_once_and_without_the_person()
    {
        var answer = await service.BloodBank.CommandAsync("/recipients", new { fullName = " ", birthDate = "2190-04-01", group = "O+", nationalId = new string('9', 31) });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("full-name-invalid");
        text.ShouldContain("birth-date-invalid");
        text.ShouldContain("national-id-invalid");
        text.ShouldNotContain("999");
    }

    [Fact]
    public async Task A_patients_order_takes_the_recipients_group_and_the_hospitals_own_stock()
    {
        var recipient = await service.RegisterWithGroupAsync();

        var answer = await service.BloodBank.CommandAsync("/orders", OrderFor(recipient));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var view = await service.OrderAsync(OrderId.Parse((await answer.JsonAsync()).GetProperty("order").GetString()!));
        view.GetProperty("supplier").GetString().ShouldBe("HN-XP");
        view.GetProperty("recipientGroup").GetString().ShouldBe("O+");
        view.GetProperty("lines")[0].GetProperty("group").GetString().ShouldBe("O+");
    }

    [Fact]
    public async Task Another_hospitals_recipient_cannot_be_ordered_for_or_looked_at()
    {
        var recipient = await RegisterAsync("ours");
        var other = service.OtherHospital;

        (await other.CommandAsync("/orders", OrderFor(recipient))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await other.GetAsync($"/recipients/{recipient}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private IdentityVault Vault => service.Services.GetRequiredService<IdentityVault>();

    private Task<RecipientId> RegisterAsync(string key) => service.RegisterAsync(key: key);

    private static object OrderFor(RecipientId recipient) => new
    {
        purpose = "patient",
        recipient,
        lines = new[] { new { kind = "red-cells", quantity = 1 } },
        neededBy = TimeProvider.System.GetUtcNow().AddHours(4),
    };
}
