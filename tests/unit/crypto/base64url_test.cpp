// base64url: the RFC's vectors, and one text for one value.
#include "logbook/crypto/base64url.h"

#include <doctest/doctest.h>

using namespace logbook::crypto;

TEST_CASE("the vectors of RFC 4648, without padding") {
    for (const auto& [bytes, text] :
         {std::pair{"", ""}, std::pair{"f", "Zg"}, std::pair{"fo", "Zm8"}, std::pair{"foo", "Zm9v"},
          std::pair{"foob", "Zm9vYg"}, std::pair{"fooba", "Zm9vYmE"}, std::pair{"foobar", "Zm9vYmFy"}}) {
        CHECK(base64url(bytes) == text);
        CHECK(from_base64url(text) == std::string(bytes));
    }
    CHECK(base64url("\xfb\xff") == "-_8");
    CHECK(from_base64url("-_8") == "\xfb\xff");
}

TEST_CASE("every byte comes back") {
    std::string bytes;
    for (int i = 0; i < 1024; ++i) {
        bytes += char(i * 7);
        CHECK(from_base64url(base64url(bytes)) == bytes);
    }
}

TEST_CASE("what is not canonical is refused") {
    for (const char* text :
         {"Zg==", "Zg=", "Z", "Zh", "Zm9", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9vY", "\xc3\xa9"})
        CHECK_MESSAGE(!from_base64url(text), text);
}
