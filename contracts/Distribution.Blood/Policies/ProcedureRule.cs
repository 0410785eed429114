using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Policies;

/// <summary>What can be done to a unit after its preparation.</summary>
[JsonConverter(typeof(KebabEnumConverter<ProcedureKind>))]
public enum ProcedureKind
{
    /// <summary>One component into others, such as plasma into cryoprecipitate.</summary>
    Separate = 10,

    /// <summary>One unit into parts that bear its number and a division code each.</summary>
    Divide = 20,

    /// <summary>Two or more units into one with a number of its own.</summary>
    Pool = 30,
    Irradiate = 40,
    Wash = 50,
    Freeze = 60,
    Thaw = 70,

    /// <summary>Leucocyte depletion by filtration.</summary>
    DepleteLeucocytes = 80,

    /// <summary>The same bag under another name, such as thawed plasma past its hours as fresh.</summary>
    Relabel = 90,
}

/// <summary>One way to make units of units, with what the jurisdiction asks of it.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Source">The product description code that the sources bear.</param>
/// <param name="Results">The product description codes that may come of it; the sources' own for a division.</param>
/// <param name="Life">From the procedure on; null: the result keeps the sources' expiry. The earliest source's expiry bounds it unless <paramref name="Extends"/>.</param>
/// <param name="Extends">The result may outlive its source, as frozen red cells do.</param>
/// <param name="MinimumSources">1, or at least 2 for a pool.</param>
/// <param name="MaximumSources">The most sources of one result.</param>
/// <param name="LatestAfterCollection">Not later than this after the (earliest) collection; null: at any time in date.</param>
/// <param name="MinimumDoseGy">Irradiation: gray.</param>
/// <param name="MinimumCelsius">Temperature of the procedure, °C.</param>
/// <param name="MaximumCelsius">Temperature of the procedure, °C.</param>
/// <param name="LongestDuration">How long the procedure may take.</param>
public sealed record ProcedureRule(
    ProcedureKind Kind,
    string Source,
    IReadOnlyList<string> Results,
    TimeSpan? Life = null,
    bool Extends = false,
    int MinimumSources = 1,
    int MaximumSources = 1,
    TimeSpan? LatestAfterCollection = null,
    decimal? MinimumDoseGy = null,
    double? MinimumCelsius = null,
    double? MaximumCelsius = null,
    TimeSpan? LongestDuration = null);
