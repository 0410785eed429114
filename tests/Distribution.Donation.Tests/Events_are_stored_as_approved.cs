using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Policies;
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
            new DonorDeferred("marker-reactive", Number, CollectedAt.AddMonths(6), new DateOnly(2026, 3, 2), DriveOne, "morning"), new DonorDeferred("marker-reactive")),
        ["donor-deferral-ended.v1"] = (new DonorDeferralEnded("marker-reactive", Number, SecondPerson), new DonorDeferralEnded("marker-reactive")),
        ["donor-identity-erased.v1"] = Same(new DonorIdentityErased("donor-request")),
        ["drive-planned.v1"] = (Planned, Planned with { Sessions = [] }),
        ["drive-amended.v1"] = (
            new DriveAmended(Planned.Name, Planned.Series, DriveKind.FixedPoint, Planned.Sites, Planned.From, Planned.To, 300, Planned.Sessions),
            new DriveAmended(Planned.Name, Planned.Series, DriveKind.FixedPoint, Planned.Sites, Planned.From, Planned.To, 300, [])),
        ["drive-canceled.v1"] = Same(new DriveCanceled("storm")),
        ["donation-collected.v1"] = (
            Collected with { Collection = CollectionKind.PlateletApheresis, Drive = DriveOne, Session = "morning", BagLot = "B-2026-17" }, Collected),
        ["group-determined.v1"] = (new GroupDetermined(OPositive, "gel card"), Typed),
        ["markers-tested.v1"] = (Reactive, Results(("hiv", MarkerResult.Negative))),
        ["donor-group-known.v1"] = Same(new DonorGroupKnown(OPositive, Number)),
        ["marker-result-recorded.v1"] = (
            new MarkerResultRecorded("hbv", MarkerResult.Reactive, TestPhase.Repeat, Measured.Method, Measured.ReagentLot, Measured.Instrument, Measured.Run, Measured.MeasuredAt),
            Found("hiv", MarkerResult.Negative)),
        ["marker-confirmed.v1"] = (
            new MarkerConfirmed("hbv", Confirmation.Indeterminate, Measured.Method, Measured.ReagentLot, Measured.Instrument, Measured.Run, Measured.MeasuredAt),
            new MarkerConfirmed("hbv", Confirmation.Positive)),
        ["marker-result-corrected.v1"] = Same(new MarkerResultCorrected("hiv", MarkerResult.Negative, MarkerResult.Reactive, "tube-mixed-up", SecondPerson, 1)),
        ["group-determination-recorded.v1"] = (
            new GroupDeterminationRecorded(OPositive, FirstPerson, "gel card", "R-12", "I-1", "A9999-T0042", OPositive), FirstFound),
        ["group-corrected.v1"] = (
            new GroupCorrected(BloodGroup.Parse("A+", null), OPositive, "tube-mixed-up", SecondPerson, FirstPerson, OPositive),
            new GroupCorrected(BloodGroup.Parse("A+", null), OPositive, "tube-mixed-up", SecondPerson)),
        ["donation-held.v1"] = Same(Held),
        ["donation-hold-ended.v1"] = Same(new DonationHoldEnded(LookbackCase)),
        ["implication-opened.v1"] = (Opened, Opened with { Marker = null, Donor = null, DueAt = null }),
        ["implication-extended.v1"] = (
            new ImplicationExtended(LookbackCase, Opened.Kind, Opened.Reason, [OtherNumber], Opened.DueAt),
            new ImplicationExtended(LookbackCase, Opened.Kind, Opened.Reason, [OtherNumber])),
        ["implication-ended.v1"] = Same(new ImplicationEnded(LookbackCase, "confirmed-negative", SecondPerson, [Number, OtherNumber], Opened.OpenedAt.AddDays(1))),
        ["recall-told.v1"] = Same(new RecallTold(LookbackCase, RecallKind.Reaction, "fever", [Number], Opened.OpenedAt)),
        ["recall-ended.v1"] = Same(new RecallEnded(LookbackCase, true, "unrelated", SecondPerson, Opened.OpenedAt.AddDays(1))),
        ["component-prepared.v1"] = (RedCellsPrepared with { From = PlasmaPrepared.Unit, Procedure = ProcedureKind.Irradiate }, RedCellsPrepared),
        ["component-used-up.v1"] = (
            PlasmaUsedUp with { From = RedCellsPrepared.Unit, DoseGy = 25.5m, Celsius = 4.5 },
            PlasmaUsedUp with { Minutes = null }),
        ["release-signed.v1"] = (SignedFor(RedCellsPrepared, PlateletsPrepared), Signed),
        ["component-released.v1"] = (ReleasedFrom(RedCellsPrepared) with { From = PlasmaPrepared.Unit }, ReleasedFrom(RedCellsPrepared)),
        ["component-discarded.v1"] = (
            DiscardedFrom(RedCellsPrepared, "marker-reactive") with { From = PlasmaPrepared.Unit }, DiscardedFrom(RedCellsPrepared, "marker-reactive")),
        ["component-label-verified.v1"] = Same(new ComponentLabelVerified(RedCellsPrepared.Unit, "=A99992612345600=%5100=<D0101V00&>0261032359")),
    };

    private static (object Full, object Minimal) Same(object example) => (example, example);
}
