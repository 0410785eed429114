using Distribution.EventStore;
using Distribution.ServiceDefaults.Relay;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Bus;

public sealed class The_window_of_the_relay
{
    private static readonly DateTimeOffset At = Given.At;

    [Fact]
    public async Task Moves_only_past_what_is_confirmed_altogether()
    {
        using var window = new RelayWindow(LogPosition.Start, 10);
        var first = await AddAsync(window, 1, messages: 2);
        var second = await AddAsync(window, 2, messages: 1);

        window.Confirm(second);
        window.Confirmed.ShouldBe(LogPosition.Start);
        window.Confirm(first);
        window.Confirmed.ShouldBe(LogPosition.Start);
        window.Confirm(first);

        window.Confirmed.ShouldBe(new LogPosition(1, 2));
        window.Oldest.ShouldBeNull();
        window.InFlight.ShouldBe(0);
    }

    [Fact]
    public async Task An_event_without_messages_moves_with_the_one_before()
    {
        using var window = new RelayWindow(LogPosition.Start, 10);
        await AddAsync(window, 1, messages: 0);
        window.Confirmed.ShouldBe(new LogPosition(1, 1));

        var second = await AddAsync(window, 2, messages: 1);
        await AddAsync(window, 3, messages: 0);
        window.Confirmed.ShouldBe(new LogPosition(1, 1));
        window.Confirm(second);

        window.Confirmed.ShouldBe(new LogPosition(1, 3));
    }

    [Fact]
    public async Task Lets_in_no_more_than_its_size()
    {
        using var window = new RelayWindow(LogPosition.Start, 2);
        var entry = await AddAsync(window, 1, messages: 2);
        var third = window.EnterAsync(CancellationToken.None);
        third.IsCompleted.ShouldBeFalse();

        window.Confirm(entry);

        await third;
    }

    [Fact]
    public void An_id_follows_from_the_event_the_contract_and_the_place()
    {
        var @event = Guid.Parse("01890000-0000-7000-8000-000000000001");
        MessageIdentity.Of(@event, typeof(string)).ShouldBe(MessageIdentity.Of(@event, typeof(string)));
        new[]
        {
            MessageIdentity.Of(@event, typeof(string)),
            MessageIdentity.Of(@event, typeof(string), 1),
            MessageIdentity.Of(@event, typeof(int)),
            MessageIdentity.Of(Guid.Parse("01890000-0000-7000-8000-000000000002"), typeof(string)),
        }.Distinct().Count().ShouldBe(4);
    }

    private static async Task<RelayWindow.Entry> AddAsync(RelayWindow window, long sequence, int messages)
    {
        for (var i = 0; i < messages; i++)
            await window.EnterAsync(CancellationToken.None);
        return window.Add(new LogPosition(1, sequence), At, messages);
    }
}
