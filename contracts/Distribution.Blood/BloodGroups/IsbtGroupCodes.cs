namespace Distribution.Blood.BloodGroups;

/// <summary>The codes gg of ISBT 128 data structure 002 (ST-001 tables 4 and 5).</summary>
internal static class IsbtGroupCodes
{
    // Each group with RhD owns eight consecutive numbers; the fifth is the default.
    private const int DefaultOffset = 4;

    private static readonly LabelIntent[] IntentByOffset =
    [
        LabelIntent.DirectedOnly,
        LabelIntent.EmergencyOnly,
        LabelIntent.DirectedBiohazard,
        LabelIntent.DirectedCrossover,
        LabelIntent.Default,
        LabelIntent.AutologousCrossover,
        LabelIntent.AutologousOnly,
        LabelIntent.AutologousBiohazard,
    ];

    public static string Default(BloodGroup group)
    {
        var code = First(group) + DefaultOffset;
        return string.Create(2, code, static (text, number) =>
        {
            text[0] = (char)('0' + number / 10);
            text[1] = (char)('0' + number % 10);
        });
    }

    public static bool TryGroup(ReadOnlySpan<char> gg, out BloodGroup group, out LabelIntent intent)
    {
        group = default;
        intent = default;
        if (gg.Length != 2 || !char.IsAsciiDigit(gg[0]) || !char.IsAsciiDigit(gg[1]))
            return false;
        var number = (gg[0] - '0') * 10 + (gg[1] - '0');
        for (var i = 0; i < BloodGroup.All.Count; i++)
        {
            var offset = number - First(BloodGroup.All[i]);
            if (offset is < 0 or > 7)
                continue;
            group = BloodGroup.All[i];
            intent = IntentByOffset[offset];
            return true;
        }

        return false;
    }

    public static bool TryMessage(ReadOnlySpan<char> gg, out SpecialMessage message)
    {
        SpecialMessage? found = gg switch
        {
            "00" => SpecialMessage.NoInformation,
            "Ma" => SpecialMessage.Autologous,
            "Mb" => SpecialMessage.Biohazard,
            "Md" => SpecialMessage.Discard,
            "Mf" => SpecialMessage.FractionationOnly,
            "Mq" => SpecialMessage.Quarantine,
            "Mr" => SpecialMessage.ResearchOnly,
            "Mx" => SpecialMessage.NotForTransfusion,
            ['T', >= '1' and <= '6'] => SpecialMessage.TissueOnly,
            _ => null,
        };
        message = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The code stands in one of the tables. Takes no memory: every scan of a group asks.</summary>
    public static bool IsAssigned(ReadOnlySpan<char> gg) =>
        TryGroup(gg, out _, out _) || TryMessage(gg, out _) || DescribeOther(gg) is not null;

    public static string? Describe(ReadOnlySpan<char> gg)
    {
        if (TryGroup(gg, out var group, out _))
            return group.ToString();
        return TryMessage(gg, out var message) ? Describe(message) : DescribeOther(gg);
    }

    private static string? DescribeOther(ReadOnlySpan<char> gg) => gg switch
    {
        "55" => "O without RhD",
        "66" => "A without RhD",
        "77" => "B without RhD",
        "88" => "AB without RhD",
        ['P', >= '2' and <= '9' and not '6'] => "O without RhD",
        ['A', >= '2' and <= '9' and not '6'] => "A without RhD",
        ['B', >= '2' and <= '9' and not '6'] => "B without RhD",
        ['C', >= '2' and <= '9' and not '6'] => "AB without RhD",
        ['D', >= '2' and <= '9'] => "para-Bombay, RhD negative",
        ['E', >= '2' and <= '9'] => "para-Bombay, RhD positive",
        ['G', >= '2' and <= '9'] => "Bombay, RhD negative",
        ['H', >= '2' and <= '9'] => "Bombay, RhD positive",
        ['I', >= '2' and <= '9'] => "O para-Bombay, RhD negative",
        ['J', >= '2' and <= '9'] => "O para-Bombay, RhD positive",
        ['K', >= '2' and <= '9'] => "A para-Bombay, RhD negative",
        ['L', >= '2' and <= '9'] => "B para-Bombay, RhD negative",
        ['M', >= '2' and <= '9'] => "AB para-Bombay, RhD negative",
        ['N', >= '2' and <= '9'] => "A para-Bombay, RhD positive",
        ['O', >= '2' and <= '9'] => "B para-Bombay, RhD positive",
        ['Q', >= '2' and <= '9'] => "AB para-Bombay, RhD positive",
        "A0" => "pooled A, mixed RhD",
        "B0" => "pooled B, mixed RhD",
        "C0" => "pooled AB, mixed RhD",
        "D0" => "pooled O, mixed RhD",
        "E0" => "pooled ABO, RhD positive",
        "F0" => "pooled ABO, RhD negative",
        "G0" => "pooled ABO, mixed RhD",
        "H0" => "pooled ABO without RhD",
        "I0" => "subgroup A1 without RhD",
        "J0" => "subgroup A2 without RhD",
        "K0" => "subgroup A1B without RhD",
        "L0" => "subgroup A2B without RhD",
        _ => null,
    };

    private static string Describe(SpecialMessage message) => message switch
    {
        SpecialMessage.NoInformation => "no group stated",
        SpecialMessage.Autologous => "autologous collection",
        SpecialMessage.Biohazard => "biohazard",
        SpecialMessage.Discard => "to be destroyed",
        SpecialMessage.FractionationOnly => "for fractionation only",
        SpecialMessage.Quarantine => "in quarantine",
        SpecialMessage.ResearchOnly => "for research only",
        SpecialMessage.NotForTransfusion => "not for transfusion",
        _ => "for tissue only",
    };

    private static int First(BloodGroup group) => (group.Abo, group.RhD) switch
    {
        (Abo.O, RhD.Negative) => 91,
        (Abo.O, RhD.Positive) => 47,
        (Abo.A, RhD.Negative) => 2,
        (Abo.A, RhD.Positive) => 58,
        (Abo.B, RhD.Negative) => 13,
        (Abo.B, RhD.Positive) => 69,
        (Abo.AB, RhD.Negative) => 24,
        (Abo.AB, RhD.Positive) => 80,
        _ => throw new InvalidOperationException("Not a blood group."),
    };
}
