namespace Distribution.ServiceDefaults.Identity;

/// <summary>Who somebody is. Stands in the vault alone: events, messages and logs carry the pseudonym.</summary>
/// <param name="NationalId">The number of the identity card or passport.</param>
public sealed record PersonIdentity(string FullName, DateOnly BirthDate, string NationalId, string? Phone = null)
{
    /// <summary>Says nothing, so that no log line, exception or assertion can.</summary>
    public override string ToString() => "[identity]";
}
