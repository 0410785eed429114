using Xunit;

// Several hosts in one process share its meters, and some tests measure how long a thing takes.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
