// Argon2id: the reference program's strings, our own, and strings that a database must not be able to harm us
// with.
#include "logbook/crypto/password_hash.h"

#include <doctest/doctest.h>

using namespace logbook;
using namespace logbook::crypto;

namespace {

// Made by the reference implementation's command `argon2`.
const std::string from_elsewhere =
    "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$jiqa3gKScN4oSVGjMEmETYSzVwI/wtyPmziuJeJnsJ4";
const std::string with_less = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$eaKyzk6tCVkrAuDCw7eA+A";

PasswordMatch match(const std::string& encoded, const std::string& password) {
    return verify_password(encoded, Secret(password)).value();
}

}  // namespace

TEST_CASE("a hash has the application's parameters and length, and matches its password alone") {
    const std::string encoded = hash_password(Secret("Adm1n-Truth!Stack#26")).value();
    CHECK(encoded.size() == 97);
    CHECK(encoded.rfind("$argon2id$v=19$m=65536,t=3,p=4$", 0) == 0);
    CHECK(match(encoded, "Adm1n-Truth!Stack#26") == PasswordMatch::yes);
    CHECK(match(encoded, "adm1n-Truth!Stack#26") == PasswordMatch::no);
    CHECK(match(encoded, "") == PasswordMatch::no);
}

TEST_CASE("what another implementation made is understood") {
    CHECK(match(from_elsewhere, "Adm1n-Truth!Stack#26") == PasswordMatch::yes);
    CHECK(match(from_elsewhere, "Adm1n-Truth!Stack#27") == PasswordMatch::no);
    CHECK(match(with_less, "pw") == PasswordMatch::yes_but_rehash);
    CHECK(match(with_less, "pW") == PasswordMatch::no);
}

TEST_CASE("a stored string that is none, or asks for too much, matches nothing") {
    for (const char* encoded :
         {"", "x", "$argon2id$", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$eaKyzk6tCVkrAuDCw7eA+A",
          "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$eaKyzk6tCVkrAuDCw7eA+A",
          "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$eaKyzk6tCVkrAuDCw7eA+A",
          "$argon2id$v=19$m=99999999999,t=2,p=1$c29tZXNhbHQ$eaKyzk6tCVkrAuDCw7eA+A",
          "$argon2id$v=19$m=256,t=4294967295,p=1$c29tZXNhbHQ$eaKyzk6tCVkrAuDCw7eA+A",
          "$argon2id$v=19$m=256,t=2,p=0$c29tZXNhbHQ$eaKyzk6tCVkrAuDCw7eA+A",
          "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ", "$argon2id$v=19$m=256,t=2,p=1$$",
          "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$eaKyzk6tCVkrAuDCw7eA+A$more",
          "$2b$12$abcdefghijklmnopqrstuv"})
        CHECK_MESSAGE(match(encoded, "pw") == PasswordMatch::no, encoded);
    CHECK(match(std::string(1 << 20, '$'), "pw") == PasswordMatch::no);
}
