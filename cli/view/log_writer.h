// Log lines in the application's own formats, so that whatever reads its logs reads ours. Text:
// `YYYY-MM-DD HH:MM:SS | LEVEL    | module:function:line - message`, in UTC; JSON: an object of timestamp,
// level, message, module, function, line, request_id and exception. One line a record.
#pragma once

#include <string_view>

#include "logbook/base/clock.h"
#include "logbook/redact/redactor.h"
#include "logbook/settings/settings.h"

namespace logbook::cli {

enum class Level { info, warning, error, critical };
enum class LogFormat { text, json };

// What a record of a request has beside its message; may be empty.
struct LogDetails {
    std::string_view request_id, exception;
};

// Thread-safe: each line is masked, made printable, and written with one write(2) at once.
class LogWriter {
  public:
    // Both must outlive it; nothing may be added to the redactor any more. Records below `least` are left
    // out.
    LogWriter(int fd, const Clock& clock, const redact::Redactor& redactor,
              LogFormat format = LogFormat::text, Level least = Level::info)
        : fd_(fd), clock_(clock), redactor_(redactor), format_(format), least_(least) {}

    // The place is the caller's; leave it to the defaults. (std::source_location is missing from clang 14.)
    void write(Level level, std::string_view message, const LogDetails& details = {},
               const char* file = __builtin_FILE(), const char* function = __builtin_FUNCTION(),
               int line = __builtin_LINE()) const;

  private:
    int fd_;
    const Clock& clock_;
    const redact::Redactor& redactor_;
    LogFormat format_;
    Level least_;
};

// LOG_FORMAT: `json`, or text for anything else, as the application reads it.
LogFormat log_format_of(const settings::Settings& settings);
// LOG_LEVEL, which counts in production only (LOGBOOK.md §4): the least level that is written.
Level log_level_of(const settings::Settings& settings);

}  // namespace logbook::cli
