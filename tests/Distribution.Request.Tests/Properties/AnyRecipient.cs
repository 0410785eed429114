using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Properties;

/// <summary>Whatever is done with a recipient in whatever order, these hold.</summary>
public sealed class AnyRecipient
{
    private static readonly Gen<string> People = Gen.Elements("A9991-N01", "A9991-N02", "A9991-N03");
    private static readonly Gen<BloodGroup> Groups = Gen.Elements("O+", "O+", "A+").Select(BloodGroup.Parse);
    private static readonly Gen<string?> Samples = Gen.Elements<string?>(null, "S-1", "S-2");
    private static readonly Gen<AntigenSet> Antigens = Gen.Elements("K", "Jka", "E", "").Select(name => AntigenSet.Parse(name, null));

    private static readonly Gen<Func<Recipient, Decision<RecipientEvent>>> Commands = Gen.Frequency(
        (2, People.SelectMany(person => Groups.Select(group => Command(state =>
            RecipientDecider.Register(state, new RegisterRecipient(Patient, person == "A9991-N01" ? group : null), By(person)))))),
        (8, People.SelectMany(person => Groups.SelectMany(group => Samples.Select(sample => Command(state =>
            RecipientGroupDecider.Determine(state, new DetermineGroup(group, sample), Policy, By(person))))))),
        (2, People.SelectMany(person => People.SelectMany(other => Groups.Select(group => Command(state =>
            RecipientGroupDecider.Settle(state, new SettleGroup(group, "tube-mixed-up", other), By(person))))))),
        (3, Antigens.SelectMany(antigens => Samples.Select(sample => Command(state =>
            RecipientSampleDecider.Find(state, new FindAntibodies(antigens, sample)))))),
        (3, Gen.Elements("S-1", "S-2").SelectMany(number => Gen.Choose(0, 3).Select(hours => Command(state =>
            RecipientSampleDecider.Take(state, new TakeSample(number, Now.AddHours(-hours), "A9991-N03"), Policy, By("A9991-N01")))))),
        (3, Gen.Elements("S-1", "S-2").SelectMany(number => Gen.Elements(true, false).SelectMany(positive => Antigens.Select(antigens => Command(state =>
            RecipientSampleDecider.Screen(state, new ScreenSample(number, positive, antigens))))))),
        (1, Gen.Elements(true, false).Select(irradiated => Command(state =>
            RecipientDecider.Require(state, new SetRequirements(UnitRequirements.None with { Irradiated = irradiated }, "stem-cell-transplant"))))),
        (1, Gen.Constant(Command(state => RecipientDecider.Erase(state, new EraseIdentity("patient-request"))))));

    private static readonly Arbitrary<Func<Recipient, Decision<RecipientEvent>>[]> Histories = Commands.ArrayOf().ToArbitrary();

    [Fact]
    public void Antibodies_never_become_less() => Hold((_, before, after) => after.Antibodies.Contains(before.Antibodies).ShouldBeTrue());

    [Fact]
    public void A_group_stands_only_where_two_people_agree_and_nobody_has_found_another_since() => Hold((step, _, after) =>
    {
        if (after.Group is not { } group)
            return;
        after.GroupDiffers.ShouldBeFalse();
        var settled = step.FindLastIndex(@event => @event is RecipientGroupSettled);
        if (settled >= 0)
        {
            ((RecipientGroupSettled)step[settled]).Group.ShouldBe(group);
            return;
        }

        after.Determinations.ShouldAllBe(determination => determination.Group == group);
        after.Determinations.Any(one => after.Determinations.Any(other => one.Person != other.Person && (one.Sample is null || one.Sample != other.Sample))).ShouldBeTrue();
    });

    [Fact]
    public void The_others_are_told_all_that_is_known_and_nothing_twice() => Hold((events, _, after) =>
    {
        var told = events.OfType<RecipientProfileChanged>().ToList();
        for (var index = 1; index < told.Count; index++)
            told[index].ShouldNotBe(told[index - 1]);
        if (!after.IsRegistered)
            return;
        var last = told[^1];
        (last.Group, last.Antibodies, last.Requirements).ShouldBe((after.Group, after.Antibodies, after.Requirements));
        last.Sample?.Number.ShouldBe(after.NewestSample?.Number);
        last.Sample?.AntibodyScreen.ShouldBe(after.Samples.Exists(sample => sample.AntibodyScreen == true) ? true : after.NewestSample?.AntibodyScreen);
    });

    [Fact]
    public void A_sample_that_was_once_positive_stays_so() => Hold((_, before, after) =>
    {
        foreach (var sample in before.Samples.Where(sample => sample.AntibodyScreen == true))
            after.FindSample(sample.Number)!.AntibodyScreen.ShouldBe(true);
    });

    /// <summary>After every command: all events so far, the state before it and after it.</summary>
    private static void Hold(Action<List<RecipientEvent>, Recipient, Recipient> invariant) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Histories, history =>
        {
            List<RecipientEvent> events = [];
            foreach (var command in history)
            {
                var before = Aggregate.Fold<Recipient>(events);
                events.AddRange(command(before).Events);
                invariant(events, before, Aggregate.Fold<Recipient>(events));
            }
        }));

    private static Provenance By(string person) => Nurse with { Actor = person };

    private static Func<Recipient, Decision<RecipientEvent>> Command(Func<Recipient, Decision<RecipientEvent>> command) => command;
}
