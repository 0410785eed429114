using Distribution.Blood.BloodGroups;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Dispatches.Service.Consignments;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Papers;

/// <summary>What the papers of a consignment say. Nothing of it is about a patient.</summary>
/// <param name="Symbol">What a scanner types for the papers: structure 028, box 00.</param>
/// <param name="DeliverAt">The delivery slot; null where it goes as soon as it can.</param>
/// <param name="HandedOverBy">Staff code; null before the hand-over.</param>
/// <param name="HandedOverTo">The carrier's staff code; null before the hand-over.</param>
internal sealed record Paper(
    ConsignmentNumber Number,
    string Symbol,
    OrderId Order,
    PaperSite From,
    PaperSite To,
    DateTimeOffset NeededBy,
    DateTimeOffset? DeliverAt,
    DateTimeOffset? DispatchedAt,
    DateTimeOffset? ExpectedAt,
    string? HandedOverBy,
    string? HandedOverTo,
    int BoxCount,
    IReadOnlyList<PaperBox> Boxes,
    IReadOnlyList<PaperUnit> NotPacked)
{
    /// <exception cref="HttpProblemException">404 <c>unknown-consignment</c>, or 403 <c>wrong-site</c> for who stands at neither end and may not look across sites.</exception>
    public static async Task<Paper> ReadAsync(
        ConsignmentNumber number, Caller caller, IEventStore store, Region region, PolicyPack policy, CancellationToken cancellationToken)
    {
        var slice = await store.ReadStreamAsync($"{Consignment.Category}-{number}", 0, cancellationToken);
        var consignment = slice.Fold<Consignment>().State;
        if (!consignment.IsPlanned)
            throw new HttpProblemException(ConsignmentCommands.Unknown(number));
        if (!caller.MayRead(consignment.From))
            caller.RequireReading(consignment.To);

        // Labels may disagree until the hand-over; a box's own number is never beyond the total.
        var count = consignment.Packed.IsEmpty ? 1 : consignment.Packed.Values.Max(place => Math.Max(place.Box, place.Boxes));
        return new Paper(
            number,
            SymbolOf(new BoxNumber(number, 0, count)),
            consignment.Order,
            PaperSite.Of(region, consignment.From),
            PaperSite.Of(region, consignment.To),
            consignment.NeededBy,
            consignment.DeliverAt,
            consignment.HandedOver?.At,
            consignment.HandedOver?.ExpectedAt,
            slice.Events.FirstOrDefault(stored => stored.Data is ConsignmentEvent.ConsignmentDispatched)?.Metadata.Actor,
            consignment.HandedOver?.To,
            count,
            [.. consignment.Boxes.Select(box => new PaperBox(
                box,
                SymbolOf(new BoxNumber(number, box, count)),
                consignment.Closed.GetValueOrDefault(box)?.Logger,
                consignment.UnitsIn(box).Select(unit => TransportRange.Of(policy, unit.Product)?.ToString()).Distinct(StringComparer.Ordinal).ToArray() is [var range] ? range : null,
                [.. consignment.Units.Where(planned => consignment.Packed.GetValueOrDefault(planned.Unit)?.Box == box).Select(planned => PaperUnit.Of(planned, policy))]))],
            [.. consignment.Units.Where(planned => !consignment.Packed.ContainsKey(planned.Unit) && !consignment.LeftOut.ContainsKey(planned.Unit))
                .Select(planned => PaperUnit.Of(planned, policy))]);
    }

    private static string SymbolOf(BoxNumber box) => DataStructure.Consignment.Identifier() + box;
}

internal sealed record PaperSite(SiteId Id, string Name, string? Address)
{
    public static PaperSite Of(Region region, SiteId id) => region.Find(id) is { } site ? new(id, site.Name, site.Address) : new(id, id.ToString(), null);
}

/// <param name="Temperature">What the box's content bears on the road; null where nobody knows.</param>
internal sealed record PaperBox(int Box, string Symbol, string? Logger, string? Temperature, IReadOnlyList<PaperUnit> Units);

/// <param name="Check">The donation number's check character.</param>
/// <param name="Component">Its name; null where the policy does not know the product.</param>
internal sealed record PaperUnit(
    UnitNumber Unit, DonationNumber Donation, char Check, ProductCode Product, string? Component, BloodGroup Group, DateTimeOffset ExpiresAt)
{
    public static PaperUnit Of(PlannedUnit planned, PolicyPack policy) => new(
        planned.Unit,
        planned.Unit.Donation,
        planned.Unit.Donation.CheckCharacter,
        planned.Unit.Product,
        policy.FindComponent(planned.Unit.Product)?.Name,
        planned.Group,
        planned.ExpiresAt);
}
