using Distribution.Contracts;
using Distribution.EventStore;
using Distribution.Requests.Service.OrderBoard;
using Distribution.Requests.Service.OrderForms;
using Distribution.Requests.Service.Orders;
using Distribution.Requests.Service.Publishing;
using Distribution.Requests.Service.Recipients;
using Distribution.Requests.Service.Slots;
using Distribution.ServiceDefaults.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(new ServiceDescription
{
    Name = Routes.Request,
    EventTypes = EventTypes.From(typeof(Distribution.Requests.Order).Assembly),
    Contracts = new RequestContracts(),
    Consumers =
    [
        typeof(RecordReservation), typeof(RecordDelay), typeof(RecordDecline), typeof(RecordLapse), typeof(RecordDispatch),
        typeof(RecordReceipt), typeof(RecordIssue), typeof(RecordReturn), typeof(RecordFate),
    ],
    Projections = [typeof(OrdersProjection), typeof(OrderFormsProjection)],
    DeadlineHandlers = [typeof(PlaceStandingOrder)],
    KeepsIdentities = true,
});

builder.Services.AddSingleton<FormDesk>();

var app = builder.Build();
app.UseServiceDefaults();
RegisterRecipient.Map(app);
GetRecipient.Map(app);
SearchRecipients.Map(app);
DetermineGroup.Map(app);
SettleGroup.Map(app);
RecordAntibodies.Map(app);
SetRequirements.Map(app);
TakeSample.Map(app);
ScreenSample.Map(app);
ShowIdentity.Map(app);
EraseIdentity.Map(app);
PlaceOrder.Map(app);
AmendOrder.Map(app);
CancelOrder.Map(app);
DeclineOrder.Map(app);
AnswerAlternative.Map(app);
DuplicateOrder.Map(app);
GetOrder.Map(app);
ListOrders.Map(app);
ListStuckOrders.Map(app);
SaveForm.Map(app);
ChangeForm.Map(app);
PlaceForm.Map(app);
GetForm.Map(app);
ListForms.Map(app);
ShowSlots.Map(app);
return await app.RunServiceAsync(args);
