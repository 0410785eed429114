using System.Reflection;
using System.Reflection.Emit;
using Distribution.Contracts;
using MassTransit;
using Shouldly;
using Xunit;

namespace Distribution.Architecture;

/// <summary>
/// The log is the outbox: a message that is published from anywhere else is lost, or lies, when the commit beside it fails.
/// </summary>
public sealed class Only_the_relay_publishes
{
    private static readonly string[] Publishing =
    [
        "Publish", "PublishBatch", "Send", "SendBatch", "Respond", "RespondAsync", "Forward", "Redeliver", "Defer",
        "ScheduleSend", "SchedulePublish", "GetSendEndpoint", "GetPublishSendEndpoint", "CreateRequestClient", "CreateRequest", "GetResponse",
        "BasicPublishAsync",
    ];

    [Fact]
    public void Nothing_else_hands_a_message_to_the_broker()
    {
        var publishers = House.All.SelectMany(Calls.In).Where(IsPublishing).Select(call => $"{call.Caller.FullName} by {call.To.Name}").Distinct();

        publishers.ShouldBe(
        [
            "Distribution.ServiceDefaults.Relay.LogRelay by Publish",
            // What an operator sends through its queue again was published by the relay, and keeps its id.
            "Distribution.ServiceDefaults.Bus.DeadLetters by BasicPublishAsync",
            // Sends a look at the connection through MassTransit's own pipe; no message.
            "Distribution.ServiceDefaults.Bus.DeadConnectionSweep by Send",
        ], ignoreOrder: true);
    }

    [Fact]
    public void Contracts_are_made_where_events_are_mapped_and_nowhere_else()
    {
        var contracts = Routes.All.Select(route => route.Contract).ToHashSet();
        var makers = House.Services.SelectMany(Calls.In)
            .Where(call => call.Instruction == OpCodes.Newobj && contracts.Contains(call.Callee))
            .ToList();

        makers.Select(call => call.Callee).Distinct().Count().ShouldBe(contracts.Count, "some contract is made by nobody");
        makers.Where(call => !call.Caller.Namespace!.EndsWith(".Service.Publishing", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void One_file_of_a_service_sees_both_its_events_and_what_the_others_are_told()
    {
        foreach (var service in House.Services)
        {
            var folder = House.PathTo($"services/{House.ServiceOf(service)}/Service/Publishing");
            Directory.GetFiles(folder, "*.cs").Length.ShouldBe(1, folder);
        }
    }

    // A pipe's Send goes from one filter to the next, in this process.
    private static bool IsPublishing(Call call) =>
        call.To is MethodBase
        && Publishing.Contains(call.To.Name)
        && call.Callee != typeof(IPipe<>)
        && (call.Callee.Assembly.GetName().Name!.StartsWith("MassTransit", StringComparison.Ordinal)
            || call.Callee.Assembly.GetName().Name!.StartsWith("RabbitMQ", StringComparison.Ordinal));
}
