using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Dispatches;

/// <summary>What several of a consignment's deciders ask for.</summary>
internal static class ConsignmentRules
{
    public static void RequireSite(SiteId site, Provenance by, List<Rejection> reasons)
    {
        if (by.Site != site)
            reasons.Add(new Rejection("wrong-site", $"This is done at {site}, not at {by.Site}.", "site"));
    }

    /// <summary>Which end of the road somebody stands at; null, with the reason, where at neither.</summary>
    public static ConsignmentEnd? RequireEnd(Consignment state, Provenance by, List<Rejection> reasons)
    {
        if (by.Site == state.From)
            return ConsignmentEnd.Sender;
        RequireSite(state.To, by, reasons);
        return by.Site == state.To ? ConsignmentEnd.Destination : null;
    }

    public static void RequireNotGone(Consignment state, List<Rejection> reasons)
    {
        if (state.HandedOver is not null)
            reasons.Add(new Rejection("already-dispatched", $"Consignment {state.Number} has been handed over."));
        else if (state.HasArrived || !state.CheckedIn.IsEmpty)
            reasons.Add(new Rejection("already-arrived", $"Consignment {state.Number} has arrived without having been handed over in the books."));
    }

    public static void RequireBox(Consignment state, int box, List<Rejection> reasons)
    {
        if (!state.UnitsIn(box).Any())
            reasons.Add(NothingIn(state, box));
    }

    public static Rejection NothingIn(Consignment state, int box) =>
        new("unknown-box", $"Consignment {state.Number} has nothing in a box {box}.", "box");

    public static Rejection NotOnConsignment(Consignment state, UnitNumber unit, string? field) =>
        new("not-on-consignment", $"Unit {unit} is not on the list of consignment {state.Number}.", field);
}
