using System.Globalization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Requests;

/// <param name="Requirements">As written: names of antigens may be none.</param>
public sealed record WantedFormLine(ComponentKind Kind, int? Quantity, BloodGroup? Group, WantedRequirements? Requirements);

/// <param name="PlaceAt">As written, such as <c>06:30</c>.</param>
/// <param name="NeededAfterHours">Null: by the first van that can bring it.</param>
public sealed record WantedSchedule(IReadOnlyList<Weekday> Days, string PlaceAt, int? NeededAfterHours);

public sealed record SaveOrderForm(
    OrderFormId Form,
    OrderFormKind Kind,
    string Name,
    OrderPurpose Purpose,
    IReadOnlyList<WantedFormLine> Lines,
    RecipientId? Recipient = null,
    OrderUrgency? Urgency = null,
    bool FromSupplier = false,
    string? Notes = null,
    WantedSchedule? Schedule = null);

/// <summary>What a form is judged by.</summary>
/// <param name="Recipient">The one that the form names, <see cref="Recipient.Initial"/> where it names nobody.</param>
/// <param name="Zone">The region's.</param>
public sealed record OrderFormSurroundings(Region Region, Recipient Recipient, PolicyPack Policy, TimeZoneInfo Zone);

/// <summary>What people do with a form, and what a standing order does by itself.</summary>
public static class OrderFormDecider
{
    /// <summary>Of one site. Assumed: more is a site that does not tidy up.</summary>
    public const int MaximumForms = 100;

    public const int LongestName = 60;

    public const int LongestNotes = 500;

    /// <summary>Hours. A standing order is not placed further ahead than two weeks.</summary>
    public const int LongestAhead = 14 * 24;

    /// <param name="state">The form.</param>
    /// <param name="command">What it is to be.</param>
    /// <param name="others">How many forms the site has beside this one.</param>
    /// <param name="around">What it is judged by.</param>
    /// <param name="by">Who saves it, where and when.</param>
    public static Decision<OrderFormEvent> Save(
        OrderForm state, SaveOrderForm command, int others, OrderFormSurroundings around, Provenance by)
    {
        var reasons = new List<Rejection>();
        if (state.IsDiscarded)
            reasons.Add(Discarded);
        if (!state.IsSaved && others >= MaximumForms)
            reasons.Add(new("too-many-forms", Say($"A site keeps at most {MaximumForms} forms; discard some.")));
        if (string.IsNullOrWhiteSpace(command.Name) || command.Name.Trim().Length > LongestName)
            reasons.Add(new("form-name-invalid", Say($"A form has a name of at most {LongestName} characters."), "name"));
        if (command.Notes is { Length: > LongestNotes })
            reasons.Add(new("notes-too-long", Say($"Notes have at most {LongestNotes} characters."), "notes"));
        if (command.Lines.Count > OrderDecider.MaximumLines)
            reasons.Add(new("too-many-lines", Say($"An order has at most {OrderDecider.MaximumLines} lines."), "lines"));
        if (command.Recipient is not null && !around.Recipient.IsRegistered)
            reasons.Add(new("unknown-recipient", "There is no such recipient.", "recipient"));
        var lines = ReadLines(command, reasons);
        var schedule = ReadSchedule(command, reasons);
        if (reasons.Count > 0)
            return Decision<OrderFormEvent>.Reject(reasons);

        var saved = new OrderFormSaved(
            command.Form,
            command.Kind,
            command.Name.Trim(),
            by.Site,
            new OrderFormContent(command.Purpose, lines, command.FromSupplier, command.Urgency, command.Recipient, string.IsNullOrWhiteSpace(command.Notes) ? null : command.Notes.Trim()),
            by.Now.ToUniversalTime(),
            schedule,
            schedule is null || state.IsPaused ? null : OrderSchedules.Next(schedule, around.Zone, by.Now));
        if (IsAsItWas(state, saved))
            return Decision<OrderFormEvent>.AlreadyDone;
        if (schedule is null)
            return Decision<OrderFormEvent>.Accept([.. Overtaken(state, around.Zone, by), saved]);

        // What could never be placed is refused now, by somebody who can put it right, and not at six in the morning.
        var first = saved.Next ?? OrderSchedules.Next(schedule, around.Zone, by.Now);
        var trial = PlaceStanding(Order.Initial, OrderForm.Evolve(state, saved), first, around, by with { OccurredAt = first, Now = first });
        return trial.IsRejected ? Decision<OrderFormEvent>.Reject(trial.Rejections)
            : state.Schedule is { } before && OrderSchedules.AreSame(before, schedule) ? Decision<OrderFormEvent>.Accept(saved)
            : Decision<OrderFormEvent>.Accept([.. Overtaken(state, around.Zone, by), saved]);
    }

