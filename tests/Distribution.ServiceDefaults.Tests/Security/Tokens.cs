using System.Text;
using Distribution.ServiceDefaults.Hosting;
using Distribution.ServiceDefaults.Security;
using Distribution.ServiceDefaults.Tests.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Security;

public sealed class Tokens : IAsyncLifetime
{
    private TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync(app =>
        app.MapGet("/me", (Caller caller) => new { caller.Staff, Site = caller.Site, Roles = caller.Roles.Order(StringComparer.Ordinal) })
            .RequireAuthorization(Roles.AnyStaff));

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Say_who_where_and_in_which_roles()
    {
        var answer = await AskAsync(_service.Token(Roles.Laboratory, Roles.Releaser));

        answer.Status.ShouldBe(200);
        answer.Body!.ToJsonString().ShouldBe("""{"staff":"A9999-N01","site":"HN-XP","roles":["laboratory","releaser"]}""");
    }

    [Fact]
    public async Task Are_required()
    {
        using var client = new HttpClient { BaseAddress = _service.Client.BaseAddress };
        var answer = await Answer.ReadAsync(await client.GetAsync("/me"));

        (answer.Status, answer.Code, answer.ContentType).ShouldBe((401, "not-authenticated", "application/problem+json"));
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        _service.Log.Lines.ShouldContain(line => line.Contains("Not authenticated: GET /me: no token"));
    }

    [Fact]
    public async Task Of_another_key_are_refused()
    {
        var other = Path.Combine(Path.GetDirectoryName(_service.KeyFile)!, "other.json");
        DevelopmentTokens.CreateKeyFile(other);
        await RefusesAsync(DevelopmentTokens.Create(other, "A9999-N01", [Roles.BloodBank], TestService.Site, TimeSpan.FromMinutes(5)), "The token's signature is not valid.");
    }

    [Fact]
    public async Task That_have_expired_are_refused() =>
        await RefusesAsync(
            DevelopmentTokens.Create(_service.KeyFile, "A9999-N01", [Roles.BloodBank], TestService.Site, TimeSpan.FromMinutes(-1)), "The token has expired.");

    [Fact]
    public async Task For_another_audience_are_refused() =>
        await RefusesAsync(Make(descriptor => descriptor.Audience = "elsewhere"), "The token is for another audience.");

    [Fact]
    public async Task Of_another_issuer_are_refused() =>
        await RefusesAsync(Make(descriptor => descriptor.Issuer = "stranger"), "The token is from another issuer.");

    [Fact]
    public async Task Without_an_end_are_refused() =>
        await RefusesAsync(Make(descriptor => descriptor.Expires = null), "The token has expired.");

    [Fact]
    public async Task That_name_no_site_are_refused() =>
        await RefusesAsync(Make(descriptor => descriptor.Claims!.Remove("site")), "The token names no staff code or no site.");

    [Fact]
    public async Task With_a_role_added_by_hand_are_refused()
    {
        var parts = _service.Token(Roles.Auditor).Split('.');
        var claims = Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(parts[1])).Replace(Roles.Auditor, Roles.Operator);
        await RefusesAsync($"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}", "The token's signature is not valid.");
    }

    [Fact]
    public async Task Without_a_signature_are_refused()
    {
        var parts = _service.Token(Roles.BloodBank).Split('.');
        var answer = await AskAsync($"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.");
        (answer.Status, answer.Code).ShouldBe((401, "not-authenticated"));
    }

    [Fact]
    public async Task Signed_with_the_public_key_as_a_shared_secret_are_refused()
    {
        var secret = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(SigningKey.LoadPublic(_service.KeyFile).X.PadRight(64, '=')));
        var answer = await AskAsync(Make(descriptor => descriptor.SigningCredentials = new SigningCredentials(secret, SecurityAlgorithms.HmacSha256)));
        (answer.Status, answer.Code).ShouldBe((401, "not-authenticated"));
    }

    [Fact]
    public async Task Are_never_logged()
    {
        var token = _service.Token(Roles.BloodBank);
        await AskAsync(token);
        await AskAsync(token[..^4] + "AAAA");
        _service.Log.Lines.ShouldNotContain(line => line.Contains(token.Split('.')[1]));
    }

    [Fact]
    public void Are_signed_with_a_key_that_only_its_owner_can_read()
    {
        var before = File.ReadAllText(_service.KeyFile);
        DevelopmentTokens.CreateKeyFile(_service.KeyFile);
        File.ReadAllText(_service.KeyFile).ShouldBe(before);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(_service.KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        SigningKey.LoadPublic(_service.KeyFile).HasPrivateKey.ShouldBeFalse();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not json")]
    [InlineData("""{"kty":"RSA"}""")]
    public void Need_a_key_file_that_is_named_when_it_is_no_good(string? content)
    {
        var path = Path.Combine(Path.GetDirectoryName(_service.KeyFile)!, "bad.json");
        if (content is not null)
            File.WriteAllText(path, content);
        Should.Throw<HostConfigurationException>(() => SigningKey.LoadPublic(path)).Message.ShouldContain(path);
    }

    private Task<Answer> AskAsync(string token) => _service.SendAsync(HttpMethod.Get, "/me", null, token);

    private async Task RefusesAsync(string token, string title)
    {
        var answer = await AskAsync(token);
        (answer.Status, answer.Code, answer.Title).ShouldBe((401, "not-authenticated", title));
        answer.Headers.WwwAuthenticate.ToString().ShouldContain("invalid_token");
    }

    private string Make(Action<SecurityTokenDescriptor> change)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = SigningKey.Issuer,
            Audience = SigningKey.Audience,
            Expires = now.AddMinutes(5),
            Claims = new Dictionary<string, object> { ["sub"] = "A9999-N01", ["site"] = "HN-XP", ["role"] = new[] { Roles.BloodBank } },
            SigningCredentials = new SigningCredentials(SigningKey.LoadPrivate(_service.KeyFile), SecurityAlgorithms.EcdsaSha256),
        };
        change(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }
}
