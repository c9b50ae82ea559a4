// Numbers and words.
#include "logbook/c/guard.h"

#include <exception>
#include <string>

#include "logbook/base/version.h"
#include "logbook/c/logbook.h"

namespace logbook::c {
namespace {

thread_local std::string last_error;

}  // namespace

int status_of(ErrorCode code) {
    switch (code) {
    case ErrorCode::invalid:
        return LOGBOOK_INVALID;
    case ErrorCode::not_found:
        return LOGBOOK_NOT_FOUND;
    case ErrorCode::denied:
        return LOGBOOK_DENIED;
    case ErrorCode::io:
        return LOGBOOK_IO;
    case ErrorCode::timeout:
        return LOGBOOK_TIMEOUT;
    case ErrorCode::unreachable:
        return LOGBOOK_UNREACHABLE;
    case ErrorCode::closed:
        return LOGBOOK_CLOSED;
    case ErrorCode::auth:
        return LOGBOOK_AUTH;
    case ErrorCode::protocol:
        return LOGBOOK_PROTOCOL;
    case ErrorCode::tls:
        return LOGBOOK_TLS;
    case ErrorCode::conflict:
        return LOGBOOK_CONFLICT;
    case ErrorCode::declined:
        return LOGBOOK_DECLINED;
    case ErrorCode::too_large:
        return LOGBOOK_TOO_LARGE;
    case ErrorCode::unsupported:
        return LOGBOOK_UNSUPPORTED;
    case ErrorCode::interrupted:
        return LOGBOOK_INTERRUPTED;
    }
    return LOGBOOK_BUG;
}

int guarded(const std::function<Status()>& work) noexcept {
    try {
        const Status done = work();
        if (done) return LOGBOOK_OK;
        last_error = done.error().what;
        if (!done.error().hint.empty()) last_error += " (next: " + done.error().hint + ")";
        return status_of(done.error().code);
    } catch (const std::exception& bug) {
        try {
            last_error = bug.what();
        } catch (...) {
            last_error.clear();
        }
    } catch (...) {
        last_error.clear();
    }
    return LOGBOOK_BUG;
}

}  // namespace logbook::c

const char* logbook_version(void) {
    static const std::string text(logbook::version());
    return text.c_str();
}

const char* logbook_error(void) {
    return logbook::c::last_error.c_str();
}
