using Distribution.Blood.Network;

namespace Distribution.Blood.Deciding;

/// <summary>Who did it, where and when: comes in with every command, so that deciders read no clock.</summary>
/// <param name="Actor">The staff code from the caller's token, or the name of the process that acts by itself.</param>
/// <param name="Site">The site the actor stands in.</param>
/// <param name="OccurredAt">When it happened in the world.</param>
/// <param name="Now">When we are told: server time. Safety rules on time (expiry) judge by the later of the two.</param>
public sealed record Provenance(string Actor, SiteId Site, DateTimeOffset OccurredAt, DateTimeOffset Now)
{
    /// <summary>The instant that safety rules judge by: a back-dated command does not make an expired unit fresh.</summary>
    public DateTimeOffset Latest => OccurredAt > Now ? OccurredAt : Now;
}