    public static Decision<OrderFormEvent> Discard(OrderForm state)
    {
        if (state.IsDiscarded)
            return Decision<OrderFormEvent>.AlreadyDone;
        return state.IsSaved
            ? Decision<OrderFormEvent>.Accept(new OrderFormDiscarded(state.Id))
            : Decision<OrderFormEvent>.Reject(NeverSaved);
    }

    public static Decision<OrderFormEvent> Pause(OrderForm state, string reason, TimeZoneInfo zone, Provenance by)
    {
        if (state.IsPaused)
            return Decision<OrderFormEvent>.AlreadyDone;
        var reasons = JudgeStanding(state);
        OrderDecider.JudgeReason(reason, "Say why it pauses.", reasons);
        return reasons.Count > 0
            ? Decision<OrderFormEvent>.Reject(reasons)
            : Decision<OrderFormEvent>.Accept([.. Overtaken(state, zone, by), new StandingOrderPaused(state.Id, reason.Trim())]);
    }

    public static Decision<OrderFormEvent> Resume(OrderForm state, TimeZoneInfo zone, Provenance by)
    {
        var reasons = JudgeStanding(state);
        if (reasons.Count > 0)
            return Decision<OrderFormEvent>.Reject(reasons);
        return state is { IsPaused: true, Schedule: { } schedule }
            ? Decision<OrderFormEvent>.Accept(new StandingOrderResumed(state.Id, by.Now.ToUniversalTime(), OrderSchedules.Next(schedule, zone, by.Now)))
            : Decision<OrderFormEvent>.AlreadyDone;
    }

    /// <summary>What a new order has to ask for to ask for the same; what came to be the same by an accepted alternative is one line.</summary>
    public static IReadOnlyList<WantedFormLine> CopyLines(Order order) =>
    [
        .. order.Lines
            .Where(line => line.Quantity > 0)
            // The recipient's group may be another by then.
            .GroupBy(line => (line.Kind, Group: order.Purpose == OrderPurpose.Patient ? (BloodGroup?)null : line.Group, line.Requirements))
            .Select(same => new WantedFormLine(same.Key.Kind, same.Sum(line => line.Quantity), same.Key.Group, WantedRequirements.Of(same.Key.Requirements))),
    ];

    /// <summary>The form as an order by hand; a draft is used up by it.</summary>
    /// <param name="urgency">The form's where it is left out.</param>
    public static Decision<OrderFormEvent> Use(OrderForm state, OrderId order, OrderUrgency? urgency = null)
    {
        if (!state.IsSaved)
            return Decision<OrderFormEvent>.Reject(NeverSaved);
        if (state.IsDiscarded)
            return Decision<OrderFormEvent>.Reject(Discarded);
        if ((urgency ?? state.Content?.Urgency) == OrderUrgency.Standing)
            return Decision<OrderFormEvent>.Reject("standing-without-form", "Only a standing order places itself as standing, at its time; name another urgency.", "urgency");
        return state.Kind == OrderFormKind.Draft
            ? Decision<OrderFormEvent>.Accept(new OrderFormDiscarded(state.Id, order))
            : Decision<OrderFormEvent>.AlreadyDone;
    }

