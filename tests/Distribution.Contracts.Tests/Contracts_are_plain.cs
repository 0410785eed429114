using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Distribution.Contracts.Tests;

/// <summary>A contract is data that somebody else's code, written later, has to understand.</summary>
public sealed partial class Contracts_are_plain
{
    private static readonly Type[] Versioned =
        [.. typeof(Routes).Assembly.GetTypes().Where(type => VersionedNamespace().IsMatch(type.Namespace ?? ""))];

    private static readonly Type[] Routed = [.. Routes.All.Select(route => route.Contract)];

    [Fact]
    public void Everything_in_a_versioned_namespace_is_a_message_with_a_route_or_part_of_one()
    {
        Versioned.Length.ShouldBeGreaterThan(Routed.Length);
        Routed.ShouldBeSubsetOf(Versioned);

        Versioned.ShouldBe(Routed.Union(Routed.SelectMany(Parts.Of).Where(part => part.Assembly == typeof(Routes).Assembly && part != typeof(Attribution))), ignoreOrder: true);
    }

    [Fact]
    public void Contracts_are_sealed_records_without_a_base()
    {
        var records = Versioned.Append(typeof(Attribution)).Where(type => !type.IsEnum).ToList();
        records.Count.ShouldBeGreaterThan(Routed.Length);
        foreach (var type in records)
        {
            type.IsSealed.ShouldBeTrue(type.Name);
            type.BaseType.ShouldBe(typeof(object), type.Name);
            type.GetMethod("<Clone>$").ShouldNotBeNull($"{type.Name} is no record");
            type.GetInterfaces().ShouldBe([typeof(IEquatable<>).MakeGenericType(type)], type.Name);
        }
    }

    [Fact]
    public void What_was_said_cannot_be_changed()
    {
        var properties = Versioned.Where(type => !type.IsEnum).SelectMany(type => type.GetProperties()).ToList();
        properties.Count.ShouldBeGreaterThan(50);
        foreach (var property in properties)
        {
            var where = $"{property.DeclaringType!.Name}.{property.Name}";
            property.SetMethod.ShouldNotBeNull(where);
            property.SetMethod.ReturnParameter.GetRequiredCustomModifiers().ShouldContain(typeof(IsExternalInit), where);
            if (property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable)))
                property.PropertyType.GetGenericTypeDefinition().ShouldBe(typeof(IReadOnlyList<>), where);
        }
    }

    [Fact]
    public void Every_message_says_by_whom()
    {
        Routed.ShouldNotBeEmpty();
        foreach (var type in Routed)
            type.GetProperty("By")?.PropertyType.ShouldBe(typeof(Attribution), type.Name);
        Routed.Where(type => type.GetProperty("By") is null).ShouldBeEmpty();
    }

    /// <summary>An instant without its offset is another instant elsewhere; a bare Guid says not whose id it is.</summary>
    [Fact]
    public void No_member_is_of_a_type_that_leaves_its_meaning_open()
    {
        Type[] open = [typeof(DateTime), typeof(Guid), typeof(object), typeof(double), typeof(float)];
        var members = Versioned.Append(typeof(Attribution)).Where(type => !type.IsEnum).SelectMany(type => type.GetProperties()).ToList();

        members.Where(member => open.Contains(Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType))
            .Select(member => $"{member.DeclaringType!.Name}.{member.Name}").ShouldBeEmpty();
    }

    [Fact]
    public void Enums_start_above_zero_so_that_nothing_is_said_by_leaving_it_out()
    {
        var enums = Versioned.Where(type => type.IsEnum).ToList();
        enums.ShouldNotBeEmpty();

        enums.Where(type => Enum.IsDefined(type, 0)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"\.V\d+$")]
    private static partial Regex VersionedNamespace();
}

internal static class Parts
{
    /// <summary>The project's own types that a type is made of, at any depth.</summary>
    public static IEnumerable<Type> Of(Type type) => type.GetProperties()
        .Where(property => property.GetMethod is { IsStatic: false })
        .Select(property => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
        .Select(part => part.IsGenericType ? part.GetGenericArguments()[0] : part)
        .Where(part => part != type && part.Namespace!.StartsWith("Distribution.", StringComparison.Ordinal))
        .SelectMany(part => part.IsEnum || part.Assembly != typeof(Routes).Assembly ? [part] : Of(part).Prepend(part));
}
