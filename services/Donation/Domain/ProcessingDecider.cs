using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>The laboratory makes a component from the donation.</summary>
public sealed record PrepareComponent(ProductCode Product, int VolumeMl);

/// <summary>What the laboratory makes of a donation.</summary>
public static class ProcessingDecider
{
    public static Decision<DonationEvent> Prepare(Donation state, PrepareComponent command, PolicyPack pack, Provenance by)
    {
        if (state.Number is not { } number)
            return DonationDecider.Unknown;
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
}
