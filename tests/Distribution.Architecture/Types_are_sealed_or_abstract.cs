using System.Reflection;
using Shouldly;
using Xunit;

namespace Distribution.Architecture;

/// <summary>A class is meant to be derived from, or it cannot be.</summary>
public sealed class Types_are_sealed_or_abstract
{
    public static TheoryData<string> Assemblies => [.. House.All.Select(assembly => assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void All_classes_are(string name)
    {
        var assembly = Assembly.Load(name);
        var classes = assembly.OwnTypes().Where(type => type.IsClass).ToList();
        classes.Count.ShouldBeGreaterThan(3);

        classes.Where(type => type is { IsSealed: false, IsAbstract: false } && type != assembly.EntryPoint?.DeclaringType).ShouldBeEmpty();
    }

    /// <summary>A host is not a library: what is public in it is public by accident.</summary>
    [Fact]
    public void A_service_shows_nothing_but_its_program()
    {
        House.Services.Count.ShouldBe(4);
        foreach (var service in House.Services)
        {
            service.OwnTypes().Count().ShouldBeGreaterThan(10);
            service.OwnTypes().Where(type => type.IsVisible && type != service.EntryPoint!.DeclaringType).ShouldBeEmpty();
        }
    }
}
