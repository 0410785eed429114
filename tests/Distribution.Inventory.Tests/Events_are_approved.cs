using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.Inventory.Allocating;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests;

/// <summary>What is stored today has to be read in ten years: its JSON changes only by somebody's approval.</summary>
public sealed class Events_are_approved
{
    /// <summary>Each event with everything set, and with only what it needs.</summary>
    private static readonly (object Full, object Minimal)[] Events =
    [
        (Prepared(Facts() with { From = Number(kind: ComponentKind.WholeBlood) }), Prepared()),
        (Made(), Made() with { DoseGy = null, Celsius = null, Minutes = null, VerifiedBy = null, IncompatibleWith = null, AntigenPositive = null, AntigenNegative = null, Cmv = null }),
        (new UnitTyped(AntigenSet.Of("C", "e"), AntigenSet.Of("K"), CmvStatus.Negative), new UnitTyped(AntigenSet.None, AntigenSet.Of("K"))),
        (new UnitUsedUp(ProcedureKind.Irradiate, [Number(2)], Order), new UnitUsedUp(null, [Number(2)])),
        (Released(), Released()),
        (new UnitHeld("lookback", Order, Centre, Nurse, CaseId), new UnitHeld("lookback", null)),
        (new UnitHoldEnded("lookback", true, Order, SecondNurse), new UnitHoldEnded("lookback", false, null)),
        (ReservedForPatient() with { Emergency = true, Requirements = Demanding }, ReservedForStock()),
        (new UnitReservationRenewed(Order, OPositive, LapsesAt, true), new UnitReservationRenewed(Order, null, LapsesAt, false)),
        (new UnitReservationEnded(Order, "received"), new UnitReservationEnded(Order, "received")),
        (Dispatched(), Dispatched()),
        (Received(Now), Received(null) with { Order = null }),
        (new UnitMissing(Journey.Consignment, Order, Centre, Hospital), new UnitMissing(Journey.Consignment, Order, Centre, Hospital)),
        (new UnitFound(Hospital), new UnitFound(Hospital)),
        (Crossmatched(), Crossmatched() with { Method = null, Sample = null, SampleValidUntil = null }),
        (new UnitCrossmatchOverdue(Order, Recipient, Now), new UnitCrossmatchOverdue(Order, Recipient, Now)),
        (new UnitIncompatibilityFound(Recipient, Order, Tube), new UnitIncompatibilityFound(Recipient)),
        (new UnitRulesOverridden(Order, Recipient, ["antibody-unmatched"], "bleeds, no other unit", SecondNurse, Demanding, OPositive),
            new UnitRulesOverridden(Order, Recipient, ["requirement-cmv"], "bleeds, no other unit", SecondNurse, UnitRequirements.None)),
        (Issued(), Issued() with { AccountBy = null }),
        (IssuedInEmergency() with { RecipientGroup = OPositive }, IssuedInEmergency() with { CrossmatchDue = null }),
        (new UnitIssueRecorded(Order, Recipient, SecondNurse, Hospital, Now, OPositive, Now.AddDays(1)), new UnitIssueRecorded(Order, Recipient, SecondNurse, Hospital, Now)),
        (new UnitStored("F2-S3"), new UnitStored("F2-S3")),
        (new UnitReturned(Order, Recipient, 12, true, Appearance.Normal, true), new UnitReturned(Order, Recipient, 12, true)),
        (new UnitTransfused(Order, Recipient, Now, 240, Now.AddHours(2), "W3"), new UnitTransfused(null, null, Now, null)),
        (new UnitDiscarded("leaking", Order), new UnitDiscarded("leaking", null)),
        (new UnitExpired(Now, Order), new UnitExpired(Now, null)),
        (new UnitLost("not found", Order), new UnitLost("not found", null)),
        (Reaction("fever"), Reaction() with { Imputability = null }),
        (new UnitLabelVerified("=A99902600000100=%5100=<D0101V00&>0260892359"), new UnitLabelVerified("=A99902600000100=%5100=<D0101V00&>0260892359")),
        (Discrepancy("not-issued", "Transfused without having been issued."), Discrepancy("not-issued", "Transfused without having been issued.")),
        (new UnitDiscrepancyResolved(7, "The form was found."), new UnitDiscrepancyResolved(7, "The form was found.")),
        (new RecipientTold(3, Hospital, AntigenSet.Of("K"), OPositive, Demanding, new RecipientSample(Tube, Now, Now.AddDays(3), false)), new RecipientTold(1, Hospital, AntigenSet.None)),
        (Demand() with { WaitUntil = Now.AddHours(6), Recipient = Recipient, RecipientGroup = OPositive, RecipientRequirements = UnitRequirements.None with { WithoutAntigens = AntigenSet.Of("E") } },
            Demand() with { Lines = [] }),
        (Allocated([new AllocationShortfall(1, 1, "1 of 2 units could not be found.")]) with { Certificate = Proof, Alternatives = [Instead], WaitsUntil = Now.AddHours(6) },
            Allocated([]) with { Units = [] }),
        (new AllocationDelayed(Order, 1, Centre, [new AllocationShortfall(1, 2, "2 of 2 units could not be found.")], [Instead], Now.AddHours(6), Now.AddHours(2)),
            new AllocationDelayed(Order, 1, Centre, [], [], Now.AddHours(6), null)),
        (new AllocationDeclined(Order, 1, Centre, "not-in-time", [new AllocationShortfall(1, 2, "2 of 2 units could not be found.")], Now.AddHours(2), [Instead]), new AllocationDeclined(Order, 1, Centre, "no-compatible-stock", [])),
        (new AllocationLapsed(Order, [Number(1)], "lapsed", [Number(2)], LapsesAt), new AllocationLapsed(Order, [], "order-canceled")),
        (new UnitListed(Number()), new UnitListed(Number())),
        (new FamilyHeld(CaseId, "hiv repeat reactive", RecallKind.Lookback), new FamilyHeld(CaseId, "hiv repeat reactive", RecallKind.Lookback)),
        (new FamilyHoldEnded(CaseId), new FamilyHoldEnded(CaseId)),
        (Opened(new RecalledUnit(Number(), CustodyKind.InTransit, Centre, Hospital, FateKind.Expired)) with { Source = RecallSource.Inventory },
            Opened(new RecalledUnit(Number(), CustodyKind.Unknown, null, null, null)) with { DueAt = null }),
        (new RecallExtended([Number(2).Donation], [new RecalledUnit(Number(2), CustodyKind.AtSite, Centre, null, null)], DueAt), new RecallExtended([], [])),
        (new RecallAcknowledged(Hospital, [Number()]), new RecallAcknowledged(Hospital, [])),
        (new RecallOverdue(Now, [Hospital], [Number()]), new RecallOverdue(Now, [], [])),
        (new RecallClosed(CaseId, RecallSource.Inventory, true, "confirmed negative", SecondNurse, Now),
            new RecallClosed(CaseId, RecallSource.DonationService, false, "all accounted for", SecondNurse, Now)),
    ];

