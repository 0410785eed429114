using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>Units are set aside for an order, all in one commit; what could not be had is said line by line.</summary>
/// <param name="Supplier">Where the units stand.</param>
/// <param name="Shortfalls">Empty when the order is wholly reserved.</param>
/// <param name="LapsesAt">When the reservation ends by itself unless the units have left or been issued.</param>
/// <param name="Attempt">Which asking of the order it answers; the first where it is not said. One asking can be answered several times: what was short is told when it is found, with these units only.</param>
/// <param name="Alternatives">What could be had instead of what is short, if the hospital wants it; null where nothing is short.</param>
/// <param name="WaitsUntil">Until when what is short is looked for; null where nothing is short or nothing is waited for.</param>
/// <param name="Told">Of two answers to one order the higher was decided later, whatever their times say; null in messages older than this member.</param>
public sealed record UnitsReserved(
    OrderId Order,
    SiteId Supplier,
    SiteId Destination,
    IReadOnlyList<ReservedUnit> Units,
    IReadOnlyList<Shortfall> Shortfalls,
    DateTimeOffset LapsesAt,
    Attribution By,
    int? Attempt = null,
    IReadOnlyList<Alternative>? Alternatives = null,
    DateTimeOffset? WaitsUntil = null,
    long? Told = null);

/// <param name="Line">The order's line number, from 1.</param>
public sealed record ReservedUnit(UnitNumber Unit, int Line, ComponentKind Kind, BloodGroup Group, DateTimeOffset ExpiresAt);

/// <param name="Line">The order's line number, from 1.</param>
/// <param name="Missing">How many units of that line could not be had.</param>
/// <param name="Explanation">Why, in words for people.</param>
public sealed record Shortfall(int Line, int Missing, string? Explanation = null);

/// <summary>What could be had instead of what a line lacks; nobody gets it unless the hospital accepts it.</summary>
/// <param name="Line">The order's line number, from 1.</param>
/// <param name="Kind">Of what is offered.</param>
/// <param name="Group">Of what is offered.</param>
/// <param name="Quantity">How many of these there were when it was offered.</param>
/// <param name="Site">Where they stand.</param>
/// <param name="Without">Requirements of the line that these units do not meet, by name, such as <c>irradiated</c>; empty where only the group or the place is another.</param>
/// <param name="Explanation">What is different, in words for people.</param>
public sealed record Alternative(
    int Line, ComponentKind Kind, BloodGroup Group, int Quantity, SiteId Site, IReadOnlyList<string> Without, string Explanation);
