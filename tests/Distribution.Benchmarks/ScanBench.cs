using System.Diagnostics;
using Distribution.Blood.Isbt128;

namespace Distribution.Benchmarks;

/// <summary>How long one scan takes to be understood.</summary>
internal static class ScanBench
{
    private const double GoalMicroseconds = 2;

    public static int Run(bool quick)
    {
        string[] scans = ["=A99992612345600", "=A99992612345600=<D0101V00", "=<D0101V00&>0263102359", "=%5100", "=$A99902600001" + "0102"];
        var perRound = quick ? 200_000 : 2_000_000;
        var figures = new Figures("scan");
        var (times, bytes) = (new List<double>(), new List<double>());
        var valid = 0;
        for (var round = 0; round < 6; round++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < perRound; i++)
            {
                if (Scan.Parse(scans[i % scans.Length]).IsValid)
                    valid++;
            }

            var elapsed = Stopwatch.GetElapsedTime(started);
            // The first round is the compiler's.
            if (round == 0)
                continue;
            times.Add(elapsed.TotalMicroseconds / perRound);
            bytes.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)perRound);
        }

        if (valid != perRound * 6)
            throw new InvalidOperationException($"{perRound * 6 - valid} of the scans were refused.");
        figures.AtMost("parse", GoalMicroseconds, times, "µs");
        figures.Told("allocated", bytes, "B a scan");
        return figures.Print();
    }
}
