using System.Text;
using Distribution.Blood.Deciding;
using Distribution.EventStore;
using Distribution.Testing;
using Shouldly;
using Xunit;

namespace Distribution.Requests.Tests.Events;

/// <summary>What stands in the log stays readable: the JSON of every event is approved by a person.</summary>
public sealed class StoredShapes
{
    private static readonly EventTypes Types = EventTypes.From(typeof(Order).Assembly);

    public static TheoryData<string> Names { get; } = [.. Types.ByName.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_as_approved(string name) => Approve.Event(name, Samples.All[name].Full, Samples.All[name].Minimal);

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_read_back_as_it_was_written_and_folded(string name)
    {
        foreach (var written in new[] { Samples.All[name].Full, Samples.All[name].Minimal })
        {
            Types.NameOf(written.GetType()).ShouldBe(name);
            var json = EventTypes.Serialize(written);
            var read = Types.Deserialize(name, json);
            Encoding.UTF8.GetString(EventTypes.Serialize(read)).ShouldBe(Encoding.UTF8.GetString(json));
            _ = read switch
            {
                OrderEvent => (object)Aggregate.Fold<Order>([read]),
                TubeEvent => Aggregate.Fold<Tube>([read]),
                OrderFormEvent => Aggregate.Fold<OrderForm>([read]),
                _ => Aggregate.Fold<Recipient>([read]),
            };
        }
    }

    [Fact]
    public void An_event_of_another_family_is_not_folded() =>
        Should.Throw<InvalidOperationException>(() => Aggregate.Fold<Order>([Samples.All["recipient-registered.v1"].Full]));
}
