namespace Distribution.EventStore;

/// <summary>How far each reader of the log has come.</summary>
public interface ICheckpoints
{
    Task<LogPosition> LoadAsync(string reader, CancellationToken cancellationToken = default);

    /// <summary>
    /// Not synchronously durable: a reader that loses its last steps reads them again, and every reader copes with that.
    /// Never moves back.
    /// </summary>
    Task SaveAsync(string reader, LogPosition position, CancellationToken cancellationToken = default);
}
