using Distribution.Contracts;
using Distribution.EventStore;
using Distribution.Inventory;
using Distribution.Inventory.Service.Allocations;
using Distribution.Inventory.Service.Bench;
using Distribution.Inventory.Service.Captures;
using Distribution.Inventory.Service.Discrepancies;
using Distribution.Inventory.Service.Fates;
using Distribution.Inventory.Service.Procedures;
using Distribution.Inventory.Service.Publishing;
using Distribution.Inventory.Service.Recalls;
using Distribution.Inventory.Service.Recipients;
using Distribution.Inventory.Service.Stock;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Captures;
using Distribution.ServiceDefaults.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(new ServiceDescription
{
    Name = Routes.Inventory,
    EventTypes = EventTypes.From(typeof(Unit).Assembly),
    Contracts = new InventoryContracts(),
    Consumers = [typeof(ReceiveComponent), typeof(RecordConsignment), typeof(RecordColdChain), typeof(RecordRecipient), typeof(ReserveUnits), typeof(ReleaseReservation), typeof(RecordImplication)],
    Projections =
    [
        typeof(StockProjection), typeof(DiscrepancyProjection), typeof(FateProjection), typeof(RecallProjection), typeof(ConsignmentProjection),
        typeof(BenchProjection), typeof(OpenDemandProjection),
    ],
    DeadlineHandlers = [typeof(ExpireUnit), typeof(LapseAllocation), typeof(EndWaiting), typeof(RemindOfRecall), typeof(RemindOfCrossmatch)],
});
builder.Services.AddSingleton<UnitDesk>().AddSingleton<BenchDesk>().AddSingleton<Kinship>().AddSingleton<RecallDesk>().AddSingleton<AllocationMirror>().AddSingleton<AllocationDesk>();
builder.Services.AddSingleton<ICaptureDesk, CaptureDesk>().AddSingleton<CaptureUpload>();
builder.Services.AddHostedService<AllocationRounds>();

var app = builder.Build();
app.UseServiceDefaults();
GetUnit.Map(app);
HoldUnit.Map(app);
EndHold.Map(app);
CrossmatchUnit.Map(app);
GetRecipient.Map(app);
JudgeUnit.Map(app);
OverrideRules.Map(app);
IssueUnit.Map(app);
IssueInEmergency.Map(app);
StoreUnit.Map(app);
ReturnUnit.Map(app);
TransfuseUnit.Map(app);
DiscardUnit.Map(app);
LoseUnit.Map(app);
FindUnit.Map(app);
TypeUnit.Map(app);
GetAncestry.Map(app);
PrintLabel.Map(app);
VerifyLabel.Map(app);
PerformProcedure.Map(app);
GetAllocation.Map(app);
PlanAllocation.Map(app);
GetStock.Map(app);
ListUnits.Map(app);
ListExpiring.Map(app);
CountFates.Map(app);
ListDiscrepancies.Map(app);
ResolveDiscrepancy.Map(app);
ListIssued.Map(app);
ListUncrossmatched.Map(app);
UploadCaptures.Map(app);
ReportReaction.Map(app);
CallUnitsBack.Map(app);
AcknowledgeRecall.Map(app);
CloseRecall.Map(app);
ClearRecall.Map(app);
ListRecalls.Map(app);
ListUnacknowledged.Map(app);
GetRecall.Map(app);
return await app.RunServiceAsync(args);
