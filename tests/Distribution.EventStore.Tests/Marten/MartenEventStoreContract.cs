using Distribution.EventStore.Marten;
using Distribution.EventStore.Tests.Contract;
using Distribution.Testing;
using Xunit;

namespace Distribution.EventStore.Tests.Marten;

/// <summary>Marten itself against the contract, the numbers that no loser burns included.</summary>
public sealed class MartenEventStoreContract(DatabaseFixture database) : EventStoreContract, IClassFixture<DatabaseFixture>, IAsyncDisposable
{
    private readonly List<MartenEventStore> _opened = [];

    protected override IEventStore Open()
    {
        var store = new MartenEventStore(database.Application, database.ApplicationConnectionString, Types);
        _opened.Add(store);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
            await store.DisposeAsync();
    }
}
