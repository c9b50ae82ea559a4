// Tokens: those of PyJWT are read, ours are PyJWT's, and every known attack is refused.
#include "logbook/api/token.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "logbook/crypto/base64url.h"
#include "logbook/crypto/mac.h"

using namespace logbook;
using namespace logbook::api;
using crypto::base64url;

namespace {

const Secret key(std::string(32, 'k'));
constexpr int64_t issued = 1'795'334'339;
const WallTime now = from_unix_seconds(issued + 60);

// jwt.encode({...}, 'k' * 32, algorithm='HS256') of PyJWT 2.6.
const std::string from_pyjwt =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiJ1MSIsInVzZXJuYW1lIjoiY2hpZWYiLCJvcmdfaWQiOiJvMSIsImV4cCI6MTc5NTMzNjEzOSwiaWF0IjoxNzk1MzM0MzM5"
    "LCJ0eXBl"
    "IjoiYWNjZXNzIiwianRpIjoiVXJUR3N4SkRFM0RGZ09TRmdjLTdpdyJ9.rb6ryv6I7D-EMlcHLkidqWdipAOawKVfugDvQUNuVyc";

Claims claims() {
    return {"u1", "chief", "o1", "access", "UrTGsxJDE3DFgOSFgc-7iw", issued, issued + 1800};
}

std::string sealed(const std::string& header, const std::string& payload, const Secret& by = key) {
    const std::string signed_part = base64url(header) + "." + base64url(payload);
    return signed_part + "." + base64url(crypto::hmac_sha256(by, signed_part));
}

const std::string good_header = R"({"alg":"HS256","typ":"JWT"})";

std::string payload(const std::string& instead = "", const std::string& name = "") {
    std::string text = "{";
    for (const auto& [member, value] : {std::pair<std::string, std::string>{"sub", "\"u1\""},
                                        {"username", "\"chief\""},
                                        {"org_id", "\"o1\""},
                                        {"exp", std::to_string(issued + 1800)},
                                        {"iat", std::to_string(issued)},
                                        {"type", "\"access\""},
                                        {"jti", "\"x\""}})
        if (member != name) text += fmt::format("\"{}\":{},", member, value);
    return text + (instead.empty() ? "\"more\":1" : instead) + "}";
}

bool accepted(const std::string& token) {
    return read_token(token, key, now).has_value();
}

}  // namespace

TEST_CASE("ours is PyJWT's, byte for byte, and is read again") {
    CHECK(sign_token(claims(), key) == from_pyjwt);
    const auto read = read_token(from_pyjwt, key, now);
    REQUIRE(read);
    CHECK(read->subject == "u1");
    CHECK(read->username == "chief");
    CHECK(read->organization == "o1");
    CHECK(read->type == "access");
    CHECK(read->id == "UrTGsxJDE3DFgOSFgc-7iw");
    CHECK(read->issued_at == issued);
    CHECK(read->expires_at == issued + 1800);
    CHECK(accepted(sealed(good_header, payload())));
    CHECK(accepted(sealed(R"({"typ":"JWT","alg":"HS256"})", payload())));
    CHECK(accepted(sealed(R"({"alg":"HS256"})", payload())));
}

TEST_CASE("no leeway") {
    const auto at = [](int64_t second) {
        return read_token(from_pyjwt, key, from_unix_seconds(second)).has_value();
    };
    CHECK_FALSE(at(issued - 1));
    CHECK(at(issued));
    CHECK(at(issued + 1799));
    CHECK_FALSE(at(issued + 1800));
}

