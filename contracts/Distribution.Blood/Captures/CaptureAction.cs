using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Captures;

/// <summary>What a line of a satellite's file says was done. Each service takes its own and leaves the rest to the other.</summary>
[JsonConverter(typeof(KebabEnumConverter<CaptureAction>))]
public enum CaptureAction
{
    /// <summary>A consignment's papers or boxes stand at the door. Scan: 028.</summary>
    Arrive = 10,

    /// <summary>A unit came out of the boxes. Scan: 001 and 003; value: its consignment, where it is not told by its list.</summary>
    CheckIn = 20,

    /// <summary>All that came of a consignment has been scanned. Scan: 028.</summary>
    Complete = 30,

    /// <summary>Put away. Value: the place.</summary>
    Store = 40,

    /// <summary>Handed out for a patient. Second: the verifier's badge.</summary>
    Issue = 50,

    /// <summary>Transfused, from the line's time on. Value: milliliters, where they were measured.</summary>
    Transfuse = 60,

    /// <summary>Came back from the ward. Value: minutes out of storage; note: how it looked.</summary>
    Return = 70,

    /// <summary>Thrown away. Value: the reason's code.</summary>
    Discard = 80,

    /// <summary>Nobody can find it. Value: the reason's code.</summary>
    Lose = 90,

    /// <summary>It is here.</summary>
    Find = 100,
}

public static class CaptureActions
{
    /// <summary>The actions that happen to a consignment; all others happen to a unit.</summary>
    public static bool IsOfReceipt(this CaptureAction action) => action is CaptureAction.Arrive or CaptureAction.CheckIn or CaptureAction.Complete;
}
