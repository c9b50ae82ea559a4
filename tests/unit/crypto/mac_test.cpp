// HMAC-SHA256 by the vectors of RFC 4231, and the comparison.
#include "logbook/crypto/mac.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"

using namespace logbook;
using namespace logbook::crypto;

TEST_CASE("the vectors of RFC 4231") {
    CHECK(hex(hmac_sha256(Secret(std::string(20, '\x0b')), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex(hmac_sha256(Secret("Jefe"), "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    // A key longer than the hash's block.
    CHECK(hex(hmac_sha256(Secret(std::string(131, '\xaa')),
                          "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("equal is equal in every byte") {
    CHECK(equal_in_constant_time("", ""));
    CHECK(equal_in_constant_time("abc", "abc"));
    CHECK_FALSE(equal_in_constant_time("abc", "abd"));
    CHECK_FALSE(equal_in_constant_time("abc", "ab"));
    CHECK_FALSE(equal_in_constant_time("abc", ""));
}
