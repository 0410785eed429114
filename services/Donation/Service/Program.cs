using Distribution.Contracts;
using Distribution.Donations.Service.AnalyserResults;
using Distribution.Donations.Service.Board;
using Distribution.Donations.Service.Donations;
using Distribution.Donations.Service.Donors;
using Distribution.Donations.Service.Drives;
using Distribution.Donations.Service.Implications;
using Distribution.Donations.Service.Labeling;
using Distribution.Donations.Service.Publishing;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(new ServiceDescription
{
    Name = Routes.Donation,
    EventTypes = EventTypes.From(typeof(Distribution.Donations.Donation).Assembly),
    Contracts = new DonationContracts(),
    Consumers = [typeof(RecordRecall)],
    Projections = [typeof(ReleaseBoardProjection), typeof(DriveFiguresProjection), typeof(DonationLotsProjection), typeof(ImplicationsProjection)],
    KeepsIdentities = true,
});

var app = builder.Build();
app.UseServiceDefaults();
RegisterDonor.Map(app);
ShowDonor.Map(app);
ShowEligibility.Map(app);
DeferDonor.Map(app);
EndDeferral.Map(app);
ShowIdentity.Map(app);
EraseIdentity.Map(app);
PlanDrive.Map(app);
AmendDrive.Map(app);
CancelDrive.Map(app);
ListDrives.Map(app);
ShowDrive.Map(app);
CollectDonation.Map(app);
DetermineGroup.Map(app);
TestMarkers.Map(app);
ConfirmMarker.Map(app);
CorrectResult.Map(app);
PrepareComponent.Map(app);
ProcessComponent.Map(app);
ImportResults.Map(app);
ReleaseDonation.Map(app);
DiscardComponents.Map(app);
ShowDonation.Map(app);
ShowReleaseBoard.Map(app);
PrintLabel.Map(app);
VerifyLabel.Map(app);
OpenRecall.Map(app);
EndImplication.Map(app);
ShowImplication.Map(app);
ListImplications.Map(app);
return await app.RunServiceAsync(args);
