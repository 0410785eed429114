using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Distribution.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using RabbitMQ.Client;

namespace Distribution.ServiceDefaults.Bus;

/// <summary>A message that could not be handled.</summary>
/// <param name="MessageId">Its message id; for one without, <c>sha256-</c> and a digest of its body, so that it can be named too.</param>
/// <param name="Type">The contract, as namespace and name; null where the body does not say.</param>
/// <param name="Reason">Why the broker set it aside, such as <c>delivery_limit</c>.</param>
/// <param name="Deaths">How often it was set aside: more than 1 after a replay that did not help.</param>
/// <param name="DiedAt">When it was last set aside, to the second.</param>
/// <param name="Body">As text, cut at <see cref="DeadLetters.BodyShown"/> characters.</param>
public sealed record DeadLetter(string MessageId, string? Type, string? Reason, long Deaths, DateTimeOffset? DiedAt, string Body);

/// <summary>What a service could not handle: to look at, and to send through its queue again once the cause is gone.</summary>
/// <param name="broker">As in <c>amqp://user:password@host:port/vhost</c>.</param>
/// <param name="service">Whose dead letters.</param>
public sealed class DeadLetters(Uri broker, string service) : IDisposable
{
    /// <summary>How many characters of a body are shown.</summary>
    public const int BodyShown = 4_000;

    /// <summary>How many dead letters are looked at or searched at a time.</summary>
    public const int Most = 1_000;

    private readonly ConnectionFactory _factory = new() { Uri = broker, AutomaticRecoveryEnabled = false };

    // Whoever looks holds the messages meanwhile: a second one would see too few.
    private readonly SemaphoreSlim _one = new(1, 1);

    private string DeadQueue => Topology.DeadQueueOf(service);

    /// <summary>The oldest dead letters, which stay where they are.</summary>
    public Task<IReadOnlyList<DeadLetter>> ListAsync(int maximum, CancellationToken cancellationToken = default) =>
        WithChannelAsync<IReadOnlyList<DeadLetter>>(
            async channel =>
            {
                var letters = new List<DeadLetter>();
                ulong last = 0;
                while (letters.Count < Math.Min(maximum, Most)
                    && await channel.BasicGetAsync(DeadQueue, autoAck: false, cancellationToken) is { } message)
                {
                    letters.Add(Read(message));
                    last = message.DeliveryTag;
                }

                // Given back together, so that they keep their order.
                if (last > 0)
                    await channel.BasicNackAsync(last, multiple: true, requeue: true, cancellationToken);
                return letters;
            },
            cancellationToken);

    /// <summary>Sends one through the service's queue again. False where it is not among the oldest <see cref="Most"/>.</summary>
    public Task<bool> ReplayAsync(string messageId, CancellationToken cancellationToken = default) =>
        WithChannelAsync(
            async channel =>
            {
                var others = new List<ulong>();
                var found = false;
                while (!found && others.Count < Most
                    && await channel.BasicGetAsync(DeadQueue, autoAck: false, cancellationToken) is { } message)
                {
                    found = string.Equals(IdOf(message), messageId, StringComparison.OrdinalIgnoreCase);
                    if (found)
                        await MoveAsync(channel, message, cancellationToken);
                    else
                        others.Add(message.DeliveryTag);
                }

                if (others.Count > 0)
                    await channel.BasicNackAsync(others[^1], multiple: true, requeue: true, cancellationToken);
                return found;
            },
            cancellationToken);

    /// <summary>Sends all that are dead now through the service's queue again, oldest first; returns how many.</summary>
    public Task<int> ReplayAllAsync(CancellationToken cancellationToken = default) =>
        WithChannelAsync(
            async channel =>
            {
                // Counted first: one that dies again at once is not replayed round and round.
                var dead = await channel.MessageCountAsync(DeadQueue, cancellationToken);
                var replayed = 0;
                while (replayed < dead && await channel.BasicGetAsync(DeadQueue, autoAck: false, cancellationToken) is { } message)
                {
                    await MoveAsync(channel, message, cancellationToken);
                    replayed++;
                }

                return replayed;
            },
            cancellationToken);

