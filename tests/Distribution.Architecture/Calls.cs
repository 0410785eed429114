using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;

namespace Distribution.Architecture;

/// <summary>A method that names a member: calls it, makes it, or takes its address.</summary>
/// <param name="From">The method that does.</param>
/// <param name="Instruction">Such as <c>call</c> or <c>newobj</c>.</param>
/// <param name="To">What it names.</param>
internal sealed record Call(MethodBase From, OpCode Instruction, MemberInfo To)
{
    public Type Caller => From.DeclaringType!.Outermost();

    /// <summary>The type whose member it is, or the type itself.</summary>
    public Type Callee => (To as Type ?? To.DeclaringType ?? typeof(void)) is { IsConstructedGenericType: true } generic
        ? generic.GetGenericTypeDefinition()
        : To as Type ?? To.DeclaringType ?? typeof(void);

    public override string ToString() => $"{From.DeclaringType}.{From.Name} names {Callee}.{To.Name}";
}

/// <summary>
/// Reads the compiled code, so that a rule sees what runs: lambdas, iterators and async methods too, whatever the
/// source calls them.
/// </summary>
internal static class Calls
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly FrozenDictionary<short, OpCode> Instructions = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToFrozenDictionary(code => code.Value);

    public static IReadOnlyList<Call> In(Assembly assembly) =>
    [
        .. assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Everything).Concat<MethodBase>(type.GetConstructors(Everything)))
            .SelectMany(In),
    ];

    /// <summary>The methods that people wrote and the compiler rewrote, each with what it names and the texts it holds, in order.</summary>
    public static IEnumerable<IReadOnlyList<object>> AndTextsOf(Assembly assembly) =>
        assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Everything).Concat<MethodBase>(type.GetConstructors(Everything)))
            .Select(method => AndTextsIn(method).ToList());

    private static IEnumerable<Call> In(MethodBase method) => AndTextsIn(method).OfType<Call>();

    private static IEnumerable<object> AndTextsIn(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            yield break;

        var typeArguments = method.DeclaringType!.GetGenericArguments();
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (var at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xFE)
                value = unchecked((short)(0xFE00 | code[at++]));
            var instruction = Instructions[value];
            if (instruction.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok or OperandType.InlineType)
            {
                var token = BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at));
                yield return new Call(method, instruction, method.Module.ResolveMember(token, typeArguments, methodArguments)!);
            }

            if (instruction.OperandType is OperandType.InlineString)
                yield return method.Module.ResolveString(BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at)));

            at += SizeOf(instruction.OperandType, code, at);
        }
    }

    private static int SizeOf(OperandType operand, byte[] code, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))),
        _ => 4,
    };
}
