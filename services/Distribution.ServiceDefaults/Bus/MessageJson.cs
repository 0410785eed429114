using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Distribution.Contracts;
using MassTransit.Serialization.JsonConverters;

namespace Distribution.ServiceDefaults.Bus;

/// <summary>
/// How messages are written: as events are (camel case, nulls left out). Within a version of a contract only nullable
/// fields are added, so a nullable one may be missing when read and any other may not.
/// </summary>
internal static class MessageJson
{
    // MassTransit keeps its options in a static field and hands them in again for each further bus of the process.
    private static readonly Lock Gate = new();
    private static JsonSerializerOptions? _options;

    public static JsonSerializerOptions From(JsonSerializerOptions massTransit)
    {
        lock (Gate)
            return _options ??= Make(massTransit);
    }

    private static JsonSerializerOptions Make(JsonSerializerOptions massTransit)
    {
        var options = new JsonSerializerOptions(massTransit)
        {
            WriteIndented = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
            TypeInfoResolver = massTransit.TypeInfoResolver!.WithAddedModifier(RequireWhatIsNotNullable),
        };

        // Decimals are numbers in events and over HTTP; they are here too.
        foreach (var converter in options.Converters.OfType<StringDecimalJsonConverter>().ToList())
            options.Converters.Remove(converter);
        return options;
    }

    private static void RequireWhatIsNotNullable(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.Assembly != typeof(Attribution).Assembly)
            return;
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false } parameter
                && Nullable.GetUnderlyingType(parameter.ParameterType) is null)
            {
                property.IsRequired = true;
            }
        }
    }
}
