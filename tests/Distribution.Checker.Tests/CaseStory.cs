using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Donations;
using static Distribution.Checker.Tests.Journey;

namespace Distribution.Checker.Tests;

/// <summary>
/// What comes after the journey: components of components, a pool, parts and a freeze, antibodies, a donor found reactive whose
/// earlier gift is in the pool, a disputed group, a tube mixed up, a recall and a reaction that came to nothing, a result corrected too late.
/// </summary>
internal static class CaseStory
{
    public static readonly DonorId Regular = DonorId.From("comes again");
    public static readonly DonorId OtherDonor = DonorId.From("of the pool");
    public static readonly DonorId WithAntibodies = DonorId.From("with antibodies");
    public static readonly DonorId Disputed = DonorId.From("disputed");
    public static readonly DonorId MistakenFor = DonorId.From("mistaken");

    /// <summary>The donor's first, all released.</summary>
    public static readonly DonationNumber Earlier = DonationNumber.Create("A9990", 26, 10);

    /// <summary>The donor's second, found reactive.</summary>
    public static readonly DonationNumber ReactiveLater = DonationNumber.Create("A9990", 26, 11);

    public static readonly DonationNumber Other = DonationNumber.Create("A9990", 26, 12);
    public static readonly DonationNumber Screened = DonationNumber.Create("A9990", 26, 13);
    public static readonly DonationNumber Doubted = DonationNumber.Create("A9990", 26, 14);

    /// <summary>Found reactive by mistake.</summary>
    public static readonly DonationNumber Mistaken = DonationNumber.Create("A9990", 26, 15);

    public static readonly UnitNumber Plasma = Unit(Earlier, "D0201");
    public static readonly UnitNumber Cryo = Unit(Earlier, "D0401");
    public static readonly UnitNumber OtherCryo = Unit(Other, "D0401");
    public static readonly UnitNumber Pool = Unit(DonationNumber.Create("A9990", 26, 19), "D0402");
    public static readonly UnitNumber RedCells = Unit(Earlier, "D0101");
    public static readonly UnitNumber Whole = Unit(Other, "D0101");
    public static readonly UnitNumber Part = Unit(Other, "D0101", "A0");
    public static readonly UnitNumber OtherPart = Unit(Other, "D0101", "B0");
    public static readonly UnitNumber Thin = Unit(Screened, "D0101");
    public static readonly UnitNumber Frozen = Unit(Screened, "D0105");
    public static readonly UnitNumber WithAntibody = Unit(Screened, "D0201");
    public static readonly UnitNumber OfDisputed = Unit(Doubted, "D0101");

    public static readonly RecallId LookbackCase = RecallId.Parse("lookback-a999026000011-hbv");
    public static readonly RecallId GroupCase = RecallId.Parse("group-a999026000014");

    /// <summary>What the checks must have met in it.</summary>
    public static IReadOnlyList<string> LooksAt { get; } =
    [
        "lookbacks", "donors of reactive donations", "reactive after release", "disputed groups", "donations of cases", "donations of a donor's case",
        "components used up", "components made of others", "volumes of units made", "expiries of units made", "groups of units made", "units used up for others",
        "units called back", "cases closed as complete", "cases that came to nothing", "units made of units called back", "reactions",
        "donations implicated", "implications ended", "recalls opened", "recalls closed", "groups of donors", "gifts",
    ];

    public static Tale Tell()
    {
        var chronicle = new Chronicle(Journey.Tell());
        chronicle.Register(Regular);
        chronicle.Register(OtherDonor);
        foreach (var (donor, donation) in new[] { (Regular, Earlier), (OtherDonor, Other) })
        {
            chronicle.Collect(donor, donation);
            chronicle.Test(donation);
            chronicle.Prepare(donation, "D0101", 200);
            chronicle.Process(chronicle.Prepare(donation, "D0201", 180), ProcedureKind.Separate, ("D0401", 30), ("D0205", 150));
            chronicle.Release(donation);
        }

        chronicle.Make(ProcedureKind.Pool, [Cryo, OtherCryo], (Pool, 55));
        chronicle.Make(ProcedureKind.Divide, [Whole], (Part, 100), (OtherPart, 90));
        chronicle.Clear(chronicle.CallBack(Part));
        chronicle.Clear(chronicle.React(Transfused));

        chronicle.Register(WithAntibodies);
        chronicle.Collect(WithAntibodies, Screened);
        chronicle.Test(Screened, reactive: "antibody-screen");
        chronicle.Prepare(Screened, "D0101", 200);
        chronicle.Prepare(Screened, "D0201", 180);
        chronicle.Release(Screened);
        chronicle.Discard(Screened);
        chronicle.Make(ProcedureKind.Freeze, [Thin], (Frozen, 180));

        chronicle.Register(Disputed);
        chronicle.Collect(Disputed, Doubted);
        chronicle.Determine(Doubted, First, OPositive);
        chronicle.Prepare(Doubted, "D0101", 200);
        chronicle.Determine(Doubted, Second, APositive);
        chronicle.Test(Doubted, [.. new[] { "hiv", "hbv", "hcv", "syphilis", "antibody-screen" }.Select(marker => (marker, MarkerResult.Negative))]);
        chronicle.Correct(Doubted, Second, OPositive);
        chronicle.EndCase(GroupCase);
        chronicle.Release(Doubted);
        chronicle.Correct(Doubted, "hcv", MarkerResult.Reactive);

        chronicle.Register(MistakenFor);
        chronicle.Collect(MistakenFor, Mistaken);
        chronicle.Test(Mistaken, reactive: "hiv");
        chronicle.Correct(Mistaken, "hiv", MarkerResult.Negative);

        chronicle.Tale.Pass(TimeSpan.FromDays(100));
        chronicle.Collect(Regular, ReactiveLater);
        chronicle.Prepare(ReactiveLater, "D0101", 200);
        chronicle.Test(ReactiveLater, reactive: "hbv");
        chronicle.Test(ReactiveLater, ("hbv", MarkerResult.Reactive));
        chronicle.Confirm(ReactiveLater, "hbv", Confirmation.Positive);
        chronicle.Discard(ReactiveLater);
        chronicle.Acknowledge(LookbackCase);
        foreach (var unit in new[] { RedCells, Unit(Earlier, "D0205"), Pool })
            chronicle.Discard(unit);
        chronicle.Close(LookbackCase);
        return chronicle.Tale;
    }

    private static UnitNumber Unit(DonationNumber donation, string product, string division = "00") => new(donation, ProductCode.Create(product, division: division));
}
