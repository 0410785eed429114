using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Shouldly;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

/// <summary>The units that procedures are done to, each the fold of its history.</summary>
internal sealed class Laboratory
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById(ProcedurePack.Policy.TimeZone);

    private readonly Dictionary<UnitNumber, Unit> _units = [];

    public PolicyPack Policy { get; init; } = ProcedurePack.Policy;

    public static UnitNumber Numbered(string product, int sequence = 1, string division = "00") =>
        new(DonationNumber.Create("A9990", 26, sequence), ProductCode.Create(product, division: division));

    public static ProcedureResult Made(string product, int volumeMl = 200, int sequence = 1, string division = "00") =>
        new(Numbered(product, sequence, division), volumeMl);

    /// <summary>A released unit in stock at the centre, of 250 mL, collected two days ago.</summary>
    public Laboratory With(UnitNumber unit, ComponentKind kind = ComponentKind.RedCells, DateTimeOffset? expiresAt = null, string group = "O+", params IReadOnlyList<object> more)
    {
        return WithHistory(unit, [Prepared(Facts(kind, expiresAt: expiresAt) with { Unit = unit }), Released(group), .. more]);
    }

    /// <summary>A unit with whatever happened to it.</summary>
    public Laboratory WithHistory(UnitNumber unit, params IReadOnlyList<object> events)
    {
        _units[unit] = Aggregate.Fold<Unit>(events);
        return this;
    }

    public Unit this[UnitNumber unit] => _units.GetValueOrDefault(unit, Unit.Initial);

    public IReadOnlyCollection<UnitNumber> Units => _units.Keys;

    public Decision<UnitChange> Try(MakeUnits command, DateTimeOffset? now = null, DateTimeOffset? occurredAt = null) => ProcedureDecider.Perform(
        command with { Facility = "A9990" },
        command.Sources.Concat(command.Results.Select(result => result.Unit)).Concat(Units).Distinct().ToDictionary(unit => unit, unit => this[unit]),
        Policy,
        Zone,
        At(Centre, now ?? Now, occurredAt));

    /// <summary>What is refused leaves everything as it is.</summary>
    public Decision<UnitChange> Do(MakeUnits command, DateTimeOffset? now = null, DateTimeOffset? occurredAt = null)
    {
        var decision = Try(command, now, occurredAt);
        foreach (var change in decision.Events)
            _units[change.Unit] = Unit.Evolve(this[change.Unit], change.Event);

        return decision;
    }

    public void Refuses(MakeUnits command, params IReadOnlyList<string> codes)
    {
        var decision = Try(command);
        decision.IsRejected.ShouldBeTrue("It was accepted.");
        decision.Rejections.Select(reason => reason.Code).Order(StringComparer.Ordinal).ShouldBe(codes.Order(StringComparer.Ordinal));
    }

    /// <summary>What is made of the one unit that comes of a command.</summary>
    public UnitMade Makes(MakeUnits command, DateTimeOffset? now = null, DateTimeOffset? occurredAt = null)
    {
        var decision = Do(command, now, occurredAt);
        decision.IsRejected.ShouldBeFalse(string.Join(", ", decision.Rejections.Select(reason => $"{reason.Code} {reason.Field}")));
        return decision.Events.Select(change => change.Event).OfType<UnitMade>().ShouldHaveSingleItem();
    }

    public static MakeUnits Make(ProcedureKind procedure, UnitNumber source, params IReadOnlyList<ProcedureResult> results) => new(procedure, [source], results);
}
