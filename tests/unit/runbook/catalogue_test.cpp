// The catalogue as a whole: site entries, ranking, nearest names.
#include "logbook/runbook/catalogue.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "unit/scratch.h"

using logbook::test::Scratch;
using namespace logbook::runbook;

namespace {

std::string entry(const std::string& slug, const std::string& more = "") {
    return "- slug: " + slug + "\n  title: own\n  meaning: m\n  fix: [f]\n" + more;
}

std::string first_of(const Catalogue& catalogue, std::string_view text) {
    const Matches matches = catalogue.match(text);
    return matches.best_first.empty() ? "nothing" : matches.best_first.front().entry->slug;
}

}  // namespace

TEST_CASE("a site's entry joins with its patterns and codes") {
    Catalogue catalogue = Catalogue::builtin();
    const size_t before = catalogue.entries().size();
    REQUIRE(catalogue.add_text(
        entry("station.radio", "  patterns: ['bridge \\d+ lost']\n  codes: [RADIO-7]\n"), "s.yaml"));
    CHECK(catalogue.entries().size() == before + 1);
    CHECK(first_of(catalogue, "at 9: bridge 12 lost again") == "station.radio");
    CHECK(first_of(catalogue, "radio-7") == "station.radio");
    CHECK(first_of(catalogue, "404") == "http.404");
}

TEST_CASE("a known slug replaces ours, patterns included, in its place") {
    Catalogue catalogue = Catalogue::builtin();
    const std::string line = "(1045, \"Access denied for user 'a'@'b' (using password: YES)\")";
    REQUIRE(first_of(catalogue, line) == "db.login");
    const size_t before = catalogue.entries().size();
    REQUIRE(catalogue.add_text(entry("db.login"), "s.yaml"));
    CHECK(catalogue.entries().size() == before);
    CHECK(catalogue.find("db.login")->title == "own");
    CHECK(first_of(catalogue, line) == "nothing");
    // And again, by a third: the second's patterns go too.
    REQUIRE(catalogue.add_text(entry("db.login", "  patterns: [xyzzy]\n"), "t.yaml"));
    REQUIRE(catalogue.add_text(entry("db.login"), "u.yaml"));
    CHECK(first_of(catalogue, "xyzzy") == "nothing");
}

TEST_CASE("a file comes in whole or not at all") {
    Catalogue catalogue = Catalogue::builtin();
    const std::vector<Entry> before = catalogue.entries();
    CHECK_FALSE(catalogue.add_text(entry("a.b") + "- slug: x\n", "s.yaml"));
    CHECK_FALSE(catalogue.add_text(entry("a.b") + entry("a.b"), "s.yaml"));
    CHECK_FALSE(catalogue.add_text(entry("a.b") + entry("a.c", "  patterns: ['a(b']\n"), "s.yaml"));
    CHECK(catalogue.entries() == before);
}

TEST_CASE("folders: by name, yaml only, broken ones apart, a missing folder is empty") {
    Scratch scratch;
    scratch.write("b.yaml", entry("a.b"));
    scratch.write("a.yaml", entry("a.b", "  weight: 9\n"));
    scratch.write("c.yaml", "- nonsense");
    scratch.write("d.txt", "- nonsense");
    REQUIRE(::mkfifo((scratch / "e.yaml").c_str(), 0600) == 0);
    Catalogue catalogue = Catalogue::builtin();
    const std::vector<logbook::Error> errors = catalogue.add_folder(scratch.path());
    CHECK(errors.size() == 2);
    REQUIRE(catalogue.find("a.b") != nullptr);
    CHECK(catalogue.find("a.b")->weight == 5);  // b.yaml came last
    CHECK(catalogue.add_folder(scratch / "missing").empty());
    CHECK_FALSE(catalogue.add_file(scratch / "missing.yaml"));
    CHECK_FALSE(catalogue.add_file(scratch.path()));
}

TEST_CASE("the graver comes first, then the earlier line") {
    const Catalogue catalogue = Catalogue::builtin();
    const Matches matches = catalogue.match(
        "GET /x \xe2\x86\x92 500 (3ms)\nError 111 connecting to redis:6379. Connection refused.\n"
        "Error 111 connecting to redis:6379. Connection refused.\nDropped 219 existing tables\n");
    REQUIRE(matches.best_first.size() >= 3);
    CHECK(matches.best_first[0].entry->slug == "migration.tables_dropped");
    CHECK(matches.best_first[1].entry->slug == "cache.connect");
    CHECK(matches.best_first[1].line == 2);
    CHECK(matches.best_first[1].count == 2);
    CHECK(matches.best_first.back().entry->slug == "http.500");
    CHECK(matches.lines == 4);
}

TEST_CASE("one line counts once, however many patterns of an entry it holds") {
    const Catalogue catalogue = Catalogue::builtin();
    const Matches matches = catalogue.match("NOAUTH Authentication required.\nx\ny\nz");
    REQUIRE_FALSE(matches.best_first.empty());
    CHECK(matches.best_first[0].count == 1);
}

TEST_CASE("nearest names: slugs by letters, codes only where the number is right") {
    const Catalogue catalogue = Catalogue::builtin();
    CHECK(catalogue.nearest_name("db.hots") == "db.host");
    CHECK(catalogue.nearest_name("LB-AUHT-006") == "LB-AUTH-006");
    CHECK(catalogue.nearest_name("LB-AUTH-099") == "");
    CHECK(catalogue.nearest_name("entirely-else") == "");
}

TEST_CASE("nothing in, nothing out") {
    const Catalogue catalogue = Catalogue::builtin();
    for (const std::string text : {"", " ", "\n\n", "\x1b[2J", "\xff\xff"})
        CHECK(catalogue.match(text).best_first.empty());
}
