using System.Security.Cryptography;
using System.Text.Json;
using Distribution.ServiceDefaults.Hosting;
using Microsoft.IdentityModel.Tokens;

namespace Distribution.ServiceDefaults.Security;

/// <summary>The key of the development issuer: an elliptic curve key (P-256) as a JSON Web Key in a file.</summary>
internal static class SigningKey
{
    public const string Issuer = "distribution-dev";
    public const string Audience = "distribution";

    public static JsonWebKey LoadPublic(string path)
    {
        var key = Load(path);
        // A service checks tokens and has no business making them.
        return new JsonWebKey { Kty = key.Kty, Crv = key.Crv, X = key.X, Y = key.Y, Kid = key.Kid, Alg = key.Alg };
    }

    public static JsonWebKey LoadPrivate(string path)
    {
        var key = Load(path);
        return key.HasPrivateKey ? key : throw new HostConfigurationException($"{path} holds no private key: tokens cannot be made with it.");
    }

    public static string Make()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = curve.ExportParameters(includePrivateParameters: true);
        return JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["alg"] = SecurityAlgorithms.EcdsaSha256,
            ["use"] = "sig",
            ["kid"] = Guid.CreateVersion7().ToString("N"),
            ["x"] = Base64UrlEncoder.Encode(parameters.Q.X),
            ["y"] = Base64UrlEncoder.Encode(parameters.Q.Y),
            ["d"] = Base64UrlEncoder.Encode(parameters.D),
        });
    }

    private static JsonWebKey Load(string path)
    {
        try
        {
            var key = new JsonWebKey(File.ReadAllText(path));
            if (key is not { Kty: "EC", Crv: "P-256", X.Length: > 0, Y.Length: > 0 })
                throw new HostConfigurationException($"{path} is not a JSON Web Key of curve P-256.");
            return key;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HostConfigurationException($"The signing key {path} cannot be read: {exception.Message}", exception);
        }
    }
}
