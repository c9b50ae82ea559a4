// The exit codes: one map, documented in logbookctl(1). Never one code for two meanings.
#pragma once

namespace logbook {
struct Error;
}

namespace logbook::cli {

enum class ExitCode : int {
    ok = 0,
    problem = 1,     // a problem was found, or the operation failed
    usage = 2,       // the command line is wrong
    unknown = 3,     // could not determine
    declined = 4,    // the operator or a safety gate said no
    pending = 5,     // migrations are pending
    deadline = 124,  // the deadline ended the run before any verdict
    interrupted = 130,
};

// What a failed operation exits with.
ExitCode exit_code_for(const Error& error);
// Of a command that only looks: what could not be seen is unknown, not wrong.
ExitCode exit_code_of_looking(const Error& error);
// Of one that asks a server; a command line or a file of this machine may still be wrong.
ExitCode exit_code_of_asking(const Error& error);

}  // namespace logbook::cli
