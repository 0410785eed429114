using System.Globalization;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>The laboratory makes a component from the donation.</summary>
public sealed record PrepareComponent(ProductCode Product, int VolumeMl);

/// <summary>The laboratory makes others of a component that is in quarantine; nothing is left of it.</summary>
/// <param name="DoseGy">Gray, where the blood was irradiated.</param>
/// <param name="Celsius">The temperature at which it was done, °C.</param>
/// <param name="Minutes">How long it took.</param>
public sealed record ProcessComponent(
    ProcedureKind Procedure, ProductCode From, IReadOnlyList<ProcedureResult> Results, decimal? DoseGy = null, double? Celsius = null, int? Minutes = null);

/// <summary>One bag that comes of a procedure.</summary>
public sealed record ProcedureResult(ProductCode Product, int VolumeMl);

/// <summary>What the laboratory makes of a donation, and of what it made of it.</summary>
public static class ProcessingDecider
{
    public static Decision<DonationEvent> Prepare(Donation state, PrepareComponent command, PolicyPack pack, Provenance by)
    {
        if (state.Number is not { } number)
            return DonationDecider.Unknown;
        var unit = new UnitNumber(number, command.Product);
        if (state.Find(unit) is { } made)
        {
            // One product code of one donation is one bag: the same bag scanned again, or a label used twice.
            return made.VolumeMl == command.VolumeMl && made.From is null
                ? Decision<DonationEvent>.AlreadyDone
                : Decision<DonationEvent>.Reject("component-exists", $"{unit} has been prepared with {made.VolumeMl} mL.", "scan");
        }

        List<Rejection> reasons = [];
        var component = pack.FindComponent(command.Product);
        DateTimeOffset? expiresAt = component is null ? null : Expiry.Derive(state.CollectedAt, component.ShelfLife, pack.Zone());
        var used = state.Components.Where(other => other.From is null).Sum(other => other.VolumeMl);
        CheckLabel(reasons, command.Product, component, pack, "scan");
        if (component is not null && component.CollectedBy?.Contains(state.Collection) != true)
            reasons.Add(new Rejection("not-of-this-collection", $"The policy {pack.Version} has no {component.Name} made directly of such a collection.", "scan"));
        if (command.VolumeMl <= 0)
            reasons.Add(new Rejection("volume-invalid", "The volume is more than 0 mL.", "volumeMl"));
        else if (used + (long)command.VolumeMl > state.VolumeMl)
            reasons.Add(new Rejection("volume-exceeds-donation", $"Of {state.VolumeMl} mL collected, {state.VolumeMl - used} mL are left.", "volumeMl"));
        if (by.OccurredAt < state.CollectedAt)
            reasons.Add(new Rejection("prepared-before-collection", "A component is prepared after the donation was collected."));
        if (component?.PreparedWithin is { } within && by.OccurredAt - state.CollectedAt > within)
            reasons.Add(new Rejection("prepared-too-late", $"It is made within {Text(within)} of the collection."));
        if (expiresAt <= by.Latest)
            reasons.Add(new Rejection("component-expired", "The component would have expired already."));
        return reasons.Count > 0
            ? Decision<DonationEvent>.Reject(reasons)
            : Decision<DonationEvent>.Accept(new ComponentPrepared(
                unit, component!.Kind, command.VolumeMl, by.OccurredAt, expiresAt!.Value, state.CollectedAt, state.Site, by.Site));
    }

