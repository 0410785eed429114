using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Distribution.Blood.Network;
using Distribution.Inventory.Allocating;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Allocating.AllocationSamples;

namespace Distribution.Inventory.Tests.Allocating;

public sealed class Hard_rules_of_allocation
{
    private static readonly AntigenSet K = AntigenSet.Of("K");

    [Fact]
    public void What_suits_suits() => Judge(Ask(1), Offer(1)).ShouldBe(Obstacle.None);

    [Fact]
    public void Another_component_does_not() => Judge(Ask(1), Offer(1) with { Kind = ComponentKind.WholeBlood }).ShouldBe(Obstacle.OtherComponent);

    [Fact]
    public void Groups_suit_as_the_table_of_compatibility_has_it()
    {
        foreach (var kind in Enum.GetValues<ComponentKind>())
        {
            foreach (var recipient in BloodGroup.All)
            {
                foreach (var unit in BloodGroup.All)
                {
                    (Judge(Ask(1) with { Kind = kind, Group = recipient }, Offer(1) with { Kind = kind, Group = unit }) == Obstacle.None)
                        .ShouldBe(AboRhCompatibility.IsCompatible(kind, recipient, unit));
                }
            }
        }
    }

    [Fact]
    public void A_stock_gets_the_very_group_it_wants()
    {
        Judge(Ask(1, "A+") with { ExactGroup = true }, Offer(1, "O+")).ShouldBe(Obstacle.GroupIncompatible);
        Judge(Ask(1, "A+") with { ExactGroup = true }, Offer(1, "A+")).ShouldBe(Obstacle.None);
    }

    [Fact]
    public void A_component_that_nobody_knows_goes_to_the_identical_group_only()
    {
        var unknown = (ComponentKind)99;

        Judge(Ask(1, "AB+") with { Kind = unknown }, Offer(1, "O+") with { Kind = unknown }).ShouldBe(Obstacle.GroupIncompatible);
        Judge(Ask(1, "AB+") with { Kind = unknown }, Offer(1, "AB+") with { Kind = unknown }).ShouldBe(Obstacle.None);
    }

    [Fact]
    public void A_group_that_nobody_knows_gets_and_gives_nothing()
    {
        Judge(Ask(1) with { Group = default }, Offer(1)).ShouldBe(Obstacle.GroupUnknown);
        Judge(Ask(1), Offer(1) with { Group = default }).ShouldBe(Obstacle.GroupUnknown);
        Judge(Ask(1) with { Group = default, ExactGroup = true }, Offer(1) with { Group = default }).ShouldBe(Obstacle.GroupUnknown);
    }

    [Fact]
    public void An_excluded_antigen_must_be_known_to_be_absent()
    {
        var ask = Ask(1) with { WithoutAntigens = K };

        Judge(ask, Offer(1)).ShouldBe(Obstacle.AntigenNotTested);
        Judge(ask, Offer(1) with { AntigenPositive = K }).ShouldBe(Obstacle.AntigenPositive);
        Judge(ask, Offer(1) with { AntigenNegative = K }).ShouldBe(Obstacle.None);
        Judge(ask, Offer(1) with { AntigenNegative = K, AntigenPositive = K }).ShouldBe(Obstacle.AntigenPositive);
    }

    [Fact]
    public void Washed_is_what_was_washed()
    {
        Judge(Ask(1) with { Washed = true }, Offer(1)).ShouldBe(Obstacle.NotWashed);
        Judge(Ask(1) with { Washed = true }, Offer(1) with { Washed = true }).ShouldBe(Obstacle.None);
    }

    [Fact]
    public void Somebody_of_unknown_group_gets_what_the_policy_gives_to_anybody()
    {
        var ask = Ask(1) with { GroupUnknown = true };
        var terms = Terms with { EmergencyGroups = kind => kind == ComponentKind.RedCells ? [BloodGroup.Parse("O+"), BloodGroup.Parse("O-")] : [] };

        Suitability.Judge(ask, Offer(1, "O+"), terms).ShouldBe(Obstacle.None);
        Suitability.Judge(ask, Offer(1, "O-"), terms).ShouldBe(Obstacle.None);
        Suitability.Judge(ask, Offer(1, "A+"), terms).ShouldBe(Obstacle.GroupIncompatible);
        Suitability.Judge(ask with { Kind = ComponentKind.Plasma }, Offer(1, "AB+") with { Kind = ComponentKind.Plasma }, terms).ShouldBe(Obstacle.GroupIncompatible);
        Suitability.Judge(ask, Offer(1, "O+"), Terms).ShouldBe(Obstacle.GroupIncompatible);
        Suitability.Weigh(ask, Offer(1, "O+"), terms).Preference.ShouldBe(0);
        Suitability.Weigh(ask, Offer(1, "O-"), terms).Preference.ShouldBe(1);
    }

