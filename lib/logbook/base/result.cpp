// Names of error codes, and the translation of errno.
#include "logbook/base/result.h"

#include <cerrno>
#include <system_error>

namespace logbook {

std::string_view name_of(ErrorCode code) {
    switch (code) {
    case ErrorCode::invalid:
        return "invalid";
    case ErrorCode::not_found:
        return "not_found";
    case ErrorCode::denied:
        return "denied";
    case ErrorCode::io:
        return "io";
    case ErrorCode::timeout:
        return "timeout";
    case ErrorCode::unreachable:
        return "unreachable";
    case ErrorCode::closed:
        return "closed";
    case ErrorCode::auth:
        return "auth";
    case ErrorCode::protocol:
        return "protocol";
    case ErrorCode::tls:
        return "tls";
    case ErrorCode::conflict:
        return "conflict";
    case ErrorCode::declined:
        return "declined";
    case ErrorCode::too_large:
        return "too_large";
    case ErrorCode::unsupported:
        return "unsupported";
    case ErrorCode::interrupted:
        return "interrupted";
    }
    return "unknown";
}

namespace {

ErrorCode code_of(int error_number) {
    switch (error_number) {
    case ENOENT:
    case ENOTDIR:
        return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
        return ErrorCode::denied;
    case EEXIST:
    case EBUSY:
    case EADDRINUSE:
        return ErrorCode::conflict;
    case ETIMEDOUT:
        return ErrorCode::timeout;
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
        return ErrorCode::unreachable;
    case ECONNRESET:
    case EPIPE:
        return ErrorCode::closed;
    case EINTR:
        return ErrorCode::interrupted;
    default:
        return ErrorCode::io;
    }
}

std::string hint_for(int error_number) {
    switch (error_number) {
    case EACCES:
    case EPERM:
        return "run as the owner of that file, or with sudo";
    case ENOSPC:
        return "free some space on that file system: df -h";
    case EDQUOT:
        return "this user's disk quota is used up: quota -s";
    case EROFS:
        return "that file system is mounted read-only: findmnt -T <path>";
    default:
        return {};
    }
}

}  // namespace

Error system_error(std::string_view doing, int error_number) {
    // std::generic_category().message() is thread-safe, unlike strerror().
    return Error{code_of(error_number),
                 std::string(doing) + ": " + std::generic_category().message(error_number),
                 hint_for(error_number)};
}

}  // namespace logbook
