using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Donations;
using Distribution.Inventory;
using static Distribution.Checker.Tests.CaseStory;
using static Distribution.Checker.Tests.Journey;

namespace Distribution.Checker.Tests;

/// <summary>The story of cases and procedures told wrongly, a lie at a time.</summary>
internal static class CaseMutants
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Lie("used up while reserved", "I1", "Used up while reserved for", tale => tale
            .InsertAfter<UnitReleased>(On<UnitReleased>(Of(Cryo)), Of(Cryo), new UnitReserved(StockOrder, 1, ReservationPurpose.Stock, Centre, Hospital, null, null, ExpiresAt))),

        Lie("a group that one person found twice", "I2", "no two people have found it", tale => tale
            .Change<GroupDeterminationRecorded>(
                (draft, found) => draft.Stream == In(Earlier) && found.Person == Second,
                (draft, found) => draft with { Actor = First, Data = found with { Person = First } })),
        Lie("a group found in somebody else's name", "I2", $"in the name of {Second}", tale => tale
            .Change<GroupDeterminationRecorded>((draft, found) => draft.Stream == In(Earlier) && found.Person == Second, (draft, _) => draft with { Actor = First })),
        Lie("released while its group was disputed", "I2", "before its group was known", tale => tale
            .Drop<GroupCorrected>()),
        Lie("a group corrected by one person alone", "I2", "The group was corrected by one person alone", tale => tale
            .Change<GroupCorrected>((_, _) => true, corrected => corrected with { VerifiedBy = First })),
        Lie("a group corrected that nobody had found", "I2", "was corrected that", tale => tale
            .Change<GroupCorrected>((_, _) => true, corrected => corrected with { From = ONegative })),
        Lie("a group that the donor's history did not learn", "I2", "did not learn of it", tale => tale
            .Drop<DonorGroupKnown>((_, known) => known.Donation == Other)),
        Lie("a donor's group that no donation shows", "I2", "The donor's group is said to be", tale => tale
            .InsertAfter<DonorRegistered>(Is<DonorRegistered>(OtherDonor), $"donor-{OtherDonor}", new DonorGroupKnown(OPositive, ReactiveLater))),
        Lie("no screen for antibodies", "I2", "without a result for antibody-screen", tale => tale
            .Drop<MarkerResultRecorded>((draft, result) => draft.Stream == In(Earlier) && result.Marker == "antibody-screen")),
        Lie("antibodies, and more than red cells released", "I2", "with antibody-screen reactive", tale => tale
            .Change<ComponentReleased>((_, released) => released.Unit == Thin, released => released with { Kind = ComponentKind.Plasma })),
        Lie("a repeat of what was not reactive", "I2", "was told as Repeat", tale => tale
            .Drop<MarkerResultRecorded>((draft, result) => draft.Stream == In(ReactiveLater) && result is { Result: MarkerResult.Reactive, Phase: TestPhase.Screening })),
        Lie("released after repeats that were negative", "I2", "with hcv reactive", tale => tale
            .InsertAfter<MarkerResultRecorded>(Result(Earlier, "hcv"), In(Earlier), new MarkerResultRecorded("hcv", MarkerResult.Negative, TestPhase.Repeat))
            .InsertAfter<MarkerResultRecorded>(Result(Earlier, "hcv"), In(Earlier), new MarkerResultRecorded("hcv", MarkerResult.Negative, TestPhase.Repeat))
            .InsertAfter<MarkerResultRecorded>(Result(Earlier, "hcv"), In(Earlier), new MarkerResultRecorded("hcv", MarkerResult.Reactive, TestPhase.Screening))),
        Lie("a result corrected by one person alone", "I2", "The marker hcv was corrected by one person alone", tale => tale
            .Change<MarkerResultCorrected>(Corrects(Doubted), corrected => corrected with { VerifiedBy = First })),
        Lie("a correction of what is not on record", "I2", "that is not on record", tale => tale
            .Change<MarkerResultCorrected>(Corrects(Mistaken), corrected => corrected with { Sequence = 7 })),
        Lie("corrected to negative after the release", "I2", "after the release", tale =>
        {
            tale.Act(Services.Donation, Centre, First, (In(Doubted), new MarkerResultCorrected("hcv", MarkerResult.Reactive, MarkerResult.Negative, "tube-mixed-up", Second, 1)));
            return tale;
        }),
        Lie("confirmed without having been reactive", "I2", "confirmed and never reactive", tale => tale
            .Change<MarkerConfirmed>((_, _) => true, confirmed => confirmed with { Marker = "hiv", Confirmation = Confirmation.Negative })),
        Lie("a signature that a later finding voided", "I2", "without the signature", tale => tale
            .Move<ReleaseSigned, ComponentPrepared>((draft, _) => draft.Stream == In(Doubted), (_, prepared) => prepared.Unit == OfDisputed)),
        Lie("a signature for other units", "I2", $"{Cryo} was released without the signature", tale => tale
            .Change<ReleaseSigned>((draft, _) => draft.Stream == In(Earlier), signed => signed with { Components = [RedCells] })),
        Lie("signed in somebody else's name", "I2", "Signed in the name of", tale => tale
            .Change<ReleaseSigned>((draft, _) => draft.Stream == In(Earlier), (draft, _) => draft with { Actor = Second })),
        Lie("given while deferred for good", "I2", "while deferred for tattoo for good", tale => tale
            .InsertAfter<DonorRegistered>(Is<DonorRegistered>(Regular), $"donor-{Regular}", new DonorDeferred("tattoo"))),
        Lie("given before the deferral was over", "I2", "while deferred for tattoo until", tale => tale
            .InsertAfter<DonorRegistered>(Is<DonorRegistered>(Regular), $"donor-{Regular}", new DonorDeferred("tattoo", Until: ExpiresAt.AddDays(50)))),
        Lie("reactive, and the donor not deferred", "I2", "was not deferred in the same commit", tale => tale
            .Drop<DonorDeferred>((_, deferred) => deferred.Donation == ReactiveLater)),
        Lie("reactive, and the donor deferred a moment later", "I2", "was not deferred in the same commit", tale => tale
            .Move<DonorDeferred, MarkerResultRecorded>((_, deferred) => deferred.Donation == ReactiveLater, (draft, _) => draft.Stream == In(ReactiveLater))),
        Lie("a deferral ended by one person alone", "I2", "ended by one person alone", tale => tale
            .InsertAfter<DonorRegistered>(Is<DonorRegistered>(Regular), $"donor-{Regular}", new DonorDeferralEnded("tattoo", VerifiedBy: First))
            .InsertAfter<DonorRegistered>(Is<DonorRegistered>(Regular), $"donor-{Regular}", new DonorDeferred("tattoo"))),
        Lie("a deferral ended without a correction", "I2", "ended by one person alone", tale => tale
            .Move<DonorDeferralEnded, MarkerResultCorrected>((_, _) => true, Corrects(Mistaken))),
        Lie("a deferral ended that there was not", "I2", "ended that there was not", tale => tale
            .InsertAfter<DonorRegistered>(Is<DonorRegistered>(Regular), $"donor-{Regular}", new DonorDeferralEnded("tattoo", VerifiedBy: Second))),
        Lie("a deferral ended although the donation is reactive for good", "I2", "is reactive for good", tale => tale
            .InsertAfter<MarkerConfirmed>((_, _) => true, $"donor-{Regular}", new DonorDeferralEnded("marker-reactive", ReactiveLater, Second))),
        Lie("a case ended at the centre by one person alone", "I2", "ended by one person alone", tale => tale
            .Change<ImplicationEnded>((_, _) => true, ended => ended with { VerifiedBy = First })),
        Lie("a case cleared by one person alone", "I2", "ended by one person alone", tale => tale
            .Change<RecallClosed>((_, closed) => closed.Recall == LookbackCase, closed => closed with { VerifiedBy = First })),
        Lie("used up before its release", "I2", "Used up before its release", tale => tale
            .Drop<UnitReleased>(On<UnitReleased>(Of(Thin)))) with { Settled = false },

        Lie("a pool of two groups", "I3", $"was made of {OtherCryo} of A+", tale => tale
            .Change<UnitReleased>(On<UnitReleased>(Of(OtherCryo)), released => released with { Group = APositive })) with { Settled = false },

        Lie("a component that outlives its source", "I4", $"{Cryo} outlives {Plasma}", tale => tale
            .Change<ComponentPrepared>((_, prepared) => prepared.Unit == Cryo, prepared => prepared with { ExpiresAt = prepared.ExpiresAt.AddYears(2) })) with { Settled = false },
        Lie("a unit that outlives its sources", "I4", $"{Pool} outlives {Cryo}", tale => tale
            .Change<UnitMade>(Makes(Pool), made => made with { ExpiresAt = made.ExpiresAt.AddMinutes(1) })),
        Lie("used up after its expiry", "I4", "was used up at", tale => tale
            .Change<UnitUsedUp>(On<UnitUsedUp>(Of(Cryo)), (draft, _) => draft with { RecordedAt = ExpiresAt.AddYears(2) })),

        Lie("released after it had been used up", "I5", $"{Plasma} was released after it had been used up", tale => tale
            .InsertAfter<ComponentReleased>((_, released) => released.Unit == RedCells, In(Earlier), Released(tale, RedCells) with { Unit = Plasma })
            .Change<ReleaseSigned>((draft, _) => draft.Stream == In(Earlier), signed => signed with { Components = [.. signed.Components!, Plasma] })) with { Settled = false },
        Lie("discarded after it had been used up", "I5", "after it had been used up", tale => tale
            .InsertAfter<ComponentUsedUp>((_, used) => used.Unit == Plasma, In(Earlier), new ComponentDiscarded(
                Plasma, ComponentKind.Plasma, 180, ExpiresAt, ExpiresAt, ExpiresAt, CollectionPoint, Centre, "bag-broken"))) with { Settled = false },
        Lie("made of a component that had been released", "I5", "after that had been released", tale => tale
            .InsertAfter<ComponentReleased>((_, released) => released.Unit == RedCells, In(Earlier), new ComponentUsedUp(
                RedCells, ComponentKind.RedCells, 200, ExpiresAt, ExpiresAt, ExpiresAt, CollectionPoint, Centre, ProcedureKind.Wash, [Washed]))
            .InsertAfter<ComponentReleased>((_, released) => released.Unit == RedCells, In(Earlier), new ComponentPrepared(
                Washed, ComponentKind.RedCells, 180, ExpiresAt, ExpiresAt, ExpiresAt, CollectionPoint, Centre, RedCells, ProcedureKind.Wash))
            // Last of its commit, so that it takes no signature from the others.
            .Drop<ComponentReleased>((_, released) => released.Unit.Donation == Earlier && released.Unit != RedCells)) with { Settled = false },
        Lie("held after it had been used up", "I5", "although the unit was used up", tale => tale
            .InsertAfter<UnitUsedUp>(On<UnitUsedUp>(Of(Cryo)), Of(Cryo), new UnitHeld("temperature", null))) with { Settled = false },
        Lie("a case ended twice at the centre", "I5", "The case ended twice", tale => tale
            .InsertAfter<ImplicationEnded>((_, _) => true, $"implication-{GroupCase}", tale.Drafts.Select(draft => draft.Data).OfType<ImplicationEnded>().Single())),
        Lie("a case opened after it had come to nothing", "I5", "after it had come to nothing", tale => tale
            .InsertAfter<RecallClosed>((_, closed) => closed.Recall == GroupCase, $"recall-{GroupCase}", tale.Drafts.Select(draft => draft.Data).OfType<RecallOpened>().Single(opened => opened.Recall == GroupCase) with { Units = [], Donations = [] })),

        Lie("released while held", "I6", $"was released while held for {GroupCase}", tale => tale
            .MoveCommitOf<ImplicationEnded, ComponentReleased>((_, _) => true, (_, released) => released.Unit == OfDisputed)),
        Lie("labeled while the donation was held", "I6", "was verified while the donation was held", tale => tale
            .InsertAfter<DonationHeld>((draft, held) => draft.Stream == In(Earlier) && held.Recall == LookbackCase, In(Earlier), new ComponentLabelVerified(RedCells, "scan"))),
        Lie("a label of what was never prepared", "I7", "which there was not", tale => tale
            .InsertAfter<ComponentReleased>((_, released) => released.Unit == RedCells, In(Earlier), new ComponentLabelVerified(Washed, "scan"))),
        Lie("a disputed group, and nothing held", "I6", "Its group is disputed", tale => tale
            .Drop<DonationHeld>(For(GroupCase)).Drop<DonationHoldEnded>((_, ended) => ended.Recall == GroupCase)),
        Lie("reactive after the release, and nothing held", "I6", "is reactive for hcv after its release", tale => tale
            .Drop<DonationHeld>((draft, held) => draft.Stream == In(Doubted) && held.Kind == RecallKind.Lookback)),
        Lie("a lookback that leaves out a donation", "I6", $"leaves out {Earlier}", tale => tale
            .Change<ImplicationOpened>(Opens(LookbackCase), opened => opened with { Donations = [ReactiveLater] })) with { Settled = false },
        Lie("no lookback at all", "I6", "no case looks back", tale => tale
            .Drop<ImplicationOpened>(Opens(LookbackCase)).Drop<DonationHeld>(For(LookbackCase))) with { Settled = false },
        Lie("somebody else's donation in a lookback", "I6", $"{Other} is of another", tale => tale
            .Change<ImplicationOpened>(Opens(LookbackCase), opened => opened with { Donations = [.. opened.Donations, Other] })) with { Settled = false },
        Lie("a donation of an open case that is free again", "I6", $"The donation is of the case {LookbackCase} and is not held", tale => tale
            .InsertAfter<DonationHeld>((draft, held) => draft.Stream == In(Earlier) && held.Recall == LookbackCase, In(Earlier), new DonationHoldEnded(LookbackCase))),
        Lie("a donation held for no case", "I6", "which is no open case of it", tale => tale
            .InsertAfter<DonationCollected>((_, collected) => collected.Donation == ReactiveLater, In(ReactiveLater), new DonationHeld(CaseId, RecallKind.Recall, "bag leaking"))),
        Lie("a case ended although a donation is confirmed positive", "I6", "is reactive for hbv, and nothing says that it was not", tale => tale
            .InsertAfter<MarkerConfirmed>((_, _) => true, In(Earlier), new DonationHoldEnded(LookbackCase))
            .InsertAfter<MarkerConfirmed>((_, _) => true, In(ReactiveLater), new DonationHoldEnded(LookbackCase))
            .InsertAfter<MarkerConfirmed>((_, _) => true, $"implication-{LookbackCase}", new ImplicationEnded(LookbackCase, "hurry", Second, [ReactiveLater, Earlier], ExpiresAt))) with { Settled = false },
        Lie("a case ended although nobody looked again", "I6", "is reactive for hcv, and nothing says that it was not", tale =>
        {
            var recall = tale.Drafts.Select(draft => draft.Data).OfType<ImplicationOpened>().Single(opened => opened.Marker == "hcv").Recall;
            tale.Act(
                Services.Donation, Centre, First,
                ($"implication-{recall}", new ImplicationEnded(recall, "hurry", Second, [Doubted], tale.Now)), (In(Doubted), new DonationHoldEnded(recall)));
            return tale;
        }) with { Settled = false },
        Lie("used up while held", "I6", "Used up while held for temperature", tale => tale
            .InsertAfter<UnitReleased>(On<UnitReleased>(Of(Cryo)), Of(Cryo), new UnitHeld("temperature", null))) with { Settled = false },
        Lie("a unit that no case would find", "I6", $"{Frozen} began, and is not listed", tale => tale
            .Drop<UnitListed>((_, listed) => listed.Unit == Frozen)),
        Lie("a donation of a case, and its units to come not held", "I6", $"{Earlier} is of the case", tale => tale
            .Drop<FamilyHeld>((draft, _) => draft.Stream == $"family-{Earlier}")),
        Lie("a case about a marker that is negative", "I6", "for which no donation of it is reactive", tale => tale
            .Drop<MarkerResultCorrected>(Corrects(Doubted))),
        Lie("called back for a reaction that nobody reported", "I6", "that nobody reported", tale => tale
            .Drop<UnitReactionReported>()),
        Lie("a pool that was not called back with what is in it", "I6", $"{Pool} was made of a unit that {LookbackCase} calls back", tale => tale
            .Change<RecallOpened>((_, opened) => opened.Recall == LookbackCase, opened => opened with { Units = [.. opened.Units.Where(unit => unit.Unit != Pool)] })
            .Drop<UnitHeld>((draft, held) => draft.Stream == Of(Pool) && held.Recall == LookbackCase)) with { Settled = false },
        Lie("closed before every unit had ended", "I6", $"{RedCells} has not ended", tale => tale
            .Drop<UnitDiscarded>(On<UnitDiscarded>(Of(RedCells)))) with { Settled = false },
        Lie("closed before every site had answered", "I6", $"{Centre} has not answered for {Pool}", tale => tale
            .Drop<RecallAcknowledged>()),
        Lie("answered for a unit of no case", "I6", "which the case does not name", tale => tale
            .Change<RecallAcknowledged>((_, _) => true, acknowledged => acknowledged with { Units = [.. acknowledged.Units, Frozen] })),
        Lie("came to nothing, and a unit is held", "I6", $"and {Part} is held for it still", tale => tale
            .Drop<UnitHoldEnded>(On<UnitHoldEnded>(Of(Part)))) with { Settled = false },
        Lie("came to nothing, and a donation's units are held", "I6", $"donation {Doubted} is held for it still", tale => tale
            .Drop<FamilyHoldEnded>((draft, _) => draft.Stream == $"family-{Doubted}")),
        Lie("held for a case that names another unit", "I6", "which does not call it back", tale => tale
            .InsertAfter<UnitHoldEnded>(On<UnitHoldEnded>(Of(Part)), Of(OtherPart), new UnitHeld("recall-elsewhere", null, Centre, First, RecallId.Parse("recall-elsewhere")))) with { Settled = false },
        Lie("a patient reacted, and nothing was called back", "I6", "A patient reacted to", tale => tale
            .Drop<RecallOpened>((_, opened) => opened.Kind == RecallKind.Reaction)) with { Settled = false },

        Lie("more made of a donation than was taken", "I7", "480 mL were made of 450 mL", tale => tale
            .Change<ComponentPrepared>((_, prepared) => prepared.Unit == RedCells, prepared => prepared with { VolumeMl = 300 })),
        Lie("more made of a component than it held", "I7", $"190 mL were made of {Plasma}", tale => tale
            .Change<ComponentPrepared>((_, prepared) => prepared.Unit == Cryo, prepared => prepared with { VolumeMl = 40 })),
        Lie("made of a component that is still there", "I7", "was not used up in the same commit", tale => tale
            .Drop<ComponentUsedUp>((_, used) => used.Unit == Plasma)) with { Settled = false },
        Lie("used up for others than were made of it", "I7", "for others than those that were made of it", tale => tale
            .Change<ComponentUsedUp>((_, used) => used.Unit == Plasma, used => used with { Into = [Cryo] })) with { Settled = false },
        Lie("more in a pool than went into it", "I7", "70 mL were made of 60 mL", tale => tale
            .Change<UnitMade>(Makes(Pool), made => made with { VolumeMl = 70 })),
        Lie("made of a unit that is still there", "I7", $"{Pool} was made of {OtherCryo}, which is not said to be used up", tale => tale
            .Drop<UnitUsedUp>(On<UnitUsedUp>(Of(OtherCryo)))) with { Settled = false },
        Lie("made of a unit a moment after it was used up", "I7", "in the same commit", tale => tale
            .Move<UnitMade, UnitUsedUp>(Makes(Frozen), On<UnitUsedUp>(Of(Thin)))),
        Lie("used up for a unit that was made of another", "I7", $"{OtherCryo} was used up for {Pool}", tale => tale
            .Change<UnitMade>(Makes(Pool), made => made with { Sources = [Cryo], VolumeMl = 30 })),
        Lie("made of what nobody prepared", "I7", "nobody knows what that was made of", tale => tale
            .Change<UnitMade>(Makes(Pool), made => made with { Sources = [Cryo, OtherCryo, new UnitNumber(ReactiveLater, Cryo.Product)] })),

        Lie("a donor who gave what nobody collected", "I10", "no donation says so", tale => tale
            .InsertAfter<DonorRegistered>(Is<DonorRegistered>(Regular), $"donor-{Regular}", new DonorGave(DonationNumber.Create("A9990", 26, 99), ExpiresAt))),
        Lie("used up at the centre, and there still in Inventory", "I10", "components used up", tale => tale
            .Drop<UnitUsedUp>(On<UnitUsedUp>(Of(OtherPlasma)))),
        Lie("made of another than the centre says", "I10", "components prepared", tale => tale
            .Change<UnitPrepared>(On<UnitPrepared>(Of(Cryo)), prepared => prepared with { From = null })),
        Lie("a donation in doubt that Inventory did not hear of", "I10", "donations implicated", tale => tale
            .Change<RecallOpened>((_, opened) => opened.Recall == LookbackCase, opened => opened with { Donations = [ReactiveLater] })),
        Lie("a case at an end that Inventory did not hear of", "I10", "implications ended", tale => tale
            .Change<RecallClosed>((_, closed) => closed.Recall == GroupCase, closed => closed with { Source = RecallSource.Inventory })),
        Lie("a recall that the centre did not hear of", "I10", "recalls opened", tale =>
        {
            var recall = FirstTold(tale);
            return tale.Drop<RecallTold>((_, told) => told.Recall == recall).Drop<DonationHeld>(For(recall)).Drop<DonationHoldEnded>((_, ended) => ended.Recall == recall);
        }),
        Lie("the end of a recall that the centre did not hear of", "I10", "recalls closed", tale =>
        {
            var recall = FirstTold(tale);
            return tale.Drop<RecallEnded>((_, ended) => ended.Recall == recall).Drop<DonationHoldEnded>((_, ended) => ended.Recall == recall);
        }),

        Lie("a donation held twice for one case", "I11", "was held for", tale => tale
            .InsertAfter<DonationHeld>((draft, held) => draft.Stream == In(Earlier) && held.Recall == LookbackCase, In(Earlier), new DonationHeld(LookbackCase, RecallKind.Lookback, "again"))),
        Lie("an identity erased twice", "I11", "was erased twice", tale => tale
            .InsertAfter<DonorRegistered>(Is<DonorRegistered>(Regular), $"donor-{Regular}", new DonorIdentityErased("donor-request"))
            .InsertAfter<DonorRegistered>(Is<DonorRegistered>(Regular), $"donor-{Regular}", new DonorIdentityErased("donor-request"))),
        Lie("made twice", "I11", "there was one already", tale => tale
            .InsertAfter<UnitMade>(Makes(Frozen), Of(Frozen), tale.Drafts.Select(draft => draft.Data).OfType<UnitMade>().Single(made => made.Unit == Frozen))),

        Lie("made at another site than it is said to be", "I14", "Made at HN-PS", tale => tale
            .Change<UnitMade>(Makes(Frozen), made => made with { Site = OtherHospital })),
        Lie("used up by another site", "I14", "was used up at HN-PS", tale => tale
            .Change<UnitUsedUp>(On<UnitUsedUp>(Of(Thin)), (draft, _) => draft with { Site = OtherHospital })),
        Lie("answered in the name of another site", "I14", "HN-PS answered for HN-BM", tale => tale
            .Change<RecallAcknowledged>((_, _) => true, (draft, _) => draft with { Site = OtherHospital })),
    ];

    private static UnitNumber OtherPlasma => new(Other, Plasma.Product);

    private static UnitNumber Washed => new(Earlier, ProductCode.Create("D0104"));

    private static Mutant Lie(string name, string invariant, string says, Func<Tale, Tale> change) => Mutant.Of(name, invariant, says, change) with { From = CaseStory.Tell };

    private static string In(DonationNumber donation) => $"donation-{donation}";

    private static Func<Draft, T, bool> On<T>(string stream) => (draft, _) => draft.Stream == stream;

    private static Func<Draft, T, bool> Is<T>(DonorId donor) => (draft, _) => draft.Stream == $"donor-{donor}";

    private static Func<Draft, MarkerResultRecorded, bool> Result(DonationNumber donation, string marker) =>
        (draft, result) => draft.Stream == In(donation) && result.Marker == marker;

    private static Func<Draft, MarkerResultCorrected, bool> Corrects(DonationNumber donation) => (draft, _) => draft.Stream == In(donation);

    private static Func<Draft, DonationHeld, bool> For(RecallId recall) => (_, held) => held.Recall == recall;

    private static Func<Draft, ImplicationOpened, bool> Opens(RecallId recall) => (_, opened) => opened.Recall == recall;

    private static Func<Draft, UnitMade, bool> Makes(UnitNumber unit) => (_, made) => made.Unit == unit;

    private static ComponentReleased Released(Tale tale, UnitNumber unit) =>
        tale.Drafts.Select(draft => draft.Data).OfType<ComponentReleased>().Single(released => released.Unit == unit);

    private static RecallId FirstTold(Tale tale) => tale.Drafts.Select(draft => draft.Data).OfType<RecallTold>().First().Recall;
}
