using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Donations.Tests.Specs;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Properties;

/// <summary>Whatever the laboratory makes of a donation and of what it made, and whatever is released or discarded in between.</summary>
public sealed class Processing_invariants
{
    private static readonly string[] People = [FirstPerson, SecondPerson];

    private static readonly PolicyPack Pack = Processing.Pack with
    {
        Markers = [.. Policy.Markers, new MarkerRule("antibody-screen", MarkerDemand.Mandatory, [ComponentKind.Plasma, ComponentKind.Platelets])],
    };

    private static readonly ProductCode[] Direct = [RedCells, Plasma, Platelets];

    /// <summary>Each way with what comes of it.</summary>
    private static readonly (ProcedureKind Procedure, ProductCode[] Results)[] Ways =
    [
        (ProcedureKind.Separate, [Cryo, Processing.Poor]),
        (ProcedureKind.Irradiate, [Processing.Irradiated]),
        (ProcedureKind.Wash, [Processing.Washed]),
        (ProcedureKind.Freeze, [Processing.Frozen]),
        (ProcedureKind.Divide, []),
    ];

    private static readonly Arbitrary<int[]> Acts = Arb.From(
        Gen.Choose(0, 999_999).ArrayOf(25),
        acts => acts.Select((_, index) => (int[])[.. acts[..index], .. acts[(index + 1)..]]));

    [Fact]
    public void hold_at_any_depth()
    {
        var (depth, releases) = (0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Acts, acts =>
        {
            // Fit for release but for what the acts themselves do.
            var state = Aggregate.Fold<Donation>([Collected, Typed, Negative, Found("antibody-screen", acts.Sum() % 3 == 0 ? MarkerResult.Reactive : MarkerResult.Negative)]);
            foreach (var (step, act) in acts.Index())
            {
                var at = PreparedAt.AddHours(step);
                var decision = Decide(state, act, at);
                var open = ReleaseGate.Open(state, ReleaseGate.Check(state, Pack, at));
                foreach (var released in decision.Events.OfType<ComponentReleased>())
                {
                    open.ShouldContain(released.Unit);
                    ReleaseGate.IsBarred(state, state.Find(released.Unit)!, Pack).ShouldBeFalse();
                    releases++;
                }

                state = Aggregate.Fold(state, decision.Events);
                CheckTree(state);
            }

            depth = Math.Max(depth, state.Components.Select(component => Ancestors(state, component).Count()).DefaultIfEmpty().Max());
        }));

        depth.ShouldBeGreaterThan(1);
        releases.ShouldBeGreaterThan(100);
    }

    private static void CheckTree(Donation state)
    {
        state.Components.Where(component => component.From is null).Sum(component => component.VolumeMl).ShouldBeLessThanOrEqualTo(state.VolumeMl);
        state.Components.Select(component => component.Unit).ShouldBeUnique();
        foreach (var component in state.Components)
        {
            var made = state.Components.FindAll(other => other.From == component.Unit);
            made.Sum(other => other.VolumeMl).ShouldBeLessThanOrEqualTo(component.VolumeMl);
            (made.Count > 0).ShouldBe(component.Standing == Standing.UsedUp);
            (component.Into ?? []).ShouldBe(made.Select(other => other.Unit), ignoreOrder: true);
            if (component.From is not { } from)
                continue;
            var source = state.Find(from).ShouldNotBeNull();
            component.PreparedAt.ShouldBeGreaterThanOrEqualTo(source.PreparedAt);
            if (component.Procedure != ProcedureKind.Freeze)
                component.ExpiresAt.ShouldBeLessThanOrEqualTo(source.ExpiresAt);
        }
    }

    private static IEnumerable<PreparedComponent> Ancestors(Donation state, PreparedComponent component)
    {
        for (var at = component; at.From is { } from; at = state.Find(from)!)
            yield return state.Find(from)!;
    }

    private static Decision<DonationEvent> Decide(Donation state, int act, DateTimeOffset at)
    {
        var (kind, choice) = (act % 6, act / 6);
        var by = By(People[choice % 2], at);
        return kind switch
        {
            0 => ProcessingDecider.Prepare(state, new PrepareComponent(Direct[choice % 3], choice % 151), Pack, by),
            1 => ReleaseDecider.Release(state, new ReleaseComponents(choice % 3 == 0 ? [Direct[choice / 3 % 3]] : null), Pack, by),
            2 when choice % 4 == 0 => DonationDecider.Discard(state, new DiscardComponents("bag-broken", Direct[choice / 4 % 3]), Pack),
            _ => Process(state, choice, by),
        };
    }

    private static Decision<DonationEvent> Process(Donation state, int choice, Provenance by)
    {
        if (state.Components.IsEmpty)
            return Decision<DonationEvent>.AlreadyDone;
        var source = state.Components[choice % state.Components.Count];
        var (procedure, results) = Ways[choice / 7 % Ways.Length];
        var division = source.Unit.Product.Division;
        ProductCode[] made = procedure == ProcedureKind.Divide
            ? [Processing.Part(source.Unit.Product, division == "00" ? "A0" : $"{division[0]}a"), Processing.Part(source.Unit.Product, division == "00" ? "B0" : $"{division[0]}b")]
            : [.. results.Select(product => Processing.Part(product, division))];

        // Now and then one milliliter more than there is.
        var share = (source.VolumeMl / made.Length) + (choice % 11 == 0 ? 1 : 0);
        return ProcessingDecider.Process(
            state, new ProcessComponent(procedure, source.Unit.Product, [.. made.Select(product => new ProcedureResult(product, share))], 25, 4, 60), Pack, by);
    }
}
