// Prefixes and escapes.
#include "logbook/revision/python_text.h"

#include <cstdint>

namespace logbook::revision {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

void append_utf8(std::string& out, uint32_t point) {
    if (point < 0x80) {
        out += char(point);
    } else if (point < 0x800) {
        out += char(0xc0 | (point >> 6));
        out += char(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        out += char(0xe0 | (point >> 12));
        out += char(0x80 | ((point >> 6) & 0x3f));
        out += char(0x80 | (point & 0x3f));
    } else {
        out += char(0xf0 | (point >> 18));
        out += char(0x80 | ((point >> 12) & 0x3f));
        out += char(0x80 | ((point >> 6) & 0x3f));
        out += char(0x80 | (point & 0x3f));
    }
}

int digit_of(char c, unsigned base) {
    const int value = is_digit(c)                              ? c - '0'
                      : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                               : 99;
    return value < int(base) ? value : -1;
}

// The character that `count` digits from `at` on spell; false where they do not.
bool append_number(std::string& out, std::string_view body, size_t& at, size_t count) {
    uint32_t point = 0;
    for (size_t i = 0; i < count; ++i) {
        const int digit = at + i < body.size() ? digit_of(body[at + i], 16) : -1;
        if (digit < 0) return false;
        point = point * 16 + uint32_t(digit);
    }
    // A surrogate cannot be written as UTF-8, and no identifier has one.
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
    append_utf8(out, point);
    at += count;
    return true;
}

}  // namespace

TextPrefix text_prefix(std::string_view letters) {
    TextPrefix prefix;
    unsigned r = 0, b = 0, f = 0, u = 0;
    for (const char c : letters) {
        switch (c | 0x20) {
        case 'r':
            ++r;
            break;
        case 'b':
            ++b;
            break;
        case 'f':
        case 't':
            ++f;
            break;
        case 'u':
            ++u;
            break;
        default:
            prefix.known = false;
        }
    }
    if (r > 1 || b + f + u > 1 || (u > 0 && r > 0)) prefix.known = false;
    prefix.raw = r > 0, prefix.bytes = b > 0, prefix.formatted = f > 0;
    return prefix;
}

std::optional<std::string> unescaped(std::string_view body, const TextPrefix& prefix) {
    if (prefix.bytes) return std::nullopt;
    std::string out;
    out.reserve(body.size());
    for (size_t at = 0; at < body.size();) {
        const char c = body[at++];
        if (c == '\r') {
            out += '\n';
            if (at < body.size() && body[at] == '\n') ++at;
            continue;
        }
        // Fields were told apart by the lexer: what is left are doubled braces.
        if (prefix.formatted && (c == '{' || c == '}')) {
            if (at >= body.size() || body[at] != c) return std::nullopt;
            ++at;
            out += c;
            continue;
        }
        if (c != '\\' || prefix.raw || at >= body.size()) {
            out += c;
            continue;
        }
        const char e = body[at++];
        switch (e) {
        case '\r':
            if (at < body.size() && body[at] == '\n') ++at;
            break;
        case '\n':
            break;
        case '\\':
        case '\'':
        case '"':
            out += e;
            break;
        case 'a':
            out += '\a';
            break;
        case 'b':
            out += '\b';
            break;
        case 'f':
            out += '\f';
            break;
        case 'n':
            out += '\n';
            break;
        case 'r':
            out += '\r';
            break;
        case 't':
            out += '\t';
            break;
        case 'v':
            out += '\v';
            break;
        case 'x':
            if (!append_number(out, body, at, 2)) return std::nullopt;
            break;
        case 'u':
            if (!append_number(out, body, at, 4)) return std::nullopt;
            break;
        case 'U':
            if (!append_number(out, body, at, 8)) return std::nullopt;
            break;
        case 'N':
            return std::nullopt;
        default:
            if (digit_of(e, 8) >= 0) {
                uint32_t point = uint32_t(e - '0');
                for (int i = 0; i < 2 && at < body.size() && digit_of(body[at], 8) >= 0; ++i)
                    point = point * 8 + uint32_t(body[at++] - '0');
                append_utf8(out, point);
            } else {
                out += '\\';  // not an escape: both bytes stand
                out += e;
            }
        }
    }
    return out;
}

}  // namespace logbook::revision
