using System.Collections.Immutable;
using Distribution.Blood.BloodGroups;
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

/// <summary>The laboratory states the donation's group.</summary>
public sealed record DetermineGroup(BloodGroup Group, string? Method = null);

/// <summary>The laboratory states results by marker.</summary>
public sealed record TestMarkers(IReadOnlyDictionary<string, MarkerResult> Results);

/// <summary>The laboratory makes a component from the donation.</summary>
public sealed record PrepareComponent(ProductCode Product, int VolumeMl);

/// <summary>Components that shall not be used: one product, or all where none is named.</summary>
public sealed record DiscardComponents(string Reason, ProductCode? Product = null);

public static class DonationDecider
{
    /// <summary>The reason for which a reactive donation's components are discarded and its donor deferred.</summary>
    public const string MarkerReactive = "marker-reactive";

    /// <summary>The donation's half of a collection; <see cref="DonorDecider.Give"/> is the other.</summary>
    public static Decision<DonationEvent> Collect(Donation state, CollectDonation command, PolicyPack pack, Provenance by)
    {
        if (state.Number is not null)
        {
            // The same collection told twice; anything else under this number is another bag with the same label.
            return state.Donor == command.Donor && state.VolumeMl == command.VolumeMl && state.CollectedAt == by.OccurredAt && state.Site == by.Site
                ? Decision<DonationEvent>.AlreadyDone
                : Decision<DonationEvent>.Reject("donation-number-used", $"The donation number {command.Donation} has been used.", "scan");
        }

        if (command.VolumeMl <= 0)
            return Decision<DonationEvent>.Reject("volume-invalid", "The volume is more than 0 mL.", "volumeMl");
        if (command.VolumeMl > pack.Donors.Volumes.Max(band => band.MaximumMl))
            return Decision<DonationEvent>.Reject("volume-too-large", $"A donation takes at most {pack.Donors.Volumes.Max(band => band.MaximumMl)} mL.", "volumeMl");
        return Decision<DonationEvent>.Accept(new DonationCollected(command.Donation, command.Donor, command.VolumeMl, by.OccurredAt, by.Site));
    }

    public static Decision<DonationEvent> Determine(Donation state, DetermineGroup command)
    {
        if (state.Number is null)
            return Unknown;
        if (!command.Group.IsDefined)
            return Decision<DonationEvent>.Reject("group-invalid", "This is no ABO and RhD group.", "scan");
        if (state.Group is not { } known)
            return Decision<DonationEvent>.Accept(new GroupDetermined(command.Group, command.Method));

        // Found once more to be what it is. Another group is never written over the first: one of the two is wrong.
        return known == command.Group
            ? Decision<DonationEvent>.AlreadyDone
            : Decision<DonationEvent>.Reject("result-exists", $"The group is on record as {known}; a result is not overwritten.", "scan");
    }

    public static Decision<DonationEvent> Test(Donation state, TestMarkers command, PolicyPack pack)
    {
        if (state.Number is null)
            return Unknown;
        if (command.Results.Count == 0)
            return Decision<DonationEvent>.Reject("no-results", "There is no result to record.", "results");

        List<Rejection> reasons = [];
        var news = ImmutableSortedDictionary.Create<string, MarkerResult>(StringComparer.Ordinal);
        foreach (var (marker, result) in command.Results.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var field = $"results.{marker}";
            if (!pack.MandatoryMarkers.Contains(marker, StringComparer.Ordinal))
                reasons.Add(new Rejection("unknown-marker", $"The policy {pack.Version} knows {string.Join(", ", pack.MandatoryMarkers)}.", field));
            else if (!Enum.IsDefined(result))
                reasons.Add(new Rejection("result-invalid", "A result is negative or reactive.", field));
            else if (state.Markers.GetValueOrDefault(marker) == MarkerResult.Reactive && result != MarkerResult.Reactive)
                reasons.Add(new Rejection("result-exists", $"The marker {marker} is on record as reactive; a reactive result is not overwritten.", field));
            else if (state.Markers.GetValueOrDefault(marker) != result)
                news = news.Add(marker, result);
        }

        // What is reactive is recorded even where another result of the same batch cannot be: nothing is more dangerous than to lose it.
        if (reasons.Count > 0 && !news.ContainsValue(MarkerResult.Reactive))
            return Decision<DonationEvent>.Reject(reasons);

        // Every result is on record as it is.
        return news.IsEmpty ? Decision<DonationEvent>.AlreadyDone : Decision<DonationEvent>.Accept(new MarkersTested(news));
    }

