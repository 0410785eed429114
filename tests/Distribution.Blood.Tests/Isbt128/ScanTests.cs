using Distribution.Blood.BloodGroups;
using Distribution.Blood.Isbt128;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Isbt128;

public sealed class RecognizingSymbolsTests
{
    public static TheoryData<DataStructure, string, string> Symbols
    {
        get
        {
            var data = new TheoryData<DataStructure, string, string>();
            foreach (var (structure, text, content) in Samples.All)
                data.Add(structure, text, content);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Symbols))]
    public void Every_structure_in_use_is_recognized(DataStructure structure, string text, string content)
    {
        var scan = Scan.Parse(text);

        scan.Error.ShouldBeNull();
        scan.Count.ShouldBe(1);
        scan[0].Structure.ShouldBe(structure);
        scan[0].Data.ShouldBe(content);
    }

    [Theory]
    [MemberData(nameof(Symbols))]
    public void A_symbol_that_lost_its_end_is_refused(DataStructure structure, string text, string content)
    {
        // What nations and facilities define has no length to check.
        if (structure >= DataStructure.Local)
            return;
        var scan = Scan.Parse(text.AsSpan(0, text.Length - 1));

        scan.IsValid.ShouldBeFalse(content);
        scan.Error.ShouldNotBeNull().Code.ShouldBe("truncated-symbol");
    }

    [Theory]
    [MemberData(nameof(Symbols))]
    public void A_symbol_that_lost_its_end_does_not_swallow_the_next(DataStructure structure, string text, string content)
    {
        if (structure >= DataStructure.Local)
            return;
        var scan = Scan.Parse($"{text[..^1]}=%5100");

        scan.IsValid.ShouldBeFalse(content);
        scan.Error.ShouldNotBeNull().Code.ShouldBe("truncated-symbol");
    }

    [Theory]
    [MemberData(nameof(Symbols))]
    public void A_symbol_that_is_too_long_is_refused(DataStructure structure, string text, string content)
    {
        if (structure >= DataStructure.Local)
            return;
        var scan = Scan.Parse($"{text}0");

        scan.IsValid.ShouldBeFalse(content);
        scan.Error.ShouldNotBeNull().Code.ShouldBe("truncated-symbol");
        scan.Error.Position.ShouldBe(text.Length);
    }

    [Fact]
    public void Every_retired_structure_is_named_as_retired()
    {
        foreach (var (structure, text) in Samples.Retired)
        {
            var error = Scan.Parse(text).Error.ShouldNotBeNull();
            error.Code.ShouldBe("unknown-data-identifier");
            error.Message.ShouldContain("retired");
            error.Message.ShouldContain(structure.Name());
            structure.IsRetired().ShouldBeTrue();
        }
    }

    [Fact]
    public void Every_structure_has_a_sample_and_a_name_of_its_own()
    {
        var structures = Enum.GetValues<DataStructure>().Except([DataStructure.None]).ToArray();

        Samples.All.Select(sample => sample.Structure).Concat(Samples.Retired.Select(sample => sample.Structure)).ShouldBe(structures, ignoreOrder: true);
        structures.Select(structure => structure.Name()).ShouldBeUnique();
        structures.Select(structure => structure.Identifier()).ShouldBeUnique();
        structures.ShouldAllBe(structure => Samples.Retired.Any(sample => sample.Structure == structure) == structure.IsRetired());
    }

    [Theory]
    [InlineData("=A99992112345600\r\n")]
    [InlineData("=A99992112345600\r")]
    [InlineData("=A99992112345600\n")]
    [InlineData("=A99992112345600\t")]
    public void The_line_end_a_scanner_types_is_not_part_of_the_scan(string text) =>
        Scan.Parse(text)[0].AsDonationNumber().ShouldBe(DonationNumber.Parse("A999921123456"));

    [Fact]
    public void Every_character_that_may_open_a_donation_number_does()
    {
        for (var c = ' '; c <= '~'; c++)
        {
            var scan = Scan.Parse($"={c}00002112345600");
            var opens = c is (>= 'A' and <= 'Z' and not 'O') or (>= '1' and <= '9');
            (scan.IsValid && scan[0].Structure == DataStructure.DonationNumber).ShouldBe(opens, $"'{c}'");
        }
    }
}

public sealed class ReadingSymbolsTests
{
    [Fact]
    public void The_flags_are_no_check_character()
    {
        var symbol = Scan.Parse("=G12341765432170")[0];

        symbol.AsDonationNumber().ToString().ShouldBe("G123417654321");
        symbol.Flags.ShouldBe("70");
        symbol.Data.ShouldBe("G12341765432170");
    }

