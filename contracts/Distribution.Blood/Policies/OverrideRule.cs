using Distribution.Blood.Components;

namespace Distribution.Blood.Policies;

/// <summary>A safety rule that may be let pass for one unit and one patient. Every rule without such an entry is a hard stop.</summary>
/// <param name="Code">The safety rule's code, such as <c>rhd-incompatible</c>.</param>
/// <param name="Kinds">For these components only; null: for all.</param>
/// <param name="Roles">Who may: any one of these roles.</param>
/// <param name="Countersigned">A second person has to agree.</param>
public sealed record OverrideRule(string Code, IReadOnlyList<ComponentKind>? Kinds, IReadOnlyList<string> Roles, bool Countersigned);
