using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Telling_of_a_recipient
{
    private static readonly RecipientTold Newer = new(2, Hospital, AntigenSet.Of("K"), OPositive, UnitRequirements.None with { CmvNegative = true });

    [Fact]
    public void takes_what_is_newer() => Spec.For<KnownRecipient>()
        .Given(new RecipientTold(1, Hospital, AntigenSet.None))
        .When(state => KnownRecipientDecider.Tell(state, Newer))
        .Then(Newer)
        .ThenState(state => state.Demands.ShouldBe(new UnitRequirements(false, true, false, AntigenSet.Of("K"), null)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void leaves_what_is_older_or_the_same(long version) => Spec.For<KnownRecipient>()
        .Given(Newer)
        .When(state => KnownRecipientDecider.Tell(state, new RecipientTold(version, Hospital, AntigenSet.None, APositive)))
        .ThenNothing();

    [Fact]
    public void never_forgets_an_antibody() => Spec.For<KnownRecipient>()
        .Given(Newer, new RecipientTold(3, Hospital, AntigenSet.Of("Jka")))
        .State().Antibodies.ShouldBe(AntigenSet.Of("K", "Jka"));
}