    [Fact]
    public void Flags_are_accepted_where_table_3_assigns_them_and_where_they_carry_the_check_value()
    {
        var number = DonationNumber.Parse("G123417654321");
        for (var flags = 0; flags <= 99; flags++)
        {
            var accepted = flags is (>= 0 and <= 13) or (>= 15 and <= 59) or 70;
            var scan = Scan.Parse($"={number}{flags:00}");
            scan.IsValid.ShouldBe(accepted, $"flags {flags:00}");
            if (!accepted)
                scan.Error.ShouldNotBeNull().Code.ShouldBe("invalid-flags");
        }

        Scan.Parse($"={number}A1").Error.ShouldNotBeNull().Code.ShouldBe("invalid-flags");
    }

    [Theory]
    [InlineData("=>018029", "2018-01-29T23:59")]
    [InlineData("=*020366", "2020-12-31T23:59")]
    [InlineData("=}099001", "2099-01-01T23:59")]
    [InlineData("&>0180292359", "2018-01-29T23:59")]
    [InlineData("&*0260010000", "2026-01-01T00:00")]
    [InlineData("&}9983651200", "1998-12-31T12:00")]
    public void A_date_is_local_and_ends_with_its_day_when_it_has_no_time(string text, string expected)
    {
        var date = Scan.Parse(text)[0].AsDateTime();

        date.ShouldBe(DateTime.Parse(expected, null));
        date.Kind.ShouldBe(DateTimeKind.Unspecified);
    }

    [Theory]
    [InlineData("=>018000")]
    [InlineData("=>018366")]
    [InlineData("=>020367")]
    [InlineData("=>01802A")]
    [InlineData("&>0180292400")]
    [InlineData("&>0180292360")]
    [InlineData("&*01802923-1")]
    public void A_day_or_time_that_does_not_exist_is_refused(string text) =>
        Scan.Parse(text).Error.ShouldNotBeNull().Code.ShouldBe("invalid-date");

    [Fact]
    public void A_blood_group_comes_with_the_labels_intent()
    {
        var symbol = Scan.Parse("=%9700")[0];

        symbol.AsBloodGroup().ShouldBe(new BloodGroup(Abo.O, RhD.Negative));
        symbol.Intent.ShouldBe(LabelIntent.AutologousOnly);
        symbol.AsSpecialMessage().ShouldBeNull();
    }

    [Fact]
    public void A_message_in_the_groups_place_is_no_group()
    {
        var symbol = Scan.Parse("=%Mq00")[0];

        symbol.AsBloodGroup().ShouldBeNull();
        symbol.Intent.ShouldBeNull();
        symbol.AsSpecialMessage().ShouldBe(SpecialMessage.Quarantine);
    }

    [Fact]
    public void A_Bombay_unit_is_read_but_is_no_group_to_transfuse_by_table() =>
        Scan.Parse("=%H600")[0].AsBloodGroup().ShouldBeNull();

    [Theory]
    [InlineData("=%9900")]
    [InlineData("=%Zz00")]
    [InlineData("=%51a0")]
    [InlineData("=%5101")]
    public void A_group_code_nobody_assigned_is_refused(string text) =>
        Scan.Parse(text).Error.ShouldNotBeNull().Code.ShouldBe("invalid-blood-group");

    [Theory]
    [InlineData("=A99A92112345600", "invalid-donation-number")]
    [InlineData("=A9999211234560", "truncated-symbol")]
    [InlineData("=<d0101V00", "invalid-product-code")]
    [InlineData("=$A999917123450302", "invalid-consignment")]
    [InlineData("=$O999917123450102", "invalid-consignment")]
    [InlineData("", "empty-scan")]
    [InlineData("\r\n", "empty-scan")]
    [InlineData("A99992112345600", "unknown-data-identifier")]
    [InlineData("=O99992112345600", "unknown-data-identifier")]
    [InlineData("=", "unknown-data-identifier")]
    [InlineData("&", "unknown-data-identifier")]
    [InlineData("=~123", "unknown-data-identifier")]
    [InlineData("&,9123", "unknown-data-identifier")]
    [InlineData("=Â99992112345600", "not-ascii")]
    public void What_cannot_be_read_is_refused_with_a_reason(string text, string code)
    {
        var scan = Scan.Parse(text);

        scan.IsValid.ShouldBeFalse();
        scan.Count.ShouldBe(0);
        scan.Error.ShouldNotBeNull().Code.ShouldBe(code);
    }

    [Fact]
    public void A_letter_with_a_mark_points_to_the_input_method()
    {
        var error = Scan.Parse("=A9999ư").Error.ShouldNotBeNull();

        error.Message.ShouldContain("Tắt bộ gõ tiếng Việt");
        error.Position.ShouldBe(6);
    }

