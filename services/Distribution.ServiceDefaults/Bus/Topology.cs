using System.Collections.Frozen;
using Distribution.Contracts;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Distribution.ServiceDefaults.Bus;

/// <summary>
/// Every exchange, queue and binding of the whole system, laid down before anything is published: what is published
/// to an exchange without a queue is gone. Exchanges are named and shaped as MassTransit makes them, so that either
/// may come first.
/// </summary>
public static class Topology
{
    /// <summary>Direct; the routing key is the name of the queue the message died in.</summary>
    public const string DeadLetterExchange = "dead-letters";

    /// <summary>How often a message may come back before the broker sets it aside: delivered at most one time more than this.</summary>
    public const int DeliveryLimit = 5;

    // A dead letter is looked at by taking it and giving it back, which counts as a delivery; RabbitMQ 4 would drop it
    // after 20 looks unless told otherwise.
    private const int LooksAtDeadLetters = 1_000_000_000;

    private static readonly RabbitMqMessageNameFormatter Names = new();

    private static readonly FrozenDictionary<Type, Route> ByContract = Routes.All.ToFrozenDictionary(route => route.Contract);

    public static string ExchangeOf(Type contract) => Names.GetMessageName(contract);

    public static string DeadQueueOf(string service) => $"{service}.dead";

    /// <exception cref="ArgumentException">No route names this type: it is not a contract.</exception>
    public static Route RouteOf(Type contract) => ByContract.TryGetValue(contract, out var route)
        ? route
        : throw new ArgumentException($"{contract} has no route in {nameof(Routes)}.", nameof(contract));

    /// <summary>The arguments of a service's queue. The receive endpoint declares it with the same ones, or the broker refuses.</summary>
    public static IReadOnlyDictionary<string, object?> QueueArgumentsOf(string service) => new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-dead-letter-exchange"] = DeadLetterExchange,
        ["x-dead-letter-routing-key"] = service,
        // At-least-once is only granted together with reject-publish; the default could lose a message between the two queues.
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    /// <summary>Lays down what is missing; changes nothing that is there.</summary>
    public static async Task DeclareAsync(IConnection connection, CancellationToken cancellationToken = default)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);

        await channel.ExchangeDeclareAsync(DeadLetterExchange, ExchangeType.Direct, durable: true, cancellationToken: cancellationToken);
        foreach (var service in Routes.Services)
        {
            var dead = DeadQueueOf(service);
            await channel.QueueDeclareAsync(
                dead, durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = LooksAtDeadLetters },
                cancellationToken: cancellationToken);
            await channel.QueueBindAsync(dead, DeadLetterExchange, service, cancellationToken: cancellationToken);

            await channel.QueueDeclareAsync(
                service, durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?>(QueueArgumentsOf(service), StringComparer.Ordinal), cancellationToken: cancellationToken);
            await channel.ExchangeDeclareAsync(service, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.QueueBindAsync(service, service, routingKey: "", cancellationToken: cancellationToken);
        }

        foreach (var route in Routes.All)
        {
            var contract = ExchangeOf(route.Contract);
            await channel.ExchangeDeclareAsync(contract, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            foreach (var subscriber in route.Subscribers)
                await channel.ExchangeBindAsync(subscriber, contract, routingKey: "", cancellationToken: cancellationToken);
        }
    }
}
