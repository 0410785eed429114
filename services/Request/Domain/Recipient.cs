using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Requests;

/// <summary>A patient, by pseudonym: what an order needs to know and no more.</summary>
public sealed record Recipient : IAggregate<Recipient>
{
    private Recipient()
    {
    }

    public static string Category => "recipient";

    public static Recipient Initial { get; } = new();

    public RecipientId Id { get; private init; }

    public BloodGroup Group { get; private init; }

    public SiteId Site { get; private init; }

    public bool IsRegistered => Group.IsDefined;

    public static Recipient Evolve(Recipient state, object @event) => @event switch
    {
        RecipientRegistered registered => state with { Id = registered.Recipient, Group = registered.Group, Site = registered.Site },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is no event of a recipient."),
    };
}
