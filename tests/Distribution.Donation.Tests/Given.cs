using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Donations.Tests;

/// <summary>One donor, one donation, one policy: what the specs speak of.</summary>
internal static class Given
{
    public const string FirstPerson = "A9999-N01";
    public const string SecondPerson = "A9999-N02";

    /// <summary>A policy of its own, so that a spec does not change with the law.</summary>
    public static readonly PolicyPack Policy = new()
    {
        Id = "test",
        Version = "test.1",
        Jurisdiction = "VN",
        TimeZone = "Asia/Ho_Chi_Minh",
        Components =
        [
            new Component(ComponentKind.RedCells, "D0101", "Red cells", TimeSpan.FromDays(42), 2, 6, 1, 10, [CollectionKind.WholeBlood, CollectionKind.RedCellApheresis]),
            new Component(ComponentKind.Plasma, "D0201", "Plasma", TimeSpan.FromDays(730), null, -25, null, -18, [CollectionKind.WholeBlood]),
            new Component(ComponentKind.Platelets, "D0301", "Platelets", TimeSpan.FromDays(5), 20, 24, 20, 24, [CollectionKind.WholeBlood, CollectionKind.PlateletApheresis]),
        ],
        Markers = [new MarkerRule("hiv", MarkerDemand.Mandatory), new MarkerRule("hbv", MarkerDemand.Mandatory)],
        Donors = new DonorRules
        {
            MinimumAge = 18,
            MaximumAge = 60,
            MinimumWeightOfWomenKg = 42,
            MinimumWeightOfMenKg = 45,
            Volumes = [new VolumeBand(CollectionKind.WholeBlood, 42, 250), new VolumeBand(CollectionKind.WholeBlood, 45, 500, 9)],
            Intervals = new Dictionary<CollectionKind, TimeSpan> { [CollectionKind.WholeBlood] = TimeSpan.FromDays(84) },
            Deferrals = [new DeferralRule("tattoo", "Tattoo", TimeSpan.FromDays(184)), new DeferralRule("marker-reactive", "Reactive", null), new DeferralRule("dependent", "Dependence on drugs", null)],
        },
        ReservationLife = TimeSpan.FromHours(24),
        SampleValidity = TimeSpan.FromHours(72),
        ReturnLimit = TimeSpan.FromMinutes(30),
    };

    public static readonly SiteId Centre = SiteId.Parse("HN-BM", null);
    public static readonly SiteId CollectionPoint = SiteId.Parse("HN-HK", null);
    public static readonly DonorId DonorOne = DonorId.From("spec");
    public static readonly DonationNumber Number = DonationNumber.Parse("A999926123456", null);
    public static readonly DonationNumber OtherNumber = DonationNumber.Parse("A999926123457", null);
    public static readonly ProductCode RedCells = ProductCode.Parse("D0101V00", null);
    public static readonly ProductCode Plasma = ProductCode.Parse("D0201V00", null);
    public static readonly ProductCode Cryo = ProductCode.Parse("D0401V00", null);
    public static readonly ProductCode Platelets = ProductCode.Parse("D0301V00", null);
    public static readonly DriveCode DriveOne = DriveCode.Parse("hn-2026-04");
    public static readonly BloodGroup OPositive = BloodGroup.Parse("O+", null);

    public static readonly DateTimeOffset CollectedAt = At("2026-03-02T08:30:00+07:00");
    public static readonly DateTimeOffset PreparedAt = At("2026-03-02T13:00:00+07:00");

    public static readonly DonorRegistered Registered = new(DonorOne, Sex.Female, 1990, CollectionPoint);
    public static readonly DonationCollected Collected = new(Number, DonorOne, 350, CollectedAt, CollectionPoint);
    public static readonly DrivePlanned Planned = new(
        DriveOne, "Spring in Hoàn Kiếm", "hn-spring", DriveKind.Campaign, [CollectionPoint, Centre], new DateOnly(2026, 4, 24), new DateOnly(2026, 4, 27), 200,
        [new DriveSession("hk-am", CollectionPoint, new DateOnly(2026, 4, 24), new TimeOnly(7, 30), new TimeOnly(11, 30), 60)]);

