namespace Distribution.Blood.Deciding;

/// <summary>
/// The name under which an event is stored for good, such as <c>unit-reserved.v1</c>.
/// It IS the storage format: the record may be renamed or moved, this string may not change.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StoredAsAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
