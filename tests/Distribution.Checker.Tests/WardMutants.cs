using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Identifiers;
using Distribution.Dispatches;
using Distribution.Inventory;
using Distribution.Requests;
using static Distribution.Checker.Tests.Journey;
using static Distribution.Checker.Tests.WardStory;
using static Distribution.Dispatches.ConsignmentEvent;

namespace Distribution.Checker.Tests;

/// <summary>The hospital's week told wrongly, a lie at a time.</summary>
internal static class WardMutants
{
    private static readonly BloodGroup BPositive = BloodGroup.Parse("B+");

    public static IReadOnlyList<Mutant> All { get; } =
    [
        // ---- patients
        Lie("a group established by one person", "I2", "no two people have found it", tale => tale
            .Change<RecipientGroupDetermined>(OfPatient<RecipientGroupDetermined>(WithAntibody), (draft, found) => draft with { Actor = Nurse, Data = found with { Person = Nurse } })),
        Lie("a group found in another's name", "I2", "in the name of", tale => tale
            .Change<RecipientGroupDetermined>(OfPatient<RecipientGroupDetermined>(WithAntibody), (draft, _) => draft with { Actor = Nurse })),
        Lie("a group settled by one person alone", "I2", "by one person alone", tale => tale
            .Change<RecipientGroupSettled>((_, _) => true, settled => settled with { VerifiedBy = Nurse })),
        Lie("a group settled that nobody had found", "I2", "which nobody has found", tale => tale
            .Change<RecipientGroupDetermined>((draft, found) => On(draft, Bleeding) && found.Person == Nurse, found => found with { Group = BPositive })),
        Lie("antibodies that went", "I3", "The antibodies K have become", tale => tale
            .Change<RecipientProfileChanged>((_, told) => told.Requirements is not null, told => told with { Antibodies = AntigenSet.None })
            .Change<RecipientTold>((_, told) => told.Requirements is not null, told => told with { Antibodies = AntigenSet.None })),
        Lie("antibodies that nobody was told of", "I3", "Of the patient's antibodies", tale => tale
            .Change<RecipientAntibodyFound>((_, _) => true, found => found with { Antigens = AntigenSet.Of("K", "Jka") })),
        Lie("one tube of two patients", "I3", "was somebody's before", tale => tale
            .InsertAfter<TubeLabeled>((_, labeled) => labeled.Number == "T0100", $"tube-{Hospital}:T0100", new TubeLabeled(Hospital, "T0100", Bleeding))),
        Lie("a patient's news that never came", "I10", "patients told", tale => tale
            .Drop<RecipientTold>((draft, told) => On(draft, Bleeding) && told.Sample is not null)
            .Change<UnitCrossmatched>((draft, _) => draft.Stream == Of(Tested), crossmatched => crossmatched with { RecipientGroup = APositive })),
        Lie("a patient whom Inventory knows otherwise", "I10", "is not what is known of the patient", tale => tale
            .Change<RecipientTold>((draft, told) => On(draft, Bleeding) && told.Sample is not null, told => told with { Sample = told.Sample! with { AntibodyScreen = false } })),

        // ---- the bench
        Lie("an antibody that nobody let pass", "I3", "not known to lack K", tale => tale
            .Drop<UnitRulesOverridden>()),
        Lie("rules let pass by one person alone", "I3", "Rules were let pass by one person alone", tale => tale
            .Change<UnitRulesOverridden>((_, _) => true, overridden => overridden with { CountersignedBy = Physician })),
        Lie("rules let pass for somebody else", "I3", "for whom it is not reserved", tale => tale
            .Change<UnitRulesOverridden>((_, _) => true, overridden => overridden with { Recipient = Bleeding })),
        Lie("what kills was let pass", "I3", "'abo-incompatible' was let pass", tale => tale
            .Change<UnitRulesOverridden>((_, _) => true, overridden => overridden with { Codes = ["antibody-unmatched", "abo-incompatible"] })),
        Lie("let pass before the antibody was known", "I3", "not known to lack K", tale => tale
            .Change<UnitRulesOverridden>((_, _) => true, overridden => overridden with { Demands = overridden.Demands with { WithoutAntigens = AntigenSet.None } })),
        Lie("let pass after it was handed out", "I3", "not known to lack K", tale => tale
            .Move<UnitRulesOverridden, UnitIssued>((_, _) => true, (draft, _) => draft.Stream == Of(Overridden))),
        Lie("given to somebody with an antibody, not typed", "I3", "not known to lack K", tale => tale
            .Drop<UnitTyped>((draft, _) => draft.Stream == Of(Typed))),
        Lie("found positive after all", "I3", "not known to lack K", tale => tale
            .InsertAfter<UnitTyped>((draft, _) => draft.Stream == Of(Typed), Of(Typed), new UnitTyped(K, AntigenSet.None))),
        Lie("not known to be CMV negative", "I3", "Not known to be CMV negative", tale => tale
            .Change<UnitTyped>((draft, _) => draft.Stream == Of(Typed), typed => typed with { Cmv = null })),
        Lie("issued by a sample too old", "I3", "by a sample that served until", tale => tale
            .Change<UnitCrossmatched>((draft, _) => draft.Stream == Of(Typed), crossmatched => crossmatched with { SampleValidUntil = ExpiresAt.AddDays(-50) })),
        Lie("came back spoilt and usable", "I6", "open or spoilt", tale => tale
            .Change<UnitReturned>((_, _) => true, returned => returned with { Usable = true })),
        Lie("came back and counts as served", "I7", "The order is met, and of line 1 0 of 1 were served", tale => tale
            .Change<OrderPartlyMet>((_, _) => true, _ => new OrderMet(Amended, Hospital))),
        Lie("an emergency that nobody had indicated", "I3", "why it could not wait", tale => tale
            .Change<UnitIssuedInEmergency>((draft, _) => draft.Stream == Of(Tested), issued => issued with { Indication = " " })),
        Lie("an emergency by one person alone", "I2", "Issued by one person alone", tale => tale
            .Change<UnitIssuedInEmergency>((draft, _) => draft.Stream == Of(Tested), issued => issued with { VerifiedBy = Physician })),
        Lie("an emergency that was none", "I3", "and reserved for none", tale => tale
            .Change<UnitReserved>((draft, reserved) => draft.Stream == Of(Tested) && reserved.Order == Emergency, reserved => reserved with { Emergency = null, RecipientGroup = null })),
        Lie("an emergency without a crossmatch to come", "I3", "and none is due", tale => tale
            .Change<UnitIssuedInEmergency>((draft, _) => draft.Stream == Of(Untested), issued => issued with { CrossmatchDue = null })
            .Drop<UnitCrossmatchOverdue>()),
        Lie("a crossmatch due and forgotten", "I3", "nobody has told of it or missed it", tale => tale
            .Drop<UnitCrossmatchOverdue>()),
        Lie("a crossmatch overdue before its time", "I3", "that is due at", tale => tale
            .Change<UnitCrossmatchOverdue>((_, _) => true, (draft, _) => draft with { RecordedAt = draft.At.AddDays(-2) })),
        Lie("told later, and nobody noted that it was not crossmatched", "I3", "no discrepancy 'crossmatch-missing'", tale => tale
            .Drop<UnitDiscrepancyRecorded>((_, discrepancy) => discrepancy.Code == "crossmatch-missing")
            .Change<UnitDiscrepancyResolved>((_, _) => true, resolved => resolved with { Of = resolved.Of - 1 })),
        Lie("a contradiction resolved that there was not", "I9", "that does not stand at version", tale => tale
            .Change<UnitDiscrepancyResolved>((_, _) => true, resolved => resolved with { Of = 1 })),
        Lie("transfused twice", "I5", "although the unit was transfused", tale => tale
            .InsertAfter<UnitTransfused>((draft, _) => draft.Stream == Of(Overridden), Of(Overridden), new UnitTransfused(Amended, WithAntibody, ExpiresAt.AddDays(-40), 10))) with { Also = ["I11"] },
        Lie("a return that the order did not hear of", "I10", "units returned", tale => tale
            .Drop<OrderUnitReturned>()),

        // ---- orders
        Lie("more reserved than wanted", "I7", "are wanted and", tale => tale
            .Change<DemandRegistered>((_, demand) => demand.Order == Stock, demand => demand with { Lines = [demand.Lines[0] with { Quantity = 5 }, demand.Lines[1]] })) with { Settled = false, Also = ["I10"] },
        Lie("taken and never answered", "I10", "was taken and not answered", tale => tale
            .Drop<AllocationDelayed>((_, delayed) => delayed.Order == Amended)
            .Drop<OrderDelayed>((_, delayed) => delayed.Order == Amended)) with { Settled = false },
        Lie("waited in vain, and never told", "I10", "nobody has told it how that ended", tale => tale
            .Drop<AllocationDeclined>((_, declined) => declined.Order == InVain)
            .Drop<OrderDeclined>((_, declined) => declined.Order == InVain)),
        Lie("a shortfall that is not said", "I10", "are said to be short", tale => tale
            .Change<UnitsAllocated>((_, allocated) => allocated.Order == Stock && allocated.Shortfalls.Count > 0, allocated => allocated with { Shortfalls = [] })
            .Change<OrderReserved>((_, reserved) => reserved.Order == Stock && reserved.Shortfalls.Count > 0, reserved => reserved with { Shortfalls = [] })),
        Lie("another answer than was given", "I10", "the last answer to", tale => tale
            .Change<OrderReserved>((_, reserved) => reserved.Order == Amended, reserved => reserved with { Shortfalls = [new Shortfall(1, 1)] })
            .Drop<OrderPartlyMet>()),
        Lie("an amendment that is not the next", "I11", "follows attempt 1", tale => tale
            .Change<OrderAmended>((_, _) => true, amended => amended with { Attempt = 3 })) with { Settled = false, Also = ["I10"] },
        Lie("what was taken is not what is asked for", "I7", "is not what the order asks for now", tale => tale
            .Change<OrderAlternativeAccepted>((_, _) => true, accepted => accepted with { Quantity = 2 })),
        Lie("a substitute that nobody took", "I7", "which nobody has taken", tale => tale
            .Drop<OrderAlternativeAccepted>()),
        Lie("a standing order placed twice", "I11", "It was placed twice for", tale => tale
            .InsertAfter<StandingOrderPlaced>((_, _) => true, $"orderform-{Form}", tale.Drafts.Select(draft => draft.Data).OfType<StandingOrderPlaced>().Single())),
        Lie("a standing order that no form placed", "I11", "its form does not say so once", tale => tale
            .Drop<StandingOrderPlaced>()),

        // ---- told later
        Lie("one captured line taken twice", "I11", "took the line", tale => tale
            .Change<CaptureEvent.LineSettled>((_, _) => true, (draft, _) => draft with { Reason = CapturedLine })),
        Lie("a captured line settled twice", "I11", "was settled and did not wait", tale => tale
            .InsertAfter<CaptureEvent.LineSettled>((_, settled) => settled.Sequence == 7, $"capture-{Hospital}.D01", new CaptureEvent.LineSettled(Hospital, "D01", 7, "again"))),

        // ---- the road
        Lie("red cells and plasma in one box", "I6", "units of different temperatures", tale => tale
            .Change<UnitPacked>((_, packed) => packed.Unit == Leaking, packed => packed with { Box = 1 })
            .Drop<BoxClosed>((_, closed) => closed.Box == 2)),
        Lie("a box that left open", "I8", "Box 2 left open", tale => tale
            .Drop<BoxClosed>((_, closed) => closed.Box == 2)),
        Lie("packed into a closed box", "I8", "which is closed", tale => tale
            .Move<BoxOpened, UnitIssuedInEmergency>((_, _) => true, (_, _) => true)
            .InsertAfter<BoxClosed>((_, closed) => closed.Coolant is not null, Of(Boxes), new UnitPacked(Typed, 1, 2))),
        Lie("a warm box, and nobody said so", "I6", "out of its limits, and nothing says what was in it", tale => tale
            .Drop<ColdChainBroken>().Drop<UnitHeld>((draft, _) => draft.Stream == Of(Warm)).Drop<GateEvent.UnitBlocked>((_, blocked) => blocked.Unit == Warm)),
        Lie("said to be warm, and nobody had measured it", "I6", "and no reading says so", tale => tale
            .Drop<BoxTemperatureRead>()),
        Lie("a warm box, and nothing held", "I6", "that was out of its limits, and is not held", tale => tale
            .Drop<UnitHeld>((draft, _) => draft.Stream == Of(Warm)).Drop<GateEvent.UnitBlocked>((_, blocked) => blocked.Unit == Warm)),
        Lie("damaged, and not held", "I6", "(damaged-bag-leaking), and is not held", tale => tale
            .Drop<UnitHeld>((draft, _) => draft.Stream == Of(Leaking)).Drop<GateEvent.UnitBlocked>((_, blocked) => blocked.Unit == Leaking)),
        Lie("damaged, and on no board", "I8", "came damaged, and no discrepancy says so", tale => tale
            .Drop<DiscrepancyRaised>().Drop<ResolutionProposed>().Drop<DiscrepancyResolved>()),
        Lie("resolved by one end", "I8", "does not say the same", tale => tale
            .Drop<ResolutionProposed>()),
        Lie("resolved by both ends, who differ", "I8", "does not say the same", tale => tale
            .Change<DiscrepancyResolved>((_, _) => true, resolved => resolved with { Code = DiscrepancyResolution.CountedWrong })),
        Lie("resolved by one person for both ends", "I8", "by one person alone", tale => tale
            .Change<DiscrepancyResolved>((_, _) => true, (draft, _) => draft with { Actor = First })),
        Lie("late before its time", "I8", "It is said to be late at", tale => tale
            .Change<ConsignmentOverdue>((_, _) => true, (draft, _) => draft with { RecordedAt = draft.At.AddHours(-2) })),
        Lie("on the road by its gate, and it has come", "I8", "By its gate", tale => tale
            .Drop<GateEvent.UnitLanded>((_, landed) => landed.Unit == Typed)),
    ];

    private static Func<Draft, T, bool> OfPatient<T>(RecipientId patient) => (draft, _) => On(draft, patient);

    private static bool On(Draft draft, RecipientId patient) => draft.Stream == $"recipient-{patient}";

    private static Mutant Lie(string name, string invariant, string says, Func<Tale, Tale> change) => Mutant.Of(name, invariant, says, change) with { From = WardStory.Tell };
}
