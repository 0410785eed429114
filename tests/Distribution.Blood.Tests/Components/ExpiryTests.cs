using System.Text.Json;
using Distribution.Blood.Components;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Components;

public sealed class ExpiryTests
{
    private static readonly TimeZoneInfo Hanoi = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    [Theory]
    [InlineData("2026-03-01T08:30:45+07:00", 24, "2026-03-02T08:30+07:00")]
    [InlineData("2026-03-01T08:30:00+07:00", 72, "2026-03-04T08:30+07:00")]
    [InlineData("2026-03-01T01:30:00+00:00", 6, "2026-03-01T14:30+07:00")]
    public void A_short_life_ends_to_the_minute(string collected, int hours, string expires) =>
        Derive(collected, TimeSpan.FromHours(hours)).ShouldBe(DateTimeOffset.Parse(expires, null));

    [Theory]
    [InlineData("2026-03-01T08:30:00+07:00", 5, "2026-03-06T23:59+07:00")]
    [InlineData("2026-03-01T00:00:00+07:00", 35, "2026-04-05T23:59+07:00")]
    [InlineData("2026-03-01T23:59:59+07:00", 5, "2026-03-06T23:59+07:00")]
    [InlineData("2026-12-30T10:00:00+07:00", 5, "2027-01-04T23:59+07:00")]
    [InlineData("2028-02-27T10:00:00+07:00", 5, "2028-03-03T23:59+07:00")]
    public void A_long_life_ends_with_its_last_day_and_the_day_of_collection_is_day_zero(string collected, int days, string expires) =>
        Derive(collected, TimeSpan.FromDays(days)).ShouldBe(DateTimeOffset.Parse(expires, null));

    [Fact]
    public void The_day_of_collection_is_the_one_of_the_zone_and_not_of_the_clock() =>
        Derive("2026-03-01T18:00:00+00:00", TimeSpan.FromDays(5)).ShouldBe(DateTimeOffset.Parse("2026-03-07T23:59+07:00", null));

    [Fact]
    public void A_part_of_a_day_does_not_make_a_day() =>
        Derive("2026-03-01T08:00:00+07:00", TimeSpan.FromHours(5 * 24 + 23)).ShouldBe(DateTimeOffset.Parse("2026-03-06T23:59+07:00", null));