TEST_CASE("sixty attacks, none accepted") {
    int attacks = 0;
    const auto refuses = [&](const std::string& token) {
        ++attacks;
        CHECK_MESSAGE(!accepted(token), token.substr(0, 200));
    };
    const std::string head = base64url(good_header), body = base64url(payload());
    const std::string signature = base64url(crypto::hmac_sha256(key, head + "." + body));

    // No algorithm, in every spelling, with no signature and with a right one.
    for (const char* none : {"none", "None", "NONE", "nOnE", ""}) {
        const std::string header = fmt::format(R"({{"alg":"{}","typ":"JWT"}})", none);
        refuses(base64url(header) + "." + body + ".");
        refuses(sealed(header, payload()));
    }
    // Another algorithm, signed with our key all the same.
    for (const char* other : {"HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA", "hs256", "HS256 "})
        refuses(sealed(fmt::format(R"({{"alg":"{}","typ":"JWT"}})", other), payload()));
    for (const char* odd :
         {R"({"alg":["HS256"],"typ":"JWT"})", R"({"alg":null,"typ":"JWT"})", R"({"typ":"JWT"})",
          R"({"alg":"HS256","typ":"JWT","alg":"none"})", R"({"alg":"HS256","typ":"at+jwt"})",
          R"({"alg":"HS256","typ":1})", R"(["HS256"])", R"("HS256")", "", "{", "\xff\xfe"})
        refuses(sealed(odd, payload()));
    // A header that would choose the key.
    for (const char* more :
         {R"("kid":"../../../dev/null")", R"("kid":"' UNION SELECT 'k")", R"("kid":["a"])",
          R"("jku":"https://evil/k")", R"("x5u":"https://evil/c")", R"("jwk":{"kty":"oct","k":"aw"})",
          R"("x5c":["MII"])", R"("crit":["exp"])", R"("b64":false)", R"("zip":"DEF")"})
        refuses(sealed(fmt::format(R"({{"alg":"HS256","typ":"JWT",{}}})", more), payload()));
    // Signatures.
    refuses(head + "." + body + ".");
    refuses(head + "." + body);
    refuses(head + "." + body + "." + signature.substr(0, signature.size() - 1));
    refuses(head + "." + body + "." + signature.substr(0, 22));
    refuses(head + "." + body + "." + signature + "A");
    refuses(head + "." + body + "." + signature + "=");
    refuses(head + "." + body + "." + base64url(std::string(32, '\0')));
    refuses(sealed(good_header, payload(), Secret(std::string(32, 'K'))));
    refuses(sealed(good_header, payload(), Secret("")));
    // The same signature in another spelling: the last character's spare bits set.
    std::string twin = signature;
    twin.back() = twin.back() == 'Z' ? 'a' : char(twin.back() + 1);
    refuses(head + "." + body + "." + twin);
    // Parts.
    for (const char* parts : {"", ".", "..", "...", "a.b.c", "a.b.c.d"}) refuses(parts);
    refuses(head + "." + body + "." + signature + "." + signature);
    refuses(head + "." + body + "." + signature + ".a.b");
    refuses("." + body + "." + signature);
    refuses(" " + head + "." + body + "." + signature);
    refuses(head + "." + body + "." + signature + "\n");
    refuses(head + "=." + body + "." + signature);
    refuses(sealed(good_header, payload(R"("more":")" + std::string(8192, 'x') + '"')));
    // Times and other claims.
    for (const std::string& wrong :
         {std::string(R"("exp":"1795336139")"), std::string(R"("exp":1795336139.5)"),
          std::string(R"("exp":1e300)"), std::string(R"("exp":99999999999999999999)"),
          std::string(R"("exp":-1)"), std::string(R"("exp":true)"), std::string(R"("exp":null)"),
          fmt::format(R"("exp":{})", issued), std::string(R"("more":1)")})
        refuses(sealed(good_header, payload(wrong, "exp")));
    for (const std::string& wrong :
         {std::string(R"("iat":"1795334339")"), fmt::format(R"("iat":{})", issued + 3600),
          std::string(R"("iat":1795334339.0e0)")})
        refuses(sealed(good_header, payload(wrong, "iat")));
    refuses(sealed(good_header, payload(fmt::format(R"("nbf":{})", issued + 3600))));
    refuses(sealed(good_header, payload(R"("nbf":"0")")));
    refuses(sealed(good_header, payload(R"("aud":"other")")));
    refuses(sealed(good_header, payload(R"("sub":"u2")")));  // a second sub
    for (const char* name : {"sub", "username", "org_id", "type", "jti"}) {
        refuses(sealed(good_header, payload(R"("more":1)", name)));
        refuses(sealed(good_header, payload(fmt::format(R"("{}":7)", name), name)));
        refuses(sealed(good_header, payload(fmt::format(R"("{}":"")", name), name)));
    }
    refuses(sealed(good_header, "[]"));
    refuses(sealed(good_header, payload() + "x"));
    CHECK(attacks >= 60);
}

TEST_CASE("a changed byte anywhere is noticed") {
    for (size_t i = 0; i < from_pyjwt.size(); ++i) {
        std::string changed = from_pyjwt;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(accepted(changed));
    }
}
