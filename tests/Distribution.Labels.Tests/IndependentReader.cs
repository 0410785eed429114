using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Distribution.Labels.Tests;

/// <summary>
/// Programs of other people that read pictures of bar codes. They are no option: without them nobody knows whether what is
/// printed can be read, so their absence fails.
/// </summary>
internal static class IndependentReader
{
    /// <summary>What zbarimg (Debian's zbar-tools) reads in each picture: the Code 128 symbols, in no particular order.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> ReadBars(IReadOnlyList<Bitmap> pictures)
    {
        using var files = new PictureFiles(pictures);
        var output = Run("zbarimg", "zbar-tools", ["--quiet", "--nodbus", "--xml", "-Sdisable", "-Scode128.enable", .. files.Paths]);
        var read = XDocument.Parse(output).Descendants().Where(element => element.Name.LocalName == "source").ToDictionary(
            source => source.Attribute("href")!.Value,
            source => (IReadOnlyList<string>)[.. source.Descendants().Where(element => element.Name.LocalName == "data").Select(data => data.Value)],
            StringComparer.Ordinal);
        return [.. files.Paths.Select(path => read.GetValueOrDefault(path, []))];
    }

    /// <summary>What dmtxread (Debian's dmtx-utils) reads in the pictures, one symbol each; fewer texts than pictures when one is not read.</summary>
    public static IReadOnlyList<string> ReadMatrices(IReadOnlyList<Bitmap> pictures)
    {
        using var files = new PictureFiles(pictures);
        return Run("dmtxread", "dmtx-utils", ["--newline", "--stop-after=1", "--milliseconds=4000", .. files.Paths])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Run(string program, string package, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"{program} is missing: apt-get install {package}. ./dev test does it.", exception);
        }
    }

    private sealed class PictureFiles : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("distribution-labels-");

        public PictureFiles(IReadOnlyList<Bitmap> pictures)
        {
            Paths = [.. pictures.Select((_, i) => Path.Combine(_folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{i:0000}.pbm")))];
            for (var i = 0; i < pictures.Count; i++)
                pictures[i].Save(Paths[i]);
        }

        public IReadOnlyList<string> Paths { get; }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
