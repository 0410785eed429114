using Distribution.Benchmarks;

// Figures are ratios to a peer that runs in the same process, alternated with ours; absolute numbers only say how
// fast this machine is today.
var quick = args.Contains("--quick", StringComparer.Ordinal);
switch (args.FirstOrDefault(argument => !argument.StartsWith('-')))
{
    case "store":
        return await StoreBench.RunAsync(quick);
    case "latency":
        return await LatencyBench.RunAsync(quick);
    case "intake":
        return await IntakeBench.RunAsync(quick);
    case "scan":
        return ScanBench.Run(quick);
    case "allocation":
        return await AllocationBench.RunAsync(quick);
    default:
        Console.Error.WriteLine("Usage: ./dev bench store|latency|scan|intake|allocation [--quick]");
        return 2;
}
