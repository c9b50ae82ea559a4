// Random values: shape, evenness, and no repetition.
#include "logbook/crypto/random.h"

#include <array>
#include <doctest/doctest.h>

using namespace logbook;

TEST_CASE("hex has two characters a byte and never repeats") {
    const Secret a = crypto::random_hex(32).value();
    const Secret b = crypto::random_hex(32).value();
    CHECK(a.size() == 64);
    CHECK(a.reveal().find_first_not_of("0123456789abcdef") == std::string_view::npos);
    CHECK_FALSE(a == b);
}

TEST_CASE("text is drawn evenly from its alphabet") {
    const std::string_view alphabet = "abcdefghij";  // 10 does not divide 256: a modulo would favour a to f
    std::array<int, 10> seen{};
    const Secret text = crypto::random_text(100'000, alphabet).value();
    for (const char c : text.reveal()) ++seen[size_t(c - 'a')];
    for (const int count : seen) {
        CHECK(count > 9'400);  // six standard deviations
        CHECK(count < 10'600);
    }
    CHECK_FALSE(crypto::random_text(8, "x").has_value());
}