    [Fact]
    public void A_last_minute_that_comes_twice_is_the_first()
    {
        // Clocks of this zone go back from midnight to 23:00 on 7 October, so 23:59 of the 6th comes twice.
        var fallBack = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            new DateTime(2026, 1, 1),
            new DateTime(2026, 12, 31),
            TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 2, 0, 0), 4, 1),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 0, 0, 0), 10, 7));
        var zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.Zero, null, null, null, [fallBack]);

        Expiry.Derive(new DateTimeOffset(2026, 10, 1, 8, 0, 0, TimeSpan.FromHours(1)), TimeSpan.FromDays(5), zone)
            .ShouldBe(new DateTimeOffset(2026, 10, 6, 23, 59, 0, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void No_unit_outlives_its_shelf_life_by_a_day() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            Gen.Choose(0, 3_000_000).ToArbitrary(),
            Gen.Choose(1, 24 * 60 * 800).ToArbitrary(),
            (minutes, life) =>
            {
                var collected = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes);
                var shelfLife = TimeSpan.FromMinutes(life);
                var expiry = Expiry.Derive(collected, shelfLife, Hanoi);
                return expiry > collected - TimeSpan.FromMinutes(1)
                    && expiry - collected < shelfLife + TimeSpan.FromDays(1)
                    && expiry.Offset == TimeSpan.FromHours(7);
            }));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_shelf_life_that_is_over_before_it_begins_is_refused(int hours) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Derive("2026-03-01T08:30:00+07:00", TimeSpan.FromHours(hours)));

    [Fact]
    public void Several_limits_end_with_the_first()
    {
        var procedure = DateTimeOffset.Parse("2026-03-02T08:30+07:00", null);
        var source = DateTimeOffset.Parse("2026-03-02T01:00+00:00", null);

        Expiry.Earliest(procedure, source).ShouldBe(source);
        Expiry.Earliest(source, procedure).ShouldBe(source);
        Expiry.Earliest(procedure).ShouldBe(procedure);
        Should.Throw<ArgumentException>(() => Expiry.Earliest());
    }

    [Theory]
    [InlineData(6, "2026-03-04T23:59+07:00", "2026-03-02T14:30+07:00")]
    [InlineData(72, "2026-03-30T23:59+07:00", "2026-03-05T08:30+07:00")]
    [InlineData(24 * 28, "2026-04-12T23:59+07:00", "2026-03-30T23:59+07:00")]
    [InlineData(24 * 28, "2026-03-20T23:59+07:00", "2026-03-20T23:59+07:00")]
    [InlineData(6, "2026-03-02T09:00+07:00", "2026-03-02T09:00+07:00")]
    [InlineData(null, "2026-03-20T23:59+07:00", "2026-03-20T23:59+07:00")]
    public void What_a_procedure_made_lives_as_long_as_the_procedure_gives_and_no_source_has_expired(int? hours, string source, string expires) =>
        Bound(hours, source).ShouldBe(DateTimeOffset.Parse(expires, null));

    [Fact]
    public void What_is_frozen_may_outlive_its_source()
    {
        Bound(24 * 3650, "2026-03-20T23:59+07:00", extends: true).ShouldBe(DateTimeOffset.Parse("2036-02-28T23:59+07:00", null));
        Bound(null, "2026-03-20T23:59+07:00", extends: true).ShouldBe(DateTimeOffset.Parse("2026-03-20T23:59+07:00", null));
    }

    [Fact]
    public void Nothing_made_by_a_procedure_outlives_its_source_unless_the_procedure_extends() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            Gen.Choose(0, 3_000_000).ToArbitrary(),
            Gen.Choose(1, 24 * 60 * 800).ToArbitrary(),
            Gen.Choose(0, 24 * 60 * 800).ToArbitrary(),
            (minutes, life, left) =>
            {
                var at = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes);
                var source = at.AddMinutes(left);
                var bound = Expiry.Bound(at, TimeSpan.FromMinutes(life), source, Hanoi);
                return bound <= source && bound <= Expiry.Derive(at, TimeSpan.FromMinutes(life), Hanoi);
            }));

    private static DateTimeOffset Bound(int? hours, string source, bool extends = false) => Expiry.Bound(
        DateTimeOffset.Parse("2026-03-02T08:30:20+07:00", null),
        hours is { } life ? TimeSpan.FromHours(life) : null,
        DateTimeOffset.Parse(source, null),
        Hanoi,
        extends);

    private static DateTimeOffset Derive(string collected, TimeSpan shelfLife) =>
        Expiry.Derive(DateTimeOffset.Parse(collected, null), shelfLife, Hanoi);
}

public sealed class ComponentKindTests
{
    [Theory]
    [InlineData(ComponentKind.WholeBlood, "whole-blood")]
    [InlineData(ComponentKind.RedCells, "red-cells")]
    [InlineData(ComponentKind.Plasma, "plasma")]
    [InlineData(ComponentKind.Platelets, "platelets")]
    [InlineData(ComponentKind.Cryoprecipitate, "cryoprecipitate")]
    public void A_kind_is_its_name_in_JSON(ComponentKind kind, string name)
    {
        JsonSerializer.Serialize(kind).ShouldBe($"\"{name}\"");
        JsonSerializer.Deserialize<ComponentKind>($"\"{name}\"").ShouldBe(kind);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("\"0\"")]
    [InlineData("\"granulocytes\"")]
    public void A_number_or_a_kind_nobody_knows_is_refused(string json) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<ComponentKind>(json));
}
