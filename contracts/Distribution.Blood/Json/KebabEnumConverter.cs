using System.Text.Json;
using System.Text.Json.Serialization;

namespace Distribution.Blood.Json;

/// <summary>Writes an enum value as its kebab-case name (<c>whole-blood</c>) and reads only such names: a number is refused, because it would bind stored text to the order of declaration.</summary>
public sealed class KebabEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
