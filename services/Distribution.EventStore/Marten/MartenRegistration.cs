using Distribution.EventStore.Marten;
using Distribution.EventStore.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Distribution.EventStore;

public static partial class EventStoreRegistration
{
    static partial void UseMarten(IServiceCollection services, EventStoreOptions options)
    {
        services.AddSingleton(provider => new MartenEventStore(
            provider.GetRequiredService<NpgsqlDataSource>(), options.ConnectionString, options.EventTypes, provider.GetRequiredService<LogSignal>().Signal));
        services.Replace(ServiceDescriptor.Singleton<IEventStore>(provider => provider.GetRequiredService<MartenEventStore>()));
        services.Replace(ServiceDescriptor.Singleton<ICheckpoints>(provider => provider.GetRequiredService<MartenEventStore>()));
    }
}
