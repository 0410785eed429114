using Distribution.Blood.Components;
using Distribution.Blood.Policies;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Security;

/// <summary>The vocabulary has no sight of the access control and keeps a list of its own: both have to say the same.</summary>
public sealed class Roles_in_a_policy
{
    private const string Physician = "\"roles\": [\"physician\"]";

    private static readonly string Pack = File.ReadAllText(Path.Combine(TestNodes.RepositoryRoot, "infra/policies/vn-26-2013.2.json"));

    [Fact]
    public void Every_role_that_a_token_may_carry_may_be_named()
    {
        var pack = PolicyPack.Load(Pack.Replace(Physician, $"\"roles\": [{string.Join(", ", Roles.All.Select(role => $"\"{role}\""))}]", StringComparison.Ordinal));

        pack.FindOverride("rhd-incompatible", ComponentKind.RedCells).ShouldNotBeNull().Roles.ShouldBe(Roles.All);
    }

    [Fact]
    public void A_role_that_no_token_carries_is_told_with_those_that_one_does() =>
        Should.Throw<PolicyException>(() => PolicyPack.Load(Pack.Replace(Physician, "\"roles\": [\"porter\"]", StringComparison.Ordinal)))
            .Problems[0].ShouldBe($"$.overrides[0].roles: 'porter' is none of {string.Join(", ", Roles.All)}");
}