    public static readonly GroupDetermined Typed = new(OPositive);
    public static readonly MarkersTested Negative = Results(("hiv", MarkerResult.Negative), ("hbv", MarkerResult.Negative));
    public static readonly MarkersTested Reactive = Results(("hiv", MarkerResult.Negative), ("hbv", MarkerResult.Reactive));

    public static readonly ComponentPrepared RedCellsPrepared = new(
        new UnitNumber(Number, RedCells), ComponentKind.RedCells, 200, PreparedAt, At("2026-04-13T23:59:00+07:00"), CollectedAt, CollectionPoint, Centre);

    public static readonly ComponentPrepared PlateletsPrepared = new(
        new UnitNumber(Number, Platelets), ComponentKind.Platelets, 50, PreparedAt, At("2026-03-07T23:59:00+07:00"), CollectedAt, CollectionPoint, Centre);

    public static readonly ComponentPrepared PlasmaPrepared = new(
        new UnitNumber(Number, Plasma), ComponentKind.Plasma, 150, PreparedAt, At("2028-03-01T23:59:00+07:00"), CollectedAt, CollectionPoint, Centre);

    /// <summary>Of that plasma, the next morning.</summary>
    public static readonly ComponentPrepared CryoMade = new(
        new UnitNumber(Number, Cryo), ComponentKind.Cryoprecipitate, 30, At("2026-03-03T08:00:00+07:00"), At("2027-03-02T23:59:00+07:00"), CollectedAt, CollectionPoint, Centre,
        PlasmaPrepared.Unit, ProcedureKind.Separate);

    public static readonly ComponentUsedUp PlasmaUsedUp = new(
        PlasmaPrepared.Unit, PlasmaPrepared.Kind, 150, PreparedAt, PlasmaPrepared.ExpiresAt, CollectedAt, CollectionPoint, Centre,
        ProcedureKind.Separate, [CryoMade.Unit], Minutes: 600);

    public static readonly ReleaseSigned Signed = new(FirstPerson);

    /// <summary>A first signature for what is named.</summary>
    public static ReleaseSigned SignedFor(params IReadOnlyList<ComponentPrepared> components) =>
        new(FirstPerson, [.. components.Select(component => component.Unit)]);

    public static readonly RecallId LookbackCase = RecallId.Parse("lookback-a999926123456-hbv");
    public static readonly TestDetails Measured = new("ELISA", "R-77", "I-3", "2026-061", At("2026-03-02T20:00:00+07:00"));

    /// <summary>Both people found the same.</summary>
    public static readonly GroupDeterminationRecorded FirstFound = new(OPositive, FirstPerson);

    public static readonly GroupDeterminationRecorded SecondFound = new(OPositive, SecondPerson, Established: OPositive);

    public static readonly DonationHeld Held = new(LookbackCase, RecallKind.Lookback, "hbv repeat-reactive");

    public static readonly ImplicationOpened Opened = new(
        LookbackCase, RecallKind.Lookback, "hbv repeat-reactive", [Number, OtherNumber], At("2026-03-03T08:00:00+07:00"), "hbv", DonorOne, At("2026-03-06T08:00:00+07:00"));

    public static MarkerResultRecorded Found(string marker, MarkerResult result, TestPhase phase = TestPhase.Screening) => new(marker, result, phase);

    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    public static MarkersTested Results(params (string Marker, MarkerResult Result)[] results) =>
        new(results.ToDictionary(pair => pair.Marker, pair => pair.Result));

    public static Provenance By(string actor, DateTimeOffset at, DateTimeOffset? now = null, SiteId? site = null) =>
        new(actor, site ?? Centre, at, now ?? at);

    public static ComponentReleased ReleasedFrom(ComponentPrepared prepared, string firstPerson = FirstPerson) => new(
        prepared.Unit, prepared.Kind, prepared.VolumeMl, prepared.PreparedAt, prepared.ExpiresAt, prepared.CollectedAt, prepared.CollectedAtSite, prepared.Site,
        OPositive, firstPerson, prepared.From);

    public static ComponentDiscarded DiscardedFrom(ComponentPrepared prepared, string reason) => new(
        prepared.Unit, prepared.Kind, prepared.VolumeMl, prepared.PreparedAt, prepared.ExpiresAt, prepared.CollectedAt, prepared.CollectedAtSite, prepared.Site,
        reason, prepared.From);
}
