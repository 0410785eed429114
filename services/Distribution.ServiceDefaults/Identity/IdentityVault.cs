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

    /// <summary>Keeps or replaces the identity of a subject.</summary>
    public async Task StoreAsync(Guid subject, PersonIdentity identity, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // The update that changes nothing makes the row come back, and locked, when it was there already.
        await using var keys = new NpgsqlCommand(
            """
            insert into identity_key as kept (subject, key) values ($1, $2)
            on conflict (subject) do update set key = kept.key
            returning key
            """,
            connection,
            transaction)
        {
            Parameters = { new() { Value = subject }, new() { Value = RandomNumberGenerator.GetBytes(KeySize) } },
        };
        var key = (byte[])(await keys.ExecuteScalarAsync(cancellationToken))!;
        await using var rows = new NpgsqlCommand(
            """
            insert into identity (subject, ciphertext) values ($1, $2)
            on conflict (subject) do update set ciphertext = excluded.ciphertext, stored_at = now()
            """,
            connection,
            transaction)
        {
            Parameters = { new() { Value = subject }, new() { Value = Encrypt(subject, key, identity) } },
        };
        await rows.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
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

    /// <summary>Destroys the subject's key, and with it every copy of the ciphertext, backups included.</summary>
    /// <returns>False when there was none.</returns>
    public async Task<bool> ForgetAsync(Guid subject, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("delete from identity_key where subject = $1");
        command.Parameters.Add(new() { Value = subject });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

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
