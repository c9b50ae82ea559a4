// Revisions in plain SQL: what their head says, and which chain a folder holds.
#include "logbook/revision/sql_revision.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"
#include "logbook/revision/versions_folder.h"

using namespace logbook;
using namespace logbook::revision;

namespace {

RevisionFile read(std::string_view text) {
    const auto file = read_sql_revision("/v/0002.sql", text);
    REQUIRE_MESSAGE(file.has_value(), (file ? "" : file.error().what));
    return *file;
}

std::string refused(std::string_view text) {
    const auto file = read_sql_revision("/v/x.sql", text);
    if (file) return "accepted";
    CHECK_FALSE(file.error().hint.empty());
    return file.error().what;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_SUITE("sql_revision") {
    TEST_CASE("a whole head, and the script behind it") {
        const RevisionFile file = read("\xef\xbb\xbf-- revision: 0002\r\n-- down_revision:\r\n--down? no\n");
        CHECK(file.script == "--down? no\n");  // not a comment to a server
        const RevisionFile other =
            read("-- Members get a badge\n--\n-- revision: 0002\n-- down_revision:  0001a , 0001b\n"
                 "-- depends_on: base_data\n--\tbranch_labels: station\n"
                 "-- create_date: 2026-11-22 04:12:00\n\n-- and its colour: red\n"
                 "CREATE TABLE a (b INT);\n-- revision: decoy\n");
        CHECK(other.native);
        CHECK(other.revision == "0002");
        CHECK(other.revision_line == 3);
        CHECK(other.down_revisions == Names{"0001a", "0001b"});
        CHECK(other.down_revision_line == 4);
        CHECK(other.depends_on == Names{"base_data"});
        CHECK(other.branch_labels == Names{"station"});
        CHECK(other.header.create_date == "2026-11-22 04:12:00");
        CHECK(other.title() == "Members get a badge");
        CHECK(contains(other.doc, "and its colour: red"));
        CHECK(other.script == "CREATE TABLE a (b INT);\n-- revision: decoy\n");
        CHECK(other.script_line == 10);
    }

    TEST_CASE("the first one follows nothing; a script may be empty") {
        CHECK(read("-- revision: 1\n-- down_revision: None").down_revisions.empty());
        CHECK(read("-- revision: 1\n-- down_revision:\n").down_revisions.empty());
        CHECK(read("-- revision: 1\n-- down_revision:\n\n").script.empty());
        CHECK(read("-- revision: 1\n-- down_revision:\n/* x */ SELECT 1").script == "/* x */ SELECT 1");
    }

    TEST_CASE("what is refused says file and line") {
        CHECK(contains(refused(""), "/v/x.sql has no line `-- revision:`"));
        CHECK(contains(refused("SELECT 1;\n-- revision: 1\n-- down_revision:\n"),
                       "has no line `-- revision:`"));
        CHECK(contains(refused("-- revision: 1\n"), "has no line `-- down_revision:`"));
        CHECK(contains(refused("-- revision: 1\n-- down_revision:\n-- revision: 2\n"),
                       "/v/x.sql:3 says `revision` again, after line 1"));
        CHECK(contains(refused("-- revision: a-b\n-- down_revision:\n"),
                       "/v/x.sql:1 has the identifier `a-b`"));
        CHECK(contains(refused("-- revision: 1\n-- down_revision: a,,b\n"),
                       "/v/x.sql:2 gives `down_revision`"));
        CHECK(contains(refused("-- revision: 1\n-- down_revision: a b\n"), "no list of identifiers"));
        CHECK(contains(refused("-- revision: \xff\n-- down_revision:\n"), "not UTF-8"));
        CHECK(contains(refused(std::string("-- revision: 1\0\n-- down_revision:\n", 34)), "NUL"));
        CHECK(contains(refused(std::string(longest_revision_file + 1, '-')), "bytes; a revision has"));
    }

    TEST_CASE("beside Python, SQL is nobody's chain; without it, it is") {
        VersionsFolder folder;
        folder.path = "/v";
        add_file(folder, "2.sql", std::string_view("-- revision: 2\n-- down_revision: 1\nSELECT 1;\n"));
        add_file(folder, "1.sql", std::string_view("-- revision: 1\n-- down_revision:\n"));
        add_file(folder, "notes.sql", std::string_view("SELECT 1;"));
        add_file(folder, ".hidden.sql", std::string_view("SELECT 1;"));
        VersionsFolder both = folder;
        settle(folder);
        CHECK(folder.files.size() == 2);
        CHECK(folder.problems.size() == 1);
        add_file(both, "a.py", std::string_view("revision = 'a'\ndown_revision = None\n"));
        settle(both);
        REQUIRE(both.files.size() == 1);
        CHECK_FALSE(both.files[0].native);
        CHECK(both.problems.empty());
    }
}
