namespace Distribution.Workbench;

internal static class RepositoryFiles
{
    /// <summary>A file of the repository that this program was built in.</summary>
    public static string Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, path)))
                return Path.Combine(folder.FullName, path);
        }

        return path;
    }
}
