// The engine writes its members in one order and without blanks, so most lines are read by looking at their
// ends; whatever is written otherwise goes through simdjson.
#include "logbook/logsource/raw_line.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <simdjson.h>
#include <string>

namespace logbook::logsource {
namespace {

using logscan::Line;
using logscan::StreamName;

constexpr std::string_view opening = "{\"log\":\"";

bool begins(std::string_view text, std::string_view with) {
    return text.substr(0, with.size()) == with;
}

bool ends_with(std::string_view text, std::string_view with) {
    return text.size() >= with.size() && text.substr(text.size() - with.size()) == with;
}

std::string_view without_cr(std::string_view line) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

// A line in the engine's own spelling.
struct Canonical {
    std::string_view escaped;  // the log text between its quotes
    StreamName stream = StreamName::none;
    std::string_view time;
};

std::optional<Canonical> canonical(std::string_view raw) {
    constexpr std::string_view time_key = ",\"time\":\"";
    constexpr std::string_view out_key = "\",\"stream\":\"stdout\"", err_key = "\",\"stream\":\"stderr\"";
    if (!begins(raw, opening) || !ends_with(raw, "Z\"}")) return std::nullopt;
    // RFC 3339 with no to nine decimals: 20 to 30 bytes.
    for (size_t length = 30; length >= 20; --length) {
        const size_t tail = time_key.size() + length + 2;
        if (raw.size() < opening.size() + out_key.size() + tail) continue;
        if (raw.substr(raw.size() - tail, time_key.size()) != time_key) continue;
        const std::string_view before = raw.substr(0, raw.size() - tail);
        Canonical line;
        if (ends_with(before, out_key))
            line.stream = StreamName::out;
        else if (ends_with(before, err_key))
            line.stream = StreamName::err;
        else
            return std::nullopt;
        line.escaped = before.substr(opening.size(), before.size() - opening.size() - out_key.size());
        line.time = raw.substr(raw.size() - length - 2, length);
        return line;
    }
    return std::nullopt;
}

// Whether the text ends in a line feed: `\n` whose backslash is not itself escaped.
bool ends_line(std::string_view escaped) {
    if (!ends_with(escaped, "\\n")) return false;
    size_t backslashes = 0;
    while (backslashes < escaped.size() - 1 && escaped[escaped.size() - 2 - backslashes] == '\\')
        ++backslashes;
    return backslashes % 2 == 1;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Bytes of the text when it is unescaped. Only a piece without a line feed is looked at so closely.
size_t plain_size(std::string_view escaped) {
    size_t size = 0;
    for (size_t at = 0; at < escaped.size(); ++at, ++size) {
        if (escaped[at] != '\\' || at + 1 == escaped.size()) continue;
        if (escaped[++at] != 'u') continue;
        int code = 0;
        for (int i = 0; i < 4 && at + 1 < escaped.size(); ++i) code = code * 16 + hex_digit(escaped[++at]);
        // A surrogate is half of four bytes.
        size += code < 0x80 ? 0 : code < 0x800 || (code >= 0xD800 && code < 0xE000) ? 1 : 2;
    }
    return size;
}

bool is_piece(std::string_view escaped) {
    return escaped.size() >= engine_piece && !ends_line(escaped) && plain_size(escaped) >= engine_piece;
}

// The first bytes of the text, unescaped as far as kind_of() looks. What it looks for is ASCII, so any other
// character may stand as '?'.
std::string_view beginning_of(std::string_view escaped, char (&buffer)[logscan::kind_bytes]) {
    if (!escaped.empty() && !std::memchr(escaped.data(), '\\', std::min(escaped.size(), logscan::kind_bytes)))
        return escaped.substr(0, logscan::kind_bytes);
    size_t out = 0;
    for (size_t at = 0; at < escaped.size() && out < logscan::kind_bytes; ++at) {
        char c = escaped[at];
        if (c == '\\' && at + 1 < escaped.size()) {
            c = escaped[++at];
            if (c == 'u') {
                int code = 0;
                for (int i = 0; i < 4 && code >= 0; ++i)
                    code = at + 1 < escaped.size() ? std::max(-1, code * 16 + hex_digit(escaped[++at])) : -1;
                c = code >= 0 && code < 0x80 ? char(code) : '?';
            } else {
                constexpr std::string_view from = "nrtbf", to = "\n\r\t\b\f";
                if (const size_t i = from.find(c); i != std::string_view::npos) c = to[i];
            }
        }
        buffer[out++] = c;
    }
    std::string_view text(buffer, out);
    if (out < logscan::kind_bytes) {
        if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
        text = without_cr(text);
    }
    return text;
}

Line finished(std::string_view text, StreamName stream, std::string_view time) {
    Line line;
    line.stream = stream;
    line.time = logscan::read_timestamp(time);
    line.ends = !text.empty() && text.back() == '\n';
    if (line.ends) text.remove_suffix(1);
    line.text = line.ends ? without_cr(text) : text;
    return line;
}

}  // namespace

struct RawReader::Json {
    simdjson::ondemand::parser parser;
    std::string padded;
    // The last line that was not canonical: its text is asked for twice.
    std::string text;

