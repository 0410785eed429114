using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>A donor gives under a donation number.</summary>
/// <param name="VolumeMl">Milliliters.</param>
/// <param name="WeightKg">The donor's weight on the day, kilograms; null: nobody weighed, which is refused.</param>
/// <param name="Session">Of the drive.</param>
/// <param name="BagLot">The lot of the bag that was used, as its maker prints it.</param>
public sealed record CollectDonation(
    DonorId Donor,
    DonationNumber Donation,
    int VolumeMl,
    decimal? WeightKg = null,
    CollectionKind Collection = CollectionKind.WholeBlood,
    DriveCode? Drive = null,
    string? Session = null,
    string? BagLot = null);

/// <summary>Components that shall not be used: one product, or all where none is named.</summary>
public sealed record DiscardComponents(string Reason, ProductCode? Product = null);

public static class DonationDecider
{
    /// <summary>The reason for which a reactive donation's components are discarded and its donor deferred.</summary>
    public const string MarkerReactive = "marker-reactive";

    private const int LongestLot = 40;

    /// <summary>The donation's half of a collection; <see cref="DonorDecider.Give"/> is the other.</summary>
    public static Decision<DonationEvent> Collect(Donation state, CollectDonation command, PolicyPack pack, Provenance by)
    {
        if (state.Number is not null)
        {
            // The same collection told twice; anything else under this number is another bag with the same label.
            return state.Donor == command.Donor && state.VolumeMl == command.VolumeMl && state.CollectedAt == by.OccurredAt && state.Site == by.Site
                && state.Collection == command.Collection && state.Drive == command.Drive && state.Session == command.Session && state.BagLot == command.BagLot
                ? Decision<DonationEvent>.AlreadyDone
                : Decision<DonationEvent>.Reject("donation-number-used", $"The donation number {command.Donation} has been used.", "scan");
        }

        List<Rejection> reasons = [];
        var most = pack.Donors.Volumes.Where(band => band.Collection == command.Collection).Max(band => (int?)band.MaximumMl);
        if (command.VolumeMl <= 0)
            reasons.Add(new Rejection("volume-invalid", "The volume is more than 0 mL.", "volumeMl"));
        else if (command.VolumeMl > most)
            reasons.Add(new Rejection("volume-too-large", $"Such a donation takes at most {most} mL.", "volumeMl"));
        if (command.BagLot is { } lot && (lot.Length is 0 or > LongestLot || lot.Any(char.IsControl)))
            reasons.Add(new Rejection("bag-lot-invalid", $"The lot of a bag has 1 to {LongestLot} characters.", "bagLot"));
        return reasons.Count > 0
            ? Decision<DonationEvent>.Reject(reasons)
            : Decision<DonationEvent>.Accept(new DonationCollected(
                command.Donation, command.Donor, command.VolumeMl, by.OccurredAt, by.Site, command.Collection, command.Drive, command.Session, command.BagLot));
    }

    public static Decision<DonationEvent> Discard(Donation state, DiscardComponents command, PolicyPack pack)
    {
        if (state.Number is not { } number)
            return Unknown;
        bool IsBarred(PreparedComponent component) => ReleaseGate.IsBarred(state, component, pack);
        bool IsMeant(PreparedComponent component) => command.Product is null || component.Unit.Product == command.Product;
        List<Rejection> reasons = [];
        if (!TestingDecider.IsCode(command.Reason))
            reasons.Add(new Rejection("reason-invalid", "The reason is a code of at most 40 small letters, digits and hyphens, such as bag-broken.", "reason"));
        else if (command.Reason == MarkerReactive && !state.IsReactive)
            reasons.Add(new Rejection("marker-not-reactive", "No marker of the donation is reactive.", "reason"));
        if (state.Components.IsEmpty)
            reasons.Add(new Rejection("no-components", "Nothing has been prepared from the donation."));
        else if (command.Product is { } product && !state.Components.Exists(component => component.Unit.Product == product))
            reasons.Add(new Rejection("unknown-unit", $"{new UnitNumber(number, product)} has not been prepared.", "scan"));
        else if (command.Reason == MarkerReactive && state.IsReactive && !state.Components.Exists(component => IsMeant(component) && IsBarred(component)))
            reasons.Add(new Rejection("marker-not-reactive", "No marker that is reactive bars the component.", "reason"));
        if (reasons.Count > 0)
            return Decision<DonationEvent>.Reject(reasons);

        // Of what a reactive marker bars nothing stays behind, and the reason is that, whatever else is wrong with the bag.
        // Said to be discarded for the marker, only what it bars goes: the others may be somebody's blood yet.
        var meant = state.Components.FindAll(component => IsBarred(component) || (command.Reason != MarkerReactive && IsMeant(component)));
        var waiting = meant.FindAll(component => component.Standing == Standing.Quarantined);
        if (!waiting.IsEmpty)
        {
            return Decision<DonationEvent>.Accept(
            [
                .. waiting.Select(component => new ComponentDiscarded(
                    component.Unit, component.Kind, component.VolumeMl, component.PreparedAt, component.ExpiresAt, state.CollectedAt, state.Site, component.Site,
                    IsBarred(component) ? MarkerReactive : command.Reason, component.From)),
            ]);
        }

        // What has left quarantine is Inventory's to hold and discard; what has been discarded stays so, and of what was used up nothing is left.
        if (meant.Exists(component => component.Standing == Standing.Released))
            return Decision<DonationEvent>.Reject("already-released", "The components have been released; discard them where they are.");
        return meant.TrueForAll(component => component.Standing == Standing.UsedUp)
            ? Decision<DonationEvent>.Reject("used-up", "Nothing is left of it: discard what was made of it.", "scan")
            : Decision<DonationEvent>.AlreadyDone;
    }

    internal static Decision<DonationEvent> Unknown => Decision<DonationEvent>.Reject("unknown-donation", "There is no such donation.");
}
