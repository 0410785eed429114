using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Inventory.Tests.Specs;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.ProcedurePack;
using static Distribution.Inventory.Tests.Specs.Laboratory;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Properties;

/// <summary>Whatever is made of whatever, in whatever order, these hold.</summary>
public sealed class Trees_of_procedures
{
    private const int Collected = 6;

    /// <summary>Each step picks a unit, a thing to do to it, and how much of it is to come out.</summary>
    private static readonly Gen<List<(int Unit, int Deed, int Percent)>> Days = (
        from unit in Gen.Choose(0, 1000)
        from deed in Gen.Choose(0, 9)
        from percent in Gen.Frequency((6, Gen.Choose(10, 100)), (1, Gen.Choose(101, 110)))
        select (unit, deed, percent)).ListOf(40);

    [Fact]
    public void keep_volumes_expiries_and_the_way_back_to_the_collection()
    {
        var deepest = 0;
        var made = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Days.ToArbitrary(), day =>
        {
            var laboratory = Play(day);
            foreach (var number in laboratory.Units)
                deepest = Math.Max(deepest, Depth(laboratory, number));
            made += laboratory.Units.Count - (2 * Collected);
            Judge(laboratory);
        }));
        made.ShouldBeGreaterThan(1000, "Hardly anything was made: this proves nothing.");
        deepest.ShouldBeGreaterThan(3, "No tree is deep: this proves nothing.");
    }

    private static Laboratory Play(List<(int Unit, int Deed, int Percent)> day)
    {
        var laboratory = new Laboratory();
        foreach (var sequence in Enumerable.Range(1, Collected))
        {
            laboratory.With(Numbered(RedCells, sequence), group: sequence % 2 == 0 ? "O+" : "A-");
            laboratory.With(Numbered(Platelets, sequence), ComponentKind.Platelets, Now.AddDays(1 + sequence % 3), sequence % 2 == 0 ? "O+" : "A-");
        }

        foreach (var (step, (pick, deed, percent)) in day.Select((act, index) => (index, act)))
        {
            var now = Now.AddHours(step);
            UnitNumber[] units = [.. laboratory.Units];
            var source = units[pick % units.Length];
            if (Deed(laboratory, units, source, deed, percent, step) is not { } command)
                continue;
            UnitNumber[] before = [.. laboratory.Units];
            var decision = laboratory.Do(command, now);
            if (decision.IsRejected)
                laboratory.Units.ShouldBe(before, "What is refused changes nothing.");
            else
                decision.Events.Count.ShouldBeOneOf(0, command.Sources.Count + command.Results.Count);
        }

        return laboratory;
    }

    private static MakeUnits? Deed(Laboratory laboratory, UnitNumber[] units, UnitNumber source, int deed, int percent, int step)
    {
        var volume = laboratory[source].Facts!.VolumeMl * percent / 100;
        return deed switch
        {
            0 => One(ProcedureKind.DepleteLeucocytes, LeucocyteDepleted),
            1 => One(ProcedureKind.Irradiate, Irradiated) with { DoseGy = 25 },
            2 => One(ProcedureKind.Wash, Washed),
            3 => One(ProcedureKind.Freeze, Frozen) with { Celsius = -80 },
            4 => One(ProcedureKind.Thaw, Thawed),
            5 or 6 or 7 => Divided(),
            _ => Pooled(),
        };

        MakeUnits One(ProcedureKind procedure, string product) => Make(
            procedure, source, new ProcedureResult(new UnitNumber(source.Donation, ProductCode.Create(product, division: source.Product.Division)), volume));

        MakeUnits Divided()
        {
            var (first, second) = source.Product.Division == "00" ? ("A0", "B0") : ($"{source.Product.Division[0]}a", $"{source.Product.Division[0]}b");
            return Make(
                ProcedureKind.Divide,
                source,
                new ProcedureResult(new UnitNumber(source.Donation, ProductCode.Create(source.Product.Description, division: first)), volume / 2),
                new ProcedureResult(new UnitNumber(source.Donation, ProductCode.Create(source.Product.Description, division: second)), volume / 2));
        }

        // Of whatever lies about: often of two groups, of what has ended, or of another product.
        MakeUnits? Pooled()
        {
            UnitNumber[] platelets = [.. units.Where(unit => unit.Product.Description == Platelets && unit != source && laboratory[unit].Group == laboratory[source].Group).Take(1 + step % 3), source];
            return platelets.Length < 2 ? null : new MakeUnits(
                ProcedureKind.Pool, platelets, [Made(PooledPlatelets, platelets.Sum(unit => laboratory[unit].Facts!.VolumeMl) * percent / 100, 100 + step)]);
        }
    }

    private static void Judge(Laboratory laboratory)
    {
        foreach (var number in laboratory.Units)
        {
            var unit = laboratory[number];
            var parents = unit.Parents.Select(parent => laboratory[parent]).ToList();
            foreach (var parent in parents)
            {
                parent.Fate!.Kind.ShouldBe(FateKind.UsedUp, "A source ends when something is made of it.");
                parent.Children.ShouldContain(number, "Parent and child know each other.");
                parent.Group.ShouldBe(unit.Group);
            }

            if (unit.Fate is { Kind: FateKind.UsedUp })
            {
                unit.Children.ShouldNotBeEmpty();
                unit.Children.ShouldAllBe(child => laboratory[child].Parents.Contains(number));
                var together = laboratory[unit.Children[0]].Parents.Sum(parent => laboratory[parent].Facts!.VolumeMl);
                unit.Children.Sum(child => laboratory[child].Facts!.VolumeMl).ShouldBeLessThanOrEqualTo(together, "Nothing comes of nothing.");
            }

            if (parents.Count == 0)
                continue;
            unit.Released.ShouldBeTrue();
            if (unit.Procedure != ProcedureKind.Freeze)
                unit.Facts!.ExpiresAt.ShouldBeLessThanOrEqualTo(parents.Min(parent => parent.Facts!.ExpiresAt), "A modification keeps nothing longer.");
            unit.Facts!.CollectedAt.ShouldBe(parents.Min(parent => parent.Facts!.CollectedAt));
            Origins(laboratory, number).ShouldAllBe(origin => laboratory[origin].Procedure == null && origin.Donation.Sequence <= Collected, "Every way back ends at a donation.");
        }
    }

    private static IEnumerable<UnitNumber> Origins(Laboratory laboratory, UnitNumber unit) =>
        laboratory[unit].Parents is { IsEmpty: false } parents ? parents.SelectMany(parent => Origins(laboratory, parent)) : [unit];

    private static int Depth(Laboratory laboratory, UnitNumber unit) =>
        laboratory[unit].Parents is { IsEmpty: false } parents ? 1 + parents.Max(parent => Depth(laboratory, parent)) : 0;
}
