namespace Distribution.EventStore;

/// <summary>Who, when, where and why: on every event, beside its data.</summary>
public sealed record EventMetadata
{
    /// <summary>The staff code of the person, or the name of the process that acts by itself.</summary>
    public required string Actor { get; init; }

    /// <summary>The site the actor stood in.</summary>
    public required string Site { get; init; }

    /// <summary>
    /// When it happened in the world; when we learned of it is <see cref="StoredEvent.RecordedAt"/>. An event that knows
    /// its own time (<see cref="Distribution.Blood.Deciding.IHappenedAt"/>) keeps that one.
    /// </summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Why, where a rule was overridden or a fact needs its reason.</summary>
    public string? Reason { get; init; }

    /// <summary>The version of the policy pack that decided.</summary>
    public string? Policy { get; init; }

    /// <summary>What started it all: the same for everything that follows from one act.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The command or message that this event answers.</summary>
    public string? CausationId { get; init; }

    /// <summary>W3C trace context, so that the trace goes on through the relay.</summary>
    public string? TraceParent { get; init; }
}
