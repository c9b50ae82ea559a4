// The state file.
#include "logbook/sandbox/state.h"

#include <csignal>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "logbook/base/fd.h"
#include "logbook/host/child.h"
#include "logbook/host/file.h"

namespace logbook::sandbox {
namespace {

constexpr const char* file_name = "state.json";
constexpr const char* schema = "logbookctl/sandbox_state/1";
constexpr uint64_t most_bytes = 64 * 1024;

Json to_json(const Process& process) {
    return Json::object({{"role", process.role},
                         {"pid", int64_t(process.pid)},
                         {"started", process.started},
                         {"port", int(process.port)}});
}

bool read_number(const Json& from, std::string_view key, int64_t least, int64_t most, int64_t& out) {
    const Json* member = from.find(key);
    const int64_t* number = member ? member->as_int() : nullptr;
    if (!number || *number < least || *number > most) return false;
    out = *number;
    return true;
}

bool read_process(const Json& from, Process& out) {
    int64_t pid = 0, started = 0, port = 0;
    out.role = from.text("role");
    const bool known =
        out.role == "supervisor" || out.role == "database" || out.role == "cache" || out.role == "backend";
    // 1 is init's, and 0 and below address groups of processes.
    if (!known || !read_number(from, "pid", 2, INT32_MAX, pid) ||
        !read_number(from, "started", 1, INT64_MAX, started) || !read_number(from, "port", 0, 65535, port))
        return false;
    out.pid = pid_t(pid);
    out.started = uint64_t(started);
    out.port = uint16_t(port);
    return true;
}

}  // namespace

bool Process::alive() const {
    return host::start_time_of(pid) == started;
}

bool Process::signal(int number) const {
    // The handle first, the proof after it: from then on the number may be given to whomever.
    const Fd handle(int(::syscall(SYS_pidfd_open, pid, 0)));
    if (!handle || !alive()) return false;
    return ::syscall(SYS_pidfd_send_signal, handle.get(), number, nullptr, 0) == 0;
}

const Process* State::find(std::string_view role) const {
    if (role == supervisor.role) return &supervisor;
    for (const Process& server : servers)
        if (server.role == role) return &server;
    return nullptr;
}

Json to_json(const State& state) {
    Json servers(Json::Array{});
    for (const Process& server : state.servers) servers.push(to_json(server));
    return Json::object({{"schema", schema},
                         {"device", state.device},
                         {"inode", state.inode},
                         {"created", state.created},
                         {"supervisor", to_json(state.supervisor)},
                         {"servers", servers}});
}

Result<State> parse_state(std::string_view text) {
    const Result<Json> json = parse_json(text, {most_bytes, 8});
    if (!json) return fail(json.error());
    const auto bad = [] {
        return fail(ErrorCode::protocol, "the state file is not one that a sandbox wrote");
    };
    State state;
    int64_t device = 0, inode = 0;
    const Json* supervisor = json->find("supervisor");
    const Json* servers = json->find("servers");
    if (json->text("schema") != schema || !read_number(*json, "device", 0, INT64_MAX, device) ||
        !read_number(*json, "inode", 1, INT64_MAX, inode) || !supervisor ||
        !read_process(*supervisor, state.supervisor) || state.supervisor.role != "supervisor" || !servers ||
        !servers->as_array() || servers->as_array()->size() > 3)
        return bad();
    for (const Json& one : *servers->as_array()) {
        Process server;
        if (!read_process(one, server) || state.find(server.role)) return bad();
        state.servers.push_back(std::move(server));
    }
    state.device = uint64_t(device);
    state.inode = uint64_t(inode);
    state.created = json->text("created");
    return state;
}

Status write_state(const std::filesystem::path& folder, const State& state) {
    return host::replace_file(folder / file_name, to_json(state).dump_pretty() + "\n");
}

Result<State> read_state(const std::filesystem::path& folder) {
    struct stat facts {};
    if (::lstat(folder.c_str(), &facts) != 0) {
        if (errno == ENOENT) return fail(ErrorCode::not_found, "there is no sandbox in " + folder.string());
        return fail(system_error("cannot look at " + folder.string(), errno));
    }
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::declined,
                    fmt::format("{} is not a sandbox of yours: {}", folder.string(), why),
                    "look at it yourself; nothing was touched");
    };
    if (!S_ISDIR(facts.st_mode))
        return refuse(S_ISLNK(facts.st_mode) ? "it is a symbolic link" : "it is no folder");
    const std::filesystem::path path = folder / file_name;
    struct stat file {};
    if (::lstat(path.c_str(), &file) != 0) return refuse("it holds no state file");
    if (!S_ISREG(file.st_mode) || file.st_uid != ::geteuid() || file.st_nlink != 1 ||
        (file.st_mode & 077) != 0)
        return refuse("its state file is not a private file of yours");
    const Result<host::FileText> text = host::read_file(path, most_bytes);
    if (!text) return refuse(text.error().what);
    Result<State> state = parse_state(text->bytes);
    if (!state) return refuse(state.error().what);
    if (state->device != facts.st_dev || state->inode != facts.st_ino)
        return refuse("its state file belongs to another folder");
    return state;
}

}  // namespace logbook::sandbox
