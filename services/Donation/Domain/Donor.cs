using System.Collections.Immutable;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
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

    /// <summary>All that ever were; <see cref="Deferral.IsInForce"/> tells which count.</summary>
    public ImmutableList<Deferral> Deferrals { get; init; } = [];

    /// <summary>Nobody can say any more who this is.</summary>
    public bool IsErased { get; init; }

    /// <summary>As the first donation established it, or a later one against it; null before.</summary>
    public KnownGroup? Group { get; init; }

    public static Donor Evolve(Donor state, object @event) => @event switch
    {
        DonorRegistered registered => state with { Id = registered.Donor, Sex = registered.Sex, BirthYear = registered.BirthYear },
        DonorGave gave => state with { Gifts = state.Gifts.Add(new Gift(gave.Donation, gave.CollectedAt, gave.Collection, gave.VolumeMl, gave.WeightKg)) },
        DonorDeferred deferred => state with
        {
            Deferrals = state.Deferrals.Add(new Deferral(deferred.Reason, deferred.Donation, deferred.Until, deferred.From)),
        },
        DonorDeferralEnded ended => state with
        {
            Deferrals = [.. state.Deferrals.Select(deferral => deferral.IsMeantBy(ended.Reason, ended.Donation) ? deferral with { IsEnded = true } : deferral)],
        },
        DonorIdentityErased => state with { IsErased = true },
        DonorGroupKnown known => state with { Group = new KnownGroup(known.Group, known.Donation) },
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a donor."),
    };
}

/// <summary>A donor's group and the donation it rests on.</summary>
public sealed record KnownGroup(BloodGroup Group, DonationNumber Donation);

/// <summary>One donation of a donor.</summary>
/// <param name="WeightKg">The donor's weight on that day.</param>
public sealed record Gift(
    DonationNumber Donation, DateTimeOffset CollectedAt, CollectionKind Collection = CollectionKind.WholeBlood, int? VolumeMl = null, decimal? WeightKg = null);

/// <summary>A reason not to give, until an instant or, where that is null, for good.</summary>
/// <param name="From">The day of the cause, where it was told.</param>
/// <param name="IsEnded">Taken back by two people, whatever its time.</param>
public sealed record Deferral(string Reason, DonationNumber? Donation, DateTimeOffset? Until, DateOnly? From = null, bool IsEnded = false)
{
    /// <summary>Whether it keeps the donor from giving at the instant.</summary>
    public bool IsInForce(DateTimeOffset at) => !IsEnded && (Until is null || Until > at);

    internal bool IsMeantBy(string reason, DonationNumber? donation) =>
        string.Equals(Reason, reason, StringComparison.Ordinal) && (donation is null || donation == Donation);
}
