// From the kind of failure to the exit code.
#include "exit_code.h"

#include "logbook/base/result.h"

namespace logbook::cli {

ExitCode exit_code_for(const Error& error) {
    switch (error.code) {
    case ErrorCode::declined:
        return ExitCode::declined;
    case ErrorCode::interrupted:
        return ExitCode::interrupted;
    case ErrorCode::timeout:
        return ExitCode::deadline;
    case ErrorCode::invalid:
    case ErrorCode::not_found:
    case ErrorCode::denied:
    case ErrorCode::io:
    case ErrorCode::unreachable:
    case ErrorCode::closed:
    case ErrorCode::auth:
    case ErrorCode::protocol:
    case ErrorCode::tls:
    case ErrorCode::conflict:
    case ErrorCode::too_large:
    case ErrorCode::unsupported:
        return ExitCode::problem;
    }
    return ExitCode::problem;
}

ExitCode exit_code_of_looking(const Error& error) {
    const ExitCode code = exit_code_for(error);
    return code == ExitCode::problem ? ExitCode::unknown : code;
}

ExitCode exit_code_of_asking(const Error& error) {
    switch (error.code) {
    case ErrorCode::unreachable:
    case ErrorCode::closed:
    case ErrorCode::auth:
    case ErrorCode::protocol:
    case ErrorCode::tls:
    case ErrorCode::conflict:
    case ErrorCode::unsupported:
    case ErrorCode::not_found:
    case ErrorCode::too_large:
        return ExitCode::unknown;
    default:
        return exit_code_for(error);
    }
}

}  // namespace logbook::cli
