using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Distribution.Blood.Json;
using Distribution.EventStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;

namespace Distribution.ServiceDefaults.Http;

/// <summary>What every service's HTTP API has in common.</summary>
public static class HttpConventions
{
    /// <summary>JSON as it is stored and sent elsewhere, every error as problem details, the API's description.</summary>
    public static IServiceCollection AddHttpConventions(this IServiceCollection services, string title)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<JsonOptions>(options =>
        {
            var ours = EventTypes.Json;
            var theirs = options.SerializerOptions;
            theirs.PropertyNamingPolicy = ours.PropertyNamingPolicy;
            theirs.DictionaryKeyPolicy = ours.DictionaryKeyPolicy;
            theirs.PropertyNameCaseInsensitive = ours.PropertyNameCaseInsensitive;
            theirs.NumberHandling = ours.NumberHandling;
            theirs.DefaultIgnoreCondition = ours.DefaultIgnoreCondition;
            theirs.RespectNullableAnnotations = ours.RespectNullableAnnotations;
            theirs.RespectRequiredConstructorParameters = ours.RespectRequiredConstructorParameters;
            theirs.Encoder = ours.Encoder;
            // Two values under one name: nobody can say which one was meant.
            theirs.AllowDuplicateProperties = false;
            theirs.TypeInfoResolver = ours.TypeInfoResolver!.WithAddedModifier(BodyValues.RefuseNullElements);
            theirs.Converters.Add(new BodyText());
            theirs.Converters.Add(new BodyTime());
            foreach (var converter in ours.Converters)
                theirs.Converters.Add(converter);
        });
        // The exception carries which parameter and which member; the status alone would not.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi(options =>
        {
            options.AddOperationTransformer<CommandDescriptions>();
            options.AddSchemaTransformer((schema, context, _) =>
            {
                if (IsText(context.JsonTypeInfo.Type))
                    schema.Type = JsonSchemaType.String;
                return Task.CompletedTask;
            });
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = title;
                document.Info.Version = "v1";
                return Task.CompletedTask;
            });
        });
        return services;
    }

    /// <summary>Catches whatever goes wrong further in; stands first.</summary>
    public static IApplicationBuilder UseHttpConventions(this IApplicationBuilder app) => app.UseMiddleware<Problems>();

    // Ids and numbers are written as their text, which the schema exporter cannot see through a converter.
    private static bool IsText(Type type) =>
        type.GetCustomAttributes(typeof(JsonConverterAttribute), inherit: false)
            is [JsonConverterAttribute { ConverterType: { IsGenericType: true } converter }]
        && converter.GetGenericTypeDefinition() == typeof(ParsableJsonConverter<>);
}
