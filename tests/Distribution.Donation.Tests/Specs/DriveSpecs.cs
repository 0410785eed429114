using Distribution.Blood.Network;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

public sealed class Planning_a_drive
{
    private static readonly Region Hanoi = Region.LoadFile(Path.Combine(TestNodes.RepositoryRoot, "infra/regions/hanoi.json"));
    private static readonly DrivePlan Spring = DrivePlan.Of(Planned);

    private static SpecOutcome<Drive, DriveEvent> Planning(DrivePlan plan, params IReadOnlyList<object> history) =>
        Spec.For<Drive>().Given(history).When(state => DriveDecider.Plan(state, new PlanDrive(DriveOne, plan), Hanoi, Policy, By(FirstPerson, CollectedAt)));

    private static DriveAmended Amended(DrivePlan plan) => new(plan.Name, plan.Series, plan.Kind, plan.Sites, plan.From, plan.To, plan.TargetUnits, plan.Sessions);

    [Fact]
    public void is_recorded_as_planned() => Planning(Spring).Then(Planned);

    [Fact]
    public void does_nothing_when_the_same_plan_is_sent_again() => Planning(Spring with { Sites = [.. Spring.Sites] }, Planned).ThenNothing();

    [Fact]
    public void is_refused_where_the_code_stands_for_another_plan() => Planning(Spring with { TargetUnits = 1 }, Planned).ThenRejected("drive-exists");

    [Fact]
    public void is_refused_for_days_that_are_over() =>
        Planning(Spring with { From = new(2026, 2, 1), To = new(2026, 3, 1), Sessions = [] }).ThenRejected("drive-over");

    [Fact]
    public void is_refused_with_every_field_at_fault()
    {
        var refused = Planning(new DrivePlan(
            " ", "Spring!", default, [CollectionPoint, SiteId.Parse("HN-XP"), SiteId.Parse("NOWHERE"), CollectionPoint], new(2026, 4, 2), new(2026, 4, 1), 0,
            [
                new DriveSession("am", Centre, new(2026, 5, 1), new(12, 0), new(8, 0), 0),
                new DriveSession("am", CollectionPoint, new(2026, 4, 2), new(8, 0), new(12, 0), 5),
                new DriveSession("", CollectionPoint, new(2026, 4, 2), new(8, 0), new(12, 0), 5),
            ]));

        refused.ThenRejected(
            "name-invalid", "series-invalid", "kind-invalid", "dates-invalid", "target-invalid", "unknown-site", "site-repeated",
            "session-elsewhere", "session-outside", "hours-invalid", "slots-invalid", "session-outside", "session-repeated", "session-outside", "session-invalid");
        refused.Decision.Rejections.Single(reason => reason.Code == "unknown-site").Field.ShouldBe("sites[2]");
        refused.Decision.Rejections.Single(reason => reason.Code == "slots-invalid").Field.ShouldBe("sessions[0].slots");
    }

    [Fact]
    public void may_be_held_at_a_hospital() =>
        Planning(Spring with { Sites = [SiteId.Parse("HN-XP")], Sessions = [] }).ThenState(state => state.Plan!.Sites.ShouldBe([SiteId.Parse("HN-XP")]));

    [Fact]
    public void is_refused_without_a_site() => Planning(Spring with { Sites = [], Sessions = [] }).ThenRejected("sites-missing");

    [Fact]
    public void is_amended_as_a_whole_and_once() =>
        Spec.For<Drive>().Given(Planned)
            .When(state => DriveDecider.Amend(state, Spring with { TargetUnits = 250 }, Hanoi))
            .Then(Amended(Spring with { TargetUnits = 250 }))
            .ThenState(state => DriveDecider.Amend(state, Spring with { TargetUnits = 250 }, Hanoi).Events.ShouldBeEmpty());

    [Fact]
    public void is_amended_by_the_same_rules() =>
        Spec.For<Drive>().Given(Planned).When(state => DriveDecider.Amend(state, Spring with { TargetUnits = 0 }, Hanoi)).ThenRejected("target-invalid");

