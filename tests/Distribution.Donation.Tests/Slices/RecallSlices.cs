using System.Net;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Donations.Service.Implications;
using Distribution.ServiceDefaults.Commands;
using Distribution.Testing;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

[Collection(DonationSlices.Name)]
public sealed class Calling_back_by_HTTP(DonationFixture service)
{
    [Fact]
    public async Task by_number_holds_the_donations_once_however_often_it_is_sent()
    {
        var first = await service.ProcessAsync();
        var second = await service.CollectAsync();
        var body = new { Reason = "refrigerator-failed", Donations = new[] { DonationFixture.Scan(first), DonationFixture.Scan(second) } };

        var answer = await (await service.FirstReleaser.CommandAsync("/recalls", body, key: $"recall-{first}")).EnsureAsync();
        var again = await (await service.FirstReleaser.CommandAsync("/recalls", body, key: $"recall-{first}")).EnsureAsync();

        var recall = answer.GetProperty("recall").GetString()!;
        again.GetProperty("recall").GetString().ShouldBe(recall);
        again.GetProperty("donations").GetArrayLength().ShouldBe(2);
        (await service.CaseAsync(recall)).Donations.ShouldBe([first, second]);
        (await service.DonationAsync(second)).Holds.ShouldHaveSingleItem().Reason.ShouldBe("refrigerator-failed");
        (await (await service.FirstReleaser.CommandAsync($"/donations/{first}/release", new { })).RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["donation-held"]);

        await (await service.Laboratory.CommandAsync($"/implications/{recall}/end", new { Reason = "was-cold", VerifierScan = "A9990-L02" })).EnsureAsync();
        await service.ReleaseAsync(first);
    }