    public static Decision<DonationEvent> Process(Donation state, ProcessComponent command, PolicyPack pack, Provenance by)
    {
        if (state.Number is not { } number)
            return DonationDecider.Unknown;
        var unit = new UnitNumber(number, command.From);
        if (state.Find(unit) is not { } source)
            return Decision<DonationEvent>.Reject("unknown-unit", $"{unit} has not been prepared.", "from");
        if (source.Standing == Standing.UsedUp && IsDone(state, source, command))
            return Decision<DonationEvent>.AlreadyDone;

        List<Rejection> reasons = [];
        if (WhyNotAtHand(source, by) is { } reason)
            reasons.Add(reason);
        if (by.OccurredAt < source.PreparedAt)
            reasons.Add(new Rejection("made-before-source", "A component is made of another after that one was prepared."));
        if (command.Results.Count == 0)
            reasons.Add(new Rejection("no-results", "A procedure makes something.", "results"));

        List<ComponentPrepared> made = [];
        List<ProcedureRule> rules = [];
        for (var index = 0; index < command.Results.Count; index++)
        {
            var result = command.Results[index];
            var field = string.Create(CultureInfo.InvariantCulture, $"results[{index}]");
            var component = pack.FindComponent(result.Product);
            var rule = pack.FindProcedure(command.Procedure, command.From, result.Product);
            var before = reasons.Count;
            CheckLabel(reasons, result.Product, component, pack, $"{field}.scan");
            if (component is not null && rule is not { MinimumSources: 1 })
                reasons.Add(new Rejection("procedure-not-allowed", NotAllowed(command, result, rule, pack), $"{field}.scan"));
            else if (component is not null && !FitsDivision(command, result.Product))
                reasons.Add(new Rejection("division-invalid", "The parts of a division bear its next division codes, such as A0 and B0 or Aa and Ab; whatever else is made keeps the code of what it is made of.", $"{field}.scan"));
            if (state.Find(new UnitNumber(number, result.Product)) is not null || command.Results.Take(index).Any(other => other.Product == result.Product))
                reasons.Add(new Rejection("component-exists", $"{new UnitNumber(number, result.Product)} is another bag.", $"{field}.scan"));
            if (result.VolumeMl <= 0)
                reasons.Add(new Rejection("volume-invalid", "The volume is more than 0 mL.", $"{field}.volumeMl"));
            if (rule is not null && !rules.Contains(rule))
                rules.Add(rule);
            if (reasons.Count > before)
                continue;

            var expiresAt = ExpiryOf(state, source, component!, rule!, pack, by);
            if (expiresAt <= by.Latest)
                reasons.Add(new Rejection("component-expired", "The component would have expired already.", $"{field}.scan"));
            made.Add(new ComponentPrepared(
                new UnitNumber(number, result.Product), component!.Kind, result.VolumeMl, by.OccurredAt, expiresAt, state.CollectedAt, state.Site, by.Site,
                unit, command.Procedure));
        }

        if (command.Results.Sum(result => (long)result.VolumeMl) > source.VolumeMl)
            reasons.Add(new Rejection("volume-exceeds-source", $"{unit} holds {source.VolumeMl} mL.", "results"));
        CheckConditions(reasons, command, rules, state, by);
        return reasons.Count > 0
            ? Decision<DonationEvent>.Reject(reasons)
            : Decision<DonationEvent>.Accept(
            [
                .. made,
                new ComponentUsedUp(
                    unit, source.Kind, source.VolumeMl, source.PreparedAt, source.ExpiresAt, state.CollectedAt, state.Site, source.Site,
                    command.Procedure, [.. made.Select(component => component.Unit)], source.From, command.DoseGy, command.Celsius, command.Minutes),
            ]);
    }

    /// <summary>
    /// Without a life of its own what is made keeps the source's expiry. What is also made of the donation itself keeps no
    /// longer than its shelf life from the collection on; of what only a procedure makes, the shelf life does not count from
    /// there, and a part of a bag keeps as long as the bag.
    /// </summary>
    private static DateTimeOffset ExpiryOf(
        Donation state, PreparedComponent source, Component component, ProcedureRule rule, PolicyPack pack, Provenance by)
    {
        var bound = Expiry.Bound(by.OccurredAt, rule.Life, source.ExpiresAt, pack.Zone(), rule.Extends);
        return rule.Life is not null || rule.Kind == ProcedureKind.Divide || component.CollectedBy is null
            ? bound
            : Expiry.Earliest(bound, Expiry.Derive(state.CollectedAt, component.ShelfLife, pack.Zone()));
    }

    private static void CheckLabel(List<Rejection> reasons, ProductCode product, Component? component, PolicyPack pack, string field)
    {
        if (component is null)
            reasons.Add(new Rejection("unknown-component", $"The policy {pack.Version} has no component {product.Description}.", field));
        // Autologous, directed, for research: this version has no path that would keep to it. ISBT 128 ST-001 table 7.
        if (product.CollectionType is not ('0' or 'V'))
            reasons.Add(new Rejection("label-bound", "The label binds the unit to somebody or bars its use; only labels for anybody are taken.", field));
        if (product.Division == "99")
            reasons.Add(new Rejection("division-unknown", "The label leaves the division to another symbol (032), which is not read: two bags would bear one number.", field));
    }

