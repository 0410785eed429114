using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;

namespace Distribution.Inventory;

/// <summary>What we have been told of a patient. One that nobody has told us of has no group and no sample: the strictest.</summary>
public sealed record KnownRecipient : IAggregate<KnownRecipient>
{
    public static string Category => "recipient";

    public static KnownRecipient Initial { get; } = new();

    /// <summary>Of the recipient where it is kept; 0 before anything was told.</summary>
    public long Version { get; init; }

    /// <summary>The hospital that knows the patient.</summary>
    public SiteId? Site { get; init; }

    /// <summary>Null while it is not established.</summary>
    public BloodGroup? Group { get; init; }

    /// <summary>Against which antigens the patient has, or ever had, antibodies.</summary>
    public AntigenSet Antibodies { get; init; }

    public UnitRequirements? Requirements { get; init; }

    /// <summary>The newest.</summary>
    public RecipientSample? Sample { get; init; }

    /// <summary>What a unit for the patient must be: what was asked for, and without the antigens that the patient has antibodies against.</summary>
    public UnitRequirements Demands => (Requirements ?? UnitRequirements.None).And(UnitRequirements.None with { WithoutAntigens = Antibodies });

    public static KnownRecipient Evolve(KnownRecipient state, object @event) => @event switch
    {
        RecipientTold told => new KnownRecipient
        {
            Version = told.Version,
            Site = told.Site,
            Group = told.Group,
            // What was ever found is never forgotten, whatever a later message leaves out.
            Antibodies = state.Antibodies | told.Antibodies,
            Requirements = told.Requirements,
            Sample = told.Sample,
        },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a recipient."),
    };
}

/// <summary>Blood of the patient, for crossmatching.</summary>
/// <param name="Number">As its tube says.</param>
/// <param name="ValidUntil">From then on it serves no more.</param>
/// <param name="AntibodyScreen">Whether the screen of this sample found antibodies; null while it is not done.</param>
public sealed record RecipientSample(string Number, DateTimeOffset TakenAt, DateTimeOffset ValidUntil, bool? AntibodyScreen = null);
