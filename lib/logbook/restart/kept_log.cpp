// Through the Engine API, in the order in which the container wrote.
#include "logbook/restart/kept_log.h"

#include <cerrno>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "logbook/base/text.h"
#include "logbook/host/gzip_file.h"

namespace logbook::restart {
namespace {

namespace fs = std::filesystem;

std::string file_name(const std::string& service, const std::string& rest) {
    std::string name;
    for (const char c : service) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '_';
        name += plain ? c : '_';
    }
    return name + rest;
}

}  // namespace

Status prepare_log_folder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return fail(
            system_error("cannot make the folder for the old containers' logs, " + folder.string(), errno));
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return fail(system_error("cannot keep the old containers' logs in " + folder.string(), errno));
    return {};
}

Result<std::optional<fs::path>> keep_log(const World& world, const std::string& service,
                                         const docker::Container& container, Deadline deadline) {
    const std::string& driver = container.log_driver;
    if (driver != "json-file" && driver != "local" && driver != "journald") return std::nullopt;
    const std::string time = compact_utc(world.clock.wall());
    fs::path path = world.log_folder / file_name(service, "-" + time + ".log.gz");
    std::error_code ignored;
    if (fs::exists(path, ignored))  // of another container of the service
        path = world.log_folder /
               file_name(service, fmt::format("-{}-{}.log.gz", time, container.id.substr(0, 8)));
    auto file = host::GzipFile::create(path);
    if (!file) return fail(file.error());
    redact::StreamMask mask(world.redactor);
    Status written;
    const auto sink = [&](const docker::Piece& piece) {
        written = file->write(mask.feed(piece.bytes));
        return written.has_value();
    };
    if (Status read = world.engine.logs(container.id, container.tty, {}, sink, deadline); !read)
        return fail(read.error());
    if (written) written = file->write(mask.finish());
    if (written) written = file->finish();
    if (!written) return fail(written.error());
    return path;
}

std::vector<std::string> last_records(const docker::Engine& engine, const docker::Container& container,
                                      size_t most, Deadline deadline) {
    constexpr size_t most_bytes = 256 << 10;
    docker::LogOptions options;
    options.tail = most;
    std::string text;
    (void)engine.logs(
        container.id, container.tty, options,
        [&](const docker::Piece& piece) {
            text.append(piece.bytes.substr(0, most_bytes - std::min(most_bytes, text.size())));
            return text.size() < most_bytes;
        },
        deadline);
    std::vector<std::string> lines;
    for (const std::string& line : split(text, '\n'))
        if (!trim(line).empty()) lines.push_back(printable(line));
    if (lines.size() > most) lines.erase(lines.begin(), lines.end() - std::ptrdiff_t(most));
    return lines;
}

}  // namespace logbook::restart
