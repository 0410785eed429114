using Distribution.Blood.Components;
using Distribution.EventStore;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests;

/// <summary>A difference here is a difference in every history ever written: it needs a new stored name and an upcaster.</summary>
public sealed class Events_are_stored_as_approved
{
    private static readonly EventTypes Types = EventTypes.From(typeof(Donation).Assembly);

    public static TheoryData<string> StoredNames => [.. Types.ByName.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(StoredNames))]
    public void every_one(string storedName)
    {
        var (full, minimal) = Examples[storedName];

        Approve.Event(storedName, full, minimal);
        foreach (var example in new[] { full, minimal })
        {
            var stored = EventTypes.Serialize(example);
            EventTypes.Serialize(Types.Deserialize(storedName, stored)).ShouldBe(stored);
        }
    }

    private static readonly Dictionary<string, (object Full, object Minimal)> Examples = new(StringComparer.Ordinal)
    {
        ["donor-registered.v1"] = Same(Registered),
        ["donor-gave.v1"] = (new DonorGave(Number, CollectedAt, CollectionKind.PlasmaApheresis, 500, 61.5m), new DonorGave(Number, CollectedAt)),
        ["donor-deferred.v1"] = (
            new DonorDeferred("marker-reactive", Number, CollectedAt.AddMonths(6), new DateOnly(2026, 3, 2), Drive, "morning"), new DonorDeferred("marker-reactive")),
        ["donor-deferral-ended.v1"] = (new DonorDeferralEnded("marker-reactive", Number, SecondPerson), new DonorDeferralEnded("marker-reactive")),
        ["donor-identity-erased.v1"] = Same(new DonorIdentityErased("donor-request")),
        ["donation-collected.v1"] = Same(Collected),
        ["group-determined.v1"] = (new GroupDetermined(OPositive, "gel card"), Typed),
        ["markers-tested.v1"] = (Reactive, Results(("hiv", MarkerResult.Negative))),
        ["component-prepared.v1"] = Same(RedCellsPrepared),
        ["release-signed.v1"] = Same(Signed),
        ["component-released.v1"] = Same(ReleasedFrom(RedCellsPrepared)),
        ["component-discarded.v1"] = Same(DiscardedFrom(RedCellsPrepared, "marker-reactive")),
    };

    private static (object Full, object Minimal) Same(object example) => (example, example);
}
