using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Requests;

/// <summary>
/// A sample number of a site, and whose it is: two patients' tubes under one number are the worst of mix-ups, and only a stream
/// of the number's own keeps two registrations at once from making one.
/// </summary>
public sealed record Tube : IAggregate<Tube>
{
    private Tube()
    {
    }

    public static string Category => "tube";

    public static Tube Initial { get; } = new();

    /// <summary>Null where the number is nobody's yet.</summary>
    public RecipientId? Recipient { get; private init; }

    /// <summary>The stream's id without its category.</summary>
    public static string IdOf(SiteId site, string number) => $"{site}:{number}";

    public static Tube Evolve(Tube state, object @event) => @event switch
    {
        // Whose it was first it stays.
        TubeLabeled labeled => state with { Recipient = state.Recipient ?? labeled.Recipient },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is no event of a tube."),
    };
}