    [Fact]
    public void Irradiated_is_what_was_irradiated() =>
        Judge(Ask(1) with { Irradiated = true }, Offer(1)).ShouldBe(Obstacle.NotIrradiated);

    [Theory]
    [InlineData(CmvStatus.Unknown, Obstacle.CmvNotNegative)]
    [InlineData(CmvStatus.Positive, Obstacle.CmvNotNegative)]
    [InlineData(CmvStatus.Negative, Obstacle.None)]
    public void CMV_negative_must_be_known(CmvStatus status, Obstacle obstacle) =>
        Judge(Ask(1) with { CmvNegative = true }, Offer(1) with { Cmv = status }).ShouldBe(obstacle);

    [Fact]
    public void Fresher_than_some_days_is_counted_to_when_it_is_needed()
    {
        var ask = Ask(1) with { FresherThanDays = 5, NeededBy = Now.AddDays(2) };

        Judge(ask, Offer(1) with { CollectedAt = Now.AddDays(-3) }).ShouldBe(Obstacle.NotFresh);
        Judge(ask, Offer(1) with { CollectedAt = Now.AddDays(-3).AddMinutes(1) }).ShouldBe(Obstacle.None);
    }

    [Fact]
    public void A_unit_is_in_date_until_it_is_needed_and_for_its_way()
    {
        var ask = Ask(1) with { NeededBy = Now.AddHours(6) };
        var lead = Terms.LeadTime(Centre, Hospital)!.Value;

        Judge(ask, Offer(1) with { ExpiresAt = Now.AddHours(6) + lead }).ShouldBe(Obstacle.None);
        Judge(ask, Offer(1) with { ExpiresAt = Now.AddHours(6) + lead - TimeSpan.FromMinutes(1) }).ShouldBe(Obstacle.ExpiresTooEarly);
    }

    [Fact]
    public void What_is_needed_already_is_needed_now() =>
        Judge(Ask(1) with { NeededBy = Now.AddDays(-9) }, Offer(1) with { ExpiresAt = Now.AddMinutes(1) }).ShouldBe(Obstacle.ExpiresTooEarly);

    [Fact]
    public void Where_no_lane_leads_nothing_goes() =>
        Judge(Ask(1) with { Destination = SiteId.Parse("HOSPITAL-9") }, Offer(1)).ShouldBe(Obstacle.NoLane);

    [Fact]
    public void Nothing_is_chosen_against_a_rule()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var (asks, offers) = Morning(seed, 60, 120, seed % 2 == 0, 10);
            var (askOf, offerOf) = (asks.ToDictionary(ask => ask.Id), offers.ToDictionary(offer => offer.Unit));

            var plan = AllocationModel.Build(asks, offers, Terms).Solve();

            plan.Choices.ShouldNotBeEmpty();
            plan.Choices.ShouldAllBe(choice => Judge(askOf[choice.Ask], offerOf[choice.Unit]) == Obstacle.None);
            plan.Choices.ShouldAllBe(choice => Suitability.Weigh(askOf[choice.Ask], offerOf[choice.Unit], Terms) == choice.Cost);
            plan.Choices.Select(choice => choice.Unit).ShouldBeUnique();
            foreach (var ask in asks)
                (plan.Choices.Count(choice => choice.Ask == ask.Id) + plan.Shortfalls.Where(shortfall => shortfall.Ask == ask.Id).Sum(shortfall => shortfall.Quantity)).ShouldBe(ask.Quantity);
        }
    }

    private static Obstacle Judge(Ask ask, Offer offer) => Suitability.Judge(ask, offer, Terms);
}
