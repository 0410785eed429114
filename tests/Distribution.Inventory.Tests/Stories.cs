using System.Collections.Immutable;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Inventory.Tests;

/// <summary>What units went through before a test begins.</summary>
internal static class Stories
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    public static readonly SiteId Centre = SiteId.Parse("HN-BM", null);
    public static readonly SiteId Hospital = SiteId.Parse("HN-XP", null);
    public static readonly SiteId Elsewhere = SiteId.Parse("HN-SS", null);
    public static readonly OrderId Order = OrderId.From("order 1");
    public static readonly OrderId OtherOrder = OrderId.From("order 2");
    public static readonly RecipientId Recipient = RecipientId.From("recipient 1");
    public static readonly RecipientId OtherRecipient = RecipientId.From("recipient 2");
    public static readonly BloodGroup OPositive = BloodGroup.Parse("O+");
    public static readonly BloodGroup APositive = BloodGroup.Parse("A+");
    public static readonly Leg Journey = new(ConsignmentNumber.Create("A9990", 26, 1), Order, Centre, Hospital);
    public static readonly DateTimeOffset LapsesAt = Now + TimeSpan.FromHours(24);
    public static readonly RecallId CaseId = RecallId.Parse("lookback-a999026000001-hiv");
    public static readonly DateTimeOffset DueAt = Now + TimeSpan.FromDays(3);
    public const string Tube = "S-0001";
    public const string Nurse = "A9991-N01";
    public const string SecondNurse = "A9991-N02";

    public static Provenance AtCentre => At(Centre, Now);

    public static Provenance AtHospital => At(Hospital, Now);

    public static Provenance At(SiteId site, DateTimeOffset now, DateTimeOffset? occurredAt = null) => new(Nurse, site, occurredAt ?? now, now);

    public static UnitNumber Number(int sequence = 1, ComponentKind kind = ComponentKind.RedCells) =>
        new(DonationNumber.Create("A9990", 26, sequence), ProductCode.Create(Description(kind)));

    public static UnitFacts Facts(ComponentKind kind = ComponentKind.RedCells, int sequence = 1, DateTimeOffset? expiresAt = null, SiteId? site = null) => new(
        Number(sequence, kind), kind, Now.AddDays(-2), SiteId.Parse("HN-HK", null), Now.AddDays(-1), expiresAt ?? Now.AddDays(30), 250, site ?? Centre);

    public static UnitPrepared Prepared(UnitFacts? facts = null)
    {
        var told = facts ?? Facts();
        return new UnitPrepared(told.Unit, told.Kind, told.CollectedAt, told.CollectedAtSite, told.PreparedAt, told.ExpiresAt, told.VolumeMl, told.Site, told.From);
    }

    public static UnitReleased Released(string group = "O+") => new(BloodGroup.Parse(group), "A9990-R02");

    /// <summary>Released, in the stock of a site.</summary>
    public static IReadOnlyList<object> InStock(
        SiteId? site = null, string group = "O+", ComponentKind kind = ComponentKind.RedCells, int sequence = 1, DateTimeOffset? expiresAt = null) =>
        [Prepared(Facts(kind, sequence, expiresAt, site)), Released(group)];

    public static UnitReserved ReservedForStock(OrderId? order = null) =>
        new(order ?? Order, 1, ReservationPurpose.Stock, Centre, Hospital, null, null, LapsesAt);

    public static UnitReserved ReservedForPatient(string recipientGroup = "O+", OrderId? order = null) =>
        new(order ?? Order, 1, ReservationPurpose.Patient, Hospital, Hospital, Recipient, BloodGroup.Parse(recipientGroup), LapsesAt);

    public static UnitDispatched Dispatched(Leg? leg = null)
    {
        var on = leg ?? Journey;
        return new UnitDispatched(on.Consignment, on.Order, on.From, on.To, Now, Now.AddMinutes(25));
    }

    public static UnitReceived Received(DateTimeOffset? dispatchedAt) => new(Journey.Consignment, Journey.Order, Journey.To, true, dispatchedAt);

    /// <summary>The rules that specs judge by: so much open to a physician as a policy can open.</summary>
    public static PolicyPack BenchPolicy { get; } = ProcedurePack.Policy with
    {
        Emergency = new EmergencyRules(
            ImmutableSortedDictionary<ComponentKind, ImmutableArray<BloodGroup>>.Empty.Add(ComponentKind.RedCells, [OPositive, BloodGroup.Parse("O-")]),
            TimeSpan.FromHours(24)),
        Overrides =
        [
            .. new[] { "rhd-incompatible", "abo-minor-mismatch", "antibody-unmatched", "requirement-irradiated", "requirement-cmv", "requirement-washed", "requirement-antigen", "requirement-fresh" }
                .Select(code => new OverrideRule(code, null, ["physician"], true)),
        ],
    };

    /// <summary>A patient of whom all is known that is wanted.</summary>
    public static KnownRecipient Known(string group = "O+") => new()
    {
        Version = 3,
        Site = Hospital,
        Group = BloodGroup.Parse(group),
        Sample = new RecipientSample(Tube, Now.AddHours(-2), Now.AddHours(70), false),
    };

    /// <summary>One who was brought in just now.</summary>
    public static KnownRecipient Stranger => new() { Version = 1, Site = Hospital };

    public static HandOut ToPatient(RecipientId? recipient = null, string verifiedBy = SecondNurse, OrderId? order = null, Appearance appearance = Appearance.Normal) =>
        new(order ?? Order, recipient ?? Recipient, verifiedBy, appearance);

    public static CrossmatchFinding Tested(bool compatible = true, OrderId? order = null, CrossmatchMethod method = CrossmatchMethod.Serological, string? sample = Tube) =>
        new(order ?? Order, Recipient, compatible, method, sample);

    public static ComingBack Back(int minutesOut, Appearance appearance = Appearance.Normal, bool sealIntact = true) => new(minutesOut, appearance, sealIntact);

    public static UnitCrossmatched Crossmatched(bool compatible = true, string recipientGroup = "O+") =>
        new(Order, Recipient, BloodGroup.Parse(recipientGroup), compatible, CrossmatchMethod.Serological, Tube, Now.AddHours(70));

    public static UnitIssued Issued(string recipientGroup = "O+") => new(Order, Recipient, BloodGroup.Parse(recipientGroup), SecondNurse, Now.AddDays(1));

    public static UnitReserved ReservedForEmergency() =>
        new(Order, 1, ReservationPurpose.Patient, Hospital, Hospital, Recipient, null, LapsesAt, true);

    public static UnitIssuedInEmergency IssuedInEmergency() =>
        new(Order, Recipient, SecondNurse, "bleeds", Now.AddDays(1), null, Now.AddDays(1));

    /// <summary>Out of the hospital's stock and with a patient.</summary>
    public static IReadOnlyList<object> OutWithAPatient(DateTimeOffset? expiresAt = null) =>
        [.. InStock(Hospital, expiresAt: expiresAt), ReservedForPatient(), Crossmatched(), Issued()];

    public static ReserveUnit ForStock(string group = "O+", OrderId? order = null, ComponentKind kind = ComponentKind.RedCells) => new(
        order ?? Order, 1, ReservationPurpose.Stock, Centre, Hospital, kind, BloodGroup.Parse(group), null, null, LapsesAt);

    public static ReserveUnit ForPatient(string recipientGroup = "O+", OrderId? order = null, ComponentKind kind = ComponentKind.RedCells) => new(
        order ?? Order, 1, ReservationPurpose.Patient, Hospital, Hospital, kind, BloodGroup.Parse(recipientGroup), Recipient, BloodGroup.Parse(recipientGroup), LapsesAt);

    /// <summary>A lookback of the centre's.</summary>
    public static RecallOpened Opened(params IReadOnlyList<RecalledUnit> units) => new(
        CaseId, RecallKind.Lookback, "hiv repeat reactive", RecallSource.DonationService, [.. units.Select(unit => unit.Unit.Donation).Distinct()], units, Centre, Now, DueAt);

    public static OpenRecall Lookback(params IReadOnlyList<DonationNumber> donations) =>
        new(CaseId, RecallKind.Lookback, "hiv repeat reactive", RecallSource.DonationService, donations, WholeFamilies: true, DueAt);

    public static UnitReactionReported Reaction(string? description = null) =>
        new(2, 3, ReactionCategory.HemolysisAbo, description, Now, Hospital);

    public static UnitDiscrepancyRecorded Discrepancy(string code, string detail) => new(code, detail);

    public static string Description(ComponentKind kind) => kind switch
    {
        ComponentKind.WholeBlood => "D0001",
        ComponentKind.RedCells => "D0101",
        ComponentKind.Plasma => "D0201",
        ComponentKind.Platelets => "D0301",
        ComponentKind.Cryoprecipitate => "D0401",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
