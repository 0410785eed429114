using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Net.Http.Headers;

namespace Distribution.ServiceDefaults.Security;

/// <summary>Whose signature counts. The key is what verifies, never what signs.</summary>
public sealed class BearerOptions : AuthenticationSchemeOptions
{
    public SecurityKey? Key { get; set; }

    public string Issuer { get; set; } = SigningKey.Issuer;

    public string Audience { get; set; } = SigningKey.Audience;

    /// <summary>By how much clocks may differ.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Reads <c>Authorization: Bearer</c>. Accepts ES256 alone, so that a token cannot choose a weaker check.</summary>
internal sealed class BearerAuthentication(IOptionsMonitor<BearerOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<BearerOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Bearer";

    private static readonly JsonWebTokenHandler Tokens = new() { MapInboundClaims = false };

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers[HeaderNames.Authorization].ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();

        var result = await Tokens.ValidateTokenAsync(header["Bearer ".Length..].Trim(), new TokenValidationParameters
        {
            IssuerSigningKey = Options.Key,
            ValidIssuer = Options.Issuer,
            ValidAudience = Options.Audience,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = Options.ClockSkew,
            LifetimeValidator = IsCurrent,
            NameClaimType = Caller.StaffClaim,
            RoleClaimType = Caller.RoleClaim,
        });
        if (!result.IsValid)
            return AuthenticateResult.Fail(Reason(result.Exception));

        var principal = new System.Security.Claims.ClaimsPrincipal(result.ClaimsIdentity);
        return Caller.TryFrom(principal) is null
            ? AuthenticateResult.Fail("The token names no staff code or no site.")
            : AuthenticateResult.Success(new AuthenticationTicket(principal, SchemeName));
    }

    private bool IsCurrent(DateTime? from, DateTime? until, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = TimeProvider.GetUtcNow().UtcDateTime;
        if (until is null || until < now - Options.ClockSkew)
            throw new SecurityTokenExpiredException();
        return from is null || from <= now + Options.ClockSkew;
    }

    // The library's own texts quote parts of the token; these go into the log and to the caller.
    private static string Reason(Exception? exception) => exception switch
    {
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenInvalidLifetimeException => "The token is not valid yet.",
        SecurityTokenInvalidIssuerException => "The token is from another issuer.",
        SecurityTokenInvalidAudienceException => "The token is for another audience.",
        SecurityTokenInvalidAlgorithmException => "The token is signed in a way that is not accepted.",
        SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException => "The token's signature is not valid.",
        _ => "The token is not valid.",
    };
}
