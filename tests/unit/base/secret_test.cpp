// A Secret never prints, and leaves nothing behind when it is moved.
#include "logbook/base/secret.h"

#include <doctest/doctest.h>
#include <sstream>

using namespace logbook;

TEST_CASE("a secret prints as stars") {
    std::ostringstream out;
    out << Secret("hunter2");
    CHECK(out.str() == "***");
    CHECK(to_string(Secret("hunter2")) == "***");
    CHECK(to_string(Secret()).empty());
}

TEST_CASE("a moved-from secret is empty") {
    Secret first("short");
    const Secret second = std::move(first);
    CHECK(first.empty());  // NOLINT(bugprone-use-after-move): the promise under test
    CHECK(second.reveal() == "short");
}
