// The choice, and the opening.
#include "logbook/logsource/container_log.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

#include "logbook/base/text.h"
#include "logbook/logsource/bytes.h"
#include "logbook/logsource/engine_source.h"
#include "logbook/logsource/file_source.h"
#include "logbook/logsource/raw_line.h"

namespace logbook::logsource {
namespace {

using docker::Container;

Error keeps_nothing(const std::string& service, const std::string& driver) {
    return {
        ErrorCode::unsupported,
        fmt::format("{}: its log driver `{}` keeps nothing that can be read back", service,
                    printable(driver, 40)),
        "read it where that driver sends it, or give the service `logging: {driver: json-file}` and recreate "
        "it"};
}

}  // namespace

Error judge_log_failure(const Error& error, const std::string& service, const std::string& driver) {
    if (contains(error.what, "does not support reading")) return keeps_nothing(service, driver);
    if (error.code == ErrorCode::not_found)
        return {error.code, fmt::format("{}: its container vanished while its log was read", service),
                "logbookctl ps"};
    return {error.code, fmt::format("{}: {}", service, error.what),
            error.hint.empty() ? "what was read until then is shown" : error.hint};
}

LogReach log_reach(const Container& container, const docker::Endpoint& endpoint) {
    LogReach reach;
    reach.local_engine = !endpoint.socket.empty();
    if (!reach.local_engine || container.log_path.empty()) return reach;
    const auto fd = open_log(container.log_path);
    if (!fd) {
        reach.obstacle = fd.error().what;
        return reach;
    }
    // Podman calls its own format json-file too.
    char first[64];
    const ssize_t n = ::pread(fd->get(), first, sizeof first, 0);
    reach.readable_file = n == 0 || (n > 0 && format_of({first, size_t(n)}) == RawFormat::json_file);
    if (!reach.readable_file) reach.obstacle = container.log_path + " is no json-file";
    return reach;
}

Result<LogPlace> choose_log_place(const Container& container, LogAccess wanted, const LogReach& reach,
                                  const std::string& service) {
    if (container.log_driver == "none") return fail(keeps_nothing(service, container.log_driver));
    const bool json_file = container.log_driver == "json-file";
    const bool never_started = !container.started && container.log_path.empty();
    if (json_file && never_started) return LogPlace::nowhere;
    if (wanted == LogAccess::api) return LogPlace::api;
    if (json_file && reach.local_engine && reach.readable_file) return LogPlace::file;
    if (wanted == LogAccess::automatic) return LogPlace::api;
    const auto cannot = [&](std::string why, std::string hint) {
        return fail(ErrorCode::unsupported,
                    fmt::format("{}: the engine's file cannot be read: {}", service, std::move(why)),
                    std::move(hint));
    };
    if (!json_file)
        return cannot(
            fmt::format("its log driver is `{}`, not json-file", printable(container.log_driver, 40)),
            "--source api asks the engine");
    if (!reach.local_engine)
        return cannot("the engine is on another machine", "run this there, or leave out --source file");
    return cannot(printable(reach.obstacle, 300), "run it with sudo; or --source api asks the engine");
}

std::string log_name(const deployment::Member& member) {
    const std::string name = printable(member.service, 60);
    return member.container.compose.number > 1 ? fmt::format("{}-{}", name, member.container.compose.number)
                                               : name;
}

Result<std::unique_ptr<logscan::Source>>
open_container_log(std::shared_ptr<const docker::Engine> engine, const Container& container, LogPlace place,
                   std::string service, const logscan::Interest& interest, Deadline deadline) {
    if (place == LogPlace::file) return open_rotated(container.log_path, std::move(service), interest);
    EngineLog log{std::move(engine), container.id, container.tty, container.log_driver, std::move(service)};
    return open_engine_log(std::move(log), interest, deadline);
}

}  // namespace logbook::logsource