    [Fact]
    public void ends_with_the_cancellation()
    {
        Spec.For<Drive>().Given(Planned).When(state => DriveDecider.Cancel(state, new CancelDrive("storm"))).Then(new DriveCanceled("storm"));
        Spec.For<Drive>().Given(Planned).When(state => DriveDecider.Cancel(state, new CancelDrive("Storm!"))).ThenRejected("reason-invalid");
        Spec.For<Drive>().Given(Planned, new DriveCanceled("storm")).When(state => DriveDecider.Cancel(state, new CancelDrive("storm"))).ThenNothing();
        Spec.For<Drive>().Given(Planned, new DriveCanceled("storm")).When(state => DriveDecider.Amend(state, Spring, Hanoi)).ThenRejected("drive-canceled");
        Planning(Spring, Planned, new DriveCanceled("storm")).ThenRejected("drive-exists");
    }

    [Fact]
    public void comes_before_everything_else()
    {
        Spec.For<Drive>().Given().When(state => DriveDecider.Amend(state, Spring, Hanoi)).ThenRejected("unknown-drive");
        Spec.For<Drive>().Given().When(state => DriveDecider.Cancel(state, new CancelDrive("storm"))).ThenRejected("unknown-drive");
    }
}

public sealed class Receiving_a_donor_at_a_drive
{
    private static IEnumerable<string> Codes(string at, string? session, SiteId site, params IReadOnlyList<object> history) =>
        DriveDecider.WhyNotAt(Spec.For<Drive>().Given(history).State(), DriveOne, session, Policy, By(FirstPerson, At(at), site: site)).Select(reason => reason.Code);

    [Theory]
    [InlineData("2026-04-24T08:00:00+07:00", "hk-am", "HN-HK", null)]
    [InlineData("2026-04-24T08:00:00+07:00", null, "HN-BM", null)]
    [InlineData("2026-04-27T23:59:00+07:00", null, "HN-HK", null)]
    [InlineData("2026-04-28T00:00:00+07:00", null, "HN-HK", "drive-over")]
    [InlineData("2026-04-23T23:59:00+07:00", null, "HN-HK", "drive-not-begun")]
    [InlineData("2026-04-24T08:00:00+07:00", null, "HN-TX", "session-elsewhere")]
    [InlineData("2026-04-24T08:00:00+07:00", "hk-am", "HN-BM", "session-elsewhere")]
    [InlineData("2026-04-25T08:00:00+07:00", "hk-am", "HN-HK", "session-on-other-day")]
    [InlineData("2026-04-24T08:00:00+07:00", "hk-pm", "HN-HK", "unknown-session")]
    public void is_where_and_when_it_is_held(string at, string? session, string site, string? code) =>
        Codes(at, session, SiteId.Parse(site), Planned).ShouldBe(code is null ? [] : [code]);

    [Fact]
    public void is_refused_for_a_drive_that_nobody_planned_or_that_was_canceled()
    {
        Codes("2026-04-24T08:00:00+07:00", null, CollectionPoint).ShouldBe(["unknown-drive"]);
        Codes("2026-04-24T08:00:00+07:00", null, CollectionPoint, Planned, new DriveCanceled("storm")).ShouldBe(["drive-canceled"]);
    }

    [Fact]
    public void names_the_drive_of_a_session()
    {
        DriveDecider.WhyNotAt(Drive.Initial, null, "hk-am", Policy, By(FirstPerson, CollectedAt)).Select(reason => reason.Code).ShouldBe(["drive-missing"]);
        DriveDecider.WhyNotAt(Drive.Initial, null, null, Policy, By(FirstPerson, CollectedAt)).ShouldBeEmpty();
    }
}

public sealed class The_code_of_a_drive
{
    [Theory]
    [InlineData("hn-2026-04", true)]
    [InlineData("hn", false)]
    [InlineData("-hn", false)]
    [InlineData("hn--1", false)]
    [InlineData("HN-2026", false)]
    [InlineData("hn 2026", false)]
    public void is_small_letters_digits_and_single_hyphens(string text, bool valid) => DriveCode.TryParse(text, null, out _).ShouldBe(valid);
}
