using Distribution.EventStore.Deadlines;
using Distribution.EventStore.Projections;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Relay;
using Distribution.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.ServiceDefaults.Hosting;

/// <summary>What an operator sees and does beside the dead letters.</summary>
internal static class Operations
{
    public static void MapOperations(this IEndpointRouteBuilder endpoints)
    {
        var operations = endpoints.MapGroup("/operations").RequireAuthorization(Roles.Operator).WithTags("operations");
        operations.MapGet("/status", Status).WithSummary("Where the relay, the projections and the queue stand on this instance.");
        operations.MapGet("/deadlines", (DeadlineBoard board, CancellationToken cancellationToken) => board.ListFailedAsync(500, cancellationToken))
            .WithSummary("Deadlines whose handler failed, the longest due first; each comes up again by itself.");
        operations.MapPost("/projections/{name}/rebuild", RebuildAsync)
            .WithSummary("Builds a projection anew beside the live one and swaps; answers when readers see the new one.");
    }

    private static object Status(ServiceDescription service, RelayStatus relay, QueueDepthSampler depth, IEnumerable<ProjectionRunner> runners) => new
    {
        Service = service.Name,
        Relay = new { relay.Running, relay.IsLeader, relay.Position, LagSeconds = relay.Lag.TotalSeconds, relay.Alarm },
        Queue = new { Waiting = depth.Queue, depth.Dead },
        Projections = runners.Select(runner => new
        {
            runner.Status.Name,
            runner.Status.IsLeader,
            runner.Status.Position,
            runner.Status.FoldedUpTo,
            runner.Status.Alarm,
        }),
    };

    private static async Task<IResult> RebuildAsync(string name, IEnumerable<ProjectionRunner> runners, CancellationToken cancellationToken)
    {
        if (runners.FirstOrDefault(runner => runner.Status.Name == name) is not { } runner)
            return Answers.NotFound("unknown-projection", $"There is no projection '{name}'.");
        if (!runner.Status.IsLeader)
            return new Problem(StatusCodes.Status409Conflict, "not-leader", $"Another instance runs projection '{name}'; ask there.");
        await runner.RebuildAsync().WaitAsync(cancellationToken);
        return Results.NoContent();
    }
}