    [Fact]
    public async Task by_lot_finds_what_was_told_a_moment_ago()
    {
        var number = await service.CollectAsync();
        var lot = $"R-{number}";
        await (await service.Laboratory.CommandAsync($"/donations/{number}/markers", new { Results = new { Hiv = "negative" }, ReagentLot = lot })).EnsureAsync();

        var answer = await (await service.Laboratory.CommandAsync("/recalls", new { Reason = "reagent-bad", Lot = lot })).EnsureAsync();

        answer.GetProperty("donations").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe(number.ToString());
        (await service.DonationAsync(number)).IsHeld.ShouldBeTrue();
        (await (await service.Laboratory.CommandAsync("/recalls", new { Reason = "reagent-bad", Lot = "nobody-used-it" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["no-donations"]);
    }

    [Fact]
    public async Task by_bag_lot_finds_what_was_collected_into_it()
    {
        var number = service.NextNumber();
        await (await service.Collector.CommandAsync(
            "/donations", new { Donor = await service.RegisterAsync(), Scan = DonationFixture.Scan(number), VolumeMl = 350, WeightKg = 60, BagLot = $"B-{number}" })).EnsureAsync();

        await (await service.Laboratory.CommandAsync("/recalls", new { Reason = "bag-lot-leaking", Lot = $"B-{number}" })).EnsureAsync();

        (await service.DonationAsync(number)).IsHeld.ShouldBeTrue();
    }

    [Fact]
    public async Task by_donor_takes_all_of_the_donors_donations()
    {
        var donor = await service.RegisterAsync();
        var earlier = await service.GivenAsync(donor, 200);
        var number = await service.CollectAsync(donor);

        await (await service.Laboratory.CommandAsync("/recalls", new { Reason = "donor-reported-risk", Donor = donor })).EnsureAsync();

        (await service.DonationAsync(earlier)).IsHeld.ShouldBeTrue();
        (await service.DonationAsync(number)).IsHeld.ShouldBeTrue();
    }

    [Fact]
    public async Task is_refused_with_every_reason_and_holds_nothing()
    {
        var known = await service.CollectAsync();
        var unknown = DonationNumber.Create("A9990", 25, 77);

        (await (await service.Laboratory.CommandAsync(
            "/recalls", new { Reason = "Not a code", Donations = new[] { DonationFixture.Scan(known), DonationFixture.Scan(unknown) } }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["reason-invalid", "unknown-donation"]);
        (await service.DonationAsync(known)).IsHeld.ShouldBeFalse();
        (await (await service.Laboratory.CommandAsync("/recalls", new { Reason = "mistake" })).RefusedAsync(HttpStatusCode.BadRequest)).ShouldBe(["recall-invalid"]);
        (await (await service.Elsewhere.CommandAsync("/recalls", new { Reason = "mistake", Lot = "B-1" })).RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldContain("not-a-centre");
        (await (await service.Laboratory.GetAsync("/implications/recall-000000000000")).RefusedAsync(HttpStatusCode.NotFound)).ShouldBe(["unknown-implication"]);
    }
}

[Collection(DonationSlices.Name)]
public sealed class A_case_of_Inventory(DonationFixture service)
{
    private static readonly Attribution By = new("A9991-B01", SiteId.Parse("HN-XP", null), TimeProvider.System.GetUtcNow(), null, null);

    private RecordRecall Consumer => new(new CommandRunner(service.Store), service.Store);

    private static CommandContext Message() =>
        new($"record-recall:{Guid.CreateVersion7():D}", new Provenance(By.Actor, By.Site, By.OccurredAt, By.OccurredAt), null);

    private static RecallId NewRecall() => RecallId.From("reaction", Guid.CreateVersion7().ToString());

    [Fact]
    public async Task holds_the_donations_that_are_known_and_says_nothing_of_the_others()
    {
        var number = await service.CollectAsync();
        var unknown = DonationNumber.Create("A9990", 25, 78);
        var recall = NewRecall();

        (await Consumer.HandleAsync(new RecallOpened(recall, RecallKind.Reaction, "fever", [number, unknown], By), Message(), default)).ShouldBeOfType<Outcome.Done>();

        (await service.DonationAsync(number)).Holds.ShouldHaveSingleItem().Kind.ShouldBe(RecallKind.Reaction);
        (await service.DonationAsync(unknown)).Number.ShouldBeNull();
        var shown = await service.Laboratory.ReadAsync($"/implications/{recall}");
        shown.GetProperty("openedByInventory").GetBoolean().ShouldBeTrue();
        shown.GetProperty("donations")[1].GetProperty("known").GetBoolean().ShouldBeFalse();
        (await (await service.Laboratory.CommandAsync($"/implications/{recall}/end", new { Reason = "mistake", VerifierScan = "A9990-L02" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["case-of-inventory"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task lets_them_go_when_it_is_cleared_and_only_then(bool cleared)
    {
        var number = await service.CollectAsync();
        var recall = NewRecall();
        await Consumer.HandleAsync(new RecallOpened(recall, RecallKind.Recall, "box-warm", [number], By), Message(), default);

        await Consumer.HandleAsync(new RecallClosed(recall, cleared, "looked-at", "A9991-B02", By), Message(), default);

        (await service.DonationAsync(number)).IsHeld.ShouldBe(!cleared);
    }

    [Fact]
    public async Task that_ended_before_it_was_told_holds_nothing_any_more()
    {
        var number = await service.CollectAsync();
        var recall = NewRecall();

        await Consumer.HandleAsync(new RecallClosed(recall, true, "unrelated", "A9991-B02", By), Message(), default);
        await Consumer.HandleAsync(new RecallOpened(recall, RecallKind.Reaction, "fever", [number], By), Message(), default);

        (await service.DonationAsync(number)).IsHeld.ShouldBeFalse();
        var board = await service.Laboratory.ReadAsync($"/implications?open=true&after={await service.Store.HeadAsync()}");
        board.GetProperty("implications").EnumerateArray().ShouldNotContain(row => row.GetProperty("recall").GetString() == recall.ToString());
    }

    [Fact]
    public async Task told_again_with_more_holds_those_too()
    {
        var first = await service.CollectAsync();
        var second = await service.CollectAsync();
        var recall = NewRecall();

        await Consumer.HandleAsync(new RecallOpened(recall, RecallKind.Recall, "box-warm", [first], By), Message(), default);
        await Consumer.HandleAsync(new RecallOpened(recall, RecallKind.Recall, "box-warm", [first, second], By), Message(), default);

        (await service.DonationAsync(second)).IsHeld.ShouldBeTrue();
        (await service.DonationAsync(first)).Holds.Count.ShouldBe(1);
    }
}
