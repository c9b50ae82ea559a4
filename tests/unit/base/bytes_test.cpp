// Sizes at the borders of their units.
#include "logbook/base/bytes.h"

#include <doctest/doctest.h>

using namespace logbook;

TEST_CASE("two digits where one would say little") {
    CHECK(human_bytes(0) == "0 B");
    CHECK(human_bytes(1023) == "1023 B");
    CHECK(human_bytes(1024) == "1.0 KiB");
    CHECK(human_bytes(10 * 1024) == "10 KiB");
    CHECK(human_bytes(312ULL << 20) == "312 MiB");
    CHECK(human_bytes(3ULL << 29) == "1.5 GiB");
    CHECK(human_bytes(~uint64_t(0)) == "16777216 TiB");
}
