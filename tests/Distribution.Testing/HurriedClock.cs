namespace Distribution.Testing;

/// <summary>The time of day as it is, and every timer so many times sooner: for a pause that is long on purpose and nothing to wait for.</summary>
public sealed class HurriedClock(int times) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Hurry(dueTime), Hurry(period));

    // Less than zero is never, and stays so.
    private TimeSpan Hurry(TimeSpan time) => time > TimeSpan.Zero ? time / times : time;
}
