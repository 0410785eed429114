using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Shouldly;
using Xunit;

namespace Distribution.Labels.Tests;

public sealed class What_a_label_says
{
    [Fact]
    public void The_ten_items_of_the_circular_in_its_order() =>
        (Labels.RedCells with { OtherGroups = "C-, K-" }).Items.Select(item => (item.Number, item.Value)).ShouldBe(
        [
            (1, "Trung tâm Máu Bạch Mai, 78 Giải Phóng, Hà Nội"),
            (2, "Khối hồng cầu có dung dịch bảo quản"),
            (3, "A9990 26 123456 D0101V00"),
            (4, "O Rh(D) dương, C-, K-"),
            (5, "21/11/2026 09:15"),
            (6, "CPD / SAGM"),
            (7, "02/01/2027 23:59"),
            (8, "250 mL"),
            (9, "từ 2 đến 6 °C"),
            (10, "Cần truyền qua bộ dây truyền có bầu lọc; không được truyền nếu có hiện tượng tan máu, màu sắc bất thường"),
        ]);

    [Fact]
    public void An_irradiated_unit_says_so_in_the_words_of_the_circular() =>
        (Labels.RedCells with { IsIrradiated = true }).Items[9].Value.ShouldBe(
            "Cần truyền qua bộ dây truyền có bầu lọc; không được truyền nếu có hiện tượng tan máu, màu sắc bất thường. Đã chiếu xạ");

    [Fact]
    public void Frozen_plasma_needs_no_solution_and_is_kept_below_a_limit()
    {
        var label = Labels.RedCells with
        {
            Kind = ComponentKind.Plasma,
            Solution = null,
            VolumeMl = null,
            WeightGrams = 230,
            StorageMinimumCelsius = null,
            StorageMaximumCelsius = -25,
        };

        label.Validate().ShouldBeEmpty();
        label.Items.Select(item => item.Number).ShouldBe([1, 2, 3, 4, 5, 7, 8, 9, 10]);
        label.Items.Single(item => item.Number == 8).Value.ShouldBe("230 g");
        label.Items.Single(item => item.Number == 9).Value.ShouldBe("từ -25 °C trở xuống");
    }

    /// <summary>The log keeps instants; a label is read by people, on whose wall it was already the next day.</summary>
    [Fact]
    public void Times_are_those_of_the_facilitys_clock_whatever_the_offset_they_came_with()
    {
        var label = Labels.RedCells with
        {
            CollectedAt = new DateTimeOffset(2026, 12, 31, 18, 30, 0, TimeSpan.Zero),
            ExpiresAt = new DateTimeOffset(2027, 2, 11, 16, 59, 0, TimeSpan.Zero),
        };

        label.Items.Single(item => item.Number == 5).Value.ShouldBe("01/01/2027 01:30");
        label.Items.Single(item => item.Number == 7).Value.ShouldBe("11/02/2027 23:59");
        label.Symbols.Select(symbol => symbol.Data).ShouldContain("&*0270010130");
        label.Symbols.Select(symbol => symbol.Data).ShouldContain("&>0270422359");
    }

    [Fact]
    public void The_symbols_of_ISBT_128_with_the_group_for_anybody() =>
        Labels.RedCells.Symbols.Select(symbol => (symbol.Data, symbol.Text, symbol.CheckCharacter)).ShouldBe(
        [
            ("=A99902612345600", "A9990 26 123456", Labels.RedCells.Unit.Donation.CheckCharacter),
            ("=%5100", "5100", null),
            ("=<D0101V00", "D0101V00", null),
            ("&>0270022359", "0270022359", null),
            ("&*0263250915", "0263250915", null),
        ]);

    [Fact]
    public void One_scan_of_the_matrix_tells_all_that_the_bars_tell()
    {
        foreach (var label in Labels.Any(500))
        {
            label.Validate().ShouldBeEmpty();
            var scan = Scan.Parse(label.CompoundMessage);

            scan.Error.ShouldBeNull();
            scan.Count.ShouldBe(6);
            ShouldTell(scan, label);
        }
    }

    /// <summary>What two symbols side by side give in one stroke of the scanner.</summary>
    [Fact]
    public void Bars_scanned_in_pairs_tell_the_same()
    {
        var symbols = Labels.RedCells.Symbols;

        Scan.Parse(symbols[0].Data + symbols[1].Data).Expect(DataStructure.DonationNumber, DataStructure.BloodGroup).ShouldBeNull();
        Scan.Parse(symbols[2].Data + symbols[3].Data).Expect(DataStructure.ProductCode, DataStructure.ExpirationDateTime).ShouldBeNull();
    }

    internal static void ShouldTell(ScanResult scan, UnitLabel label)
    {
        Of(DataStructure.DonationNumber).AsDonationNumber().ShouldBe(label.Unit.Donation);
        Of(DataStructure.DonationNumber).Flags.ShouldBe("00");
        Of(DataStructure.BloodGroup).AsBloodGroup().ShouldBe(label.Group);
        Of(DataStructure.BloodGroup).Intent.ShouldBe(LabelIntent.Default);
        Of(DataStructure.ProductCode).AsProductCode().ShouldBe(label.Unit.Product);
        Of(DataStructure.ExpirationDateTime).AsDateTime().ShouldBe(ToMinute(label.ExpiresAt));
        Of(DataStructure.CollectionDateTime).AsDateTime().ShouldBe(ToMinute(label.CollectedAt));

        ScannedSymbol Of(DataStructure structure) => scan.TryGet(structure, out var symbol) ? symbol : throw new InvalidOperationException($"no {structure}");

        DateTime ToMinute(DateTimeOffset instant)
        {
            var local = TimeZoneInfo.ConvertTime(instant, label.Zone).DateTime;
            return local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute));
        }
    }
}
