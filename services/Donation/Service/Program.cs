using Distribution.Contracts;
using Distribution.Donations;
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
    EventTypes = EventTypes.From(typeof(Donation).Assembly),
    Contracts = new DonationContracts(),
    Projections = [typeof(ReleaseBoardProjection)],
    KeepsIdentities = true,
});

var app = builder.Build();
app.UseServiceDefaults();
Distribution.Donations.Service.Donors.RegisterDonor.Map(app);
ShowDonor.Map(app);
Distribution.Donations.Service.Donations.CollectDonation.Map(app);
Distribution.Donations.Service.Donations.DetermineGroup.Map(app);
Distribution.Donations.Service.Donations.TestMarkers.Map(app);
Distribution.Donations.Service.Donations.PrepareComponent.Map(app);
ReleaseDonation.Map(app);
Distribution.Donations.Service.Donations.DiscardComponents.Map(app);
ShowDonation.Map(app);
ShowReleaseBoard.Map(app);
return await app.RunServiceAsync(args);
