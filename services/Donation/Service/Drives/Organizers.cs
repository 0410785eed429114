using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Drives;

/// <summary>Whose matter a drive is: that of a centre, and of the sites where it is held.</summary>
internal static class Organizers
{
    /// <exception cref="ServiceDefaults.Http.HttpProblemException">403 <c>wrong-site</c>.</exception>
    public static void RequireOrganizer(this Caller caller, Region region, IReadOnlyList<SiteId> sites)
    {
        if (region.Find(caller.Site)?.Tier != SiteTier.Centre && sites.Count > 0 && !sites.Contains(caller.Site))
            caller.RequireAt(sites[0]);
    }
}
