using System.Security.Cryptography;
using System.Text;

namespace Distribution.Blood.Identifiers;

/// <summary>RFC 9562 version 5 ids: the same name gives the same id everywhere, so that a repeat is recognized.</summary>
public static class NameBasedGuid
{
    public static Guid Create(Guid scope, string name)
    {
        Span<byte> input = stackalloc byte[16 + Encoding.UTF8.GetMaxByteCount(Math.Min(name.Length, 512))];
        if (name.Length > 512)
            throw new ArgumentException("A name of an id has at most 512 characters.", nameof(name));
        scope.TryWriteBytes(input, bigEndian: true, out _);
        var length = 16 + Encoding.UTF8.GetBytes(name, input[16..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Version 5 is defined on SHA-1; it names, it does not protect.
        SHA1.HashData(input[..length], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
