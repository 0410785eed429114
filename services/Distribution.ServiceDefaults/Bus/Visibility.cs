using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Distribution.ServiceDefaults.Tests")]
