using System.Security.Claims;
using Distribution.Blood.Network;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Distribution.ServiceDefaults.Security;

/// <summary>Tokens for development and tests. In production an identity provider issues them, with the same claims.</summary>
public static class DevelopmentTokens
{
    /// <summary>Makes a new key at the path, readable by its owner only. A key that is there already stays.</summary>
    public static void CreateKeyFile(string path)
    {
        if (File.Exists(path))
            return;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(SigningKey.Make());
        }

        try
        {
            File.Move(draft, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Somebody else made one meanwhile: theirs is as good.
            File.Delete(draft);
        }
    }

    /// <param name="keyFile">A file made by <see cref="CreateKeyFile"/>.</param>
    /// <param name="staff">Staff code, such as <c>A9999-N01</c>.</param>
    /// <param name="roles">Of <see cref="Roles.All"/>.</param>
    /// <param name="site">Where the staff member stands.</param>
    /// <param name="lifetime">From now on; negative for a token that has expired.</param>
    /// <exception cref="Hosting.HostConfigurationException">The file is missing or holds no private key.</exception>
    public static string Create(string keyFile, string staff, IEnumerable<string> roles, SiteId site, TimeSpan lifetime)
    {
        var now = TimeProvider.System.GetUtcNow();
        var from = lifetime < TimeSpan.Zero ? now + lifetime + lifetime : now;
        var claims = new ClaimsIdentity(
        [
            new Claim(Caller.StaffClaim, staff),
            new Claim(Caller.SiteClaim, site.ToString()),
            .. roles.Select(role => new Claim(Caller.RoleClaim, role)),
        ]);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = SigningKey.Issuer,
            Audience = SigningKey.Audience,
            Subject = claims,
            IssuedAt = from.UtcDateTime,
            NotBefore = from.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(SigningKey.LoadPrivate(keyFile), SecurityAlgorithms.EcdsaSha256),
        });
    }
}
