// Log lines in the application's own text format, so that whatever reads its logs reads ours:
// `YYYY-MM-DD HH:MM:SS | LEVEL    | module:function:line - message`, in UTC.
#pragma once

#include <string_view>

#include "logbook/base/clock.h"
#include "logbook/redact/redactor.h"

namespace logbook::cli {

enum class Level { info, warning, error, critical };

// Thread-safe: each line is masked, made printable, and written with one write(2) at once.
class LogWriter {
  public:
    // Both must outlive it; nothing may be added to the redactor any more.
    LogWriter(int fd, const Clock& clock, const redact::Redactor& redactor)
        : fd_(fd), clock_(clock), redactor_(redactor) {}

    // The place is the caller's; leave it to the defaults. (std::source_location is missing from clang 14.)
    void write(Level level, std::string_view message, const char* file = __builtin_FILE(),
               const char* function = __builtin_FUNCTION(), int line = __builtin_LINE()) const;

  private:
    int fd_;
    const Clock& clock_;
    const redact::Redactor& redactor_;
};

}  // namespace logbook::cli
