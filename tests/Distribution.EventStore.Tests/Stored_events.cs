using Distribution.EventStore.Tests.Contract;
using Shouldly;
using Xunit;

namespace Distribution.EventStore.Tests;

public sealed class Stored_events
{
    [Fact]
    public void An_older_shape_is_upcast_when_read_step_by_step()
    {
        var types = EventTypes.From(
            typeof(BagFilled).Assembly,
            new Upcaster("bag-made.v0", "bag-stuffed.v1", data => { data["text"] = data["label"]!.DeepClone(); return data; }),
            new Upcaster("bag-stuffed.v1", "bag-filled.v1", data => { data["number"] = 7; return data; }));

        types.Deserialize("bag-made.v0", "{\"label\":\"old\"}"u8).ShouldBe(new BagFilled("old", 7));
    }

    [Fact]
    public void What_may_be_null_may_be_absent_and_what_is_required_may_not()
    {
        var types = EventTypes.From(typeof(BagFilled).Assembly);
        types.Deserialize("bag-emptied.v1", "{}"u8).ShouldBe(new BagEmptied(null));
        types.Deserialize("bag-filled.v1", "{\"text\":\"a\",\"number\":1,\"later\":true}"u8).ShouldBe(new BagFilled("a", 1));
        Should.Throw<UnreadableEventException>(() => types.Deserialize("bag-filled.v1", "{\"text\":\"a\"}"u8)).Message.ShouldContain("number");
        Should.Throw<UnreadableEventException>(() => types.Deserialize("bag-filled.v1", "{\"text\":null,\"number\":1}"u8));
        Should.Throw<UnreadableEventException>(() => types.Deserialize("unheard-of.v1", "{}"u8)).Message.ShouldContain("unheard-of.v1");
    }

    [Fact]
    public void A_position_is_written_and_read_and_ordered_by_transaction_first()
    {
        var position = new LogPosition(7421, 1033);
        LogPosition.Parse(position.ToString(), null).ShouldBe(position);
        LogPosition.TryParse("7421", null, out _).ShouldBeFalse();
        LogPosition.TryParse("-1-3", null, out _).ShouldBeFalse();
        (new LogPosition(2, 1) > new LogPosition(1, 9)).ShouldBeTrue();
    }
}
