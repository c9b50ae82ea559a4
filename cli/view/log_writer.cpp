// One line, one write.
#include "view/log_writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

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

void LogWriter::write(Level level, std::string_view message, const char* file, const char* function,
                      int line) const {
    std::string when = iso8601(clock_.wall());
    when[10] = ' ';
    when.pop_back();
    const std::string text =
        fmt::format("{} | {:<8} | {}:{}:{} - {}\n", when, name_of(level), module_of(file),
                    function_of(function), line, printable(redactor_.mask(message), 2000));
    // A log that cannot be written has nobody to be told.
    (void)!::write(fd_, text.data(), text.size());
}

}  // namespace logbook::cli
