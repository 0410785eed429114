using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Shouldly;
using Xunit;

namespace Distribution.Blood.Tests.Policies;

public sealed class VersionsInTime : IDisposable
{
    private static readonly DateTimeOffset Change = new(2027, 1, 1, 0, 0, 0, TimeSpan.FromHours(7));
    private static readonly string First = File.ReadAllText(Packs.Path(Packs.Vietnam));

    private static readonly string Second = Json.With(
        Json.With(Json.With(First, "$.version", "\"vn-26-2013.2\""), "$.effectiveFrom", "\"2027-01-01T00:00:00+07:00\""),
        "$.components[3].shelfLife.value", "\"P35D\"");

    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-policies-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_version_decides_from_its_instant_on_and_the_one_before_until_then()
    {
        Write("vn-26-2013.json", First);
        Write("vn-26-2013.2.json", Second);
        var book = PolicyBook.LoadFile(PathOf("vn-26-2013.json"));

        book.Versions.Select(pack => pack.Version).ShouldBe(["vn-26-2013.1", "vn-26-2013.2"]);
        RedCellsAt(book, Change.AddTicks(-1)).ShouldBe(("vn-26-2013.1", 42));
        RedCellsAt(book, Change).ShouldBe(("vn-26-2013.2", 35));
        RedCellsAt(book, Change.ToUniversalTime()).ShouldBe(("vn-26-2013.2", 35));
        RedCellsAt(book, DateTimeOffset.MaxValue).ShouldBe(("vn-26-2013.2", 35));
    }

    [Fact]
    public void Whichever_version_is_named_the_whole_book_is_read()
    {
        Write("vn-26-2013.json", First);
        Write("vn-26-2013.2.json", Second);

        PolicyBook.LoadFile(PathOf("vn-26-2013.2.json")).Versions.Select(pack => pack.Version).ShouldBe(["vn-26-2013.1", "vn-26-2013.2"]);
    }

    [Fact]
    public void What_happened_before_the_first_version_is_judged_by_it() =>
        new PolicyBook(PolicyPack.Load(First)).At(DateTimeOffset.MinValue).Version.ShouldBe("vn-26-2013.1");

    [Fact]
    public void Another_jurisdictions_pack_beside_it_is_left_alone()
    {
        Write("vn-26-2013.json", First);
        Write("us-21-cfr.json", "not JSON");
        Write("vn-26-2013-draft.json", Json.With(Json.With(First, "$.id", "\"vn-26-2013-draft\""), "$.version", "\"vn-26-2013-draft.1\""));

        PolicyBook.LoadFile(PathOf("vn-26-2013.json")).Versions.ShouldHaveSingleItem().Version.ShouldBe("vn-26-2013.1");
    }

    [Fact]
    public void One_wrong_version_refuses_the_book_and_names_file_and_path()
    {
        Write("vn-26-2013.json", First);
        Write("vn-26-2013.2.json", Json.With(Json.With(Second, "$.returnLimit", null), "$.retentionYears.value", "0"));

        var error = Should.Throw<PolicyException>(() => PolicyBook.LoadFile(PathOf("vn-26-2013.json")));

        error.Problems.ShouldBe(
            ["vn-26-2013.2.json: $.retentionYears.value: must be a whole number between 1 and 200", "vn-26-2013.2.json: $.returnLimit: is missing"], ignoreOrder: true);
        error.Message.ShouldContain("vn-26-2013.2.json: $.returnLimit");
    }

    [Fact]
    public void The_named_file_being_wrong_refuses_the_book_and_names_it()
    {
        Write("vn-26-2013.json", Json.With(First, "$.returnLimit", null));

        Should.Throw<PolicyException>(() => PolicyBook.LoadFile(PathOf("vn-26-2013.json"))).Problems.ShouldBe(["vn-26-2013.json: $.returnLimit: is missing"]);
    }

    [Fact]
    public void Two_versions_from_one_instant_on_are_refused()
    {
        var error = Should.Throw<PolicyException>(() => new PolicyBook(
            PolicyPack.Load(First), PolicyPack.Load(Json.With(First, "$.version", "\"vn-26-2013.2\""))));

        error.Problems.ShouldHaveSingleItem().ShouldBe("$.effectiveFrom: vn-26-2013.1 and vn-26-2013.2 take effect at the same instant");
    }

    [Fact]
    public void One_version_with_two_contents_is_refused() =>
        Should.Throw<PolicyException>(() => new PolicyBook(
            PolicyPack.Load(First), PolicyPack.Load(Json.With(Second, "$.version", "\"vn-26-2013.1\"")))).Problems.ShouldHaveSingleItem().ShouldBe("$.version: vn-26-2013.1 is there twice");

    [Fact]
    public void Versions_of_several_packs_make_no_book() =>
        Should.Throw<PolicyException>(() => new PolicyBook(Packs.Of(Packs.Vietnam), Packs.Of(Packs.Europe))).Problems.ShouldHaveSingleItem().ShouldStartWith("$.id: ");

    [Fact]
    public void A_book_has_a_version() => Should.Throw<PolicyException>(() => new PolicyBook());

    private static (string Version, double Days) RedCellsAt(PolicyBook book, DateTimeOffset instant) =>
        (book.At(instant).Version, book.At(instant).Require(ProductCode.Parse("D0101V00")).ShelfLife.TotalDays);

    private string PathOf(string name) => Path.Combine(_folder, name);

    private void Write(string name, string json) => File.WriteAllText(PathOf(name), json);
}
