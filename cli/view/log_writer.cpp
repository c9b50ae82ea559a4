// One line, one write.
#include "view/log_writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include "logbook/base/json.h"
#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

constexpr size_t longest_message = 2000, longest_exception = 8000;  // bytes

std::string_view name_of(Level level) {
    switch (level) {
    case Level::info:
        return "INFO";
    case Level::warning:
        return "WARNING";
    case Level::error:
        return "ERROR";
    case Level::critical:
        return "CRITICAL";
    }
    return "";
}

// "serve" of ".../serve.cpp".
std::string_view module_of(std::string_view file) {
    file.remove_prefix(file.rfind('/') + 1);
    return file.substr(0, file.find('.'));
}

// A lambda has no name of its own.
std::string_view function_of(std::string_view function) {
    return function == "operator()" ? "lambda" : function;
}

}  // namespace

void LogWriter::write(Level level, std::string_view message, const LogDetails& details, const char* file,
                      const char* function, int line) const {
    if (level < least_) return;
    std::string when = iso8601(clock_.wall());
    const auto clean = [this](std::string_view text, size_t most) {
        return printable(redactor_.mask(text), most);
    };
    std::string record;
    if (format_ == LogFormat::json) {
        Json json = Json::object({{"timestamp", when},
                                  {"level", name_of(level)},
                                  {"message", clean(message, longest_message)},
                                  {"module", module_of(file)},
                                  {"function", function_of(function)},
                                  {"line", line}});
        if (!details.request_id.empty()) json.set("request_id", details.request_id);
        if (!details.exception.empty()) json.set("exception", clean(details.exception, longest_exception));
        record = json.dump();
    } else {
        when[10] = ' ';
        when.pop_back();
        record = fmt::format("{} | {:<8} | {}:{}:{} - {}", when, name_of(level), module_of(file),
                             function_of(function), line, clean(message, longest_message));
        if (!details.request_id.empty()) record += fmt::format(" [rid={}]", details.request_id);
        if (!details.exception.empty()) record += " | " + clean(details.exception, longest_exception);
    }
    record += '\n';
    // A log that cannot be written has nobody to be told.
    (void)!::write(fd_, record.data(), record.size());
}

LogFormat log_format_of(const settings::Settings& settings) {
    return lower(settings.text("LOG_FORMAT")) == "json" ? LogFormat::json : LogFormat::text;
}

Level log_level_of(const settings::Settings& settings) {
    if (settings.text("ENVIRONMENT") != "production") return Level::info;
    const std::string name = lower(settings.text("LOG_LEVEL"));
    if (name == "warning") return Level::warning;
    if (name == "error") return Level::error;
    return name == "critical" ? Level::critical : Level::info;
}

}  // namespace logbook::cli
