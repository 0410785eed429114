using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Donations;

/// <summary>Whose hands a donation is in: those of the site where it was collected and of the centre that the collection point belongs to.</summary>
internal static class Care
{
    /// <summary>The sites whose donations a site looks after: its own, for a centre also those of the collection points under its facility number and of the sites that it supplies.</summary>
    public static IReadOnlyList<SiteId> SitesOf(Region region, SiteId site) =>
        region.Find(site) is { Tier: SiteTier.Centre } centre
            ? [site, .. region.Sites.Where(other => Collects(other, centre)).Select(other => other.Id)]
            : [site];

    /// <summary>Who works with what was found in a donation and with whose it is; everybody else handles bags.</summary>
    public static bool SeesFindings(this Caller caller) =>
        caller.Roles.Overlaps([Roles.Laboratory, Roles.Releaser, Roles.Auditor, Roles.Operator]);

    // Its own points, and the hospitals that it supplies: these collect in campaigns and test nothing themselves.
    private static bool Collects(Site site, Site centre) =>
        site.SuppliedBy == centre.Id || (site.Tier == SiteTier.CollectionPoint && site.Facility == centre.Facility);

    /// <summary>The state that a command is decided on.</summary>
    /// <exception cref="HttpProblemException">404 <c>unknown-donation</c>, 403 <c>wrong-site</c>.</exception>
    public static Donation InCareOf(this Donation donation, Caller caller, Region region, DonationNumber number)
    {
        if (donation.Number is null)
            throw Unknown(number);
        if (!SitesOf(region, caller.Site).Contains(donation.Site))
            caller.RequireAt(donation.Site);
        return donation;
    }

    /// <summary>The state that a query shows.</summary>
    /// <exception cref="HttpProblemException">404 <c>unknown-donation</c>, 403 <c>wrong-site</c>.</exception>
    public static async Task<Loaded<Donation>> LoadForReadingAsync(
        this IEventStore store, Caller caller, Region region, DonationNumber number, CancellationToken cancellationToken)
    {
        var loaded = await store.LoadAsync<Donation>(number.ToString(), cancellationToken);
        if (loaded.State.Number is null)
            throw Unknown(number);
        if (!SitesOf(region, caller.Site).Contains(loaded.State.Site))
            caller.RequireReading(loaded.State.Site);
        return loaded;
    }

    private static HttpProblemException Unknown(DonationNumber number) =>
        new(new Problem(StatusCodes.Status404NotFound, "unknown-donation", $"There is no donation {number}."));
}
