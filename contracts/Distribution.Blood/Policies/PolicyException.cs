namespace Distribution.Blood.Policies;

/// <summary>A policy pack was refused as a whole, or was asked for a component it does not have.</summary>
public sealed class PolicyException(IReadOnlyList<string> problems)
    : Exception($"The policy pack is refused: {string.Join("; ", problems)}.")
{
    /// <summary>Each begins with the offending JSON path, such as <c>$.components[2].shelfLife</c>; of a book, with the file's name before it.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
