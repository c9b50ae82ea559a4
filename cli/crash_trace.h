// What a crash leaves behind: one CRITICAL record and the stack, on standard error.
#pragma once

namespace logbook::cli {

// For SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT; the process ends as it would have without. Call it once,
// before any thread is started.
void leave_trace_of_crashes();

}  // namespace logbook::cli
