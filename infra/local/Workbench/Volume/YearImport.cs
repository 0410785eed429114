using Distribution.Blood.Compatibility;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Donations;
using Distribution.EventStore;
using Distribution.Inventory;

namespace Distribution.Workbench.Volume;

/// <summary>
/// A synthetic year as the histories that the services would have written: every act goes through the deciders that the
/// services use, and whatever they refuse stops the import. Only the writing is another: whole streams in bulk.
/// </summary>
/// <param name="year">Who gives what when.</param>
/// <param name="book">The rules of each day.</param>
/// <param name="region">Its centre tests, processes and supplies the others.</param>
/// <param name="until">Nothing is later than this: what would be is left out.</param>
/// <param name="others">Donors beside those of the year, each with their gifts in order of time.</param>
public sealed class YearImport(
    SyntheticYear year, PolicyBook book, Region region, DateTimeOffset until, params IReadOnlyList<IReadOnlyList<SyntheticDonation>> others)
{
    private const string Importer = "volume-import";
    private const string Technician = "A9990-L01";
    private const string OtherTechnician = "A9990-L02";
    private const string FirstReleaser = "A9990-R01";
    private const string SecondReleaser = "A9990-R02";

    private readonly SiteId _centre = region.Sites.Single(site => site.Tier == SiteTier.Centre).Id;
    private readonly SiteId[] _hospitals = [.. region.Sites.Where(site => site.SuppliedBy is not null).Select(site => site.Id)];

    /// <summary>Every donor's and donation's stream, for the Donation service.</summary>
    public IEnumerable<ImportedStream> DonationStreams() => year.ByDonor().Concat(others).SelectMany(gifts => Follow(gifts).Donation);

    /// <summary>Every unit's and family's stream, for the Inventory service.</summary>
    public IEnumerable<ImportedStream> InventoryStreams() => year.ByDonor().Concat(others).SelectMany(gifts => Follow(gifts).Inventory);

    /// <summary>The pseudonym that a donor of a year is imported under.</summary>
    public static DonorId DonorOf(SyntheticYear year, SyntheticDonor donor) => DonorId.From($"{Importer}:{year.Seed}:{donor.Index}");

    private (List<ImportedStream> Donation, List<ImportedStream> Inventory) Follow(IReadOnlyList<SyntheticDonation> gifts)
    {
        var (ours, theirs) = (new List<ImportedStream>(), new List<ImportedStream>());
        var id = DonorOf(year, gifts[0].Donor);
        var donor = new Life<Donor, DonorEvent>(id.ToString());
        foreach (var gift in gifts.Where(gift => gift.CollectedAt < until))
            Live(gift, id, donor, ours, theirs);
        if (!donor.IsEmpty)
            ours.Insert(0, donor.ToStream());
        return (ours, theirs);
    }

    private void Live(SyntheticDonation gift, DonorId id, Life<Donor, DonorEvent> donor, List<ImportedStream> ours, List<ImportedStream> theirs)
    {
        var collected = new Act(book, "A9990-N01", gift.Site, gift.CollectedAt);
        if (donor.IsEmpty)
        {
            donor.Take(
                DonorDecider.Register(donor.State, new RegisterDonor(id, gift.Donor.Woman ? Sex.Female : Sex.Male, gift.Donor.BirthYear), collected.By), collected);
        }

        var command = new CollectDonation(id, gift.Number, gift.VolumeMl, gift.Donor.WeightKg, gift.Collection);
        var donation = new Life<Donations.Donation, DonationEvent>(gift.Number.ToString());
        donor.Take(DonorDecider.Give(donor.State, command, collected.Policy, collected.By), collected);
        donation.Take(DonationDecider.Collect(donation.State, command, collected.Policy, collected.By), collected);

        var prepared = new Act(book, Technician, _centre, gift.CollectedAt.AddHours(5));
        if (prepared.By.Now < until)
        {
            foreach (var component in gift.Components)
                donation.Take(ProcessingDecider.Prepare(donation.State, new PrepareComponent(component.Product, component.VolumeMl), prepared.Policy, prepared.By), prepared);
        }

        var tested = new Act(book, Technician, _centre, gift.CollectedAt.AddHours(9));
        if (tested.By.Now < until)
            Test(gift, donor, donation, tested);
        var released = new Act(book, SecondReleaser, _centre, gift.CollectedAt.AddHours(26));
        if (released.By.Now < until)
            Release(gift, donation, released);

        ours.Add(donation.ToStream());
        theirs.AddRange(Inventory(gift, donation));
    }

    private static void Test(SyntheticDonation gift, Life<Donor, DonorEvent> donor, Life<Donations.Donation, DonationEvent> donation, Act act)
    {
        foreach (var person in new[] { Technician, OtherTechnician })
        {
            var by = act with { Actor = person };
            donation.Take(TestingDecider.Determine(donation.State, new DetermineGroup(gift.Donor.Group, "gel"), by.Policy, by.By), by);
        }

        donor.Take(TestingDecider.LearnGroup(donor.State, donation.State, act.Policy), act);
        var details = new TestDetails("CLIA", $"LOT-{gift.CollectedAt:yyMM}", "AN-1", $"RUN-{gift.CollectedAt:yyMMdd}", gift.CollectedAt.AddHours(8));
        var results = act.Policy.MandatoryMarkers.ToDictionary(
            marker => marker, marker => marker == gift.Reactive ? MarkerResult.Reactive : MarkerResult.Negative, StringComparer.Ordinal);
        donation.Take(TestingDecider.Test(donation.State, new TestMarkers(results, details), act.Policy, act.By).Decision, act);
        if (gift.Reactive is not { } reactive || act.Policy.FindMarker(reactive) is not { } rule)
            return;

        for (var repeat = 1; repeat <= rule.Repeats; repeat++)
        {
            var again = new TestMarkers(
                new Dictionary<string, MarkerResult>(StringComparer.Ordinal) { [reactive] = MarkerResult.Reactive }, details with { Run = $"{details.Run}-{repeat}" });
            if (donation.State.StandingOf(reactive, act.Policy) == MarkerStanding.InitiallyReactive)
                donation.Take(TestingDecider.Test(donation.State, again, act.Policy, act.By).Decision, act);
        }

        if (rule.DefersDonor)
            donor.Take(DonorDecider.Defer(donor.State, new DeferDonor(DonationDecider.MarkerReactive, gift.Number, Until: null)), act);
    }

    private static void Release(SyntheticDonation gift, Life<Donations.Donation, DonationEvent> donation, Act act)
    {
        if (gift.Reactive is not null)
        {
            donation.Take(DonationDecider.Discard(donation.State, new DiscardComponents(DonationDecider.MarkerReactive), act.Policy), act);
            return;
        }

        var first = act with { Actor = FirstReleaser, At = act.At.AddMinutes(-10) };
        donation.Take(ReleaseDecider.Release(donation.State, new ReleaseComponents(), first.Policy, first.By), first);
        donation.Take(ReleaseDecider.Release(donation.State, new ReleaseComponents(), act.Policy, act.By), act);
    }

    /// <summary>What Inventory would have made of the messages, and how the units went on from there.</summary>
    private IEnumerable<ImportedStream> Inventory(SyntheticDonation gift, Life<Donations.Donation, DonationEvent> donation)
    {
        if (donation.State.Components.IsEmpty)
            yield break;
        var family = new Life<Family, FamilyEvent>(gift.Number.ToString());
        foreach (var component in donation.State.Components)
        {
            var unit = new Life<Unit, UnitEvent>(component.Unit.ToString());
            foreach (var (data, metadata) in donation.Events)
            {
                var act = new Act(book, metadata.Actor, SiteId.Parse(metadata.Site), metadata.OccurredAt);
                switch (data)
                {
                    case ComponentPrepared prepared when prepared.Unit == component.Unit:
                        unit.Take(UnitDecider.Prepare(unit.State, Facts(prepared.Unit, component, donation.State)), act);
                        family.Take(FamilyDecider.List(family.State, [component.Unit]), act);
                        break;
                    case ComponentReleased released when released.Unit == component.Unit:
                        unit.Take(UnitDecider.Release(unit.State, Facts(released.Unit, component, donation.State), released.Group, released.FirstPerson), act);
                        break;
                    case ComponentDiscarded discarded when discarded.Unit == component.Unit:
                        unit.Take(UnitDecider.DiscardAtCentre(unit.State, Facts(discarded.Unit, component, donation.State), discarded.Reason, act.By), act);
                        break;
                    default:
                        break;
                }
            }

            GoOn(unit);
            yield return unit.ToStream(unit.State is { Fate: null, Facts: { } facts } ? [new Deadline("unit-expiry", $"unit-{component.Unit}", facts.ExpiresAt)] : []);
        }

        yield return family.ToStream();
    }

    /// <summary>To a hospital's stock after some days, and to a patient after some more; what nobody takes expires.</summary>
    private void GoOn(Life<Unit, UnitEvent> unit)
    {
        if (unit.State is not { Released: true, Fate: null, Facts: { } facts, Group: { } group })
            return;
        var random = new Random(StableHash(facts.Unit.ToString()) ^ year.Seed);
        var life = facts.ExpiresAt - facts.CollectedAt;
        var days = Math.Min(life.TotalDays * 0.8, 40);
        var hospital = _hospitals[random.Next(_hospitals.Length)];
        var leaving = new Act(book, "A9990-D01", _centre, facts.CollectedAt.AddDays(1.5 + (random.NextDouble() * days * 0.4)));
        var arriving = leaving with { Actor = "A9991-B01", Site = hospital, At = leaving.At.AddHours(2) };
        var giving = arriving with { At = arriving.At.AddHours(3).AddDays(random.NextDouble() * days * 0.5) };
        if (random.NextDouble() < 0.03)
        {
            var expired = new Act(book, "unit-expiry", _centre, facts.ExpiresAt);
            if (expired.At < until)
                unit.Take(UnitDecider.Expire(unit.State, expired.By), expired);
            return;
        }

        if (arriving.At >= until || giving.At >= facts.ExpiresAt)
            return;
        var order = OrderId.From($"{Importer}:{facts.Unit}");
        var leg = new Leg(Consignment(leaving.At, random), order, _centre, hospital);
        unit.Take(
            UnitDecider.Reserve(
                unit.State,
                new ReserveUnit(order, 1, ReservationPurpose.Stock, _centre, hospital, facts.Kind, group, null, null, leaving.At.AddDays(1)),
                (leaving with { At = leaving.At.AddHours(-1) }).By),
            leaving with { At = leaving.At.AddHours(-1) });
        unit.Take(CustodyDecider.RecordDispatch(unit.State, leg, leaving.At, arriving.At), leaving);
        unit.Take(CustodyDecider.RecordReceipt(unit.State, leg, true, leaving.At), arriving);
        if (giving.At >= until)
            return;
        var patient = RecipientId.From($"{Importer}:{facts.Unit}");
        var patients = OrderId.From($"{Importer}:patient:{facts.Unit}");
        unit.Take(
            UnitDecider.Reserve(
                unit.State,
                new ReserveUnit(patients, 1, ReservationPurpose.Patient, hospital, hospital, facts.Kind, group, patient, group, giving.At.AddDays(1)),
                (giving with { At = giving.At.AddHours(-2) }).By),
            giving with { At = giving.At.AddHours(-2) });
        var matching = giving with { At = giving.At.AddHours(-1) };
        var known = new KnownRecipient { Version = 1, Site = hospital, Group = group, Sample = new RecipientSample($"T-{facts.Unit}", matching.At, matching.At + matching.Policy.SampleValidity) };
        if (AboRhCompatibility.IsCompatible(facts.Kind, group, group))
        {
            var tested = new CrossmatchFinding(patients, patient, true, CrossmatchMethod.Serological, known.Sample.Number);
            unit.Take(BenchDecider.Crossmatch(unit.State, known, matching.Policy, tested, matching.By), matching);
        }

        unit.Take(BenchDecider.Issue(unit.State, known, giving.Policy, new HandOut(patients, patient, "A9991-B02", Appearance.Normal), giving.By), giving);
        unit.Take(BenchDecider.RecordTransfusion(unit.State, new Transfusion(giving.At.AddMinutes(20), facts.VolumeMl), giving.By), giving with { At = giving.At.AddHours(2) });
    }

    private static ConsignmentNumber Consignment(DateTimeOffset at, Random random) =>
        ConsignmentNumber.Parse($"A9990{at.Year % 100:00}{random.Next(100_000):00000}");

    private static UnitFacts Facts(UnitNumber unit, PreparedComponent component, Donations.Donation donation) => new(
        unit, component.Kind, donation.CollectedAt, donation.Site, component.PreparedAt, component.ExpiresAt, component.VolumeMl, component.Site);

    // The same in every process, as string.GetHashCode is not.
    private static int StableHash(string text)
    {
        var hash = 17;
        foreach (var character in text)
            hash = unchecked((hash * 31) + character);
        return hash;
    }

    /// <summary>Who did something when and where, recorded at once.</summary>
    private sealed record Act(PolicyBook Book, string Actor, SiteId Site, DateTimeOffset At)
    {
        public Provenance By => new(Actor, Site, At, At);

        public PolicyPack Policy => Book.At(At);

        public EventMetadata ToMetadata() => new() { Actor = Actor, Site = Site.ToString(), OccurredAt = At, Policy = Policy.Version, CorrelationId = Importer };
    }

    /// <summary>One aggregate as it lives.</summary>
    private sealed class Life<TState, TEvent>(string id)
        where TState : IAggregate<TState>
        where TEvent : class
    {
        public TState State { get; private set; } = TState.Initial;

        public List<ImportedEvent> Events { get; } = [];

        public bool IsEmpty => Events.Count == 0;

        /// <exception cref="InvalidOperationException">It was refused.</exception>
        public void Take(Decision<TEvent> decision, Act act)
        {
            if (decision.IsRejected)
                throw new InvalidOperationException($"{TState.Category} {id}: {string.Join(" ", decision.Rejections.Select(reason => $"{reason.Code}: {reason.Message}"))}");
            if (decision.Events.Count == 0)
                return;
            var metadata = act.ToMetadata();
            foreach (var @event in decision.Events)
            {
                State = TState.Evolve(State, @event);
                Events.Add(new ImportedEvent(@event, metadata));
            }
        }

        public ImportedStream ToStream(params IReadOnlyList<Deadline> deadlines) => new(Aggregate.StreamId<TState>(id), Events, deadlines);
    }
}
