using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Distribution.EventStore;
using Npgsql;

namespace Distribution.ServiceDefaults.Identity;

/// <summary>
/// People's identities, each encrypted with a key of its own (AES-256-GCM) and apart from the log: what is forgotten
/// here leaves pseudonyms in the log and breaks no history.
/// </summary>
public sealed class IdentityVault(NpgsqlDataSource database)
{
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const string OneNationalId = "uq_identity_digest_national_id";

    // Each registration holds one connection while another writes the log: all of them together must leave some for that.
    private static readonly SemaphoreSlim Registrations = new(8);

    private byte[]? _secret;

    /// <summary>Keeps or replaces the identity of a subject.</summary>
    /// <returns>False when the subject was forgotten: then nothing is kept.</returns>
    public async Task<bool> StoreAsync(Guid subject, PersonIdentity identity, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var stored = await WriteAsync(connection, subject, identity, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return stored;
    }

    /// <summary>
    /// Registers a person at most once: of several registrations with one national id, at once or after each other, one is
    /// made and the others are told of it.
    /// </summary>
    /// <param name="subject">The pseudonym the person is to have.</param>
    /// <param name="identity">Who it is.</param>
    /// <param name="register">Writes the log; runs while nobody else can register this person. False: not registered, nothing is kept.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<Registration> RegisterAsync(
        Guid subject, PersonIdentity identity, Func<CancellationToken, Task<bool>> register, CancellationToken cancellationToken = default) =>
        await RegisterAsync(subject, identity, IdentityDigests.Of(identity, await SecretAsync(cancellationToken)), register, cancellationToken);

    /// <summary>As above, but a person at most once in a scope, such as a hospital; who has no national id is nobody's duplicate by it.</summary>
    public async Task<Registration> RegisterAsync(
        Guid subject, PersonIdentity identity, string scope, Func<CancellationToken, Task<bool>> register, CancellationToken cancellationToken = default) =>
        await RegisterAsync(subject, identity, IdentityDigests.Of(identity, subject, scope, await SecretAsync(cancellationToken)), register, cancellationToken);