    [Fact]
    public void A_symbol_is_not_read_as_another_structure()
    {
        var product = Scan.Parse("=<D0101V00")[0];
        var donation = Scan.Parse("=A99992112345600")[0];

        Should.Throw<InvalidOperationException>(() => product.AsDonationNumber());
        Should.Throw<InvalidOperationException>(() => product.AsBloodGroup());
        Should.Throw<InvalidOperationException>(() => product.AsSpecialMessage());
        Should.Throw<InvalidOperationException>(() => product.AsDateTime());
        Should.Throw<InvalidOperationException>(() => product.AsBox());
        Should.Throw<InvalidOperationException>(() => donation.AsProductCode());
        product.Flags.ShouldBeNull();
        product.Intent.ShouldBeNull();
    }

    [Fact]
    public void A_sound_label_of_any_number_reads_back() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Numbers.Units.ToArbitrary(), Numbers.Boxes.ToArbitrary(), (unit, box) =>
        {
            var scan = Scan.Parse($"={unit.Donation}00=<{unit.Product}=${box}");
            return scan.Count == 3
                && scan[0].AsDonationNumber() == unit.Donation
                && scan[1].AsProductCode() == unit.Product
                && scan[2].AsBox() == box;
        }));
}

public sealed class ReadingSeveralSymbolsTests
{
    [Fact]
    public void Any_two_symbols_may_stand_end_to_end()
    {
        foreach (var first in Samples.All)
        {
            foreach (var second in Samples.All.Where(sample => sample.Structure != DataStructure.Compound))
            {
                var scan = Scan.Parse(first.Text + second.Text);
                scan.Error.ShouldBeNull($"{first.Structure} and {second.Structure}");
                scan.Count.ShouldBe(2);
                (scan[0].Structure, scan[1].Structure).ShouldBe((first.Structure, second.Structure));
                (scan[0].Data, scan[1].Data).ShouldBe((first.Data, second.Data));
            }
        }
    }

    [Fact]
    public void A_compound_message_holds_as_many_symbols_as_it_announces()
    {
        var scan = Scan.Parse("=+03000=A99992112345600=%5100=<D0101V00");

        scan.Count.ShouldBe(4);
        scan[0].Structure.ShouldBe(DataStructure.Compound);
        scan.TryGet(DataStructure.ProductCode, out var product).ShouldBeTrue();
        product.AsProductCode().ShouldBe(ProductCode.Parse("D0101V00"));
    }

    [Theory]
    [InlineData("=+03000=A99992112345600=%5100", "truncated-symbol")]
    [InlineData("=+01000=A99992112345600=%5100", "too-many-symbols")]
    [InlineData("=%5100=+01000=A99992112345600", "truncated-symbol")]
    [InlineData("=+AA000=A99992112345600", "truncated-symbol")]
    public void A_compound_message_that_does_not_add_up_is_refused(string text, string code) =>
        Scan.Parse(text).Error.ShouldNotBeNull().Code.ShouldBe(code);

    [Fact]
    public void A_compound_message_that_announces_nothing_holds_what_it_holds() =>
        Scan.Parse("=+00000=A99992112345600=%5100").Count.ShouldBe(3);

    [Fact]
    public void Eight_symbols_are_read_and_a_ninth_is_refused()
    {
        var eight = string.Concat(Enumerable.Repeat("=%5100", 8));

        Scan.Parse(eight).Count.ShouldBe(8);
        Scan.Parse(eight + "=%5100").Error.ShouldNotBeNull().Code.ShouldBe("too-many-symbols");
    }

    [Fact]
    public void A_symbol_beyond_the_last_is_not_there()
    {
        var scan = Scan.Parse("=%5100");

        Should.Throw<ArgumentOutOfRangeException>(() => scan[1]);
        Should.Throw<ArgumentOutOfRangeException>(() => scan[-1]);
    }
}

public sealed class ExpectingSymbolsTests
{
    [Fact]
    public void Every_wrong_pair_of_structures_is_refused_by_both_names()
    {
        foreach (var scanned in Samples.All)
        {
            foreach (var wanted in Samples.All)
            {
                var error = Scan.Parse(scanned.Text).Expect(wanted.Structure);
                if (scanned.Structure == wanted.Structure)
                {
                    error.ShouldBeNull();
                    continue;
                }

                error.ShouldNotBeNull().Code.ShouldBe("wrong-symbol");
                error.Message.ShouldBe(
                    $"This is the {scanned.Structure.Name()} ({scanned.Structure.Identifier()}); "
                    + $"scan the {wanted.Structure.Name()} ({wanted.Structure.Identifier()}).");
            }
        }
    }

