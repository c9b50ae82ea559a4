// The graph from values: what is refused and why, generations, and the order in one long chain and in a wide
// one.
#include "logbook/revision/revision_map.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"
#include "logbook/revision/revision_range.h"

using namespace logbook;
using namespace logbook::revision;

namespace {

RevisionFile file(std::string id, std::vector<std::string> down = {}) {
    RevisionFile made;
    made.path = "/v/" + id + ".py";
    made.revision = std::move(id);
    made.down_revisions = std::move(down);
    return made;
}

std::string ids(const RevisionMap& map, const std::vector<RevisionIndex>& list) {
    std::vector<std::string> texts;
    for (const RevisionIndex index : list) texts.push_back(map[index].file.revision);
    return join(texts, " ");
}

}  // namespace

TEST_SUITE("revision_map") {
    TEST_CASE("a fork and its merge") {
        const auto map = RevisionMap::make(
            {file("d", {"b", "c"}), file("a"), file("c", {"a"}), file("b", {"a"}), file("e", {"d"})});
        REQUIRE(map);
        CHECK(ids(*map, map->heads()) == "e");
        CHECK(ids(*map, *history(*map, "", "")) == "e d b c a");
        CHECK(ids(*map, *history(*map, "b", "d")) == "d b");
        CHECK(map->generation(*map->find("e")) == 3);
        CHECK((*map)[*map->find("a")].is_branch_point());
        CHECK((*map)[*map->find("d")].is_merge_point());
    }

    TEST_CASE("what cannot be a chain") {
        const auto refused = [](std::vector<RevisionFile> files) {
            const auto map = RevisionMap::make(std::move(files));
            return map ? std::string("made") : map.error().what + " | " + map.error().hint;
        };
        CHECK(contains(refused({file("20260118_0001"), file("b", {"20260118_001"})}),
                       "is `20260118_0001` meant?"));
        CHECK(contains(refused({file("a", {"a"})}), "names itself"));
        CHECK(contains(refused({file("a", {"b"}), file("b", {"a"})}), "2 revisions go round in a circle"));
        RevisionFile one = file("a"), other = file("b", {"a"});
        one.branch_labels = other.branch_labels = {"x"};
        CHECK(contains(refused({one, other}), "the branch label `x` is already used in a.py"));
        other.branch_labels = {};
        other.depends_on = {"nowhere"};
        CHECK(contains(refused({one, other}), "depends on `nowhere`"));
    }

    TEST_CASE("a circle that a way leads through is known, and nothing can be ordered") {
        const auto map =
            RevisionMap::make({file("z"), file("a", {"z", "b"}), file("b", {"a"}), file("c", {"b"})});
        REQUIRE(map);
        CHECK(ids(*map, map->heads()) == "c");
        CHECK(map->circle().size() == 2);
        CHECK_FALSE(history(*map, "", ""));
    }

    TEST_CASE("an identifier in two files") {
        const auto map = RevisionMap::make({file("a"), file("b", {"a"}), file("b", {"a"})});
        REQUIRE(map);
        CHECK(ids(*map, map->heads()) == "b b");
        CHECK(map->duplicates().size() == 1);
    }

    TEST_CASE("twenty thousand revisions, with a fork and a merge every ten") {
        std::vector<RevisionFile> files = {file("r0")};
        for (int i = 1; i < 20'000; ++i) {
            const auto id = [](int n) { return "r" + std::to_string(n); };
            if (i % 10 == 3)
                files.push_back(file(id(i), {id(i - 2)}));
            else if (i % 10 == 4)
                files.push_back(file(id(i), {id(i - 1), id(i - 2)}));
            else
                files.push_back(file(id(i), {id(i - 1)}));
        }
        const auto map = RevisionMap::make(std::move(files));
        REQUIRE(map);
        CHECK(history(*map, "", "")->size() == 20'000);
    }
}
