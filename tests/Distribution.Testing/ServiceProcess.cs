using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Distribution.Testing;

/// <summary>One instance of one service, as it runs in production: a process of its own.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;

    private ServiceProcess(string service, Uri address, Process process)
    {
        (Service, Address, _process) = (service, address, process);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Service { get; }

    public Uri Address { get; }

    /// <summary>Everything it wrote, for the test that looks for what must not stand there.</summary>
    public IReadOnlyCollection<string> Log => _log;

    public static ServiceProcess Start(string service, IReadOnlyDictionary<string, string> environment, int? port = null)
    {
        var address = new Uri($"http://127.0.0.1:{(port ?? FreePort()).ToString(CultureInfo.InvariantCulture)}");
        return new ServiceProcess(service, address, Launch(service, environment, address, []));
    }

    /// <summary>Applies the schema, as a deployment does before it starts the service.</summary>
    public static async Task MigrateAsync(string service, IReadOnlyDictionary<string, string> environment)
    {
        using var process = Launch(service, environment, null, ["migrate"]);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{service} could not be migrated: {await output} {await errors}");
    }

    public async Task WaitUntilReadyAsync() => await Eventually.BecomesTrueAsync(
        async () =>
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{Service} ended with {_process.ExitCode}:\n{string.Join('\n', _log.TakeLast(40))}");
            try
            {
                using var answer = await Http.GetAsync(new Uri(Address, "/health/ready"));
                return answer.IsSuccessStatusCode;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        },
        $"{Service} is ready",
        TimeSpan.FromSeconds(90));

    public async Task<string> GetTextAsync(string path) => await Http.GetStringAsync(new Uri(Address, path));

    /// <summary>As a power cut would: kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static Process Launch(string service, IReadOnlyDictionary<string, string> environment, Uri? address, string[] arguments)
    {
        var name = char.ToUpperInvariant(service[0]) + service[1..];
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var folder = Path.Combine(TestNodes.RepositoryRoot, "services", name, "Service", "bin", configuration, "net10.0");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, $"Distribution.{name}.Service.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        if (address is not null)
            start.Environment["ASPNETCORE_URLS"] = address.ToString();
        return Process.Start(start) ?? throw new InvalidOperationException($"{service} does not start.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _log.Enqueue(line);
    }
}
