// Error and Result: how everything that may fail in ordinary use says so.
// Exceptions are for bugs; they stop in `main` and at the API core's outermost step.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "logbook/base/export.h"

namespace logbook {

// The kind of failure, for programs to branch on. People read `what` and `hint`.
enum class ErrorCode {
    invalid,      // the input breaks a rule of its format or of the command line
    not_found,    // a file, name, host or object does not exist
    denied,       // the operating system or a server refuses this user
    io,           // reading or writing failed
    timeout,      // a deadline passed
    unreachable,  // no connection could be made
    closed,       // the peer closed or reset the connection
    auth,         // the peer answered and rejects the credentials
    protocol,     // the peer answered with something that is not its protocol
    tls,          // the encrypted channel could not be made or trusted
    conflict,     // somebody else holds it, or it exists already
    declined,     // a safety gate or the operator said no
    too_large,    // a limit on bytes, depth or count was passed
    unsupported,  // understood, and not possible here
    interrupted,  // a signal asked to stop
};

// Name of a code as it stands in JSON output: "not_found".
LOGBOOK_EXPORT std::string_view name_of(ErrorCode code);

// What went wrong, where, and the next step. Neither text ever holds a secret.
struct Error {
    ErrorCode code = ErrorCode::invalid;
    std::string what;  // one sentence, with the place (file:line, host:port)
    std::string hint;  // the next step; empty when there is none to give
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

// `return fail(ErrorCode::io, "cannot read x", "check its mode");`
inline tl::unexpected<Error> fail(ErrorCode code, std::string what, std::string hint = {}) {
    return tl::unexpected<Error>(Error{code, std::move(what), std::move(hint)});
}

// Passes a failure on with the same code: `if (!x) return fail(x.error());`
inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

// The sentence for a failed system call: "cannot open /etc/x: Permission denied", with the code that fits
// errno.
LOGBOOK_EXPORT Error system_error(std::string_view doing, int error_number);

}  // namespace logbook
