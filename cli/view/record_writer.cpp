// Records on standard output.
#include "view/record_writer.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

using logscan::Level;
using logscan::Record;

constexpr size_t flush_at = 64 << 10;

Ink ink_of(Level level) {
    switch (level) {
    case Level::critical:
    case Level::error:
        return Ink::red;
    case Level::warning:
        return Ink::yellow;
    case Level::debug:
        return Ink::dim;
    case Level::none:
    case Level::info:
        break;
    }
    return Ink::plain;
}

Json text_json(std::string_view text) {
    return valid_utf8(text) ? Json(text) : Json(printable(text, text.size() * 3));
}

// The first line in the colour of its level: all of it when it is grave, so that the eye finds it.
std::string head_line(const Stream& out, const Record& record, std::string_view line) {
    const std::string shown = shown_line(line);
    return shown.empty() ? shown : out.inked(ink_of(record.level), shown);
}

// A text that was cut may end in the beginning of a secret, which nobody would recognise.
std::string without_cut_secrets(const redact::Redactor& redactor, const Record& record) {
    std::string text;
    for (std::string_view line : record.lines()) {
        const bool last = line.data() + line.size() == record.text.data() + record.text.size();
        if (last || line.size() >= logscan::longest_line)
            for (size_t at = line.size() - std::min(line.size(), redactor.longest()); at < line.size(); ++at)
                if (redactor.may_continue(line, at)) {
                    line = line.substr(0, at);
                    break;
                }
        text.append(text.empty() ? "" : "\n").append(line);
    }
    return text;
}

}  // namespace

std::string shown_line(std::string_view line) {
    const bool plain = std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < 0x7f; });
    return plain ? std::string(line) : printable(line, line.size() * 3);
}

Json record_json(const Record& record) {
    Json lines = Json(Json::Array{});
    for (const std::string_view line : record.lines()) lines.push(text_json(line));
    return Json::object({{"time", record.time ? Json(iso8601(*record.time, true)) : Json()},
                         {"time_inherited", record.time_inherited},
                         {"service", record.service},
                         {"stream", name_of(record.stream)},
                         {"level", name_of(record.level)},
                         {"request_id", text_json(record.request_id)},
                         {"lines", std::move(lines)},
                         {"cut_bytes", uint64_t(record.cut_bytes)}});
}

RecordWriter::RecordWriter(App& app, bool services)
    : app_(app)
    , form_(app.global.output == "jsonl" ? Form::jsonl
            : app.global.json()          ? Form::json
                                         : Form::table)
    , services_(services) {
    if (form_ == Form::json) app_.out.line("{\n  \"schema\": \"logbookctl/logs/1\",\n  \"records\": [");
}

void RecordWriter::gap() {
    gap_ = count_ > 0;
}

void RecordWriter::put_table(const Record& record) {
    if (std::exchange(gap_, false)) app_.out.line(app_.out.inked(Ink::dim, "--"));
    const std::string service = services_ ? app_.out.inked(Ink::cyan, record.service) + "  " : std::string();
    bool first = true;
    for (const std::string_view line : record.lines()) {
        app_.out.line(service + (first ? head_line(app_.out, record, line) : shown_line(line)));
        first = false;
    }
    if (record.cut_bytes > 0)
        app_.out.line(service + app_.out.inked(Ink::dim, fmt::format("… {} more bytes were left out",
                                                                     record.cut_bytes)));
}

Status RecordWriter::put(const Record& record) {
    if (record.cut_bytes > 0 && !app_.redactor.empty()) {
        Record safe = record;
        safe.text = without_cut_secrets(app_.redactor, record);
        write(safe);
    } else {
        write(record);
    }
    ++count_;
    waiting_ += record.text.size() + 100;
    return waiting_ >= flush_at ? flush() : Status();
}

void RecordWriter::write(const Record& record) {
    switch (form_) {
    case Form::table:
        put_table(record);
        break;
    case Form::json:
        app_.out.put(count_ > 0 ? ",\n    " : "    ").put(record_json(record).dump());
        break;
    case Form::jsonl:
        app_.out.line(record_json(record).dump());
        break;
    }
}

Status RecordWriter::flush() {
    waiting_ = 0;
    return app_.out.flush();
}

Status RecordWriter::finish(const Json& summary) {
    if (form_ == Form::json) {
        app_.out.put(count_ > 0 ? "\n  ]" : "  ]");
        if (const Json::Object* members = summary.as_object())
            for (const Json::Member& member : *members)
                app_.out.put(",\n  " + Json(member.first).dump() + ": " + member.second.dump());
        app_.out.line("\n}");
    }
    return flush();
}

}  // namespace logbook::cli
