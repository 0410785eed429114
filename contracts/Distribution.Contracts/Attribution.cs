using Distribution.Blood.Network;

namespace Distribution.Contracts;

/// <summary>Who did what a message tells of, where and when, and by which rules.</summary>
/// <param name="Actor">Staff code, or the name of a process that acts by itself.</param>
/// <param name="Site">Where the actor stood.</param>
/// <param name="OccurredAt">When it happened in the world.</param>
/// <param name="Policy">Version of the policy pack that decided, where one did.</param>
/// <param name="CorrelationId">The same for everything that follows from one act.</param>
public sealed record Attribution(string Actor, SiteId Site, DateTimeOffset OccurredAt, string? Policy, string? CorrelationId);
