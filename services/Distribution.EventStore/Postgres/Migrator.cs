using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Distribution.EventStore.Postgres;

/// <summary>A numbered SQL file. Numbers from 900 run again at every migration (grants); the others once and for good.</summary>
public sealed record SqlScript(string Name, string Sql)
{
    public bool RunsAlways => Name.StartsWith('9');
}

/// <summary>Applies the schema, script by script, under an advisory lock. Needs the owner's connection, not the service's.</summary>
public static partial class Migrator
{
    private const long LockId = 0x6D69_6772_6174_6501;

    public static IReadOnlyList<SqlScript> StoreScripts { get; } = Embedded(typeof(Migrator).Assembly);

    /// <summary>The scripts embedded in an assembly under <c>Schema/</c>.</summary>
    public static IReadOnlyList<SqlScript> Embedded(Assembly assembly) =>
    [
        .. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Schema/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
                return new SqlScript(name["Schema/".Length..], reader.ReadToEnd());
            }),
    ];

    /// <param name="owner">Connection of the role that owns the schema.</param>
    /// <param name="appRole">The role the service works under: may add events, never change them.</param>
    /// <param name="extra">The service's own scripts beside the store's.</param>
    /// <returns>The scripts that were applied now.</returns>
    /// <exception cref="InvalidOperationException">A script that was applied has been changed since: history of the schema is not rewritten either. Or the log was restored from another cluster (<see cref="TransactionCounter"/>).</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlDataSource owner, string appRole, IEnumerable<SqlScript>? extra = null, CancellationToken cancellationToken = default)
    {
        if (!RoleName().IsMatch(appRole))
            throw new ArgumentException($"'{appRole}' is not a role name.", nameof(appRole));
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockId.ToString(CultureInfo.InvariantCulture)})", cancellationToken);
        try
        {
            await ExecuteAsync(
                connection,
                "create table if not exists schema_scripts (name varchar primary key, sha256 varchar not null, applied_at timestamptz not null default now())",
                cancellationToken);
            var applied = new List<string>();
            foreach (var script in StoreScripts.Concat(extra ?? []).OrderBy(script => script.Name, StringComparer.Ordinal))
            {
                if (await ApplyAsync(connection, script, appRole, cancellationToken))
                    applied.Add(script.Name);
            }

            await TransactionCounter.CheckAsync(connection, cancellationToken);
            return applied;
        }
        finally
        {
            try
            {
                await ExecuteAsync(connection, $"select pg_advisory_unlock({LockId.ToString(CultureInfo.InvariantCulture)})", CancellationToken.None);
            }
            catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
            {
                // The session is gone and its lock with it; what ended it is already on its way to the caller.
            }
        }
    }

    private static async Task<bool> ApplyAsync(NpgsqlConnection connection, SqlScript script, string appRole, CancellationToken cancellationToken)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script.Sql)));
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!script.RunsAlways)
        {
            await using var find = new NpgsqlCommand("select sha256 from schema_scripts where name = $1", connection);
            find.Parameters.AddWithValue(script.Name);
            if (await find.ExecuteScalarAsync(cancellationToken) is string known)
            {
                return known == digest
                    ? false
                    : throw new InvalidOperationException($"Schema script {script.Name} was applied and has been changed since; write a new one.");
            }

            await using var insert = new NpgsqlCommand("insert into schema_scripts (name, sha256) values ($1, $2)", connection);
            insert.Parameters.AddWithValue(script.Name);
            insert.Parameters.AddWithValue(digest);
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await ExecuteAsync(connection, script.Sql.Replace("${app}", appRole, StringComparison.Ordinal), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return !script.RunsAlways;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The text is our own script; the one value put into it is checked to be a plain role name.
        // However long another migration or a large table takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoleName();
}
