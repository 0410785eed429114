using System.Collections.Frozen;
using System.Security.Claims;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http;

namespace Distribution.ServiceDefaults.Security;

/// <summary>Who asks: taken from the token, never from the body. Binds as a parameter of an endpoint.</summary>
/// <param name="Staff">Staff code; no name of a person.</param>
/// <param name="Site">The site the caller stands in.</param>
/// <param name="Roles">One or more of <see cref="Security.Roles.All"/>.</param>
public sealed record Caller(string Staff, SiteId Site, IReadOnlySet<string> Roles)
{
    internal const string StaffClaim = "sub";
    internal const string RoleClaim = "role";
    internal const string SiteClaim = "site";

    /// <summary>Auditors and operators look across sites; everybody else sees and acts at the own site.</summary>
    public bool MayRead(SiteId site) =>
        Site == site || Roles.Contains(Security.Roles.Auditor) || Roles.Contains(Security.Roles.Operator);

    public bool MayActAt(SiteId site) => Site == site;

    /// <exception cref="HttpProblemException">403 <c>wrong-site</c>, logged: the caller stands elsewhere.</exception>
    public void RequireAt(SiteId site)
    {
        if (!MayActAt(site))
            throw WrongSite(site);
    }

    /// <exception cref="HttpProblemException">403 <c>wrong-site</c>, logged: the caller may not look at that site.</exception>
    public void RequireReading(SiteId site)
    {
        if (!MayRead(site))
            throw WrongSite(site);
    }

    /// <exception cref="HttpProblemException">401 <c>not-authenticated</c>.</exception>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(From(context));

    internal static Caller From(HttpContext context) => TryFrom(context.User)
        ?? throw new HttpProblemException(Problem.NotAuthenticated("A valid token is required."));

    internal static Caller? TryFrom(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true
            || principal.FindFirst(StaffClaim)?.Value is not { Length: > 0 } staff
            || !SiteId.TryParse(principal.FindFirst(SiteClaim)?.Value, null, out var site))
        {
            return null;
        }

        return new Caller(staff, site, principal.FindAll(RoleClaim).Select(claim => claim.Value).ToFrozenSet(StringComparer.Ordinal));
    }

    private HttpProblemException WrongSite(SiteId site) => new(new Problem(
        StatusCodes.Status403Forbidden, "wrong-site", $"You stand in {Site}; this is a matter of {site}."));
}
