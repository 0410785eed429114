using System.Globalization;
using System.Text.Json;

namespace Distribution.Blood.Network;

/// <summary>When the vans come and what the suppliers promise. Both may be left out.</summary>
internal sealed partial class RegionReader
{
    private static readonly Dictionary<string, DayOfWeek> Days = Enum.GetValues<DayOfWeek>()
        .ToDictionary(day => JsonNamingPolicy.KebabCaseLower.ConvertName(day.ToString()), StringComparer.Ordinal);

    private List<DeliverySlot> ReadSlots(JsonElement site, string sitePath)
    {
        List<DeliverySlot> slots = [];
        if (site.ValueKind != JsonValueKind.Object || !site.TryGetProperty("slots", out _)
            || !reader.TryMember(site, sitePath, "slots", JsonValueKind.Array, out var list))
        {
            return slots;
        }

        if (list.GetArrayLength() == 0)
            reader.Note($"{sitePath}.slots", "must not be empty");
        foreach (var (element, path) in list.EnumerateArray().Select((element, index) => (element, Item($"{sitePath}.slots", index))))
        {
            reader.RefuseOthers(element, path, "days", "at");
            var days = Texts<DayOfWeek>(element, path, "days", Days.TryGetValue, $"is none of {string.Join(", ", Days.Keys)}");
            var times = Texts<TimeOnly>(element, path, "at", TryTime, "is not a time of day, such as 07:30");
            foreach (var slot in days.SelectMany(day => times.Select(time => new DeliverySlot(day, time))))
            {
                if (slots.Contains(slot))
                    reader.Note(path, string.Create(CultureInfo.InvariantCulture, $"{slot.Day} at {slot.At:HH\\:mm} is there already"));
                slots.Add(slot);
            }
        }

        return slots;
    }

    private ServiceTimes? ReadService(JsonElement root)
    {
        const string Path = "$.service";
        if (!root.TryGetProperty("service", out _) || !reader.TryMember(root, "$", "service", JsonValueKind.Object, out var service))
            return null;
        reader.RefuseOthers(service, Path, "pickAndPack", "routine", "urgent", "emergency", "assumed");
        var times = new ServiceTimes(
            reader.Duration(service, Path, "pickAndPack"),
            reader.Duration(service, Path, "routine"),
            reader.Duration(service, Path, "urgent"),
            reader.Duration(service, Path, "emergency"));
        // A time that could not be read is zero and says nothing about the others.
        CheckOrder(times.PickAndPack, "emergency", times.Emergency, "picking and packing takes");
        CheckOrder(times.Emergency, "urgent", times.Urgent, "an emergency is given");
        CheckOrder(times.Urgent, "routine", times.Routine, "what is urgent is given");
        return times;

        void CheckOrder(TimeSpan least, string name, TimeSpan time, string what)
        {
            if (time > TimeSpan.Zero && time < least)
                reader.Note($"{Path}.{name}", $"is shorter than {what}");
        }
    }

    private static string Item(string list, int index) => string.Create(CultureInfo.InvariantCulture, $"{list}[{index}]");

    private static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private delegate bool TryRead<T>(string text, out T value);

    private List<T> Texts<T>(JsonElement element, string path, string name, TryRead<T> read, string otherwise)
    {
        List<T> values = [];
        if (!reader.TryMember(element, path, name, JsonValueKind.Array, out var list))
            return values;
        if (list.GetArrayLength() == 0)
            reader.Note($"{path}.{name}", "must not be empty");
        foreach (var (item, itemPath) in list.EnumerateArray().Select((item, index) => (item, Item($"{path}.{name}", index))))
        {
            if (item.ValueKind == JsonValueKind.String && read(item.GetString()!, out var value))
                values.Add(value);
            else
                reader.Note(itemPath, $"{item.GetRawText()} {otherwise}");
        }

        return values;
    }
}
