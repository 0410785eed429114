using Distribution.Contracts;
using Distribution.ServiceDefaults.Hosting;
using Distribution.ServiceDefaults.Security;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Distribution.Architecture;

/// <summary>
/// The four services as their own Program puts them together, answering requests, with nothing working in the
/// background: neither a database nor a broker is needed to see what they are made of.
/// </summary>
internal static class Hosts
{
    private static readonly Lazy<IReadOnlyDictionary<string, IBuiltHost>> Built = new(BuildAll);

    /// <summary>By assembly name.</summary>
    public static IBuiltHost Of(string assembly) => Built.Value[assembly];

    public static ServiceDescription DescriptionOf(string assembly) => Of(assembly).Services.GetRequiredService<ServiceDescription>();

    private static Dictionary<string, IBuiltHost> BuildAll()
    {
        var keyFile = Path.Combine(Path.GetTempPath(), $"distribution-{Guid.CreateVersion7():N}.json");
        DevelopmentTokens.CreateKeyFile(keyFile);
        try
        {
            return House.Services.ToDictionary(
                service => service.GetName().Name!,
                service => Build(service.EntryPoint!.DeclaringType!, keyFile),
                StringComparer.Ordinal);
        }
        finally
        {
            // A host reads its key once, when it starts.
            File.Delete(keyFile);
        }
    }

    // The four Program classes share their name, so they are told apart by their assemblies.
    private static IBuiltHost Build(Type program, string keyFile)
    {
        var host = (IBuiltHost)Activator.CreateInstance(typeof(BuiltHost<>).MakeGenericType(program), keyFile)!;
        _ = host.Services;
        return host;
    }
}

internal interface IBuiltHost
{
    IServiceProvider Services { get; }

    HttpClient CreateClient();
}

internal sealed class BuiltHost<TProgram>(string keyFile) : WebApplicationFactory<TProgram>, IBuiltHost
    where TProgram : class
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var service in Routes.Services)
            builder.UseSetting($"ConnectionStrings:{service}", "Host=nowhere.invalid");
        builder.UseSetting(HostConfiguration.BrokerKey, "amqp://nowhere.invalid");
        builder.UseSetting(HostConfiguration.SigningKeyFileKey, keyFile);
        builder.ConfigureTestServices(services =>
        {
            foreach (var background in services.Where(IsBackground).ToList())
                services.Remove(background);
        });
    }

    // The web server is a hosted service too.
    private static bool IsBackground(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name != "GenericWebHostService";
}