    [Fact]
    public void The_message_says_what_was_scanned_and_what_to_scan() =>
        Scan.Parse("=<D0101V00").Expect(DataStructure.DonationNumber).ShouldNotBeNull()
            .Message.ShouldBe("This is the product code (=<); scan the donation number (=).");

    [Fact]
    public void Several_wanted_structures_may_come_in_any_order_and_in_company() =>
        Scan.Parse("=<D0101V00=A99992112345600=%5100").Expect(DataStructure.DonationNumber, DataStructure.ProductCode).ShouldBeNull();

    [Fact]
    public void One_of_several_wanted_structures_missing_is_refused() =>
        Scan.Parse("=A99992112345600=%5100").Expect(DataStructure.DonationNumber, DataStructure.ProductCode).ShouldNotBeNull()
            .Message.ShouldBe("This is the donation number (=) and the blood group (=%); scan the donation number (=) and the product code (=<).");

    [Fact]
    public void Two_symbols_of_the_wanted_structure_leave_it_open_which_is_meant()
    {
        var scan = Scan.Parse("=A99992112345600=A99992112345700");

        scan.Expect(DataStructure.DonationNumber).ShouldNotBeNull().Code.ShouldBe("wrong-symbol");
        scan.TryGet(DataStructure.DonationNumber, out var symbol).ShouldBeFalse();
        symbol.Structure.ShouldBe(DataStructure.None);
    }

    [Fact]
    public void A_scan_that_was_refused_keeps_its_reason() =>
        Scan.Parse("=>018366").Expect(DataStructure.DonationNumber).ShouldNotBeNull().Code.ShouldBe("invalid-date");

    [Fact]
    public void A_scan_that_never_was_is_empty() =>
        default(ScanResult).Expect(DataStructure.DonationNumber).ShouldNotBeNull().Code.ShouldBe("empty-scan");
}

public sealed class ScanningAnythingTests
{
    [Fact]
    public void No_text_makes_the_parser_throw() =>
        Check.QuickThrowOnFailure(Prop.ForAll<string>(text => IsSound(Scan.Parse(text))));

    [Fact]
    public void No_text_that_looks_like_a_scan_makes_the_parser_throw() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Numbers.ScanLike.ToArbitrary(), text => IsSound(Scan.Parse(text))));

    [Fact]
    public void A_scan_longer_than_any_label_is_refused()
    {
        var longest = "&k" + new string('1', Scan.MaximumLength - 2);

        Scan.Parse(longest).IsValid.ShouldBeTrue();
        Scan.Parse(longest + "\r\n").IsValid.ShouldBeTrue();
        Scan.Parse(longest + "1").Error.ShouldNotBeNull().Code.ShouldBe("scan-too-long");
        Scan.Parse(new string('ư', 1_000_000)).Error.ShouldNotBeNull().Code.ShouldBe("scan-too-long");
    }

    [Fact]
    public void What_a_scan_costs_on_the_heap_does_not_grow_with_its_length()
    {
        var small = Allocated("=>018029");
        var groups = Allocated("=%5100=%9500=%Mq00=%H600=%E000=%8400=%7700=%T100");
        var label = Allocated("=+03000=A99992112345600=%5100=<D0101V00\r\n");
        var large = Allocated("&$35" + new string('0', 35 * 14) + "=%5100");
        var refused = Allocated(new string('x', 100_000));

        groups.ShouldBe(small);
        label.ShouldBe(small);
        large.ShouldBe(small);
        refused.ShouldBeLessThan(small);
        small.ShouldBeLessThan(2_000);
    }

    private static long Allocated(string text)
    {
        // The first parse pays for tables that are built once.
        Scan.Parse(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Scan.Parse(text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>A result is either an error or symbols that all read as what they say they are.</summary>
    private static bool IsSound(ScanResult scan)
    {
        if (!scan.IsValid)
            return scan.Error is { Code.Length: > 0, Message.Length: > 0, Position: >= 0 } && scan.Count == 0;
        for (var i = 0; i < scan.Count; i++)
        {
            var symbol = scan[i];
            var read = symbol.Structure switch
            {
                DataStructure.DonationNumber => symbol.AsDonationNumber().ToString() + symbol.Flags,
                DataStructure.ProductCode => symbol.AsProductCode().ToString(),
                DataStructure.Consignment => symbol.AsBox().ToString(),
                _ => symbol.Data,
            };
            if (!string.Equals(read, symbol.Data, StringComparison.Ordinal))
                return false;
        }

        return scan.Count is > 0 and <= Scan.MaximumSymbols;
    }
}
