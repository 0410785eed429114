using System.Collections.Frozen;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Distribution.Blood.Deciding;

namespace Distribution.EventStore;

/// <summary>
/// A service's events by stored name, and the JSON they are stored as.
/// Older shapes are upcast when read; what is stored is never touched.
/// </summary>
public sealed class EventTypes
{
    private readonly FrozenDictionary<string, Type> _byName;
    private readonly FrozenDictionary<Type, string> _byType;
    private readonly FrozenDictionary<string, Upcaster> _upcasters;

    private EventTypes(Dictionary<string, Type> byName, IEnumerable<Upcaster> upcasters)
    {
        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
        _byType = byName.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);
        _upcasters = upcasters.ToFrozenDictionary(upcaster => upcaster.From, StringComparer.Ordinal);
    }

    /// <summary>Camel case, nulls left out, required members required, unknown members ignored.</summary>
    public static JsonSerializerOptions Json { get; } = MakeOptions();

    public IReadOnlyDictionary<string, Type> ByName => _byName;

    /// <summary>Every sealed class with a <see cref="StoredAsAttribute"/> in the assembly. Throws where two share a name.</summary>
    public static EventTypes From(Assembly assembly, params IEnumerable<Upcaster> upcasters)
    {
        var byName = new Dictionary<string, Type>(StringComparer.Ordinal);
        foreach (var type in assembly.GetTypes())
        {
            if (type.GetCustomAttribute<StoredAsAttribute>() is { } stored && !byName.TryAdd(stored.Name, type))
                throw new InvalidOperationException($"{type} and {byName[stored.Name]} share the stored name '{stored.Name}'.");
        }

        return new EventTypes(byName, upcasters);
    }

    public string NameOf(Type type) => _byType.TryGetValue(type, out var name)
        ? name
        : throw new InvalidOperationException($"{type} has no stored name.");

    public static byte[] Serialize(object @event) => JsonSerializer.SerializeToUtf8Bytes(@event, @event.GetType(), Json);

    /// <exception cref="UnreadableEventException">The name is unknown or the data does not fit: the log is newer than this code, or damaged.</exception>
    public object Deserialize(string name, ReadOnlySpan<byte> json)
    {
        try
        {
            if (_upcasters.Count > 0 && _upcasters.ContainsKey(name))
                return DeserializeOlder(name, json);
            return _byName.TryGetValue(name, out var type)
                ? JsonSerializer.Deserialize(json, type, Json)!
                : throw new UnreadableEventException($"No event is stored as '{name}'.", null);
        }
        catch (JsonException exception)
        {
            throw new UnreadableEventException($"The data of a '{name}' does not fit: {exception.Message}", exception);
        }
    }

    private object DeserializeOlder(string name, ReadOnlySpan<byte> json)
    {
        var data = JsonNode.Parse(json) as JsonObject ?? throw new UnreadableEventException($"The data of a '{name}' is no object.", null);
        while (_upcasters.TryGetValue(name, out var upcaster))
        {
            data = upcaster.Upcast(data);
            name = upcaster.To;
        }

        return _byName.TryGetValue(name, out var type)
            ? data.Deserialize(type, Json)!
            : throw new UnreadableEventException($"No event is stored as '{name}'.", null);
    }

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LetNullableBeAbsent } },
        };
        options.MakeReadOnly();
        return options;
    }

    /// <summary>What may be null may be left out: within a version only nullable members are added.</summary>
    private static void LetNullableBeAbsent(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is { IsNullable: true } || Nullable.GetUnderlyingType(property.PropertyType) is not null)
                property.IsRequired = false;
        }
    }
}

/// <summary>Turns the JSON of one stored name into that of its successor.</summary>
public sealed record Upcaster(string From, string To, Func<JsonObject, JsonObject> Upcast);

/// <summary>An event in the log that this code cannot read. Never skipped: whoever meets it stops.</summary>
public sealed class UnreadableEventException(string message, Exception? inner) : Exception(message, inner);
