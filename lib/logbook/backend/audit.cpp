// Text of the chain.
#include "logbook/backend/audit.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

void escape(std::string& out, uint32_t code) {
    if (code > 0xFFFF) {
        code -= 0x10000;
        out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF));
        return;
    }
    out += fmt::format("\\u{:04x}", code);
}

// Text that is not UTF-8 loses what is not ASCII, since JSON can carry nothing else.
std::string to_utf8(const std::string& text) {
    if (valid_utf8(text)) return text;
    std::string out;
    for (const char c : text) out += static_cast<unsigned char>(c) < 0x80 ? std::string(1, c) : "\uFFFD";
    return out;
}

// `text` is UTF-8.
void write_text(std::string& out, std::string_view text) {
    out += '"';
    for (size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        uint32_t code = length == 1 ? first : first & (0xFFu >> (length + 1));
        for (size_t k = 1; k < length && i + k < text.size(); ++k)
            code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
        i += length;
        switch (code) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (code >= ' ' && code <= '~')
                out += char(code);
            else
                escape(out, code);
        }
    }
    out += '"';
}

// As Python's repr(): the shortest digits that read back as the same number, always with a point or an
// exponent.
std::string number_text(double number) {
    if (!std::isfinite(number)) return "null";  // JSON has no other word for it
    std::string text = fmt::format("{}", number);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

void write(std::string& out, const Json& value) {
    if (const bool* flag = value.as_bool()) {
        out += *flag ? "true" : "false";
    } else if (const int64_t* whole = value.as_int()) {
        out += std::to_string(*whole);
    } else if (const double* number = value.as_double()) {
        out += number_text(*number);
    } else if (const std::string* text = value.as_string()) {
        write_text(out, to_utf8(*text));
    } else if (const Json::Array* items = value.as_array()) {
        out += '[';
        for (size_t i = 0; i < items->size(); ++i) {
            if (i > 0) out += ", ";
            write(out, (*items)[i]);
        }
        out += ']';
    } else if (const Json::Object* members = value.as_object()) {
        // UTF-8 sorts as its code points do, which is Python's order.
        std::vector<const Json::Member*> sorted;
        for (const Json::Member& member : *members) sorted.push_back(&member);
        std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->first < b->first; });
        out += '{';
        for (size_t i = 0; i < sorted.size(); ++i) {
            if (i > 0) out += ", ";
            write_text(out, to_utf8(sorted[i]->first));
            out += ": ";
            write(out, sorted[i]->second);
        }
        out += '}';
    } else {
        out += "null";
    }
}

std::string_view or_none(const std::string& text) {
    return text.empty() ? std::string_view("None") : std::string_view(text);
}

}  // namespace

std::string python_json(const Json& value) {
    std::string out;
    write(out, value);
    return out;
}

std::string audit_text(const AuditEvent& event, WallTime when, int64_t nanoseconds,
                       std::string_view previous_hash) {
    std::string moment = iso8601(when);  // "2026-11-22T08:25:54Z"
    moment.pop_back();
    return fmt::format("{}.000000+00:00|{}|{}|{}|{}|{}|{}|{}", moment, nanoseconds, event.type,
                       or_none(event.user), or_none(event.organization), or_none(event.address),
                       python_json(event.data), previous_hash);
}

}  // namespace logbook::backend
