using System.Collections.Immutable;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Donations;

/// <summary>A donor under a pseudonym: what decides whether the person may give.</summary>
public sealed record Donor : IAggregate<Donor>
{
    public static string Category => "donor";

    public static Donor Initial { get; } = new();

    /// <summary>Null before the registration.</summary>
    public DonorId? Id { get; init; }

    public Sex Sex { get; init; }

    public int BirthYear { get; init; }

    public ImmutableList<Gift> Gifts { get; init; } = [];

    public ImmutableList<Deferral> Deferrals { get; init; } = [];

    /// <summary>As the first donation established it, or a later one against it; null before.</summary>
    public KnownGroup? Group { get; init; }

    public static Donor Evolve(Donor state, object @event) => @event switch
    {
        DonorRegistered registered => state with { Id = registered.Donor, Sex = registered.Sex, BirthYear = registered.BirthYear },
        DonorGave gave => state with { Gifts = state.Gifts.Add(new Gift(gave.Donation, gave.CollectedAt)) },
        DonorDeferred deferred => state with { Deferrals = state.Deferrals.Add(new Deferral(deferred.Reason, deferred.Donation, deferred.Until)) },
        DonorGroupKnown known => state with { Group = new KnownGroup(known.Group, known.Donation) },
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a donor."),
    };
}

/// <summary>A donor's group and the donation it rests on.</summary>
public sealed record KnownGroup(BloodGroup Group, DonationNumber Donation);

/// <summary>One donation of a donor.</summary>
public sealed record Gift(DonationNumber Donation, DateTimeOffset CollectedAt);

/// <summary>A reason not to give, until an instant or, where that is null, for good.</summary>
public sealed record Deferral(string Reason, DonationNumber? Donation, DateTimeOffset? Until);
