using Distribution.Contracts;
using Distribution.Donations.Service.Board;
using Distribution.Donations.Service.Donations;
using Distribution.Donations.Service.Donors;
using Distribution.Donations.Service.Publishing;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(new ServiceDescription
{
    Name = Routes.Donation,
    EventTypes = EventTypes.From(typeof(Distribution.Donations.Donation).Assembly),
    Contracts = new DonationContracts(),
    Projections = [typeof(ReleaseBoardProjection)],
    KeepsIdentities = true,
});

var app = builder.Build();
app.UseServiceDefaults();
RegisterDonor.Map(app);
ShowDonor.Map(app);
ShowEligibility.Map(app);
CollectDonation.Map(app);
DetermineGroup.Map(app);
TestMarkers.Map(app);
PrepareComponent.Map(app);
ReleaseDonation.Map(app);
DiscardComponents.Map(app);
ShowDonation.Map(app);
ShowReleaseBoard.Map(app);
return await app.RunServiceAsync(args);
