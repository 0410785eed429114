namespace Distribution.Testing;

/// <summary>The private nodes that <c>./dev test</c> starts and names in the environment.</summary>
public static class TestNodes
{
    /// <summary>Connection string of a superuser of the test node.</summary>
    public static string Postgres => Require("TEST_POSTGRES");

    public static Uri RabbitMq => new(Require("TEST_RABBITMQ"));

    public static Uri RabbitMqManagement => new(Require("TEST_RABBITMQ_MANAGEMENT"));

    /// <summary>The script that stops and starts the PostgreSQL node.</summary>
    public static string PostgresControl => Require("TEST_POSTGRES_CTL");

    /// <summary>The script that stops and starts the RabbitMQ node.</summary>
    public static string RabbitMqControl => Require("TEST_RABBITMQ_CTL");

    /// <summary>Where the nodes keep their files.</summary>
    public static string Folder => Require("DISTRIBUTION_LOCAL");

    /// <summary>The folder of the solution.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    public static string Require(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{name} is not set: run the tests through ./dev test, which starts the nodes they need.");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Distribution.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
