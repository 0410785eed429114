using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Putting_units_away
{
    [Fact]
    public void names_the_place() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .When(state => BenchDecider.Store(state, "F2-S3", AtHospital))
        .Then(new UnitStored("F2-S3"))
        .ThenState(state => state.Place.ShouldBe("F2-S3"));

    [Fact]
    public void in_the_same_place_changes_nothing() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(new UnitStored("F2-S3"))
        .When(state => BenchDecider.Store(state, "F2-S3", AtHospital))
        .ThenNothing();

    [Fact]
    public void is_for_what_stands_here() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.Store(state, "F2-S3", AtHospital))
        .ThenRejected("not-here");

    [Fact]
    public void is_over_when_it_leaves() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitStored("F2-S3"), ReservedForStock(), Dispatched())
        .State().Place.ShouldBeNull();
}
