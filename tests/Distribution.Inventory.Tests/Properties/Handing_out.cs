using System.Collections.Frozen;
using System.Collections.Immutable;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Properties;

/// <summary>Whatever a policy opens, whoever lets what pass and whatever is found in the patient meanwhile: these never leave the bank.</summary>
public sealed class Handing_out
{
    private static readonly string[] Codes =
    [
        "ended", "not-released", "held", "expired", "not-here", "issued", "not-reserved", "wrong-recipient", "group-unknown", "abo-incompatible", "abo-minor-mismatch",
        "rhd-incompatible", "antibody-unmatched", "requirement-irradiated", "requirement-cmv", "requirement-antigen", "sample-missing", "sample-expired",
        "crossmatch-missing", "crossmatch-incompatible", "appearance-abnormal", "not-emergency", "not-emergency-group",
    ];

    private static readonly ComponentKind[] Kinds = [ComponentKind.RedCells, ComponentKind.WholeBlood, ComponentKind.Plasma, ComponentKind.Platelets, ComponentKind.Cryoprecipitate];

    /// <summary>Numbers that everything else is drawn from.</summary>
    private static Gen<(List<int> Setting, List<int> Steps)> Days { get; } =
        from setting in Gen.Choose(0, int.MaxValue - 1).ListOf(8)
        from steps in Gen.Choose(0, 1_000_000).ListOf(30)
        select (setting, steps);

    [Fact]
    public void never_gives_what_kills()
    {
        var (issued, emergencies, overridden) = (0, 0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(Days.ToArbitrary(), day =>
        {
            var events = Live(day.Setting, day.Steps);
            issued += events.OfType<UnitIssued>().Count();
            emergencies += events.OfType<UnitIssuedInEmergency>().Count();
            overridden += events.OfType<UnitRulesOverridden>().Count();
        }));
        issued.ShouldBeGreaterThan(100, "The days hardly ever reach an issue: they prove nothing.");
        emergencies.ShouldBeGreaterThan(50, "Hardly ever an emergency: they prove nothing.");
        overridden.ShouldBeGreaterThan(100, "Hardly ever an override: they prove nothing.");
    }

    private static List<UnitEvent> Live(List<int> setting, List<int> steps)
    {
        // Any set of codes may be listed, also those that no pack that is read from a file can list.
        var pack = BenchPolicy with
        {
            Overrides = [.. Codes.Where((_, i) => (setting[0] & (1 << i)) != 0).Select(code => new OverrideRule(code, null, ["physician"], true))],
            Emergency = BenchPolicy.Emergency with { Groups = BenchPolicy.Emergency.Groups.Add(ComponentKind.Plasma, [BloodGroup.Parse("AB+")]) },
        };
        var kind = Kinds[setting[1] % Kinds.Length];
        var unit = Unit.Initial;
        var known = Known(Group(setting[2]).ToString());
        var now = Now;
        List<UnitEvent> history = [];
        Take(UnitDecider.Prepare(unit, Facts(kind, expiresAt: Now.AddHours(8), site: Hospital)));
        // One in eight stays in quarantine.
        if (setting[3] % 8 > 0)
            Take(UnitDecider.Release(unit, Facts(kind, expiresAt: Now.AddHours(8), site: Hospital), Group(setting[4]), "A9990-R02"));
        // By hand, because the choice of units would leave out what the bench has to catch.
        foreach (var step in steps)
        {
            now = now.AddMinutes(step % 25);
            var by = At(Hospital, now, step % 7 == 0 ? Now : null);
            switch (step % 12)
            {
                case 0 or 1:
                    if (unit is { Fate: null, Reservation: null, Issue: null })
                        Take(Decision<UnitEvent>.Accept(new UnitReserved(Order, 1, ReservationPurpose.Patient, Hospital, Hospital, Recipient, known.Group, now.AddHours(4), step % 5 == 0 ? null : true)));
                    break;
                case 2:
                    Take(BenchDecider.Crossmatch(unit, known, pack, Tested(compatible: step % 11 > 0, sample: known.Sample?.Number), by));
                    break;
                case 3 or 4:
                    Take(BenchDecider.Issue(unit, known, pack, ToPatient(appearance: step % 9 == 0 ? Appearance.Clots : Appearance.Normal), by));
                    break;
                case 5 or 6:
                    Take(BenchDecider.IssueInEmergency(unit, known, pack, ToPatient(appearance: step % 9 == 0 ? Appearance.Clots : Appearance.Normal), "bleeds", by));
                    break;
                case 7 or 8:
                    var code = Codes[step / 12 % Codes.Length];
                    Take(BenchDecider.Override(unit, known, pack, new LetPass(Order, Recipient, [code], "bleeds", FrozenSet.Create("physician"), SecondNurse), by));
                    break;
                case 9:
                    Take(step % 2 == 0 ? UnitDecider.Hold(unit, "lookback", by) : UnitDecider.EndHold(unit, "lookback", null, by));
                    break;
                case 10:
                    Take(BenchDecider.Return(unit, Back(10), TimeSpan.FromMinutes(30), by));
                    break;
                default:
                    known = (step / 12 % 4) switch
                    {
                        0 => known with { Antibodies = AntigenSet.Of("K") },
                        1 => known with { Group = step % 5 == 0 ? Group(step) : null },
                        2 => known with { Sample = null },
                        _ => known with { Requirements = UnitRequirements.None with { CmvNegative = true } },
                    };
                    break;
            }
        }

        return history;

        void Take(Decision<UnitEvent> decision)
        {
            foreach (var @event in decision.Events)
            {
                Judge(unit, known, kind, @event, now);
                unit = Unit.Evolve(unit, @event);
                history.Add(@event);
            }
        }
    }

