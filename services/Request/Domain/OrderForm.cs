using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Requests;

/// <summary>What a hospital keeps to order by: a draft, a template, or an order that places itself.</summary>
public sealed record OrderForm : IAggregate<OrderForm>
{
    private OrderForm()
    {
    }

    public static string Category => "orderform";

    public static OrderForm Initial { get; } = new();

    public OrderFormId Id { get; private init; }

    public OrderFormKind Kind { get; private init; }

    public string Name { get; private init; } = "";

    public SiteId Site { get; private init; }

    public OrderFormContent? Content { get; private init; }

    public StandingSchedule? Schedule { get; private init; }

    public bool IsPaused { get; private init; }

    public bool IsDiscarded { get; private init; }

    /// <summary>What was to be placed up to this instant has been dealt with.</summary>
    public DateTimeOffset Considered { get; private init; }

    public DateTimeOffset? Next { get; private init; }

    /// <summary>The order that it was placed as last.</summary>
    public OrderId? LastOrder { get; private init; }

    public bool IsSaved => Content is not null;

    /// <summary>It places itself.</summary>
    public bool IsRunning => Kind == OrderFormKind.Standing && Schedule is not null && !IsPaused && !IsDiscarded;

    public static OrderForm Evolve(OrderForm state, object @event) => @event switch
    {
        OrderFormSaved saved => state with
        {
            Id = saved.Form,
            Kind = saved.Kind,
            Name = saved.Name,
            Site = saved.Site,
            Content = saved.Content,
            Schedule = saved.Schedule,
            Next = saved.Next,
            // An occurrence that is due and not yet looked at is not lost by a change of the lines.
            Considered = state.Schedule is { } before && saved.Schedule is { } after && OrderSchedules.AreSame(before, after) ? state.Considered : saved.SavedAt,
        },
        OrderFormDiscarded discarded => state with { IsDiscarded = true, Next = null, LastOrder = discarded.Order ?? state.LastOrder },
        StandingOrderPlaced placed => state with { Considered = Later(state.Considered, placed.Occurrence), Next = placed.Next, LastOrder = placed.Order },
        StandingOrderSkipped skipped => state with { Considered = Later(state.Considered, skipped.Occurrence), Next = skipped.Next },
        StandingOrderPaused => state with { IsPaused = true, Next = null },
        StandingOrderResumed resumed => state with { IsPaused = false, Considered = Later(state.Considered, resumed.ResumedAt), Next = resumed.Next },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is no event of a form."),
    };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
