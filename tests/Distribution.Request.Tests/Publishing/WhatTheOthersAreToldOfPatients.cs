using Distribution.Contracts;
using Distribution.Contracts.Request.V1;
using Distribution.EventStore;
using Distribution.Requests.Service.Publishing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Publishing;

public sealed class WhatTheOthersAreToldOfPatients
{
    [Fact]
    public void Everything_that_units_are_chosen_by_and_in_which_order_it_was_told()
    {
        var profile = (RecipientProfileChanged)Events.Samples.All["recipient-profile-changed.v1"].Full;

        var told = Told(profile, 7).ShouldHaveSingleItem().ShouldBeOfType<RecipientChanged>();

        told.ShouldBe(new RecipientChanged(
            Patient,
            7,
            Hospital,
            OPositive,
            profile.Antibodies,
            profile.Requirements,
            new Distribution.Contracts.Request.V1.RecipientSample("S-0001", Now, Now.AddDays(3), false),
            new Attribution("A9991-N01", Hospital, Now, "vn-26-2013.1", "correlation")));
    }

    [Fact]
    public void That_nothing_is_known_of_a_patient_is_told_too()
    {
        var told = Told(Events.Samples.All["recipient-profile-changed.v1"].Minimal, 2).ShouldHaveSingleItem().ShouldBeOfType<RecipientChanged>();

        (told.Group, told.Antibodies.IsEmpty, told.Requirements, told.Sample).ShouldBe((null, true, null, null));
    }

    private static IReadOnlyList<object> Told(object @event, long version) => new RequestContracts().ToMessages(new StoredEvent(
        LogPosition.Start,
        default,
        "recipient-1",
        version,
        "any",
        @event,
        new EventMetadata { Actor = "A9991-N01", Site = "HN-XP", OccurredAt = Now, Policy = "vn-26-2013.1", CorrelationId = "correlation" },
        Now));
}
