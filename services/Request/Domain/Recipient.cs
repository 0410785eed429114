using System.Collections.Immutable;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Requests;

/// <summary>A patient, by pseudonym: what the choice and the issue of units rest on.</summary>
public sealed record Recipient : IAggregate<Recipient>
{
    private Recipient()
    {
    }

    public static string Category => "recipient";

    public static Recipient Initial { get; } = new();

    public RecipientId Id { get; private init; }

    public SiteId Site { get; private init; }

    public bool IsRegistered { get; private init; }

    /// <summary>
    /// Established by as many people as the policy of then wanted, or settled by two; null before, and while findings differ.
    /// Stored with what established it, so that a later policy neither gives nor takes a group.
    /// </summary>
    public BloodGroup? Group { get; private init; }

    /// <summary>All that ever were, oldest first.</summary>
    public ImmutableList<RecipientDetermination> Determinations { get; private init; } = [];

    /// <summary>What two people said last when findings differed; null where they never had to.</summary>
    public BloodGroup? SettledGroup { get; private init; }

    /// <summary>Somebody has found another group than the others; nothing is established until two people settle it.</summary>
    public bool GroupDiffers => Differ(Round, SettledGroup);

    /// <summary>Against which antigens, now or ever. It only grows.</summary>
    public AntigenSet Antibodies { get; private init; }

    public ImmutableList<AntibodyFinding> AntibodyFindings { get; private init; } = [];

    /// <summary>What every unit must be; null where nobody has said anything.</summary>
    public UnitRequirements? Requirements { get; private init; }

    /// <summary>As told, which is not always as taken.</summary>
    public ImmutableList<RecipientSample> Samples { get; private init; } = [];

    /// <summary>The one that was taken last; of several taken at once the one told last.</summary>
    public RecipientSample? NewestSample => Samples.Reverse().MaxBy(sample => sample.TakenAt);

    /// <summary>Nobody can say any more who this is.</summary>
    public bool IsErased { get; private init; }

    /// <summary>The determinations since findings were settled last: those before are explained.</summary>
    internal ImmutableList<RecipientDetermination> Round => Determinations.RemoveRange(0, Explained);

    private int Explained { get; init; }

    private RecipientProfileChanged? Told { get; init; }

    private RecipientProfileChanged Profile => new(
        Id,
        Site,
        Antibodies,
        Group,
        Requirements,
        // What a screen once found is never forgotten: an antibody that nobody has named yet may hide from the next sample.
        NewestSample is { } newest
            ? new ProfileSample(newest.Number, newest.TakenAt, newest.ValidUntil, Samples.Exists(sample => sample.AntibodyScreen == true) ? true : newest.AntibodyScreen)
            : null);

    public static Recipient Evolve(Recipient state, object @event) => @event switch
    {
        RecipientRegistered registered => state with
        {
            Id = registered.Recipient,
            Site = registered.Site,
            IsRegistered = true,
            Determinations = state.Determinations.Add(new RecipientDetermination(registered.Group, registered.DeterminedBy)),
        },
        RecipientAdmitted admitted => state with { Id = admitted.Recipient, Site = admitted.Site, IsRegistered = true },
        RecipientGroupDetermined determined => state with
        {
            Group = determined.Established,
            Determinations = state.Determinations.Add(new RecipientDetermination(determined.Group, determined.Person, determined.Sample)),
        },
        RecipientGroupSettled settled => state with
        {
            Group = settled.Group,
            SettledGroup = settled.Group,
            Explained = state.Determinations.Count,
        },
        RecipientAntibodyFound found => state with
        {
            Antibodies = state.Antibodies | found.Antigens,
            AntibodyFindings = state.AntibodyFindings.Add(new AntibodyFinding(found.Antigens, found.Sample, found.Note)),
        },
        RecipientRequirementsSet set => state with { Requirements = set.Requirements },
        RecipientSampleTaken taken => state with
        {
            Samples = state.Samples.Add(new RecipientSample(taken.Number, taken.TakenAt, taken.ValidUntil, taken.TakenBy)),
        },
        RecipientSampleScreened screened => state with
        {
            // Of two results of one sample the one that makes people careful stands.
            Samples = [.. state.Samples.Select(sample => sample.Number == screened.Sample
                ? sample with { AntibodyScreen = screened.Positive || sample.AntibodyScreen == true }
                : sample)],
        },
        RecipientIdentityErased => state with { IsErased = true },
        RecipientProfileChanged told => state with { Told = told },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is no event of a recipient."),
    };

    public RecipientSample? FindSample(string number) => Samples.Find(sample => sample.Number == number);

    /// <summary>Whether findings since the last settling are not all of one group, or not of the one that was settled on.</summary>
    internal static bool Differ(ImmutableList<RecipientDetermination> round, BloodGroup? settled) =>
        round.Exists(determination => determination.Group != (settled ?? round[0].Group));

    /// <summary>The facts, and with them what the others are to be told, where that is another than before.</summary>
    internal Decision<RecipientEvent> Record(params IReadOnlyList<RecipientEvent> facts)
    {
        var after = Aggregate.Fold(this, facts);
        return after.Profile == after.Told
            ? Decision<RecipientEvent>.Accept(facts)
            : Decision<RecipientEvent>.Accept([.. facts, after.Profile]);
    }
}

/// <summary>A group that somebody found.</summary>
/// <param name="Person">Staff code; null where it was told before people were recorded.</param>
/// <param name="Sample">The number of the sample it was found in, where that was told.</param>
public sealed record RecipientDetermination(BloodGroup Group, string? Person, string? Sample = null);

/// <summary>Antibodies that somebody found or was told of.</summary>
public sealed record AntibodyFinding(AntigenSet Antigens, string? Sample, string? Note);

/// <summary>Blood of the patient.</summary>
/// <param name="ValidUntil">From then on it serves no more.</param>
/// <param name="TakenBy">Staff code.</param>
/// <param name="AntibodyScreen">Whether a screen of it found antibodies; null while none is done.</param>
public sealed record RecipientSample(string Number, DateTimeOffset TakenAt, DateTimeOffset ValidUntil, string TakenBy, bool? AntibodyScreen = null);
