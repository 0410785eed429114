using System.Net;
using System.Text.RegularExpressions;
using Distribution.ServiceDefaults.Hosting;
using Distribution.ServiceDefaults.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Distribution.Architecture;

/// <summary>Whoever adds an endpoint says who may use it.</summary>
public sealed partial class Endpoints_are_guarded
{
    /// <summary>What anybody may ask without a token: how the process is, and what its API is.</summary>
    private static readonly string[] Open =
    [
        HostConfiguration.LivePath,
        HostConfiguration.ReadyPath,
        HostConfiguration.MetricsPath,
        HostConfiguration.OpenApiPath.Replace("v1", "{documentName}", StringComparison.Ordinal),
    ];

    public static TheoryData<string> Services => [.. House.Services.Select(service => service.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Services))]
    public void Each_names_a_policy_unless_it_is_one_of_the_few_open_ones(string service)
    {
        foreach (var endpoint in GuardedOf(service))
        {
            var wanted = WantedBy(endpoint);
            wanted.ShouldNotBeEmpty($"{endpoint.DisplayName} does not say whose it is");
            wanted.ShouldBeSubsetOf([.. Roles.All, Roles.AnyStaff], $"{endpoint.DisplayName} asks for a role that nobody has");
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Nothing_but_health_metrics_and_the_description_is_open(string service) =>
        EndpointsOf(service).Where(IsOpen).Select(PathOf).ShouldBe(Open, ignoreOrder: true);

    /// <summary>The metadata say what is meant; this is what happens.</summary>
    [Theory]
    [MemberData(nameof(Services))]
    public async Task Without_a_token_nobody_gets_in(string service)
    {
        using var client = Hosts.Of(service).CreateClient();
        foreach (var endpoint in GuardedOf(service))
        {
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), RouteValue().Replace(PathOf(endpoint), "x"));
                using var answer = await client.SendAsync(request);
                answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{method} {request.RequestUri}");
            }
        }
    }

    /// <summary>An auditor passes the policy of any staff for reading only; its own policy does not ask what for.</summary>
    [Theory]
    [MemberData(nameof(Services))]
    public void Nothing_that_changes_something_is_for_auditors(string service)
    {
        var changing = GuardedOf(service)
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Any(method => method is not ("GET" or "HEAD")))
            .ToList();
        changing.Count.ShouldBeGreaterThan(2);

        foreach (var endpoint in changing)
            WantedBy(endpoint).ShouldNotContain(Roles.Auditor, $"{endpoint.DisplayName} lets an auditor write");
    }

    /// <summary>The roles that an endpoint asks for, by a role's own policy or by one of several roles. "Signed in" alone is none.</summary>
    private static List<string> WantedBy(RouteEndpoint endpoint) =>
    [
        .. endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).OfType<string>(),
        .. endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            .SelectMany(policy => policy.Requirements.OfType<RolesAuthorizationRequirement>())
            .SelectMany(requirement => requirement.AllowedRoles),
    ];

    private static List<RouteEndpoint> GuardedOf(string service)
    {
        var guarded = EndpointsOf(service).Where(endpoint => !IsOpen(endpoint)).ToList();
        guarded.Count.ShouldBeGreaterThan(5, $"the endpoints of {service} were not found");
        return guarded;
    }

    private static IEnumerable<RouteEndpoint> EndpointsOf(string service) =>
        Hosts.Of(service).Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static bool IsOpen(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static string PathOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.TrimStart('/');

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex RouteValue();
}
