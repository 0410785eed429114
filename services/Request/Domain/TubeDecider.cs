using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;

namespace Distribution.Requests;

public static class TubeDecider
{
    /// <summary>The number's half of taking a sample; <see cref="RecipientSampleDecider.Take"/> is the other.</summary>
    public static Decision<TubeEvent> Label(Tube state, string number, RecipientId recipient, Provenance by) => state.Recipient switch
    {
        null => Decision<TubeEvent>.Accept(new TubeLabeled(by.Site, number, recipient)),
        { } owner when owner == recipient => Decision<TubeEvent>.AlreadyDone,
        // Not whose: what is shown to who scans a wrong tube may be another patient's.
        _ => Decision<TubeEvent>.Reject("sample-number-used", "The number is on a tube of another patient of this site: look whose blood it is.", "number"),
    };
}