    private static Rejection? WhyNotAtHand(PreparedComponent source, Provenance by) => source.Standing switch
    {
        Standing.Released => new Rejection("already-released", $"{source.Unit} has left quarantine; whatever is done to it is done where it is.", "from"),
        Standing.Discarded => new Rejection("already-discarded", $"{source.Unit} has been discarded.", "from"),
        Standing.UsedUp => new Rejection("used-up", $"Of {source.Unit} others have been made; nothing is left of it.", "from"),
        _ when source.IsExpired(by.Latest) => new Rejection("component-expired", $"{source.Unit} has expired.", "from"),
        _ => null,
    };

    /// <summary>The same act told again: the same way, into the same bags.</summary>
    private static bool IsDone(Donation state, PreparedComponent source, ProcessComponent command) =>
        source.Into is { } into
        && into.Count == command.Results.Count
        && command.Results.All(result => state.Components.Exists(component =>
            component.From == source.Unit && component.Procedure == command.Procedure
            && component.Unit.Product == result.Product && component.VolumeMl == result.VolumeMl));

    private static string NotAllowed(ProcessComponent command, ProcedureResult result, ProcedureRule? rule, PolicyPack pack) => rule is null
        ? $"The policy {pack.Version} knows no such way from {command.From.Description} to {result.Product.Description}."
        : $"It takes {rule.MinimumSources} sources: a pool is made of released units of several donations.";

    /// <summary>ISBT 128 ST-001 2.4.3: a first division is told by a capital letter, a division of that one by a small letter after it.</summary>
    private static bool FitsDivision(ProcessComponent command, ProductCode result)
    {
        var (source, part) = (command.From.Division, result.Division);
        if (command.Procedure != ProcedureKind.Divide)
            return part == source;
        return (source is [_, '0'] && source != "00" && part[0] == source[0] && char.IsAsciiLetterLower(part[1]))
            || (source == "00" && char.IsAsciiLetterUpper(part[0]) && part[1] == '0');
    }

    private static void CheckConditions(List<Rejection> reasons, ProcessComponent command, List<ProcedureRule> rules, Donation state, Provenance by)
    {
        // The strictest of what the results ask for.
        if (rules.Min(rule => rule.LatestAfterCollection) is { } latest && by.OccurredAt - state.CollectedAt > latest)
            reasons.Add(new Rejection("procedure-too-late", $"It is done within {Text(latest)} of the collection."));
        if (command.DoseGy is null && rules.Exists(rule => rule.MinimumDoseGy is not null))
            reasons.Add(new Rejection("dose-missing", "Irradiation states its dose.", "doseGy"));
        else if (rules.Max(rule => rule.MinimumDoseGy) is { } dose && command.DoseGy < dose)
            reasons.Add(new Rejection("dose-too-low", string.Create(CultureInfo.InvariantCulture, $"The dose is at least {dose} Gy."), "doseGy"));
        if (command.Celsius is null && rules.Exists(rule => rule.MinimumCelsius is not null || rule.MaximumCelsius is not null))
            reasons.Add(new Rejection("temperature-missing", "The procedure states its temperature.", "celsius"));
        else if (command.Celsius < rules.Max(rule => rule.MinimumCelsius) || command.Celsius > rules.Min(rule => rule.MaximumCelsius))
            reasons.Add(new Rejection("temperature-outside", "The temperature is outside of what the policy asks for.", "celsius"));
        if (command.Minutes < 0)
            reasons.Add(new Rejection("duration-invalid", "A duration is not negative.", "minutes"));
        else if (command.Minutes is null && rules.Exists(rule => rule.LongestDuration is not null))
            reasons.Add(new Rejection("duration-missing", "The procedure states how long it took.", "minutes"));
        else if (rules.Min(rule => rule.LongestDuration) is { } longest && command.Minutes > longest.TotalMinutes)
            reasons.Add(new Rejection("took-too-long", $"It takes at most {Text(longest)}.", "minutes"));
    }

    private static string Text(TimeSpan span) => span.ToString("g", CultureInfo.InvariantCulture);
}
