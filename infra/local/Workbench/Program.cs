using System.CommandLine;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.Workbench;
using Distribution.Workbench.Demo;
using Distribution.Workbench.Volume;

// The part of ./dev that needs the project's own code; called by it with the environment set.
var keyFile = new Option<string>("--key-file") { Description = "The development signing key.", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("Auth__SigningKeyFile") ?? "" };

var key = new Command("key", "Makes the development signing key unless there is one.") { keyFile };
key.SetAction(parsed =>
{
    DevelopmentTokens.CreateKeyFile(parsed.GetRequiredValue(keyFile));
    return 0;
});

var role = new Option<string[]>("--role") { Description = $"One or more of: {string.Join(", ", Roles.All)}.", Required = true, AllowMultipleArgumentsPerToken = true };
var site = new Option<string>("--site") { Description = "Where the person stands, such as HN-XP.", Required = true };
var staff = new Option<string>("--staff") { Description = "Staff code.", DefaultValueFactory = _ => "A9999-DEV" };
var hours = new Option<double>("--hours") { Description = "How long it is good for.", DefaultValueFactory = _ => 12 };
var token = new Command("token", "Prints a bearer token for trying things out.") { keyFile, role, site, staff, hours };
token.SetAction(parsed =>
{
    if (!SiteId.TryParse(parsed.GetRequiredValue(site), null, out var where))
    {
        Console.Error.WriteLine($"--site: '{parsed.GetRequiredValue(site)}' is not a site id; the region file lists them.");
        return 2;
    }

    var unknown = parsed.GetRequiredValue(role).Except(Roles.All, StringComparer.Ordinal).ToArray();
    if (unknown.Length > 0)
    {
        Console.Error.WriteLine($"--role: '{string.Join("', '", unknown)}' is no role; there are: {string.Join(", ", Roles.All)}.");
        return 2;
    }

    Console.WriteLine(DevelopmentTokens.Create(
        parsed.GetRequiredValue(keyFile), parsed.GetRequiredValue(staff), parsed.GetRequiredValue(role), where, TimeSpan.FromHours(parsed.GetRequiredValue(hours))));
    return 0;
});

var once = new Option<bool>("--once") { Description = "End when it is done; exit code 0 only if all held." };
var scans = new Option<string>("--scans") { Description = "The day's scans.", DefaultValueFactory = _ => RepositoryFiles.Find("infra/regions/hanoi-day.scans") };
var demo = new Command("demo", "Moves blood through the running services by a day of scans.") { keyFile, once, scans };
demo.SetAction((parsed, cancellationToken) => DemoRun.RunAsync(
    parsed.GetRequiredValue(scans), parsed.GetRequiredValue(keyFile), parsed.GetValue(once), cancellationToken));

var donations = new Option<int>("--donations") { Description = "How many; the components are some two and a half times as many.", DefaultValueFactory = _ => 150_000 };
var import = new Command("import", "Fills empty databases of Donation and Inventory with a synthetic year.") { donations };
import.SetAction((parsed, cancellationToken) => ImportRun.RunAsync(parsed.GetValue(donations), cancellationToken));

return await new RootCommand("Distribution's workbench.") { key, token, demo, import }.Parse(args).InvokeAsync();
