using Distribution.Contracts;
using Distribution.Dispatches;
using Distribution.Dispatches.Service.Board;
using Distribution.Dispatches.Service.Boxes;
using Distribution.Dispatches.Service.Captures;
using Distribution.Dispatches.Service.Consignments;
using Distribution.Dispatches.Service.Papers;
using Distribution.Dispatches.Service.Publishing;
using Distribution.Dispatches.Service.Receipts;
using Distribution.Dispatches.Service.Units;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Captures;
using Distribution.ServiceDefaults.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(new ServiceDescription
{
    Name = Routes.Dispatch,
    EventTypes = EventTypes.From(typeof(Consignment).Assembly),
    Contracts = new DispatchContracts(),
    Consumers = [typeof(PlanForOrder), typeof(BlockUnit), typeof(UnblockUnit), typeof(EndReservation), typeof(EndUnit)],
    Projections = [typeof(ConsignmentBoard), typeof(CaptureReview)],
    DeadlineHandlers = [typeof(RaiseOverdue)],
});
builder.Services.AddSingleton<ConsignmentCommands>().AddSingleton<ICaptureDesk, CaptureDesk>().AddSingleton<CaptureUpload>();

var app = builder.Build();
app.UseServiceDefaults();

var consignments = app.MapGroup("/consignments").WithTags("consignments");
ListConsignments.Map(consignments);
ShowConsignment.Map(consignments);
PickUnit.Map(consignments);
PackUnit.Map(consignments);
LeaveUnitOut.Map(consignments);
HandOver.Map(consignments);
Arrive.Map(consignments);
CheckUnitIn.Map(consignments);
CompleteReceipt.Map(consignments);
ResolveDiscrepancy.Map(consignments);
ListOverdue.Map(consignments);
CloseBox.Map(consignments);
OpenBox.Map(consignments);
RecordTemperature.Map(consignments);
TakeDoorTemperature.Map(consignments);
ListUnrecorded.Map(app);
InspectUnit.Map(consignments);
TakeScan.Map(app);
PrintPickList.Map(consignments);
PrintNote.Map(consignments);
PrintBoxLabels.Map(consignments);
var captures = app.MapGroup("/captures").WithTags("captures");
UploadCaptures.Map(captures);
ListCaptureReview.Map(captures);
SettleCaptureLine.Map(captures);
ShowLedger.Map(app);
ListDiscrepancies.Map(app);

return await app.RunServiceAsync(args);
