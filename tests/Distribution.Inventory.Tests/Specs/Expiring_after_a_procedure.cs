using Distribution.Blood.Components;
using Distribution.Blood.Policies;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.ProcedurePack;
using static Distribution.Inventory.Tests.Specs.Laboratory;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

/// <summary>Now is 15:00 in the policy's time zone.</summary>
public sealed class Expiring_after_a_procedure
{
    [Fact]
    public void is_to_the_minute_where_the_life_is_short() => new Laboratory().With(Numbered(RedCells))
        .Makes(Make(ProcedureKind.Wash, Numbered(RedCells), Made(Washed)), Now.AddSeconds(59)).ExpiresAt
        .ShouldBe(Now.AddHours(24));

    [Fact]
    public void is_at_the_end_of_the_local_day_where_it_is_long() => new Laboratory().With(Numbered(RedCells))
        .Makes(Make(ProcedureKind.Irradiate, Numbered(RedCells), Made(Irradiated)) with { DoseGy = 30 }).ExpiresAt
        .ShouldBe(new DateTimeOffset(2026, 3, 30, 23, 59, 0, TimeSpan.FromHours(7)));

    [Fact]
    public void is_never_after_the_sources_own() => new Laboratory().With(Numbered(RedCells), expiresAt: Now.AddHours(23))
        .Makes(Make(ProcedureKind.Wash, Numbered(RedCells), Made(Washed))).ExpiresAt
        .ShouldBe(Now.AddHours(23));

    [Fact]
    public void may_be_after_the_sources_where_the_policy_says_so() => new Laboratory().With(Numbered(RedCells))
        .Makes(Make(ProcedureKind.Freeze, Numbered(RedCells), Made(Frozen)) with { Celsius = -80 }).ExpiresAt
        .ShouldBeGreaterThan(Now.AddDays(3600));

    [Fact]
    public void is_the_sources_where_the_procedure_gives_no_life()
    {
        var plasma = Numbered(Plasma);
        var laboratory = new Laboratory().With(plasma, ComponentKind.Plasma);
        laboratory.Makes(Make(ProcedureKind.Thaw, plasma, Made(ThawedPlasma)) with { Celsius = 37, Minutes = 20 }).ExpiresAt.ShouldBe(Now.AddHours(6));

        laboratory.Makes(Make(ProcedureKind.Relabel, Numbered(ThawedPlasma), Made(Relabeled)), Now.AddHours(5)).ExpiresAt.ShouldBe(Now.AddHours(6));
    }

    /// <summary>The rule of the American pack, and those that give no life.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void of_a_new_label_is_never_after_the_frozen_bags(bool extends, bool divided)
    {
        var tonight = new DateTimeOffset(2026, 3, 2, 23, 59, 0, TimeSpan.FromHours(7));
        var (plasma, thawed) = (Numbered(Plasma), Numbered(ThawedPlasma));
        var laboratory = new Laboratory { Policy = WithRelabeling(extends) }.With(plasma, ComponentKind.Plasma, tonight);
        laboratory.Makes(Make(ProcedureKind.Thaw, plasma, Made(ThawedPlasma)) with { Celsius = 37, Minutes = 20 });
        var (source, division) = (thawed, "00");
        if (divided)
        {
            (source, division) = (Numbered(ThawedPlasma, division: "A0"), "A0");
            laboratory.Do(Make(ProcedureKind.Divide, thawed, Made(ThawedPlasma, 90, division: "A0"), Made(ThawedPlasma, 90, division: "B0"))).Rejections.ShouldBeEmpty();
        }

        laboratory.Makes(Make(ProcedureKind.Relabel, source, Made(Relabeled, 80, division: division)), Now.AddHours(1)).ExpiresAt
            .ShouldBeLessThanOrEqualTo(tonight);
    }

    [Fact]
    public void of_a_new_label_is_the_policys_where_the_frozen_bag_would_have_kept_longer()
    {
        var plasma = Numbered(Plasma);
        var laboratory = new Laboratory { Policy = WithRelabeling(extends: true) }.With(plasma, ComponentKind.Plasma);
        laboratory.Makes(Make(ProcedureKind.Thaw, plasma, Made(ThawedPlasma)) with { Celsius = 37, Minutes = 20 });

        laboratory.Makes(Make(ProcedureKind.Relabel, Numbered(ThawedPlasma), Made(Relabeled)), Now.AddHours(1)).ExpiresAt
            .ShouldBe(new DateTimeOffset(2026, 3, 6, 23, 59, 0, TimeSpan.FromHours(7)));
    }

    private static PolicyPack WithRelabeling(bool extends) => Policy with
    {
        Procedures =
        [
            .. Policy.Procedures.Where(rule => rule.Kind != ProcedureKind.Relabel),
            new ProcedureRule(ProcedureKind.Divide, ThawedPlasma, [ThawedPlasma]),
            extends ? new ProcedureRule(ProcedureKind.Relabel, ThawedPlasma, [Relabeled], TimeSpan.FromDays(4), Extends: true) : new ProcedureRule(ProcedureKind.Relabel, ThawedPlasma, [Relabeled]),
        ],
    };

    [Fact]
    public void counts_from_when_it_was_done_not_from_when_it_was_told() => new Laboratory().With(Numbered(RedCells))
        .Makes(Make(ProcedureKind.Wash, Numbered(RedCells), Made(Washed)), Now, occurredAt: Now.AddHours(-3)).ExpiresAt
        .ShouldBe(Now.AddHours(21));
}
