// The comment, and the few encodings that sources are written in.
#include "logbook/revision/python_encoding.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::revision {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// Unicode of 0x80 to 0x9f in Windows 1252; 0: no character.
constexpr uint16_t windows_1252[] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                     0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                     0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                     0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

// `-*- coding: latin-1 -*-` in a comment of the first line, or of the second behind a comment; in the
// spelling of the codec's own name: "latin-1". Empty: none.
std::string declared(std::string_view source) {
    for (int line = 0; line < 2; ++line) {
        const size_t end = source.find_first_of("\r\n");
        const std::string_view text = source.substr(0, end);
        const size_t first = text.find_first_not_of(" \t\f");
        if (first != std::string_view::npos && text[first] != '#') return {};
        if (first != std::string_view::npos) {
            for (size_t at = text.find("coding"); at != std::string_view::npos;
                 at = text.find("coding", at + 1)) {
                size_t begin = at + 6;
                if (begin >= text.size() || (text[begin] != ':' && text[begin] != '=')) continue;
                begin = text.find_first_not_of(" \t", begin + 1);
                if (begin == std::string_view::npos) continue;
                size_t stop = begin;
                while (stop < text.size() &&
                       (std::isalnum(static_cast<unsigned char>(text[stop])) != 0 ||
                        std::string_view("-_.").find(text[stop]) != std::string_view::npos))
                    ++stop;
                if (stop == begin) continue;
                std::string name = lower(text.substr(begin, stop - begin));
                std::replace(name.begin(), name.end(), '_', '-');
                return name;
            }
        }
        if (end == std::string_view::npos) return {};
        source.remove_prefix(end + (source.substr(end, 2) == "\r\n" ? 2 : 1));
    }
    return {};
}

void append_two_or_three(std::string& out, unsigned point) {
    if (point < 0x800) {
        out += char(0xc0 | (point >> 6));
    } else {
        out += char(0xe0 | (point >> 12));
        out += char(0x80 | ((point >> 6) & 0x3f));
    }
    out += char(0x80 | (point & 0x3f));
}

}  // namespace

Result<std::string> decoded_source(std::string_view bytes) {
    const bool marked = bytes.substr(0, byte_order_mark.size()) == byte_order_mark;
    if (marked) bytes.remove_prefix(byte_order_mark.size());
    std::string name = declared(bytes);
    const bool utf8 = name.empty() || name == "utf-8" || name == "utf8" || name.rfind("utf-8-", 0) == 0;
    if (marked && !utf8)
        return fail(
            ErrorCode::invalid,
            fmt::format("it has a byte order mark of UTF-8 and says that it is {}", printable(name, 40)),
            "remove one of the two");
    if (utf8) {
        if (!valid_utf8(bytes))
            return fail(ErrorCode::invalid, "it is not UTF-8, and its first lines name no other encoding",
                        "Python refuses it, too: save it as UTF-8");
        return std::string(bytes);
    }
    const bool ascii = std::all_of(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) == 0; });
    if (ascii) return std::string(bytes);
    const bool latin = name == "latin-1" || name == "latin1" || name == "iso-8859-1" || name == "iso8859-1" ||
                       name == "l1" || name.rfind("latin-1-", 0) == 0 || name.rfind("iso-8859-1-", 0) == 0;
    const bool windows = name == "cp1252" || name == "windows-1252" || name == "1252";
    if (!latin && !windows)
        return fail(ErrorCode::unsupported,
                    fmt::format("its encoding, {}, is not known here", printable(name, 40)),
                    "save it as UTF-8");
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        unsigned point = byte;
        if (windows && byte >= 0x80 && byte < 0xa0) point = windows_1252[byte - 0x80];
        if (point == 0 && byte != 0)
            return fail(ErrorCode::invalid, "it holds a byte that Windows 1252 does not know",
                        "save it as UTF-8");
        if (point < 0x80)
            out += c;
        else
            append_two_or_three(out, point);
    }
    return out;
}

}  // namespace logbook::revision
