using System.Globalization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;

namespace Distribution.Dispatches;

public static class NumberingDecider
{
    /// <summary>The most that the five digits of a serial can name (ISBT 128 ST-001 2.4.28).</summary>
    public const int LastSerialOfYear = 99_999;

    /// <summary>The next number of the row. Not idempotent by itself: the caller's inbox key is what makes it so.</summary>
    /// <param name="facility">The dispatching site's facility identification number.</param>
    /// <param name="year">Two digits, by the region's calendar.</param>
    public static Decision<NumberingEvent> Assign(Numbering state, string facility, int year) =>
        state.LastSerial < LastSerialOfYear
            ? Decision<NumberingEvent>.Accept(
                new NumberingEvent.ConsignmentNumberAssigned(ConsignmentNumber.Create(facility, year, state.LastSerial + 1)))
            : Decision<NumberingEvent>.Reject(
                "numbers-exhausted",
                string.Create(CultureInfo.InvariantCulture, $"Facility {facility} has given out all {LastSerialOfYear} consignment numbers of year {year:00}."));
}
