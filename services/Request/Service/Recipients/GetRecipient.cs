using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Recipients;

/// <param name="Group">Null while it is not established.</param>
/// <param name="GroupDiffers">Determinations differ, and two people have to settle which it is.</param>
/// <param name="Antibodies">Against which antigens, now or ever.</param>
/// <param name="Requirements">Null where nobody has said any.</param>
/// <param name="Samples">In the order they were told.</param>
/// <param name="History">Every change, oldest first.</param>
internal sealed record RecipientView(
    RecipientId Recipient,
    SiteId Site,
    BloodGroup? Group,
    bool GroupDiffers,
    IReadOnlyList<RecipientDetermination> Determinations,
    IReadOnlyList<string> Antibodies,
    IReadOnlyList<AntibodyFindingView> AntibodyFindings,
    RequirementsView? Requirements,
    IReadOnlyList<RecipientSample> Samples,
    bool IsErased,
    IReadOnlyList<RecipientChange> History);

internal sealed record AntibodyFindingView(IReadOnlyList<string> Antigens, string? Sample, string? Note);

internal sealed record RequirementsView(bool Irradiated, bool CmvNegative, bool Washed, IReadOnlyList<string> WithoutAntigens, int? FresherThanDays);

internal sealed record RecipientChange(
    long Version,
    string Type,
    object Data,
    DateTimeOffset OccurredAt,
    DateTimeOffset RecordedAt,
    string Actor,
    string Site,
    string? Reason,
    string? Policy);

internal static class GetRecipient
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/recipients/{recipient}", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithTags("recipients")
        .WithSummary("What is known of a recipient and since when, without who it is.")
        .Produces<RecipientView>();

    public static IResult Unknown(RecipientId recipient) => Answers.NotFound("unknown-recipient", $"There is no recipient {recipient}.");

    private static async Task<IResult> HandleAsync(RecipientId recipient, Caller caller, IEventStore store, CancellationToken cancellationToken)
    {
        var slice = await store.ReadStreamAsync(Aggregate.StreamId<Recipient>(recipient.ToString()), 0, cancellationToken);
        var state = slice.Fold<Recipient>().State;
        if (!state.IsRegistered)
            return Unknown(recipient);
        caller.RequireReading(state.Site);
        return Answers.WithETag(slice.Version, View(state, slice.Events));
    }

    private static RecipientView View(Recipient state, IReadOnlyList<StoredEvent> events) => new(
        state.Id,
        state.Site,
        state.Group,
        state.GroupDiffers,
        state.Determinations,
        PatientFields.Names(state.Antibodies),
        [.. state.AntibodyFindings.Select(finding => new AntibodyFindingView(PatientFields.Names(finding.Antigens), finding.Sample, finding.Note))],
        state.Requirements is { } wanted
            ? new RequirementsView(wanted.Irradiated, wanted.CmvNegative, wanted.Washed, PatientFields.Names(wanted.WithoutAntigens), wanted.FresherThanDays)
            : null,
        state.Samples,
        state.IsErased,
        // What the others are told repeats the change that it follows from.
        [.. events.Where(stored => stored.Data is not RecipientProfileChanged).Select(stored => new RecipientChange(
            stored.Version,
            stored.Type,
            stored.Data,
            stored.Metadata.OccurredAt,
            stored.RecordedAt,
            stored.Metadata.Actor,
            stored.Metadata.Site,
            stored.Metadata.Reason,
            stored.Metadata.Policy))]);
}