    /// <summary>Who is registered under the national id in the scope, or null.</summary>
    public async Task<Guid?> FindByNationalIdAsync(string nationalId, string scope, CancellationToken cancellationToken = default)
    {
        if (IdentityDigests.NormalizeNumber(nationalId).Length == 0)
            return null;
        var digest = IdentityDigests.OfNationalId(nationalId, scope, await SecretAsync(cancellationToken));
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, digest, cancellationToken);
    }

    /// <summary>Who is registered with this name and birth date in any scope, however the name is written; first registered first.</summary>
    public async Task<IReadOnlyList<Guid>> FindByNameAsync(string fullName, DateOnly birthDate, CancellationToken cancellationToken = default)
    {
        var digest = IdentityDigests.OfNameAndBirth(fullName, birthDate, await SecretAsync(cancellationToken));
        await using var command = database.CreateCommand("select subject from identity_digest where name_and_birth = $1 order by ordinal");
        command.Parameters.Add(new() { Value = digest });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<Guid> subjects = [];
        while (await reader.ReadAsync(cancellationToken))
            subjects.Add(reader.GetGuid(0));
        return subjects;
    }

    private async Task<Registration> RegisterAsync(
        Guid subject, PersonIdentity identity, IdentityDigests digests, Func<CancellationToken, Task<bool>> register, CancellationToken cancellationToken)
    {
        await Registrations.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            // Nothing is written before the log is: a transaction gets its id at its first write, and holds readers of the log up from then on.
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await LockAsync(connection, [LockId(digests.NationalId), LockId(digests.NameAndBirth)], cancellationToken);
            if (await FindAsync(connection, digests.NationalId, cancellationToken) is { } known && known != subject)
                return new Registration.Known(known);
            if (!await register(cancellationToken))
                return new Registration.Refused();
            if (!await WriteAsync(connection, subject, identity, cancellationToken))
                return new Registration.Forgotten();
            var alike = await WriteAsync(connection, subject, digests, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new Registration.Made(alike);
        }
        catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: OneNationalId })
        {
            // The lock went with its connection; the index stands.
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return new Registration.Known((await FindAsync(connection, digests.NationalId, cancellationToken))!.Value);
        }
        finally
        {
            Registrations.Release();
        }
    }

    /// <summary>The identity, or null when there is none or it was forgotten.</summary>
    /// <exception cref="CryptographicException">The row was altered, or belongs to another subject.</exception>
    public async Task<PersonIdentity?> FindAsync(Guid subject, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand(
            "select k.key, i.ciphertext from identity i join identity_key k using (subject) where i.subject = $1");
        command.Parameters.Add(new() { Value = subject });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? Decrypt(subject, reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1))
            : null;
    }

    /// <summary>
    /// Deletes the subject's key, ciphertext and digests; no registration sent again brings them back. Key and ciphertext lie
    /// in the same database, so a backup holds both, as do unvacuumed rows and the write-ahead log: from there the identity
    /// can be recovered until those are gone (ADR 0017).
    /// </summary>
    /// <returns>False when there was no key.</returns>
    public async Task<bool> ForgetAsync(Guid subject, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, [LockId(subject)], cancellationToken);
        var keys = 0;
        foreach (var sql in new[]
        {
            "insert into identity_forgotten (subject) values ($1) on conflict do nothing",
            "delete from identity_digest where subject = $1",
            "delete from identity where subject = $1",
            "delete from identity_key where subject = $1",
        })
        {
#pragma warning disable CA2100 // The texts are those above.
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = subject } } };
#pragma warning restore CA2100
            keys = await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return keys > 0;
    }

    /// <summary>A digest of what tells of a person, keyed with this database's secret: nobody without it can try guesses against it.</summary>
    public async Task<byte[]> DigestAsync(byte[] content, CancellationToken cancellationToken = default) =>
        HMACSHA256.HashData(await SecretAsync(cancellationToken), content);

    /// <summary>Made once per database, by whoever asks first.</summary>
    private async Task<byte[]> SecretAsync(CancellationToken cancellationToken)
    {
        if (_secret is { } known)
            return known;
        await using (var make = database.CreateCommand("insert into identity_secret (secret) values ($1) on conflict do nothing"))
        {
            make.Parameters.Add(new() { Value = RandomNumberGenerator.GetBytes(KeySize) });
            await make.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var read = database.CreateCommand("select secret from identity_secret");
        return _secret = (byte[])(await read.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<bool> WriteAsync(NpgsqlConnection connection, Guid subject, PersonIdentity identity, CancellationToken cancellationToken)
    {
        // Against a forgetting that runs at the same time.
        await LockAsync(connection, [LockId(subject)], cancellationToken);
        await using (var forgotten = new NpgsqlCommand("select 1 from identity_forgotten where subject = $1", connection) { Parameters = { new() { Value = subject } } })
        {
            if (await forgotten.ExecuteScalarAsync(cancellationToken) is not null)
                return false;
        }

        // The update that changes nothing makes the row come back, and locked, when it was there already.
        await using var keys = new NpgsqlCommand(
            """
            insert into identity_key as kept (subject, key) values ($1, $2)
            on conflict (subject) do update set key = kept.key
            returning key
            """,
            connection)
        {
            Parameters = { new() { Value = subject }, new() { Value = RandomNumberGenerator.GetBytes(KeySize) } },
        };
        var key = (byte[])(await keys.ExecuteScalarAsync(cancellationToken))!;
        await using var rows = new NpgsqlCommand(
            """
            insert into identity (subject, ciphertext) values ($1, $2)
            on conflict (subject) do update set ciphertext = excluded.ciphertext, stored_at = now()
            """,
            connection)
        {
            Parameters = { new() { Value = subject }, new() { Value = Encrypt(subject, key, identity) } },
        };
        await rows.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    /// <returns>Who was registered before with the same name and birth date: the same when it is asked again.</returns>
    private static async Task<IReadOnlyList<Guid>> WriteAsync(NpgsqlConnection connection, Guid subject, IdentityDigests digests, CancellationToken cancellationToken)
    {
        await using (var insert = new NpgsqlCommand(
            "insert into identity_digest (subject, national_id, name_and_birth) values ($1, $2, $3) on conflict (subject) do nothing", connection)
        {
            Parameters = { new() { Value = subject }, new() { Value = digests.NationalId }, new() { Value = digests.NameAndBirth } },
        })
        {
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var alike = new NpgsqlCommand(
            """
            select other.subject
            from identity_digest own join identity_digest other on other.name_and_birth = own.name_and_birth and other.ordinal < own.ordinal
            where own.subject = $1
            order by other.ordinal
            """,
            connection)
        {
            Parameters = { new() { Value = subject } },
        };
        await using var reader = await alike.ExecuteReaderAsync(cancellationToken);
        List<Guid> subjects = [];
        while (await reader.ReadAsync(cancellationToken))
            subjects.Add(reader.GetGuid(0));
        return subjects;
    }

    private static async Task<Guid?> FindAsync(NpgsqlConnection connection, byte[] nationalId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select subject from identity_digest where national_id = $1", connection)
        {
            Parameters = { new() { Value = nationalId } },
        };
        return (Guid?)await command.ExecuteScalarAsync(cancellationToken);
    }

    // In one order, so that two who want the same two do not wait for each other. They end with the transaction.
    private static async Task LockAsync(NpgsqlConnection connection, long[] ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids.Order())
        {
            await using var command = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection) { Parameters = { new() { Value = id } } };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static long LockId(Guid subject) => LockId(subject.ToByteArray(bigEndian: true));

    private static long LockId(byte[] bytes) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData([.. "identity"u8, .. bytes]));

    // Nonce, tag, text. The subject is authenticated with it: a row copied under another subject does not open.
    private static byte[] Encrypt(Guid subject, byte[] key, PersonIdentity identity)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(identity, EventTypes.Json);
        var sealedText = new byte[NonceSize + TagSize + plain.Length];
        var nonce = sealedText.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagSize);
        cipher.Encrypt(nonce, plain, sealedText.AsSpan(NonceSize + TagSize), sealedText.AsSpan(NonceSize, TagSize), subject.ToByteArray(bigEndian: true));
        CryptographicOperations.ZeroMemory(plain);
        return sealedText;
    }

    private static PersonIdentity Decrypt(Guid subject, byte[] key, byte[] sealedText)
    {
        if (sealedText.Length < NonceSize + TagSize)
            throw new CryptographicException("The identity is cut short.");
        var plain = new byte[sealedText.Length - NonceSize - TagSize];
        using var cipher = new AesGcm(key, TagSize);
        cipher.Decrypt(
            sealedText.AsSpan(0, NonceSize), sealedText.AsSpan(NonceSize + TagSize), sealedText.AsSpan(NonceSize, TagSize), plain, subject.ToByteArray(bigEndian: true));
        return JsonSerializer.Deserialize<PersonIdentity>(plain, EventTypes.Json)!;
    }
}

/// <summary>What became of a registration.</summary>
public abstract record Registration
{
    private Registration()
    {
    }

    /// <summary>The person is registered, now or by an earlier attempt of the same registration.</summary>
    /// <param name="Alike">Who was registered before with the same name and birth date and another national id.</param>
    public sealed record Made(IReadOnlyList<Guid> Alike) : Registration;

    /// <summary>The national id is another subject's; nothing was written.</summary>
    public sealed record Known(Guid Subject) : Registration;

    /// <summary>The log did not take it; nothing is kept.</summary>
    public sealed record Refused : Registration;

    /// <summary>The subject was forgotten; nothing is kept.</summary>
    public sealed record Forgotten : Registration;
}
