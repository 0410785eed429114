using System.Globalization;
using Distribution.Dispatches;
using Distribution.Donations;
using Distribution.Inventory;
using Distribution.Requests;

namespace Distribution.Checker;

/// <summary>I9: the logs are whole, and no identifier stands for two things.</summary>
internal static class StorageCheck
{
    private const string I9 = "I9";

    private static readonly (string Category, Type Family, Type[] Opening)[] Families =
    [
        ("donor", typeof(DonorEvent), [typeof(DonorRegistered)]),
        ("donation", typeof(DonationEvent), [typeof(DonationCollected)]),
        ("drive", typeof(DriveEvent), [typeof(DrivePlanned)]),
        // A case that Inventory tells of may be told to have ended first.
        ("implication", typeof(ImplicationEvent), [typeof(ImplicationOpened), typeof(RecallTold), typeof(RecallEnded)]),
        // Whatever is heard of a unit first opens its history.
        ("unit", typeof(UnitEvent), []),
        ("allocation", typeof(AllocationEvent), []),
        ("family", typeof(FamilyEvent), []),
        // Its end may be told before its beginning.
        ("recall", typeof(RecallEvent), []),
        ("recipient", typeof(RecipientEvent), [typeof(RecipientRegistered), typeof(RecipientAdmitted)]),
        ("tube", typeof(TubeEvent), [typeof(TubeLabeled)]),
        ("recipient", typeof(KnownRecipientEvent), []),
        ("orderform", typeof(OrderFormEvent), [typeof(OrderFormSaved)]),
        ("order", typeof(OrderEvent), [typeof(OrderPlaced)]),
        ("consignment", typeof(ConsignmentEvent), [typeof(ConsignmentEvent.ConsignmentPlanned)]),
        ("gate", typeof(GateEvent), []),
        ("capture", typeof(CaptureEvent), [typeof(CaptureEvent.LineUnplaced)]),
        ("numbering", typeof(NumberingEvent), []),
    ];

    public static void Run(IReadOnlyList<LoggedEvent> all, Findings findings)
    {
        var ids = new HashSet<Guid>();
        foreach (var logged in all)
        {
            var stored = logged.Stored;
            findings.Require(ids.Add(stored.Id), I9, "events", stored.StreamId, $"Two events have the id {stored.Id}.");
            RequireKnown(logged, findings);
        }

        foreach (var service in all.GroupBy(logged => logged.Service, StringComparer.Ordinal))
        {
            var places = new HashSet<long>();
            foreach (var logged in service)
            {
                if (!places.Add(logged.Stored.Position.Sequence))
                    findings.Violate(I9, logged.Stored.StreamId, $"Two events of {service.Key} stand at {logged.Stored.Position}.");
            }

            foreach (var stream in service.GroupBy(logged => logged.Stored.StreamId, StringComparer.Ordinal))
                RequireWhole(stream.Key, [.. stream.Select(logged => logged.Stored).OrderBy(stored => stored.Version)], findings);
        }

        RequireNumbersOnce(new Logs(all), findings);
    }

    private static void RequireKnown(LoggedEvent logged, Findings findings)
    {
        var (stored, type) = (logged.Stored, logged.Stored.Data.GetType());
        if (!Services.All.TryGetValue(logged.Service, out var types) || !types.ByName.TryGetValue(stored.Type, out var expected) || expected != type)
        {
            findings.Violate(I9, stored.StreamId, $"{logged.Service} stores no {type.Name} as '{stored.Type}'.");
            return;
        }

        var category = stored.StreamId.Split('-')[0];
        var family = Families.FirstOrDefault(known => known.Family.IsAssignableFrom(type));
        if (family.Family is null)
            findings.Violate(I9, stored.StreamId, $"No invariant knows '{stored.Type}'.");
        else if (family.Category != category)
            findings.Violate(I9, stored.StreamId, $"'{stored.Type}' has no place in a history of a {category}.");
        else if (stored.Version == 1 && family.Opening.Length > 0 && !family.Opening.Contains(type))
            findings.Violate(I9, stored.StreamId, $"The history of a {category} opens with '{stored.Type}'.");
    }

    private static void RequireWhole(string streamId, IReadOnlyList<EventStore.StoredEvent> stream, Findings findings)
    {
        findings.Saw(I9, "streams");
        for (var i = 0; i < stream.Count; i++)
        {
            if (stream[i].Version != i + 1)
            {
                findings.Violate(I9, streamId, string.Create(CultureInfo.InvariantCulture, $"Version {stream[i].Version} stands where {i + 1} belongs."));
                return;
            }

            if (i > 0 && stream[i].Position <= stream[i - 1].Position)
                findings.Violate(I9, streamId, string.Create(CultureInfo.InvariantCulture, $"Version {i + 1} comes before version {i} in the log."));
        }
    }

    private static void RequireNumbersOnce(Logs logs, Findings findings)
    {
        var assigned = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in logs.Of<NumberingEvent.ConsignmentNumberAssigned>())
        {
            var number = entry.Data.Consignment;
            findings.Require(assigned.Add(number.ToString()), I9, "consignment numbers", entry.StreamId, $"{number} was given out twice.");
            if (entry.StreamId != $"numbering-{number.Facility}{number.Year:00}" || number.Serial != entry.Stored.Version)
                findings.Violate(I9, entry.StreamId, string.Create(CultureInfo.InvariantCulture, $"{number} is not number {entry.Stored.Version} of its row."));
        }

        foreach (var entry in logs.Of<ConsignmentEvent.ConsignmentPlanned>())
        {
            if (entry.StreamId != $"consignment-{entry.Data.Consignment}")
                findings.Violate(I9, entry.StreamId, $"The history is that of {entry.Data.Consignment}.");
            if (!assigned.Contains(entry.Data.Consignment.ToString()))
                findings.Violate(I9, entry.StreamId, $"{entry.Data.Consignment} was never given out.");
        }

        RequireOwn<DonorRegistered>(logs, findings, registered => $"donor-{registered.Donor}");
        RequireOwn<DonationCollected>(logs, findings, collected => $"donation-{collected.Donation}");
        RequireOwn<DrivePlanned>(logs, findings, planned => $"drive-{planned.Drive}");
        RequireOwn<ImplicationOpened>(logs, findings, opened => $"implication-{opened.Recall}");
        RequireOwn<RecallTold>(logs, findings, told => $"implication-{told.Recall}");
        RequireOwn<UnitPrepared>(logs, findings, prepared => $"unit-{prepared.Unit}");
        RequireOwn<UnitMade>(logs, findings, made => $"unit-{made.Unit}");
        RequireOwn<RecallOpened>(logs, findings, opened => $"recall-{opened.Recall}");
        RequireOwn<RecipientRegistered>(logs, findings, registered => $"recipient-{registered.Recipient}");
        RequireOwn<RecipientAdmitted>(logs, findings, admitted => $"recipient-{admitted.Recipient}");
        RequireOwn<RecipientProfileChanged>(logs, findings, told => $"recipient-{told.Recipient}");
        RequireOwn<OrderPlaced>(logs, findings, placed => $"order-{placed.Order}");
    }

    /// <summary>What opens a history says whose it is.</summary>
    private static void RequireOwn<T>(Logs logs, Findings findings, Func<T, string> stream)
    {
        foreach (var entry in logs.Of<T>().Where(entry => entry.StreamId != stream(entry.Data)))
            findings.Violate(I9, entry.StreamId, $"The history is that of {stream(entry.Data)}.");
    }
}
