namespace Distribution.Labels;

/// <summary>Check codewords over the field of 256 elements as Data Matrix uses it: primitive polynomial 301 (ISO/IEC 16022, ECC 200).</summary>
internal static class ReedSolomon
{
    private const int Primitive = 301;

    private static readonly byte[] PowerOf = new byte[255];
    private static readonly byte[] LogarithmOf = new byte[256];

    static ReedSolomon()
    {
        var power = 1;
        for (var i = 0; i < PowerOf.Length; i++)
        {
            PowerOf[i] = (byte)power;
            LogarithmOf[power] = (byte)i;
            power <<= 1;
            if (power > 255)
                power ^= Primitive;
        }
    }

    /// <summary>The remainder of the data, shifted by <paramref name="count"/>, by the polynomial whose roots are the first powers of two.</summary>
    public static byte[] Check(ReadOnlySpan<byte> data, int count)
    {
        var generator = Generator(count);
        var remainder = new byte[count];
        foreach (var codeword in data)
        {
            var factor = (byte)(codeword ^ remainder[0]);
            for (var i = 0; i < count; i++)
                remainder[i] = (byte)((i + 1 < count ? remainder[i + 1] : 0) ^ Multiply(factor, generator[i]));
        }

        return remainder;
    }

    /// <summary>Coefficients below the leading one, highest first.</summary>
    private static byte[] Generator(int count)
    {
        byte[] polynomial = [1];
        for (var root = 1; root <= count; root++)
        {
            var product = new byte[polynomial.Length + 1];
            for (var i = 0; i < polynomial.Length; i++)
            {
                product[i] ^= polynomial[i];
                product[i + 1] ^= Multiply(polynomial[i], PowerOf[root]);
            }

            polynomial = product;
        }

        return polynomial[1..];
    }

    private static byte Multiply(byte left, byte right) =>
        left == 0 || right == 0 ? (byte)0 : PowerOf[(LogarithmOf[left] + LogarithmOf[right]) % 255];
}
