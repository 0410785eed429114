namespace Distribution.Blood.Deciding;

/// <summary>Why an intention was refused: a stable code for machines, a sentence for people, the field at fault where there is one.</summary>
/// <param name="Code">Kebab-case and stable: clients branch on it, docs/glossary.md and the OpenAPI documents list it.</param>
/// <param name="Message">One sentence in English that says what is wrong and, where it helps, what would be right.</param>
/// <param name="Field">The name of the offending field as the caller knows it, or null when it is the state that refuses.</param>
public sealed record Rejection(string Code, string Message, string? Field = null);

/// <summary>
/// What a decider answers: the facts that now hold, or every reason why not.
/// No facts and no reasons is a decision too: what was asked for has already been done.
/// </summary>
public readonly record struct Decision<TEvent>
{
    private readonly IReadOnlyList<TEvent>? _events;
    private readonly IReadOnlyList<Rejection>? _rejections;

    private Decision(IReadOnlyList<TEvent>? events, IReadOnlyList<Rejection>? rejections)
    {
        _events = events;
        _rejections = rejections;
    }

    public IReadOnlyList<TEvent> Events => _events ?? [];

    public IReadOnlyList<Rejection> Rejections => _rejections ?? [];

    public bool IsRejected => Rejections.Count > 0;

    public static Decision<TEvent> Accept(params IReadOnlyList<TEvent> events) => new(events, null);

    /// <summary>Doing it twice is doing it once: the visible branch that changes nothing.</summary>
    public static Decision<TEvent> AlreadyDone => new([], null);

    public static Decision<TEvent> Reject(params IReadOnlyList<Rejection> reasons) =>
        reasons.Count > 0 ? new(null, reasons) : throw new ArgumentException("A rejection needs a reason.", nameof(reasons));

    public static Decision<TEvent> Reject(string code, string message, string? field = null) =>
        new(null, [new Rejection(code, message, field)]);
}
