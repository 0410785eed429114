using Distribution.Inventory;

namespace Distribution.Checker;

/// <content>What the road does to a unit: every leg begins and ends once, and the unit is on one at a time.</content>
internal static partial class UnitCheck
{
    private sealed partial class Walk
    {
        private void Dispatch(UnitDispatched dispatched)
        {
            if (!_left.Add(dispatched.Consignment))
            {
                Violate("I11", $"The unit left on {dispatched.Consignment} twice.");
                return;
            }

            // Told after its arrival: it moves nothing, and what is known by now says nothing of then.
            if (_closed.Contains(dispatched.Consignment))
                return;

            Require(_place != Place.OnTheRoad, "I8", "dispatches", $"The unit left on {dispatched.Consignment} while on {_leg?.Consignment}.");
            if (_facts is null)
            {
                RequireNoted("I7", "dispatches", "unknown-unit", $"A unit that nobody prepared left on {dispatched.Consignment}");
            }
            else
            {
                Require(IsReleased, "I2", "dispatches", $"The unit left on {dispatched.Consignment} before its release.");
                if (_reservation?.Order != dispatched.Order)
                    RequireNoted("I1", "dispatches", "not-reserved", $"The unit left on {dispatched.Consignment} and was not reserved for {dispatched.Order}");
                // A hold may cross with the hand-over; what Dispatch knew is judged by its gates.
                if (_holds.Count > 0)
                    RequireNoted("I6", "dispatches", "dispatched-on-hold", $"The unit left on {dispatched.Consignment} while held for {Holds}");
                if (_facts.Value.ExpiresAt <= dispatched.DispatchedAt)
                    RequireNoted("I4", "dispatches", "dispatched-after-expiry", $"The unit left on {dispatched.Consignment} after its expiry");
                findings.Saw("I7", "dispatches");
                if (_place != Place.OnTheRoad && (_place != Place.AtSite || _site != dispatched.From))
                    RequireNoted("I7", "dispatches", "dispatched-elsewhere", $"The unit left {dispatched.From} on {dispatched.Consignment} while {Whereabouts}");
            }

            // Another site has it: that it left from here is told, and it is where it is.
            if (_place is Place.AtSite or Place.WithPatient && _site != dispatched.From)
                return;
            MoveTo(Place.OnTheRoad, dispatched.From);
            _leg = dispatched;
        }

        private void Receive(UnitReceived received)
        {
            // Missed first and found later is the one way to meet a leg's end twice, wherever it was found in between.
            _closed.Add(received.Consignment);
            if (!_arrived.Add(received.Consignment))
            {
                Violate("I11", $"The unit arrived on {received.Consignment} twice.");
                return;
            }

            findings.Saw("I7", "arrivals");
            if (_facts is null)
                RequireNoted("I7", "arrivals", "unknown-unit", $"A unit that nobody prepared arrived on {received.Consignment}");
            if (_issue is not null)
                RequireNoted("I7", "arrivals", "received-while-issued", $"The unit arrived on {received.Consignment} while out with a patient");
            if (!received.Expected)
                RequireNoted("I7", "arrivals", "unexpected", $"The unit arrived on {received.Consignment}, which did not list it");
            else if (received.DispatchedAt is null && !_left.Contains(received.Consignment))
                RequireNoted("I7", "arrivals", "received-without-dispatch", $"The unit arrived on {received.Consignment}, which never left");
            findings.Saw("I8", "arrivals");
            if (_leg is { } leg)
            {
                if (leg.Consignment == received.Consignment)
                    Require(leg.To == received.Site, "I14", "arrivals", $"The unit was bound for {leg.To} and arrived at {received.Site}.");
                else if (_place == Place.OnTheRoad && received.Expected)
                    Violate("I8", $"The unit arrived on {received.Consignment} while on {leg.Consignment}.");
            }

            if (_reservation is { Purpose: ReservationPurpose.Stock } reservation && reservation.Order == received.Order)
                RequireFreed("arrivals", "arrived in the stock that it was reserved for");
            MoveTo(Place.AtSite, received.Site);
        }

        private void Miss(UnitMissing missing)
        {
            if (!_closed.Add(missing.Consignment))
            {
                Violate("I11", $"The unit was missed on {missing.Consignment} after that leg had ended for it.");
                return;
            }

            findings.Saw("I8", "missed units");
            if (_facts is null)
                RequireNoted("I7", "missed units", "unknown-unit", $"A unit that nobody prepared was missed on {missing.Consignment}");
            if (_place == Place.OnTheRoad && _leg?.Consignment != missing.Consignment)
                Violate("I8", $"The unit was missed on {missing.Consignment} while on {_leg?.Consignment}.");
            if (_reservation?.Order == missing.Order)
                RequireFreed("missed units", "was missed");
            if (!(_place == Place.Unknown || (_place == Place.OnTheRoad && _leg?.Consignment == missing.Consignment) || (_place == Place.AtSite && _site == missing.From)))
            {
                RequireNoted("I7", "missed units", "missing-elsewhere", $"The unit was missed on {missing.Consignment} while {Whereabouts}");
                return;
            }

            var leg = _leg;
            MoveTo(Place.Missing, missing.From);
            (_leg, _missed) = (leg, missing);
        }

        private void Find(UnitFound found)
        {
            findings.Saw("I7", "finds");
            Require(_now.By.Site == found.Site.ToString(), "I14", "finds", $"Found at {found.Site}, told by {_now.By.Site}.");
            if (_facts is null)
                RequireNoted("I7", "finds", "unknown-unit", $"A unit that nobody prepared was found at {found.Site}");
            // Whoever has in hand what was on the road to them contradicts nothing.
            if (_place is Place.AtSite or Place.WithPatient || (_place == Place.OnTheRoad && _leg?.To != found.Site))
                RequireNoted("I7", "finds", "found-elsewhere", $"The unit was found at {found.Site} while {Whereabouts}");
            MoveTo(Place.AtSite, found.Site);
        }
    }
}
