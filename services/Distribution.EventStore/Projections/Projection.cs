using Npgsql;

namespace Distribution.EventStore.Projections;

/// <summary>
/// A table that is nothing but a fold of the log: droppable, rebuilt byte for byte.
/// Its tables are created in a schema of the build's own; readers reach the live build's through views of the same names
/// in schema <c>read</c>.
/// </summary>
public abstract class Projection
{
    /// <summary>Lower case, digits and underscores; at most 30 characters.</summary>
    public abstract string Name { get; }

    /// <summary>Raised when the tables or the folding change: the next start builds anew beside the live one.</summary>
    public abstract int Version { get; }

    /// <summary>The tables, by unqualified name.</summary>
    public abstract IReadOnlyList<string> Tables { get; }

    /// <summary>Creates the tables and their indexes, by unqualified name.</summary>
    public abstract string Schema { get; }

    /// <summary>
    /// Adds the statements that fold one event; none where it does not concern this projection. Unqualified names.
    /// Rows may depend on nothing but the events. Throws on an event it should know and does not.
    /// </summary>
    public abstract void Project(StoredEvent stored, NpgsqlBatch batch);
}

/// <summary>How a projection stands.</summary>
public sealed class ProjectionStatus(string name)
{
    public string Name { get; } = name;

    /// <summary>This instance runs it.</summary>
    public bool IsLeader { get; internal set; }

    public LogPosition Position { get; internal set; }

    /// <summary>Recorded-at of the last event folded; what is older than this is in the tables.</summary>
    public DateTimeOffset? FoldedUpTo { get; internal set; }

    /// <summary>Why it stands still: an event that it cannot fold. Null while it runs.</summary>
    public string? Alarm { get; internal set; }
}
