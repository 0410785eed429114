using Distribution.Contracts;
using Distribution.EventStore.Deadlines;
using Distribution.EventStore.Projections;
using MassTransit;
using Shouldly;
using Xunit;

namespace Distribution.Architecture;

/// <summary>
/// The broker is laid out by <see cref="Routes"/> alone: a consumer that is not in it never hears anything, and what is
/// in it without a consumer ends among the dead letters.
/// </summary>
public sealed class Routes_are_true
{
    public static TheoryData<string> Services => [.. House.Services.Select(service => service.GetName().Name!)];

    [Fact]
    public void The_services_of_the_routes_are_the_services_there_are() =>
        House.Services.Select(service => Hosts.DescriptionOf(service.GetName().Name!).Name).ShouldBe(Routes.Services, ignoreOrder: true);

    [Fact]
    public void Every_contract_has_one_route_between_services_that_exist()
    {
        Routes.All.Count.ShouldBeGreaterThan(10);
        Routes.All.Select(route => route.Contract).ShouldBeUnique();
        foreach (var route in Routes.All)
        {
            Routes.Services.ShouldContain(route.Publisher);
            route.Subscribers.ShouldBeSubsetOf(Routes.Services);
            route.Subscribers.ShouldBeUnique();
            route.Subscribers.ShouldNotContain(route.Publisher, $"{route.Contract.Name} would come back to where it comes from");
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_takes_what_is_routed_to_it_each_in_one_consumer(string service)
    {
        var name = Hosts.DescriptionOf(service).Name;
        var taken = Implementing(service, typeof(IConsumer)).SelectMany(MessagesOf).Select(message => message.FullName).ToList();

        taken.ShouldBe(Routes.All.Where(route => route.Subscribers.Contains(name)).Select(route => route.Contract.FullName), ignoreOrder: true);
    }

    [Fact]
    public void Somebody_takes_something() =>
        House.Services.SelectMany(service => Implementing(service.GetName().Name!, typeof(IConsumer))).Count().ShouldBeGreaterThan(8);

    [Theory]
    [MemberData(nameof(Services))]
    public void Whatever_a_service_has_its_program_registers(string service)
    {
        var description = Hosts.DescriptionOf(service);
        description.Consumers.ShouldBe(Implementing(service, typeof(IConsumer)), ignoreOrder: true);
        description.Projections.ShouldBe(Implementing(service, typeof(Projection)), ignoreOrder: true);
        description.DeadlineHandlers.ShouldBe(Implementing(service, typeof(IDeadlineHandler)), ignoreOrder: true);
        description.Projections.ShouldNotBeEmpty("every service shows a board");
    }

    [Fact]
    public void The_catalog_has_a_row_for_each_contract_as_it_is_routed()
    {
        EventCatalog.Section("Contracts").Select(row => row.Name).ShouldBe(Routes.All.Select(route => route.Contract.Name), ignoreOrder: true);

        foreach (var row in EventCatalog.Section("Contracts"))
        {
            var route = Routes.All.Single(route => route.Contract.Name == row.Name);
            row.Cells[1].ShouldBe(route.Publisher, row.Name);
            row.Cells[2].ShouldBe(route.Subscribers.Count == 0 ? "–" : string.Join(", ", route.Subscribers), row.Name);
            row.Cells[3].ShouldNotBeEmpty($"when {row.Name} is published");
        }
    }

    private static IReadOnlyList<Type> Implementing(string service, Type what) =>
        [.. House.Services.Single(assembly => assembly.GetName().Name == service).OwnTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(what))];

    private static IEnumerable<Type> MessagesOf(Type consumer) => consumer.GetInterfaces()
        .Where(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IConsumer<>))
        .Select(contract => contract.GetGenericArguments()[0]);
}
