using System.Globalization;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;

namespace Distribution.Requests;

/// <param name="Group">Required for stock; for a patient the recipient's own where it is left out.</param>
/// <param name="Line">When amending: the line that it is; left out, the one that asks for the same.</param>
public sealed record WantedLine(
    ComponentKind Kind, BloodGroup? Group, int Quantity, WantedRequirements? Requirements = null, int? Line = null);

/// <summary>Requirements as they were written: names of antigens may be none.</summary>
public sealed record WantedRequirements(
    bool Irradiated, bool CmvNegative, bool Washed, IReadOnlyList<string> WithoutAntigens, int? FresherThanDays)
{
    public static WantedRequirements? Of(UnitRequirements? requirements) => requirements is null
        ? null
        : new(
            requirements.Irradiated,
            requirements.CmvNegative,
            requirements.Washed,
            requirements.WithoutAntigens.IsEmpty ? [] : requirements.WithoutAntigens.ToString().Split(','),
            requirements.FresherThanDays);
}

/// <summary>For whom the lines are, and by which rules.</summary>
/// <param name="Group">The recipient's, where there is one and it is established.</param>
internal sealed record LineReading(OrderPurpose Purpose, OrderUrgency Urgency, bool KnowsRecipient, BloodGroup? Group, PolicyPack Policy);

/// <summary>The lines of an order as they were written, judged and read; every reason names the line and its field.</summary>
internal static class OrderLines
{
    /// <summary>The lines in the order written; what is wrong is added to the reasons.</summary>
    /// <param name="wanted">As written.</param>
    /// <param name="kept">The lines that there are already; empty when placing.</param>
    /// <param name="reading">For whom, and by which rules.</param>
    /// <param name="reasons">Takes what is wrong.</param>
    public static List<OrderLine> Read(
        IReadOnlyList<WantedLine> wanted, IReadOnlyList<OrderLine> kept, LineReading reading, List<Rejection> reasons)
    {
        if (wanted.Count == 0)
            reasons.Add(new("no-lines", "An order asks for something.", "lines"));
        if (wanted.Count > OrderDecider.MaximumLines)
            reasons.Add(new("too-many-lines", Say($"An order has at most {OrderDecider.MaximumLines} lines."), "lines"));

        var lines = new List<OrderLine>();
        var number = kept.Count == 0 ? 0 : kept.Max(line => line.Line);
        foreach (var (index, line) in wanted.Take(OrderDecider.MaximumLines).Index())
        {
            var named = kept.FirstOrDefault(known => known.Line == line.Line);
            if (line.Line is { } asked && named is null)
                reasons.Add(new("unknown-line", Say($"The order has no line {asked}; leave the number out for a new one."), Field(index, "line")));
            if (line.Quantity is < 1 or > OrderDecider.MaximumQuantity)
                reasons.Add(new("quantity-invalid", Say($"A line asks for 1 to {OrderDecider.MaximumQuantity} units."), Field(index, "quantity")));
            if (reading.Policy.Components.All(component => component.Kind != line.Kind))
                reasons.Add(new("unknown-component", $"The policy {reading.Policy.Version} knows no such component.", Field(index, "kind")));

            var read = new OrderLine(
                0,
                line.Kind,
                named is not null && line.Group is null ? named.Group : ReadGroup(index, line, named, reading, reasons),
                line.Quantity,
                ReadRequirements(index, line, reading.Policy, reasons),
                named?.SubstituteFor);
            if (named is not null && !IsSame(read, named))
                reasons.Add(new("line-differs", "A line keeps what it asks for, but for the quantity; leave the number out for a new one.", Field(index, "line")));
            if (lines.Exists(other => IsSame(other, read) && other.SubstituteFor == read.SubstituteFor))
                reasons.Add(new("duplicate-line", "Another line asks for the same; write the sum there.", Field(index)));

            var same = named ?? kept.FirstOrDefault(known => IsSame(known, read) && !lines.Exists(other => other.Line == known.Line));
            lines.Add(read with { Line = same?.Line ?? ++number, SubstituteFor = same?.SubstituteFor });
        }

        return lines;
    }

    public static AntigenSet ReadAntigens(int index, WantedRequirements wanted, List<Rejection> reasons)
    {
        var without = AntigenSet.None;
        foreach (var (position, name) in wanted.WithoutAntigens.Index())
        {
            if (name.Length > 0 && !name.Contains(',', StringComparison.Ordinal) && AntigenSet.TryParse(name, null, out var antigen))
                without |= antigen;
            else
                reasons.Add(new("antigen-unknown", $"There is no antigen of this name; known are {AntigenSet.All}.", Say($"{Field(index, "requirements")}.withoutAntigens[{position}]")));
        }

        return without;
    }

    private static bool IsSame(OrderLine one, OrderLine other) =>
        one.Kind == other.Kind && one.Group == other.Group && one.Requirements == other.Requirements;

    private static BloodGroup ReadGroup(int index, WantedLine line, OrderLine? named, LineReading reading, List<Rejection> reasons)
    {
        if (reading.Purpose != OrderPurpose.Patient)
        {
            if (line.Group is not { IsDefined: true })
                reasons.Add(new("group-required", "A line for stock names the group wanted.", Field(index, "group")));
            return line.Group ?? default;
        }

        if (!reading.KnowsRecipient)
            return line.Group ?? default;
        var own = reading.Group;
        if (own is null && reading.Urgency == OrderUrgency.Emergency)
        {
            var safe = reading.Policy.Emergency.GroupsFor(line.Kind);
            if (safe.IsEmpty)
                reasons.Add(new("no-emergency-group", $"The policy {reading.Policy.Version} gives none of this to a patient whose group is not established.", Field(index, "kind")));
            else
                own = safe[0];
        }

        // Either the wrong patient or the wrong group: both kill, so neither is guessed. What was accepted as a substitute was judged then.
        if (line.Group is { } written && own is { } group && written != group && named?.Group != written)
            reasons.Add(new("recipient-group-mismatch", "The group is not the recipient's; leave it out, compatible units are found from the recipient's.", Field(index, "group")));
        return line.Group ?? own ?? default;
    }

    private static UnitRequirements? ReadRequirements(int index, WantedLine line, PolicyPack policy, List<Rejection> reasons)
    {
        if (line.Requirements is not { } wanted)
            return null;
        var without = ReadAntigens(index, wanted, reasons);
        if (wanted.FresherThanDays is < 1 or > OrderDecider.LongestFreshness)
            reasons.Add(new("fresher-than-days-invalid", Say($"Fresher than 1 to {OrderDecider.LongestFreshness} days."), $"{Field(index, "requirements")}.fresherThanDays"));

        var ofKind = policy.Components.Where(component => component.Kind == line.Kind).ToList();
        if (ofKind.Count > 0 && !ofKind.Exists(component => (component.Irradiated || !wanted.Irradiated) && (component.Washed || !wanted.Washed)))
            reasons.Add(new("requirement-impossible", $"No product of the policy {policy.Version} is this component and irradiated or washed as asked.", Field(index, "requirements")));

        var requirements = new UnitRequirements(wanted.Irradiated, wanted.CmvNegative, wanted.Washed, without, wanted.FresherThanDays);
        return requirements == UnitRequirements.None ? null : requirements;
    }

    private static string Field(int index) => Say($"lines[{index}]");

    private static string Field(int index, string name) => $"{Field(index)}.{name}";

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
