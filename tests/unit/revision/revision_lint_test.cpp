// Each rule of the lint by one small chain that breaks it, and only it.
#include "logbook/revision/revision_lint.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"

using namespace logbook;
using namespace logbook::revision;

namespace {

RevisionFile file(std::string id, std::vector<std::string> down = {}) {
    RevisionFile made;
    made.path = "/v/" + id + ".py";
    made.revision = std::move(id);
    made.down_revisions = std::move(down);
    made.revision_line = 3, made.down_revision_line = 4;
    return made;
}

// "error heads, warning date": what was found.
std::string found(std::vector<RevisionFile> files) {
    VersionsFolder folder;
    folder.files = std::move(files);
    std::vector<std::string> rules;
    for (const LintFinding& finding : lint(folder)) {
        rules.push_back((finding.error ? "error " : "warning ") + finding.rule);
        CHECK_FALSE(finding.what.empty());
        CHECK_FALSE(finding.hint.empty());
    }
    return join(rules, ", ");
}

}  // namespace

TEST_SUITE("revision_lint") {
    TEST_CASE("a sound chain") {
        CHECK(found({file("a"), file("b", {"a"})}) == "");
    }

    TEST_CASE("errors") {
        CHECK(found({}) == "error heads");
        CHECK(found({file("a"), file("b", {"a"}), file("c", {"a"})}) == "error heads");
        CHECK(found({file("a"), file("b", {"x"})}) == "error parent");
        CHECK(found({file("a"), file("b", {"b"})}) == "error circle");
        CHECK(found({file("z"), file("a", {"z", "b"}), file("b", {"a"}), file("c", {"b"})}) ==
              "error circle");
        CHECK(found({file("a", {"b"}), file("b", {"a"})}) == "error circle");
        CHECK(found({file("a"), file("a")}) == "error duplicate");
        CHECK(found({file(std::string(32, 'a'))}) == "");
        CHECK(found({file(std::string(33, 'a'))}) == "error length");
        RevisionFile labelled = file("b", {"a"});
        labelled.branch_labels = {"a"};
        CHECK(found({file("a"), labelled}) == "error label");
    }

    TEST_CASE("warnings") {
        RevisionFile b = file("b", {"a"});
        b.header.revises = "a";
        CHECK(found({file("a"), b}) == "");
        b.header.revises = "x";
        CHECK(found({file("a"), b}) == "warning header");
        b.header = {"c", "`a`", ""};
        CHECK(found({file("a"), b}) == "warning header");
        RevisionFile a = file("a"), c = file("c", {"a"});
        a.header = {"a", "None", "2026-01-18 16:00:00.000000"};
        c.header = {"c", "a", "2026-01-18"};
        CHECK(found({a, c}) == "");
        c.header.create_date = "2026-01-17";
        CHECK(found({a, c}) == "warning date");
        CHECK(found({file("a"), file("merge_heads_1", {"a"})}) == "warning merge");
        CHECK(found({file("a"), file("b", {"a", "a"})}) == "warning merge");
        CHECK(found({file("a"), file("b"), file("m", {"a", "b"})}) == "warning bases");
        RevisionFile merge = file("m", {"b", "c"});
        merge.header.revises = "(b, c)";
        CHECK(found({file("a"), file("b", {"a"}), file("c", {"a"}), merge}) == "");
    }

    TEST_CASE("a parent that is meant by its file's name, or set aside") {
        VersionsFolder folder;
        folder.files = {file("a"), file("b", {"a_first"})};
        folder.files[0].path = "/v/a_first.py";
        CHECK(contains(lint(folder).front().hint, "its identifier is `a`"));
        folder.files[1].down_revisions = {"c"};
        folder.stale = {"c_add.py.stale"};
        CHECK(contains(lint(folder).front().hint, "c_add.py.stale was set aside"));
    }
}
