using Distribution.Blood.Components;
using Distribution.Blood.Policies;

namespace Distribution.Inventory.Tests;

/// <summary>A policy of its own, so that a spec does not change with the law.</summary>
internal static class ProcedurePack
{
    public const string RedCells = "D0101";
    public const string LeucocyteDepleted = "D0102";
    public const string Irradiated = "D0103";
    public const string Washed = "D0104";
    public const string Frozen = "D0105";
    public const string Thawed = "D0106";
    public const string Plasma = "D0201";
    public const string ThawedPlasma = "D0203";
    public const string Relabeled = "D0204";
    public const string PoorPlasma = "D0205";
    public const string Platelets = "D0301";
    public const string PooledPlatelets = "D0302";
    public const string Cryoprecipitate = "D0401";

    public static PolicyPack Policy { get; } = new()
    {
        Id = "test",
        Version = "test.1",
        Jurisdiction = "VN",
        TimeZone = "Asia/Ho_Chi_Minh",
        Components =
        [
            Cold(RedCells), Cold(LeucocyteDepleted), Cold(Irradiated), Cold(Washed), Cold(Frozen), Cold(Thawed),
            new Component(ComponentKind.Plasma, Plasma, Plasma, TimeSpan.FromDays(730), null, -25, null, -18),
            new Component(ComponentKind.Plasma, ThawedPlasma, ThawedPlasma, TimeSpan.FromHours(6), 2, 6, 1, 10),
            new Component(ComponentKind.Plasma, Relabeled, Relabeled, TimeSpan.FromDays(5), 2, 6, 1, 10),
            new Component(ComponentKind.Plasma, PoorPlasma, PoorPlasma, TimeSpan.FromDays(730), null, -25, null, -18),
            new Component(ComponentKind.Platelets, Platelets, Platelets, TimeSpan.FromDays(5), 20, 24, 20, 24),
            new Component(ComponentKind.Platelets, PooledPlatelets, PooledPlatelets, TimeSpan.FromDays(5), 20, 24, 20, 24),
            new Component(ComponentKind.Cryoprecipitate, Cryoprecipitate, Cryoprecipitate, TimeSpan.FromDays(365), null, -18, null, -18),
        ],
        Markers = [],
        Donors = new DonorRules
        {
            MinimumAge = 18,
            MaximumAge = 60,
            MinimumWeightOfWomenKg = 42,
            MinimumWeightOfMenKg = 45,
            Volumes = [],
            Intervals = new Dictionary<CollectionKind, TimeSpan>(),
            Deferrals = [],
        },
        Procedures =
        [
            .. new[] { RedCells, LeucocyteDepleted, Irradiated, Washed, Thawed, PooledPlatelets, Platelets }
                .Select(product => new ProcedureRule(ProcedureKind.Divide, product, [product])),
            new ProcedureRule(ProcedureKind.DepleteLeucocytes, RedCells, [LeucocyteDepleted]),
            new ProcedureRule(ProcedureKind.Irradiate, RedCells, [Irradiated], TimeSpan.FromDays(28), MinimumDoseGy: 25),
            new ProcedureRule(ProcedureKind.Irradiate, LeucocyteDepleted, [Irradiated], TimeSpan.FromDays(28), MinimumDoseGy: 25),
            new ProcedureRule(ProcedureKind.Wash, RedCells, [Washed], TimeSpan.FromHours(24)),
            new ProcedureRule(ProcedureKind.Wash, LeucocyteDepleted, [Washed], TimeSpan.FromHours(24)),
            new ProcedureRule(ProcedureKind.Freeze, RedCells, [Frozen], TimeSpan.FromDays(3650), Extends: true, LatestAfterCollection: TimeSpan.FromDays(6), MaximumCelsius: -65),
            new ProcedureRule(ProcedureKind.Thaw, Frozen, [Thawed], TimeSpan.FromHours(24)),
            new ProcedureRule(ProcedureKind.Thaw, Plasma, [ThawedPlasma], TimeSpan.FromHours(6), MinimumCelsius: 30, MaximumCelsius: 37, LongestDuration: TimeSpan.FromMinutes(45)),
            new ProcedureRule(ProcedureKind.Relabel, ThawedPlasma, [Relabeled]),
            new ProcedureRule(ProcedureKind.Separate, Plasma, [Cryoprecipitate, PoorPlasma]),
            new ProcedureRule(ProcedureKind.Pool, Platelets, [PooledPlatelets], TimeSpan.FromHours(96), MinimumSources: 2, MaximumSources: 6),
        ],
        ReservationLife = TimeSpan.FromHours(24),
        SampleValidity = TimeSpan.FromHours(72),
        ReturnLimit = TimeSpan.FromMinutes(30),
    };

    private static Component Cold(string description) =>
        new(ComponentKind.RedCells, description, description, TimeSpan.FromDays(42), 2, 6, 1, 10);
}