    private static UnitRequirements Demanding => new(true, true, true, AntigenSet.Of("c", "E"), 7);

    private static readonly EventTypes Types = EventTypes.From(typeof(Unit).Assembly);

    public static TheoryData<string> Names => [.. Types.ByName.Keys.Order(StringComparer.Ordinal)];

    internal static object Example(string storedName) => Events.ShouldHaveSingleItem(Types.ByName[storedName]).Full;

    [Theory]
    [MemberData(nameof(Names))]
    public void full_and_minimal(string storedName)
    {
        var (full, minimal) = Events.ShouldHaveSingleItem(Types.ByName[storedName]);

        Approve.Event(storedName, full, minimal);
        Types.Deserialize(storedName, EventTypes.Serialize(full)).ShouldBeOfType(full.GetType());
        Types.Deserialize(storedName, EventTypes.Serialize(minimal)).ShouldBeOfType(full.GetType());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void every_event_is_folded_by_its_aggregate(string storedName)
    {
        var (full, _) = Events.ShouldHaveSingleItem(Types.ByName[storedName]);

        object? state = full switch
        {
            UnitEvent => Aggregate.Fold<Unit>([full]),
            AllocationEvent => Aggregate.Fold<Allocation>([full]),
            FamilyEvent => Aggregate.Fold<Family>([full]),
            KnownRecipientEvent => Aggregate.Fold<KnownRecipient>([full]),
            _ => Aggregate.Fold<Recall>([full]),
        };

        state.ShouldNotBeNull();
    }

    [Fact]
    public void an_aggregate_folds_no_stranger()
    {
        Should.Throw<InvalidOperationException>(() => Unit.Evolve(Unit.Initial, Allocated([])));
        Should.Throw<InvalidOperationException>(() => Allocation.Evolve(Allocation.Initial, Released()));
        Should.Throw<InvalidOperationException>(() => Family.Evolve(Family.Initial, Released()));
        Should.Throw<InvalidOperationException>(() => Recall.Evolve(Recall.Initial, Released()));
        Should.Throw<InvalidOperationException>(() => KnownRecipient.Evolve(KnownRecipient.Initial, Released()));
    }

    private static UnitMade Made() => new(
        Number(2), ComponentKind.RedCells, [Number()], ProcedureKind.Irradiate, 25.5m, 21.5, 7,
        Now.AddDays(-2), Hospital, Now, Now.AddDays(28), 240, Centre, OPositive, SecondNurse, [Recipient],
        AntigenSet.Of("C"), AntigenSet.Of("K"), CmvStatus.Negative);

    private static AllocationProof Proof => new("18014398509481984", 3, 5, 240, "00ff", [new LinePrice(1, 281474976710656)]);

    private static AllocationAlternative Instead => new(1, ComponentKind.RedCells, APositive, 4, Centre, ["irradiated"], "Of A+, but not known to be irradiated.");

    private static DemandRegistered Demand() => new(
        Order, 1, ReservationPurpose.Stock, AskPriority.Urgent, Centre, Hospital,
        [new DemandLine(1, ComponentKind.RedCells, OPositive, 2, new UnitRequirements(true, true, true, AntigenSet.Of("K"), 7))], null, null, Now.AddHours(3), Now, null);

    private static UnitsAllocated Allocated(IReadOnlyList<AllocationShortfall> shortfalls) => new(
        Order, 1, ReservationPurpose.Stock, Centre, Hospital,
        [new AllocatedUnit(Number(), 1, ComponentKind.RedCells, OPositive, Now.AddDays(30), ["Of the identical group, O+."])], shortfalls, LapsesAt);
}

internal static class EventChoice
{
    public static (object Full, object Minimal) ShouldHaveSingleItem(this (object Full, object Minimal)[] events, Type type) =>
        events.Where(pair => pair.Full.GetType() == type).ToArray() is [var only]
            ? only
            : throw new ShouldAssertException($"{type.Name} has no example, or two.");
}
