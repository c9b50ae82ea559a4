// Log lines in the application's own text format, so that whatever reads its logs reads ours:
// `YYYY-MM-DD HH:MM:SS | LEVEL    | module:function:line - message`, in UTC.
#pragma once

#include <source_location>
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

    void write(Level level, std::string_view message,
               std::source_location at = std::source_location::current()) const;

  private:
    int fd_;
    const Clock& clock_;
    const redact::Redactor& redactor_;
};

}  // namespace logbook::cli