    public static Decision<DonationEvent> Prepare(Donation state, PrepareComponent command, PolicyPack pack, Provenance by)
    {
        if (state.Number is not { } number)
            return Unknown;
        var unit = new UnitNumber(number, command.Product);
        if (state.Components.Find(other => other.Unit == unit) is { } made)
        {
            // One product code of one donation is one bag: the same bag scanned again, or a label used twice.
            return made.VolumeMl == command.VolumeMl
                ? Decision<DonationEvent>.AlreadyDone
                : Decision<DonationEvent>.Reject("component-exists", $"{unit} has been prepared with {made.VolumeMl} mL.", "scan");
        }

        List<Rejection> reasons = [];
        var component = pack.FindComponent(command.Product);
        DateTimeOffset? expiresAt = component is null ? null : Expiry.Derive(state.CollectedAt, component.ShelfLife, pack.Zone());
        var used = state.Components.Sum(other => other.VolumeMl);
        if (component is null)
            reasons.Add(new Rejection("unknown-component", $"The policy {pack.Version} has no component {command.Product.Description}.", "scan"));
        // Autologous, directed, for research: this version has no path that would keep to it. ISBT 128 ST-001 table 7.
        if (command.Product.CollectionType is not ('0' or 'V'))
            reasons.Add(new Rejection("label-bound", "The label binds the unit to somebody or bars its use; only labels for anybody are taken.", "scan"));
        if (command.Product.Division == "99")
            reasons.Add(new Rejection("division-unknown", "The label leaves the division to another symbol (032), which is not read: two bags would bear one number.", "scan"));
        if (command.VolumeMl <= 0)
            reasons.Add(new Rejection("volume-invalid", "The volume is more than 0 mL.", "volumeMl"));
        else if (used + (long)command.VolumeMl > state.VolumeMl)
            reasons.Add(new Rejection("volume-exceeds-donation", $"Of {state.VolumeMl} mL collected, {state.VolumeMl - used} mL are left.", "volumeMl"));
        if (by.OccurredAt < state.CollectedAt)
            reasons.Add(new Rejection("prepared-before-collection", "A component is prepared after the donation was collected."));
        if (expiresAt <= by.Latest)
            reasons.Add(new Rejection("component-expired", "The component would have expired already."));
        return reasons.Count > 0
            ? Decision<DonationEvent>.Reject(reasons)
            : Decision<DonationEvent>.Accept(new ComponentPrepared(
                unit, component!.Kind, command.VolumeMl, by.OccurredAt, expiresAt!.Value, state.CollectedAt, state.Site, by.Site));
    }

    /// <summary>The first call signs; the second, by somebody else, releases whatever is in quarantine and in date.</summary>
    public static Decision<DonationEvent> Release(Donation state, PolicyPack pack, Provenance by)
    {
        if (state.Number is null)
            return Unknown;

        // Nothing waits and something went out: the release that is asked for has been made.
        if (!state.InQuarantine.Any() && state.Components.Exists(component => component.Standing == Standing.Released))
            return Decision<DonationEvent>.AlreadyDone;

        // Looked at for both signatures: the first one must not rest on a gate that was shut.
        var reasons = ReleaseGate.WhyNot(state, pack, by.Latest);
        if (string.Equals(state.SignedBy, by.Actor, StringComparison.OrdinalIgnoreCase))
            reasons.Add(new Rejection("second-person-required", "You have signed; another person releases."));
        if (reasons.Count > 0)
            return Decision<DonationEvent>.Reject(reasons);

        if (state.SignedBy is not { } first)
            return Decision<DonationEvent>.Accept(new ReleaseSigned(by.Actor));
        return Decision<DonationEvent>.Accept(
        [
            .. state.InQuarantine.Where(component => !component.IsExpired(by.Latest)).Select(component => new ComponentReleased(
                component.Unit, component.Kind, component.VolumeMl, component.PreparedAt, component.ExpiresAt, state.CollectedAt, state.Site, component.Site,
                state.Group!.Value, first)),
        ]);
    }

    public static Decision<DonationEvent> Discard(Donation state, DiscardComponents command)
    {
        if (state.Number is not { } number)
            return Unknown;
        List<Rejection> reasons = [];
        if (!IsCode(command.Reason))
            reasons.Add(new Rejection("reason-invalid", "The reason is a code of at most 40 small letters, digits and hyphens, such as bag-broken.", "reason"));
        else if (command.Reason == MarkerReactive && !state.IsReactive)
            reasons.Add(new Rejection("marker-not-reactive", "No marker of the donation is reactive.", "reason"));
        if (state.Components.IsEmpty)
            reasons.Add(new Rejection("no-components", "Nothing has been prepared from the donation."));
        else if (command.Product is { } product && !state.Components.Exists(component => component.Unit.Product == product))
            reasons.Add(new Rejection("unknown-unit", $"{new UnitNumber(number, product)} has not been prepared.", "scan"));
        if (reasons.Count > 0)
            return Decision<DonationEvent>.Reject(reasons);

        // Of a reactive donation nothing stays behind, and the reason is that, whatever else is wrong with the bag.
        var meant = state.Components.FindAll(component => state.IsReactive || command.Product is null || component.Unit.Product == command.Product);
        var reason = state.IsReactive ? MarkerReactive : command.Reason;
        var waiting = meant.FindAll(component => component.Standing == Standing.Quarantined);
        if (!waiting.IsEmpty)
        {
            return Decision<DonationEvent>.Accept(
            [
                .. waiting.Select(component => new ComponentDiscarded(
                    component.Unit, component.Kind, component.VolumeMl, component.PreparedAt, component.ExpiresAt, state.CollectedAt, state.Site, component.Site,
                    reason)),
            ]);
        }

        // What has left quarantine is Inventory's to hold and discard; what has been discarded stays so.
        return meant.Exists(component => component.Standing == Standing.Released)
            ? Decision<DonationEvent>.Reject("already-released", "The components have been released; discard them where they are.")
            : Decision<DonationEvent>.AlreadyDone;
    }

    private static Decision<DonationEvent> Unknown => Decision<DonationEvent>.Reject("unknown-donation", "There is no such donation.");

    /// <summary>Whether a text can stand as a code of people's own, such as a reason.</summary>
    internal static bool IsCode(string text) =>
        text.Length is > 0 and <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