    public void Dispose() => _one.Dispose();

    // Confirmed in the queue before it leaves the dead ones: a crash between leaves it in both, and a repeat changes nothing.
    private async Task MoveAsync(IChannel channel, BasicGetResult message, CancellationToken cancellationToken)
    {
        var properties = new BasicProperties(message.BasicProperties);
        if (message.BasicProperties.Headers is { } headers)
        {
            // The broker's count of deaths is kept, its count of deliveries is for the new life to begin.
            properties.Headers = headers
                .Where(header => header.Key is not ("x-delivery-count" or "x-dotnet-pub-seq-no"))
                .ToDictionary(StringComparer.Ordinal);
        }

        await channel.BasicPublishAsync(exchange: "", routingKey: service, mandatory: true, properties, message.Body, cancellationToken);
        await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
    }

    private async Task<T> WithChannelAsync<T>(Func<IChannel, Task<T>> work, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await _factory.CreateConnectionAsync($"{service} dead letters", cancellationToken);
            await using var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            return await work(channel);
        }
        finally
        {
            _one.Release();
        }
    }

    private static string IdOf(BasicGetResult message) => message.BasicProperties.MessageId is { Length: > 0 } id
        ? id
        : $"sha256-{Convert.ToHexStringLower(SHA256.HashData(message.Body.Span))[..32]}";

    private static DeadLetter Read(BasicGetResult message)
    {
        var headers = message.BasicProperties.Headers;
        var death = headers is not null && headers.TryGetValue("x-death", out var deaths) && deaths is IList<object> { Count: > 0 } list
            ? list[0] as IDictionary<string, object>
            : null;
        var body = Encoding.UTF8.GetString(message.Body.Span);
        return new DeadLetter(
            IdOf(message),
            TypeIn(message.Body),
            Text(death, "reason"),
            death is not null && death.TryGetValue("count", out var count) ? Convert.ToInt64(count, CultureInfo.InvariantCulture) : 0,
            death is not null && death.TryGetValue("time", out var time) && time is AmqpTimestamp at ? DateTimeOffset.FromUnixTimeSeconds(at.UnixTime) : null,
            body.Length <= BodyShown ? body : body[..BodyShown]);
    }

    // The envelope's first type, "urn:message:Namespace:Name"; anything may lie here, so nothing is expected of it.
    private static string? TypeIn(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(body);
            return document.RootElement.GetProperty("messageType")[0].GetString() is { } urn
                ? urn.Replace("urn:message:", "", StringComparison.Ordinal).Replace(':', '.')
                : null;
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static string? Text(IDictionary<string, object>? table, string name) =>
        table is not null && table.TryGetValue(name, out var value)
            ? value as string ?? (value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : null)
            : null;
}

public static class DeadLetterEndpoints
{
    /// <summary>For operators only: a body may tell more than others may see.</summary>
    public static IEndpointRouteBuilder MapDeadLetters(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/operations/dead-letters").WithTags("Operations").RequireAuthorization(Roles.Operator);

        group.MapGet("", async (DeadLetters letters, CancellationToken cancellationToken, int maximum = 100) =>
                TypedResults.Ok(await letters.ListAsync(maximum, cancellationToken)))
            .WithName("ListDeadLetters")
            .WithSummary("The oldest messages that this service could not handle");

        group.MapPost("/{messageId}/replay", async Task<Results<NoContent, NotFound>> (string messageId, DeadLetters letters, CancellationToken cancellationToken) =>
                await letters.ReplayAsync(messageId, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound())
            .WithName("ReplayDeadLetter")
            .WithSummary("Sends one of them through the service's queue again");

        group.MapPost("/replay", async (DeadLetters letters, CancellationToken cancellationToken) =>
                TypedResults.Ok(new ReplayedDeadLetters(await letters.ReplayAllAsync(cancellationToken))))
            .WithName("ReplayDeadLetters")
            .WithSummary("Sends all of them through the service's queue again");

        return endpoints;
    }
}

/// <param name="Replayed">How many went back to the queue.</param>
public sealed record ReplayedDeadLetters(int Replayed);
