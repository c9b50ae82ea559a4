// Rows of role, process, port and whether it lives.
#include "view/sandbox_lines.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

#include "logbook/sandbox/folder.h"

namespace logbook::cli {
namespace {

Json document_of(const sandbox::Process& process) {
    return Json::object({{"role", process.role},
                         {"pid", int64_t(process.pid)},
                         {"port", process.port == 0 ? Json() : Json(int(process.port))},
                         {"alive", process.alive()}});
}

void print(App& app, const sandbox::Process& process) {
    const bool alive = process.alive();
    const std::string where = process.port == 0 ? "–" : fmt::format("127.0.0.1:{}", process.port);
    const std::string glyph = app.out.inked(alive ? Ink::green : Ink::red, alive ? "✔" : "✖");
    app.out.line(fmt::format("{} {:<10}  {:<15}  process {}{}", glyph, process.role, where, process.pid,
                             alive ? "" : ", gone"));
}

}  // namespace

std::filesystem::path sandbox_folder(const std::string& folder_option) {
    if (!folder_option.empty()) return std::filesystem::absolute(folder_option).lexically_normal();
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    return sandbox::default_folder(runtime ? runtime : "");
}

bool all_alive(const sandbox::State& state) {
    return state.supervisor.alive() && std::all_of(state.servers.begin(), state.servers.end(),
                                                   [](const sandbox::Process& p) { return p.alive(); });
}

void emit_sandbox(App& app, const std::filesystem::path& folder, const sandbox::State& state) {
    Json processes(Json::Array{});
    for (const sandbox::Process& server : state.servers) processes.push(document_of(server));
    processes.push(document_of(state.supervisor));
    app.emit("logbookctl/sandbox/1", Json::object({{"folder", folder.string()},
                                                   {"env_file", (folder / ".env").string()},
                                                   {"created", state.created},
                                                   {"all_alive", all_alive(state)},
                                                   {"processes", processes}}));
}

void print_sandbox(App& app, const sandbox::State& state) {
    for (const sandbox::Process& server : state.servers) print(app, server);
    print(app, state.supervisor);
}

}  // namespace logbook::cli
