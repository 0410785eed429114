namespace Distribution.Blood.Deciding;

/// <summary>
/// An event that knows when it happened. It may be told together with a later one, when messages come swapped,
/// and must not take that one's time.
/// </summary>
public interface IHappenedAt
{
    DateTimeOffset HappenedAt { get; }
}
