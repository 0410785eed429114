using System.Net;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

/// <summary>A service whose policy has asked for one more test since yesterday.</summary>
public sealed class ChangedPolicyFixture() : ServiceFixture<Program>("donation")
{
    public const string NewMarker = "malaria-pcr";

    protected override void Configure(IServiceCollection services)
    {
        var pack = PolicyPack.LoadFile(Path.Combine(TestNodes.RepositoryRoot, "infra/policies/vn-26-2013.json"));
        services.AddSingleton(new PolicyBook(
            pack,
            pack with
            {
                Version = "vn-26-2013.test",
                EffectiveFrom = TimeProvider.System.GetUtcNow().AddDays(-1),
                Markers = [.. pack.Markers, new MarkerRule(NewMarker, MarkerDemand.Mandatory)],
            }));
    }
}

public sealed class Releasing_under_a_policy_that_has_changed(ChangedPolicyFixture service) : IClassFixture<ChangedPolicyFixture>
{
    [Fact]
    public async Task is_judged_by_the_policy_of_today_however_late_it_is_told()
    {
        var at = TimeProvider.System.GetUtcNow().AddDays(-2);
        await service.Store.CommitAsync(new Commit
        {
            Metadata = new EventMetadata { Actor = "A9990-L01", Site = "HN-BM", OccurredAt = at },
            Appends =
            [
                new StreamAppend($"donation-{Given.Number}", 0,
                [
                    Given.Collected with { CollectedAt = at },
                    Given.Typed,
                    new MarkersTested(DonationFixture.AllNegative.Keys.ToDictionary(marker => marker, _ => MarkerResult.Negative)),
                    Given.RedCellsPrepared with { CollectedAt = at, PreparedAt = at.AddHours(1), ExpiresAt = at.AddDays(42) },
                ]),
            ],
        });
        var releaser = service.Client("A9990-R01", SiteId.Parse("HN-BM", null), Roles.Releaser);

        var response = await releaser.CommandAsync($"/donations/{Given.Number}/release", new { }, occurredAt: at.AddHours(2));

        (await response.RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["marker-missing"]);
        (await response.JsonAsync()).GetProperty("reasons")[0].GetProperty("message").GetString()!.ShouldContain(ChangedPolicyFixture.NewMarker);
    }
}
