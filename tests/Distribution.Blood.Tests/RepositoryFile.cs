namespace Distribution.Blood.Tests;

/// <summary>The files that ship, found from wherever the tests run.</summary>
internal static class RepositoryFile
{
    public static string Path(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Distribution.sln")))
            folder = folder.Parent;
        return System.IO.Path.Combine([folder?.FullName ?? throw new InvalidOperationException("No Distribution.sln above the tests."), .. parts]);
    }
}