    /// <summary>The order that the form makes. What is not filled in is judged there.</summary>
    public static PlaceOrder ToOrder(OrderForm state, OrderId order, DateTimeOffset? neededBy, DateTimeOffset? slot, OrderUrgency? urgency)
    {
        var content = state.Content ?? throw new ArgumentException("The form was never saved.", nameof(state));
        return new PlaceOrder(
            order,
            content.Purpose,
            [.. content.Lines.Select(line => new WantedLine(line.Kind, line.Group, line.Quantity ?? 0, WantedRequirements.Of(line.Requirements)))],
            neededBy,
            content.Recipient,
            urgency ?? content.Urgency ?? OrderUrgency.Routine,
            slot,
            content.FromSupplier,
            state.Id);
    }

    /// <summary>The order of an occurrence: the same however often it is looked at.</summary>
    public static OrderId OrderOf(OrderFormId form, DateTimeOffset occurrence) =>
        OrderId.From(string.Create(CultureInfo.InvariantCulture, $"standing:{form}:{occurrence.UtcDateTime:O}"));

    /// <summary>What is due now; empty where the deadline was set for something that holds no more.</summary>
    public static IReadOnlyList<DateTimeOffset> DueNow(OrderForm state, TimeZoneInfo zone, DateTimeOffset now) =>
        state is { IsRunning: true, Schedule: { } schedule } ? OrderSchedules.Between(schedule, zone, state.Considered, now) : [];

    /// <summary>
    /// The standing order at its time. After an outage only the last occurrence is placed, because shelves are filled for now;
    /// the earlier ones are told as skipped.
    /// </summary>
    /// <param name="state">The form.</param>
    /// <param name="order">The order of the last occurrence that is due.</param>
    /// <param name="around">What it is judged by.</param>
    /// <param name="by">The process, at the form's site, now.</param>
    public static (IReadOnlyList<OrderFormEvent> Form, IReadOnlyList<OrderEvent> Order) FallDue(
        OrderForm state, Order order, OrderFormSurroundings around, Provenance by)
    {
        var due = DueNow(state, around.Zone, by.Now);
        if (due.Count == 0)
            return ([], []);
        var next = OrderSchedules.Next(state.Schedule!, around.Zone, by.Now);
        OrderFormEvent[] missed = [.. due.SkipLast(1).Select(occurrence => new StandingOrderSkipped(
            state.Id, occurrence, [new SkipReason("occurrence-missed", "The system did not run at the time; a later one was looked at instead.")], next))];
        var decision = PlaceStanding(order, state, due[^1], around, by);
        return decision.IsRejected
            ? ([.. missed, new StandingOrderSkipped(state.Id, due[^1], [.. decision.Rejections.Select(reason => new SkipReason(reason.Code, reason.Message, reason.Field))], next)], [])
            : ([.. missed, new StandingOrderPlaced(state.Id, due[^1], OrderOf(state.Id, due[^1]), next)], decision.Events);
    }

    internal static Rejection NeverSaved { get; } = new("unknown-form", "There is no such form.");

    private static Rejection Discarded { get; } = new("form-discarded", "The form was discarded.");

    private static Decision<OrderEvent> PlaceStanding(
        Order order, OrderForm form, DateTimeOffset occurrence, OrderFormSurroundings around, Provenance by)
    {
        var now = by.Latest;
        DateTimeOffset? neededBy = form.Schedule?.NeededAfterHours is { } hours ? now.AddHours(hours) : null;
        DateTimeOffset? slot = null;
        if (neededBy is null)
        {
            if (form.Content is { Purpose: OrderPurpose.Patient, FromSupplier: false } && around.Region.Find(form.Site) is { Tier: not SiteTier.CollectionPoint })
            {
                return Decision<OrderEvent>.Reject(
                    "needed-after-invalid", "What is served from the own stock comes by no van; say after how many hours it is needed.", "schedule.neededAfterHours");
            }

            var supplier = around.Region.Find(form.Site)?.SuppliedBy ?? form.Site;
            var reached = around.Region.EarliestDelivery(supplier, form.Site, now) ?? now;
            if (around.Region.NextSlots(form.Site, reached, 1) is not [var van])
                return Decision<OrderEvent>.Reject("no-slot", $"No van comes to {form.Site} by plan; say after how many hours it is needed.", "schedule.neededAfterHours");
            slot = van;
        }

        return OrderDecider.Place(
            order, ToOrder(form, OrderOf(form.Id, occurrence), neededBy, slot, OrderUrgency.Standing), around.Region, around.Recipient, around.Policy, by);
    }

