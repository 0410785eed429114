using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Request.V1;

/// <summary>Everything the order asked for has been received by the hospital, or issued for the patient.</summary>
public sealed record OrderMet(OrderId Order, SiteId Hospital, Attribution By);
