// Percent-decoding, strict.
#include "logbook/api/percent.h"

#include "logbook/base/text.h"

namespace logbook::api {
namespace {

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) return {};
            const int high = digit_of(text[i + 1]), low = digit_of(text[i + 2]);
            if (high < 0 || low < 0) return {};
            c = char(high * 16 + low);
            i += 2;
        }
        if ((unsigned char)c < 0x20 || c == 0x7F) return {};
        out += c;
    }
    if (!valid_utf8(out)) return {};
    return out;
}

}  // namespace logbook::api