    /// <summary>What is due and not yet looked at when somebody pauses it or gives it another schedule: it is not placed any more, and that is said.</summary>
    private static IEnumerable<OrderFormEvent> Overtaken(OrderForm state, TimeZoneInfo zone, Provenance by) =>
        DueNow(state, zone, by.Now).Select(occurrence => new StandingOrderSkipped(
            state.Id,
            occurrence,
            [new SkipReason("occurrence-missed", "It was paused or given another schedule before the system had looked at this one.")],
            OrderSchedules.Next(state.Schedule!, zone, by.Now)));

    private static List<Rejection> JudgeStanding(OrderForm state)
    {
        if (!state.IsSaved)
            return [NeverSaved];
        if (state.IsDiscarded)
            return [Discarded];
        return state.Kind == OrderFormKind.Standing ? [] : [new("not-standing", "Only a standing order pauses and goes on.")];
    }

    private static bool IsAsItWas(OrderForm state, OrderFormSaved saved) =>
        state.Content is { } content
        && state.Kind == saved.Kind
        && string.Equals(state.Name, saved.Name, StringComparison.Ordinal)
        && content with { Lines = saved.Content.Lines } == saved.Content
        && content.Lines.SequenceEqual(saved.Content.Lines)
        && (state.Schedule is { } schedule ? saved.Schedule is { } wanted && OrderSchedules.AreSame(schedule, wanted) : saved.Schedule is null);

    private static List<OrderFormLine> ReadLines(SaveOrderForm command, List<Rejection> reasons)
    {
        var lines = new List<OrderFormLine>();
        foreach (var (index, line) in command.Lines.Take(OrderDecider.MaximumLines).Index())
        {
            var requirements = line.Requirements is { } wanted
                ? new UnitRequirements(wanted.Irradiated, wanted.CmvNegative, wanted.Washed, OrderLines.ReadAntigens(index, wanted, reasons), wanted.FresherThanDays)
                : null;
            lines.Add(new OrderFormLine(line.Kind, line.Quantity, line.Group, requirements == UnitRequirements.None ? null : requirements));
        }

        return lines;
    }

    private static StandingSchedule? ReadSchedule(SaveOrderForm command, List<Rejection> reasons)
    {
        if (command.Kind != OrderFormKind.Standing)
        {
            if (command.Schedule is not null)
                reasons.Add(new("schedule-unexpected", "Only a standing order places itself.", "schedule"));
            return null;
        }

        if (command.Schedule is not { } wanted)
        {
            reasons.Add(new("schedule-required", "A standing order says on which days and when it places itself.", "schedule"));
            return null;
        }

        if (wanted.Days.Count == 0 || wanted.Days.Distinct().Count() < wanted.Days.Count)
            reasons.Add(new("schedule-days-invalid", "Name at least one day of the week, and each once.", "schedule.days"));
        if (!TimeOnly.TryParseExact(wanted.PlaceAt, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var placeAt))
            reasons.Add(new("schedule-time-invalid", "A time of day is written such as 06:30.", "schedule.placeAt"));
        if (wanted.NeededAfterHours is < 1 or > LongestAhead)
            reasons.Add(new("needed-after-invalid", Say($"Needed 1 to {LongestAhead} hours after it is placed."), "schedule.neededAfterHours"));
        return reasons.Count > 0 ? null : new StandingSchedule([.. wanted.Days.Order()], placeAt, wanted.NeededAfterHours);
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
