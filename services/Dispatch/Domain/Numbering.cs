using System.Globalization;
using Distribution.Blood.Deciding;

namespace Distribution.Dispatches;

/// <summary>A facility's row of consignment numbers of one year. The last serial is also the stream's version.</summary>
public sealed record Numbering : IAggregate<Numbering>
{
    public static string Category => "numbering";

    public static Numbering Initial { get; } = new();

    /// <summary>0 before the first number.</summary>
    public int LastSerial { get; init; }

    /// <summary>The id of the row: five characters of the facility, two digits of the year.</summary>
    public static string IdOf(string facility, int year) => string.Create(CultureInfo.InvariantCulture, $"{facility}{year:00}");

    public static Numbering Evolve(Numbering state, object @event) => @event switch
    {
        NumberingEvent.ConsignmentNumberAssigned => state with { LastSerial = state.LastSerial + 1 },
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a numbering."),
    };
}
