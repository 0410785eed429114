using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Distribution.ServiceDefaults.Tests")]
[assembly: InternalsVisibleTo("Distribution.Contracts.Tests")]
