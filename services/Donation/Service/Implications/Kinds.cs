using System.Text.Json;
using Distribution.Blood.Identifiers;
using Distribution.EventStore;

namespace Distribution.Donations.Service.Implications;

internal static class Kinds
{
    /// <summary>As in events and messages, such as <c>group-disagreement</c>.</summary>
    public static string Name(RecallKind kind) => JsonSerializer.SerializeToElement(kind, EventTypes.Json).GetString()!;
}
