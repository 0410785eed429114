using System.Text;

namespace Distribution.Blood.Captures;

/// <summary>One line of comma-separated values (RFC 4180); no value runs over lines, so that one quotation mark too many swallows one line and no more.</summary>
internal static class CsvRow
{
    /// <returns>The values without blanks around them, or null where the quotation marks do not match.</returns>
    public static List<string>? Split(string row)
    {
        var (values, value) = (new List<string>(), new StringBuilder());
        var (quoted, closed) = (false, false);
        for (var i = 0; i < row.Length; i++)
        {
            var c = row[i];
            if (quoted)
            {
                if (c != '"')
                {
                    value.Append(c);
                }
                else if (i + 1 < row.Length && row[i + 1] == '"')
                {
                    value.Append(c);
                    i++;
                }
                else
                {
                    (quoted, closed) = (false, true);
                }
            }
            else if (c == ',')
            {
                values.Add(value.ToString().Trim());
                value.Clear();
                closed = false;
            }
            else if (c == '"' && !closed && string.IsNullOrWhiteSpace(value.ToString()))
            {
                quoted = true;
                value.Clear();
            }
            else if (c == '"' || (closed && c != ' '))
            {
                return null;
            }
            else
            {
                value.Append(c);
            }
        }

        if (quoted)
            return null;
        values.Add(value.ToString().Trim());
        return values;
    }
}
