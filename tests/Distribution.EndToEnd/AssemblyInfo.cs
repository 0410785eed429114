using Xunit;

// Each test has the machine, the broker and the database server to itself: some stop them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