    private static void Judge(Unit before, KnownRecipient known, ComponentKind kind, UnitEvent @event, DateTimeOffset now)
    {
        if (@event is not (UnitIssued or UnitIssuedInEmergency))
            return;
        before.Released.ShouldBeTrue();
        before.Fate.ShouldBeNull();
        before.Issue.ShouldBeNull();
        before.Holds.ShouldBeEmpty();
        before.Facts!.ExpiresAt.ShouldBeGreaterThan(now);
        before.Custody.ShouldBe(Custody.At(Hospital));
        before.Reservation!.Recipient.ShouldBe(Recipient);
        before.IncompatibleWith.ShouldNotContain(Recipient);
        if (known.Group is { } patient)
        {
            MayHave(kind, patient.Abo, before.Group!.Value.Abo).ShouldBeTrue($"{before.Group} {kind} for {patient}");
        }
        else
        {
            @event.ShouldBeOfType<UnitIssuedInEmergency>("Nothing but an emergency goes without a group.");
            (kind switch
            {
                ComponentKind.RedCells => before.Group!.Value.Abo == Abo.O,
                ComponentKind.Plasma => before.Group == BloodGroup.Parse("AB+"),
                _ => false,
            }).ShouldBeTrue($"{before.Group} {kind} for somebody unknown");
        }

        if (@event is UnitIssuedInEmergency { CrossmatchDue: null } && kind is ComponentKind.RedCells or ComponentKind.WholeBlood)
            before.Crossmatch!.Compatible.ShouldBeTrue();
        if (!known.Antibodies.IsEmpty && kind is ComponentKind.RedCells or ComponentKind.WholeBlood)
            before.Overrides.ShouldContain(given => given.Codes.Contains("antibody-unmatched") && given.Demands.WithoutAntigens == known.Antibodies);
    }

    /// <summary>Without the rule under test: what cells carry must be the patient's own, what plasma lacks the antibody against must be.</summary>
    private static bool MayHave(ComponentKind kind, Abo patient, Abo unit) => kind switch
    {
        ComponentKind.RedCells => unit == Abo.O || unit == patient || patient == Abo.AB,
        ComponentKind.WholeBlood => unit == patient,
        ComponentKind.Plasma => unit == Abo.AB || unit == patient || patient == Abo.O,
        // The plasma around them: a matter of review.
        _ => true,
    };

    private static BloodGroup Group(int number) => BloodGroup.All[number % BloodGroup.All.Count];
}
