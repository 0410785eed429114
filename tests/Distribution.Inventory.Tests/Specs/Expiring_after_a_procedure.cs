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

    [Fact]
    public void counts_from_when_it_was_done_not_from_when_it_was_told() => new Laboratory().With(Numbered(RedCells))
        .Makes(Make(ProcedureKind.Wash, Numbered(RedCells), Made(Washed)), Now, occurredAt: Now.AddHours(-3)).ExpiresAt
        .ShouldBe(Now.AddHours(21));
}
