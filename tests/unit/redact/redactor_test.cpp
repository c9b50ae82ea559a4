// Every spelling of a secret is masked, wherever a stream is cut.
#include "logbook/redact/redactor.h"

#include <doctest/doctest.h>

using namespace logbook;
using redact::Redactor;
using redact::StreamMask;

namespace {

Redactor with(std::initializer_list<const char*> values) {
    Redactor redactor;
    for (const char* value : values) redactor.add(Secret(value));
    return redactor;
}

}  // namespace

TEST_CASE("each spelling of a secret is masked") {
    const Redactor redactor = with({"p@ss/w\"ord 1"});
    CHECK(redactor.mask("x p@ss/w\"ord 1 y") == "x *** y");
    CHECK(redactor.mask("mysql://u:p%40ss%2Fw%22ord%201@h") == "mysql://u:***@h");
    CHECK(redactor.mask("p%40ss%2fw%22ord%201") == "***");
    CHECK(redactor.mask(R"({"k":"p@ss/w\"ord 1"})") == R"({"k":"***"})");
    CHECK(redactor.mask("704073732f77226f72642031") == "***");
    CHECK(redactor.mask("704073732F77226F72642031") == "***");
}

TEST_CASE("base64 is masked at every alignment") {
    const Redactor redactor = with({"s3cret-value-of-some-length"});
    // base64 of "u:" + secret, "us:" + secret, "user" + secret, by coreutils
    for (const char* text :
         {"dTpzM2NyZXQtdmFsdWUtb2Ytc29tZS1sZW5ndGg=", "dXM6czNjcmV0LXZhbHVlLW9mLXNvbWUtbGVuZ3Ro",
          "dXNlcnMzY3JldC12YWx1ZS1vZi1zb21lLWxlbmd0aA=="}) {
        CAPTURE(text);
        const std::string masked = redactor.mask(text);
        CHECK(masked.find("***") != std::string::npos);
        CHECK(masked.size() < 16);
    }
}

TEST_CASE("short values are left alone, longer ones win over those inside them") {
    CHECK(with({"root"}).mask("root@host") == "root@host");
    CHECK(with({"abcdef", "abcdefghij"}).mask("abcdefghij abcdef") == "*** ***");
}

TEST_CASE("a stream cut at any place leaks nothing") {
    const Redactor redactor = with({"abcabcabd", "zzzzzzz"});
    const std::string text = "abcabcabcabd-abcabcab zzzzzz zzzzzzzz abcabcabdabcabcabd";
    const std::string whole = redactor.mask(text);
    for (size_t first = 0; first <= text.size(); ++first)
        for (size_t second = first; second <= text.size(); second += 3) {
            StreamMask stream(redactor);
            std::string out = stream.feed(text.substr(0, first));
            out += stream.feed(text.substr(first, second - first));
            out += stream.feed(text.substr(second));
            out += stream.finish();
            CHECK(out == whole);
        }
}