    std::optional<Line> parse(std::string_view raw) {
        padded.assign(raw);
        padded.append(simdjson::SIMDJSON_PADDING, '\0');
        auto document = parser.iterate(padded.data(), raw.size(), padded.size());
        simdjson::ondemand::object object;
        if (document.get_object().get(object)) return std::nullopt;
        bool found = false;
        StreamName stream = StreamName::out;
        std::string_view time;
        for (auto member : object) {
            std::string_view key, value;
            if (member.error() || member.unescaped_key().get(key)) return std::nullopt;
            if (key != "log" && key != "stream" && key != "time") continue;
            if (member.value().get_string().get(value)) return std::nullopt;
            if (key == "log") {
                text = value;
                found = true;
            } else if (key == "stream") {
                stream = value == "stderr" ? StreamName::err : StreamName::out;
            } else {
                time = value;
            }
        }
        if (!found) return std::nullopt;
        return finished(text, stream, time);
    }
};

RawFormat format_of(std::string_view first_bytes) {
    return begins(first_bytes, opening) || begins(first_bytes, "{\"log\": \"") ? RawFormat::json_file
                                                                               : RawFormat::text;
}

RawReader::RawReader(RawFormat format)
    : format_(format), json_(format == RawFormat::json_file ? std::make_unique<Json>() : nullptr) {}
RawReader::~RawReader() = default;

RawLine RawReader::peek(std::string_view raw) {
    RawLine line;
    if (format_ == RawFormat::text) {
        line.kind = logscan::kind_of(without_cr(raw));
        return line;
    }
    if (const auto known = canonical(raw)) {
        char buffer[logscan::kind_bytes];
        line.kind = logscan::kind_of(beginning_of(known->escaped, buffer));
        line.stream = known->stream;
        line.ends = !is_piece(known->escaped);
        return line;
    }
    if (const auto parsed = json_->parse(raw)) {
        line.kind = logscan::kind_of(parsed->text);
        line.stream = parsed->stream;
        line.ends = parsed->ends || parsed->text.size() < engine_piece;
        return line;
    }
    line.kind = logscan::kind_of(without_cr(raw));
    line.stream = StreamName::out;
    return line;
}

Line RawReader::unwrap(std::string_view raw) {
    if (format_ == RawFormat::text) {
        Line line;
        line.text = without_cr(raw);
        return line;
    }
    if (const auto known = canonical(raw)) {
        const std::string_view escaped = known->escaped;
        const bool feed = ends_line(escaped);
        const size_t plain = feed ? escaped.size() - 2 : escaped.size();
        if (!std::memchr(escaped.data(), '\\', plain)) {
            Line line;
            line.stream = known->stream;
            line.time = logscan::read_timestamp(known->time);
            line.ends = feed || escaped.size() < engine_piece;
            line.text = escaped.substr(0, plain);
            return line;
        }
    }
    const auto known = canonical(raw);
    if (auto parsed = json_->parse(raw)) {
        parsed->ends = known ? !is_piece(known->escaped) : parsed->ends || parsed->text.size() < engine_piece;
        return *parsed;
    }
    ++damaged_;
    Line line;
    line.text = without_cr(raw);
    line.stream = known ? known->stream : StreamName::out;
    return line;
}

}  // namespace logbook::logsource
