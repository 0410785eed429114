using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Distribution.ServiceDefaults.Http;

/// <summary>Puts the headers that <see cref="HttpCommand"/> reads and the answers that <see cref="Answers"/> gives into the API description.</summary>
internal sealed class CommandDescriptions : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Responses ??= [];
        Answer(operation, 401, "not-authenticated");
        Answer(operation, 403, "role-missing or wrong-site");
        Answer(operation, 503, "database-unavailable, broker-unavailable or read-model-behind; try again");
        if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<TakesCommand>().Any())
            return Task.CompletedTask;

        operation.Parameters ??= [];
        Header(operation, HttpCommand.IdempotencyKeyHeader, required: true, "The same for every attempt at the same act: doing it twice is doing it once.");
        Header(operation, HeaderNames.IfMatch, required: false, "The version decided on, from the ETag; answered 409 stale when it is no longer current.");
        Header(operation, HttpCommand.OccurredAtHeader, required: false, "When it happened, ISO 8601 with offset; now when absent.");
        Header(operation, HttpCommand.CorrelationIdHeader, required: false, "What this belongs to; made when absent.");
        Answer(operation, 400, "Malformed: invalid-body, invalid-field, idempotency-key-missing, …");
        Answer(operation, 409, "stale");
        Answer(operation, 422, "Refused, with every reason in reasons.");
        return Task.CompletedTask;
    }

    private static void Header(OpenApiOperation operation, string name, bool required, string description) =>
        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Required = required,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });

    private static void Answer(OpenApiOperation operation, int status, string description)
    {
        var key = status.ToString(CultureInfo.InvariantCulture);
        operation.Responses!.TryAdd(key, new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [Problem.ContentType] = new() },
        });
    }
}
