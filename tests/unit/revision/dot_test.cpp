// The picture's text: every revision and arrow, the colours, and that no title can break out of its quotes.
#include "logbook/revision/dot.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"

using namespace logbook;
using namespace logbook::revision;

namespace {

RevisionFile file(std::string id, std::vector<std::string> down, std::string doc) {
    RevisionFile made;
    made.revision = std::move(id);
    made.down_revisions = std::move(down);
    made.doc = std::move(doc);
    return made;
}

}  // namespace

TEST_CASE("boxes, arrows, heads, and what a database has") {
    const auto map =
        RevisionMap::make({file("a", {}, "Begin"), file("b", {"a"}, "Go on"), file("c", {"b"}, "")});
    REQUIRE(map);
    const std::string plain = dot_text(*map);
    CHECK(contains(plain, "r0 [label=\"a\\nBegin\"];"));
    CHECK(contains(plain, "r2 [label=\"c\", peripheries=2, penwidth=2];"));
    CHECK(contains(plain, "r1 -> r0;"));
    CHECK(contains(plain, "3 revisions, 1 head\""));
    CHECK_FALSE(contains(plain, "tooltip"));

    const Progress progress{{0}, {1, 2}};
    const std::string coloured = dot_text(*map, &progress);
    CHECK(contains(coloured,
                   "r0 [label=\"a\\nBegin\", fillcolor=\"#bfdbfe\", tooltip=\"the database is here\"];"));
    CHECK(contains(coloured, "r1 [label=\"b\\nGo on\", fillcolor=\"#fde68a\", tooltip=\"pending\"];"));
    CHECK(contains(coloured, "2 pending"));
}

TEST_CASE("a dependency is dashed") {
    auto needs = file("b", {}, "");
    needs.depends_on = {"a"};
    const auto map = RevisionMap::make({file("a", {}, ""), needs});
    REQUIRE(map);
    CHECK(contains(dot_text(*map), "r1 -> r0 [style=dashed];"));
}

TEST_CASE("a title cannot end its quotes, nor a label run away") {
    const auto map = RevisionMap::make(
        {file("a", {}, "\"]; evil [label=\"x\\"), file("b", {"a"}, std::string(5000, 'w'))});
    REQUIRE(map);
    const std::string text = dot_text(*map);
    CHECK(contains(text, "\\\"]; evil [label=\\\"x\\\\\"];"));
    CHECK(text.size() < 3000);
}
