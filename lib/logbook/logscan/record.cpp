// What a record's text tells: level, request id, and LOG_FORMAT=json made readable.
#include "logbook/logscan/record.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/json.h"
#include "logbook/base/text.h"
#include "logbook/logscan/line_head.h"

namespace logbook::logscan {
namespace {

constexpr JsonLimits json_line = {longest_line, 32};

std::string_view text_of(const Json& json, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys)
        if (const std::string_view text = json.text(key); !text.empty()) return text;
    return {};
}

// The traceback of a logger's `exception`: a text, a list of texts, or an object of type, value and
// traceback.
std::string exception_text(const Json& exception) {
    if (const std::string* text = exception.as_string()) return *text;
    std::string out;
    if (const Json::Array* items = exception.as_array()) {
        for (const Json& item : *items) out += exception_text(item);
    } else if (exception.as_object()) {
        if (const Json* trace = exception.find("traceback")) out = exception_text(*trace);
        if (!out.empty() && out.back() != '\n') out += '\n';
        const std::string_view type = exception.text("type"),
                               value = text_of(exception, {"value", "message"});
        if (!type.empty() && out.find(std::string(type) + ": ") == std::string::npos)
            out += fmt::format("{}: {}", type, value);
    }
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

std::string place_of(const Json& json) {
    std::string place(text_of(json, {"module", "logger", "name"}));
    if (const std::string_view function = json.text("function"); !function.empty())
        place += ":" + std::string(function);
    if (const Json* line = json.find("line"))
        if (const int64_t* number = line->as_int()) place += fmt::format(":{}", *number);
    return place;
}

// Sets the record's parts from a line of LOG_FORMAT=json; false when it is none.
bool interpret_json(Record& record, std::string_view line, std::string_view rest) {
    auto json = parse_json(line, json_line);
    if (!json || !json->as_object()) return false;
    const Json* fields = &*json;
    if (const Json* nested = json->find("record"); nested && nested->as_object())
        fields = nested;  // loguru's own
    const std::string_view stamp = text_of(*fields, {"timestamp", "time", "ts", "asctime"});
    std::string_view level = fields->text("level");
    if (const Json* nested = fields->find("level"); nested && nested->as_object())
        level = nested->text("name");
    const std::string_view message = text_of(*fields, {"message", "msg", "event", "text"});
    if (stamp.empty() && level.empty() && message.empty()) return false;

    record.raw = line;
    record.level = level_named(level).value_or(Level::none);
    if (!record.time) record.time = read_timestamp(stamp);
    std::string head = fmt::format("{} | {:<8} | {}", stamp, level, place_of(*fields));
    record.message_at = head.size() + 3;
    record.text = std::move(head) + " - " + std::string(message);
    if (const Json* exception = fields->find("exception"))
        if (const std::string trace = exception_text(*exception); !trace.empty()) record.text += "\n" + trace;
    record.request_id = fields->text("request_id");
    if (record.request_id == "-") record.request_id.clear();
    if (!rest.empty()) record.text += "\n" + std::string(rest);
    return true;
}

bool id_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

std::string request_id_in(std::string_view text) {
    for (const std::string_view mark : {"[rid=", "Request-ID: ", "request_id="}) {
        const size_t at = text.find(mark);
        if (at == std::string_view::npos) continue;
        size_t end = at + mark.size();
        while (end < text.size() && end - at < 80 && id_byte(text[end])) ++end;
        if (end > at + mark.size()) return std::string(text.substr(at + mark.size(), end - at - mark.size()));
    }
    return {};
}

}  // namespace

std::string_view name_of(Level level) {
    switch (level) {
    case Level::none:
        return "";
    case Level::debug:
        return "debug";
    case Level::info:
        return "info";
    case Level::warning:
        return "warning";
    case Level::error:
        return "error";
    case Level::critical:
        return "critical";
    }
    return "";
}

std::optional<Level> level_named(std::string_view word) {
    if (word.size() > 10) return std::nullopt;
    const std::string name = lower(trim(word));
    if (name == "debug" || name == "trace" || name == "verbose") return Level::debug;
    if (name == "info" || name == "success" || name == "note" || name == "notice" || name == "system" ||
        name == "entrypoint")
        return Level::info;
    if (name == "warning" || name == "warn" || name == "warni") return Level::warning;
    if (name == "error" || name == "err") return Level::error;
    if (name == "critical" || name == "crit" || name == "fatal" || name == "alert" || name == "emerg")
        return Level::critical;
    return std::nullopt;
}

std::string_view name_of(StreamName stream) {
    switch (stream) {
    case StreamName::none:
        return "";
    case StreamName::out:
        return "stdout";
    case StreamName::err:
        return "stderr";
    }
    return "";
}

std::vector<std::string_view> Record::lines() const {
    std::vector<std::string_view> out;
    std::string_view rest = text;
    for (size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        out.push_back(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    out.push_back(rest);
    return out;
}

void interpret(Record& record) {
    const std::string_view whole = record.text;
    const size_t end = whole.find('\n');
    const std::string_view first = whole.substr(0, end);
    if (is_json_head(first)) {
        const std::string line(first);
        const std::string rest(end == std::string_view::npos ? std::string_view() : whole.substr(end + 1));
        if (interpret_json(record, line, rest)) {
            if (record.request_id.empty()) record.request_id = request_id_in(record.text);
            return;
        }
    } else {
        const LineHead head = read_head(first);
        if (!record.time) record.time = head.time;
        record.level = head.level;
        record.message_at = head.message_at;
        // A crash that went round the logger says no level.
        if (record.level == Level::none && contains(whole, "Traceback (most recent call last)"))
            record.level = Level::error;
    }
    record.request_id = request_id_in(whole);
}

}  // namespace logbook::logscan
