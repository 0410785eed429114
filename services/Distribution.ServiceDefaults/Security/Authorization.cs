using Distribution.ServiceDefaults.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Distribution.ServiceDefaults.Security;

public static class Authorization
{
    /// <summary>Bearer tokens, a policy per role, and a fallback that lets nobody in where an endpoint names no policy.</summary>
    public static IServiceCollection AddStaffAuthorization(this IServiceCollection services, Func<IServiceProvider, SecurityKey> key)
    {
        services.AddAuthentication(BearerAuthentication.SchemeName)
            .AddScheme<BearerOptions, BearerAuthentication>(BearerAuthentication.SchemeName, null);
        services.AddOptions<BearerOptions>(BearerAuthentication.SchemeName)
            .Configure<IServiceProvider>((options, provider) =>
            {
                options.Key = key(provider);
                // A token ends by the clock of its issuer, also where a test sets the domain's.
                options.TimeProvider = TimeProvider.System;
            });
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationAnswers>();

        var authorization = services.AddAuthorizationBuilder()
            .SetDefaultPolicy(AnyStaff())
            .SetFallbackPolicy(new AuthorizationPolicyBuilder()
                .RequireAuthenticatedUser()
                .RequireAssertion(context => HasNoRoute(context.Resource))
                .Build())
            .AddPolicy(Roles.AnyStaff, AnyStaff());
        foreach (var role in Roles.All)
            authorization.AddPolicy(role, policy => policy.RequireAuthenticatedUser().RequireRole(role));
        return services;
    }

    private static AuthorizationPolicy AnyStaff() => new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser()
        .RequireRole(Roles.All)
        .RequireAssertion(context => IsReading(context.Resource) || !IsAuditorOnly(context))
        .Build();

    // An unknown path (404) and an unsupported method (405) are answered as such to staff.
    private static bool HasNoRoute(object? resource) => resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint;

    private static bool IsReading(object? resource) =>
        resource is HttpContext { Request.Method: var method } && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method));

    private static bool IsAuditorOnly(AuthorizationHandlerContext context) =>
        context.User.FindAll(Caller.RoleClaim).All(claim => claim.Value is Roles.Auditor);
}

/// <summary>401 and 403 as problem details; every refusal is logged.</summary>
internal sealed class AuthorizationAnswers(ILogger<AuthorizationAnswers> log) : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }

        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown";
        if (authorizeResult.Challenged)
        {
            var failure = (await context.AuthenticateAsync()).Failure?.Message;
            log.LogWarning("Not authenticated: {Method} {Route}: {Failure}", context.Request.Method, route, failure ?? "no token");
            context.Response.Headers.WWWAuthenticate = failure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
            await Problem.NotAuthenticated(failure ?? "A token is required.").ExecuteAsync(context);
            return;
        }

        var caller = Caller.TryFrom(context.User);
        var wanted = string.Join(", ", policy.Requirements.OfType<RolesAuthorizationRequirement>().SelectMany(requirement => requirement.AllowedRoles));
        log.LogWarning(
            "Role missing: {Method} {Route} by {Staff} at {Site}, wanted {Wanted}",
            context.Request.Method, route, caller?.Staff, caller?.Site.ToString(), wanted);
        await new Problem(
            StatusCodes.Status403Forbidden,
            "role-missing",
            wanted.Length > 0 ? $"This takes one of the roles: {wanted}." : "Nobody may do this.").ExecuteAsync(context);
    }
}
