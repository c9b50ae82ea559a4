// The compiled-in form: what goes in comes out, and damaged bytes never do harm.
#include "logbook/runbook/packed.h"

#include <doctest/doctest.h>

#include "logbook/runbook/catalogue.h"

using namespace logbook::runbook;

TEST_CASE("packing and unpacking give the same entries") {
    const Catalogue ours = Catalogue::builtin();
    const auto again = unpack(pack(ours.entries()));
    REQUIRE(again);
    CHECK(*again == ours.entries());
    CHECK(unpack(pack({}))->empty());
}

TEST_CASE("every shortened and many a damaged packing is refused or harmless") {
    std::vector<Entry> entries(2);
    entries[0].slug = "a.b";
    entries[0].fix = {{"text", "command", Risk::data}};
    entries[1].causes = {"x", "", "y"};
    const std::string bytes = pack(entries);
    for (size_t length = 0; length < bytes.size(); ++length) CHECK_FALSE(unpack(bytes.substr(0, length)));
    CHECK_FALSE(unpack(bytes + "x"));
    for (size_t at = 0; at < bytes.size(); ++at) {
        std::string damaged = bytes;
        damaged[at] = char(0xFF);
        (void)unpack(damaged);  // the sanitizers judge
    }
}

TEST_CASE("the embedded patterns are those of the embedded entries") {
    const auto entries = unpack(embedded().entries);
    REQUIRE(entries);
    const PatternIndex index = patterns_of(*entries);
    CHECK(index.patterns.size() == index.entry_of.size());
    CHECK(index.patterns.size() > 150);
    CHECK_FALSE(embedded().patterns.empty());
}
