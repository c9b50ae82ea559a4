// A file as a revision: its identifiers, its text, and the sentences where it is none.
#include "logbook/revision/revision_file.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"

using namespace logbook;
using namespace logbook::revision;

namespace {

Result<RevisionFile> read(std::string_view source, const char* path = "/v/20260118_0002_add.py") {
    return read_revision_file(path, source);
}

using List = std::vector<std::string>;

}  // namespace

TEST_SUITE("revision_file") {
    TEST_CASE("identifiers") {
        const auto file =
            read("revision = 'b'\ndown_revision = ('a', 'c')\nbranch_labels = 'x'\ndepends_on = ['d']\n");
        REQUIRE(file);
        CHECK(file->revision == "b");
        CHECK(file->down_revisions == List{"a", "c"});
        CHECK(file->branch_labels == List{"x"});
        CHECK(file->depends_on == List{"d"});
        CHECK(file->revision_line == 1);
        CHECK(file->down_revision_line == 2);
        CHECK(read("revision = 'b'\ndown_revision = None")->down_revisions.empty());
        CHECK(read("revision = 'b'\ndown_revision = ''")->down_revisions.empty());
        CHECK(read("\xef\xbb\xbfrevision = 'b'\ndown_revision = None")->revision == "b");
        CHECK(read("# coding: latin-1\nrevision = 'b\xe9'\ndown_revision = None")->revision == "bé");
        CHECK(read("#!/x\n# vim: set fileencoding=cp1252 :\nrevision = '\x80'\ndown_revision = None")
                  ->revision == "€");
        CHECK(read("down_revision = None", "/v/ae1027a6acf.py")->revision == "ae1027a6acf");
    }

    TEST_CASE("the text and its header") {
        const auto file =
            read("\"\"\" Add it \n\nRevision ID: b\nRevises: a, c\nCreate Date: 2026-01-18\n\"\"\"\n"
                 "revision = 'b'\ndown_revision = 'a'\n");
        REQUIRE(file);
        CHECK(file->title() == "Add it ");
        CHECK(file->header.revision_id == "b");
        CHECK(file->header.revises == "a, c");
        CHECK(file->header.create_date == "2026-01-18");
        CHECK(read("'a'\nrevision = 'b'\ndown_revision = None\n__doc__ = 'other'")->doc == "other");
    }

    TEST_CASE("what is refused, and where") {
        struct Case {
            const char* source;
            ErrorCode code;
            const char* says;
        };
        for (const Case& one : {
                 Case{"down_revision = None", ErrorCode::invalid, "does not assign `revision`"},
                 Case{"revision = 'a'", ErrorCode::invalid, "does not assign `down_revision`"},
                 Case{"revision = 'a'\ndown_revision = f()", ErrorCode::unsupported,
                      "add.py:2 only running it would tell"},
                 Case{"revision = 'a'\nfrom x import *", ErrorCode::unsupported,
                      "add.py:2 may come by `import *`"},
                 Case{"revision = 12\ndown_revision = None", ErrorCode::invalid, "add.py:1 gives `revision`"},
                 Case{"revision = 'a'\ndown_revision = (None,)", ErrorCode::invalid,
                      "add.py:2 gives `down_revision`"},
                 Case{"revision = 'a-b'\ndown_revision = None", ErrorCode::invalid,
                      "@, + and - are not allowed"},
                 Case{"revision = 'a", ErrorCode::invalid, "line 1: a text has no end"},
                 Case{"revision = '\xff'", ErrorCode::invalid, "is not UTF-8"},
                 Case{"# coding: koi8-r\nrevision = '\xff'", ErrorCode::unsupported, "koi8-r"},
                 Case{"\xef\xbb\xbf# coding: latin-1\n", ErrorCode::invalid, "byte order mark"},
             }) {
            const auto file = read(one.source);
            CAPTURE(one.source);
            REQUIRE_FALSE(file);
            CHECK(file.error().code == one.code);
            CHECK_MESSAGE(contains(file.error().what, one.says), file.error().what);
            CHECK_FALSE(file.error().hint.empty());
        }
        const auto large = read(std::string(longest_revision_file + 1, ' '));
        REQUIRE_FALSE(large);
        CHECK(large.error().code == ErrorCode::too_large);
    }
}
