using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Stock;

/// <summary>Who may look at what a site keeps and loses: beside its own staff those who supply it, because they can use it elsewhere in time.</summary>
internal static class StockReading
{
    public static void Require(Caller caller, SiteId site, Region region)
    {
        if (region.Find(site)?.SuppliedBy != caller.Site && region.Find(caller.Site)?.Tier != SiteTier.Centre)
            caller.RequireReading(site);
    }
}
