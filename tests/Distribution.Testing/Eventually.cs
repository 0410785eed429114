using System.Diagnostics;

namespace Distribution.Testing;

/// <summary>Waits on what can be observed, never for a time.</summary>
public static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks until the answer is there; fails with the last one.</summary>
    /// <param name="every">Between two askings; a bench that measures by it asks more often.</param>
    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> enough, string what, TimeSpan? patience = null, TimeSpan? every = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (enough(answer))
                return answer;
            if (Stopwatch.GetElapsedTime(started) > (patience ?? Patience))
                throw new TimeoutException($"Not within {(patience ?? Patience).TotalSeconds:0} s: {what}. Last seen: {answer}");
            await Task.Delay(every ?? TimeSpan.FromMilliseconds(20));
        }
    }

    public static Task BecomesTrueAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null) =>
        GetAsync(condition, holds => holds, what, patience);
}
