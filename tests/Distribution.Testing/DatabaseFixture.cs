using Distribution.EventStore.Postgres;
using Npgsql;
using Xunit;

namespace Distribution.Testing;

/// <summary>A database of its own with the store's schema, an owner and an application role; dropped afterwards.</summary>
public class DatabaseFixture : IAsyncLifetime
{
    private static int _count;

    private readonly string _name = $"t{Environment.ProcessId}_{Interlocked.Increment(ref _count)}_{Guid.CreateVersion7().ToString("N")[..8]}";
    private NpgsqlDataSource? _owner;
    private NpgsqlDataSource? _application;

    /// <summary>Connects as the role that owns the schema.</summary>
    public NpgsqlDataSource Owner => _owner ?? throw new InvalidOperationException("Not initialized.");

    /// <summary>Connects as the role that services work under.</summary>
    public NpgsqlDataSource Application => _application ?? throw new InvalidOperationException("Not initialized.");

    public string OwnerConnectionString => ConnectionString(OwnerRole);

    public string ApplicationConnectionString => ConnectionString(ApplicationRole);

    public string ApplicationRole => _name + "_app";

    public string OwnerRole => _name + "_owner";

    /// <summary>The service's own scripts beside the store's.</summary>
    protected virtual IEnumerable<SqlScript> Scripts => [];

    public virtual async Task InitializeAsync()
    {
        await using var server = NpgsqlDataSource.Create(TestNodes.Postgres);
        foreach (var sql in new[]
        {
            $"create role {OwnerRole} login password 'test'",
            $"create role {ApplicationRole} login password 'test'",
            $"create database {_name} owner {OwnerRole}",
        })
        {
            await ExecuteAsync(server, sql);
        }

        _owner = NpgsqlDataSource.Create(OwnerConnectionString);
        _application = NpgsqlDataSource.Create(ApplicationConnectionString);
        await Migrator.ApplyAsync(Owner, ApplicationRole, Scripts);
    }

    public virtual async Task DisposeAsync()
    {
        if (_application is not null)
            await _application.DisposeAsync();
        if (_owner is not null)
            await _owner.DisposeAsync();
        await using var server = NpgsqlDataSource.Create(TestNodes.Postgres);
        await ExecuteAsync(server, $"drop database if exists {_name} with (force)");
        await ExecuteAsync(server, $"drop role if exists {ApplicationRole}");
        await ExecuteAsync(server, $"drop role if exists {OwnerRole}");
    }

    private string ConnectionString(string role) =>
        new NpgsqlConnectionStringBuilder(TestNodes.Postgres) { Database = _name, Username = role, Password = "test", MaxPoolSize = 100 }.ConnectionString;

    private static async Task ExecuteAsync(NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
