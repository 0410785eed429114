using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.ServiceDefaults.Hosting;

/// <summary>By which figures a service decides, and which of them nobody has read in their source.</summary>
internal static class PolicyInForce
{
    /// <summary>The book, and of it the version of now for whatever is not a command: messages and queries. A command is judged by the version of its own time (<see cref="HttpCommand.Policy"/>).</summary>
    public static IServiceCollection AddPolicyBook(this IServiceCollection services, Func<IServiceProvider, PolicyBook> book)
    {
        services.AddSingleton(book);
        services.AddTransient(provider => provider.GetRequiredService<PolicyBook>().At(provider.GetRequiredService<TimeProvider>().GetUtcNow()));
        return services;
    }

    public static void MapPolicy(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/policy", Show)
        .RequireAuthorization(Roles.AnyStaff)
        .WithTags("policy")
        .Produces<PolicyView>()
        .WithSummary("The policy in force now, or at an instant (at), with every figure's source; verified=false: only what nobody has read in its source.");

    private static IResult Show(bool? verified, string? at, PolicyBook book, TimeProvider clock)
    {
        var instant = clock.GetUtcNow();
        if (at is not null && !Instants.TryParse(at, out instant))
            return Answers.Invalid("at", "invalid-value", "'at' is an ISO 8601 time with its offset, such as 2026-03-01T14:05:00Z.");
        var pack = book.At(instant);
        return Results.Json(
            new PolicyView(
                pack.Id,
                pack.Version,
                pack.Jurisdiction,
                pack.EffectiveFrom,
                instant,
                pack.Figures.Count(figure => !figure.Verified),
                [.. pack.Figures.Where(figure => verified is null || figure.Verified == verified)],
                [.. book.Versions.Select(version => new PolicyVersion(version.Version, version.EffectiveFrom))]),
            EventTypes.Json);
    }
}

/// <param name="At">The instant that was asked for.</param>
/// <param name="Unverified">How many of the version's figures nobody has read in their source, whatever is shown.</param>
/// <param name="Versions">All that the service knows, in the order in which they take effect.</param>
internal sealed record PolicyView(
    string Id,
    string Version,
    string Jurisdiction,
    DateTimeOffset EffectiveFrom,
    DateTimeOffset At,
    int Unverified,
    IReadOnlyList<PolicyFigure> Figures,
    IReadOnlyList<PolicyVersion> Versions);

internal sealed record PolicyVersion(string Version, DateTimeOffset EffectiveFrom);
