// `logbookctl ps`: every service of the deployment, what state it is in, and how far its health can be
// believed.
#include <fmt/format.h>

#include "commands/catalogue.h"
#include "containers.h"
#include "logbook/base/text.h"
#include "logbook/deployment/trust_in_health.h"
#include "view/table.h"

namespace logbook::cli {
namespace {

using deployment::Member;
using docker::ContainerState;

// How one service stands. `well` decides the exit code.
struct Row {
    const Member* member = nullptr;  // null: its container is missing
    std::string service;
    deployment::Role role = deployment::Role::other;
    std::string doubt;  // why its health proves little
    std::string last_check;
    bool well = false;
};

std::string ports_of(const docker::Container& container) {
    std::vector<std::string> ports;
    for (const docker::Port& port : container.ports) {
        if (port.host_port == 0) continue;
        const std::string text =
            fmt::format("{}:{}→{}{}", port.host_address, port.host_port, port.container_port,
                        port.protocol == "tcp" ? "" : "/" + printable(port.protocol, 10));
        // Every address of IPv4 and of IPv6 is one publication.
        if (port.host_address != "::" || container.ports.size() == 1) ports.push_back(text);
    }
    return join(ports, ", ");
}

std::string state_of(const docker::Container& container) {
    std::string text(docker::name_of(container.state));
    if (container.state == ContainerState::exited || container.state == ContainerState::dead)
        text += fmt::format(" {}", container.exit_code);
    if (container.health != docker::Health::none && container.state == ContainerState::running)
        text += fmt::format(", {}", docker::name_of(container.health));
    return text;
}

// "exit code 137 (out of memory)": the last end, while it matters.
std::string last_end_of(const docker::Container& container) {
    if (!container.finished || (container.exit_code == 0 && !container.oom_killed)) return {};
    return fmt::format("exit code {}{}", container.exit_code,
                       container.oom_killed         ? " (killed: out of memory)"
                       : container.exit_code == 137 ? " (killed)"
                                                    : "");
}

Millis uptime_of(const App& app, const docker::Container& container) {
    if (!container.started) return Millis(0);
    const auto passed = std::chrono::duration_cast<Millis>(app.seams.clock.wall() - *container.started);
    return std::max(passed, Millis(0));
}

Row row_of(const Member& member) {
    const docker::Container& container = member.container;
    Row row{&member, member.service, member.role, {}, {}, false};
    if (container.health == docker::Health::healthy)
        row.doubt = deployment::why_health_proves_little(member.role, container);
    const bool failing = container.health == docker::Health::unhealthy || container.failing_streak > 0;
    if (failing && !container.health_runs.empty())
        row.last_check = printable(trim(container.health_runs.back().output));
    row.well = container.state == ContainerState::running && container.health != docker::Health::unhealthy;
    return row;
}

Json to_json(const App& app, const Row& row) {
    Json line =
        Json::object({{"role", deployment::name_of(row.role)}, {"service", row.service}, {"well", row.well}});
    if (!row.member) return line.set("container", nullptr);
    const docker::Container& c = row.member->container;
    Json::Array ports;
    for (const docker::Port& port : c.ports)
        ports.push_back(Json::object({{"host_address", port.host_address},
                                      {"host_port", port.host_port ? Json(int(port.host_port)) : Json()},
                                      {"container_port", int(port.container_port)},
                                      {"protocol", port.protocol}}));
    return line.set("container",
                    Json::object({{"name", c.name},
                                  {"id", c.id},
                                  {"image", c.image},
                                  {"state", docker::name_of(c.state)},
                                  {"health", docker::name_of(c.health)},
                                  {"health_doubt", row.doubt.empty() ? Json() : Json(row.doubt)},
                                  {"failing_checks", c.failing_streak},
                                  {"last_check", row.last_check.empty() ? Json() : Json(row.last_check)},
                                  {"restarts", c.restarts},
                                  {"restart_policy", c.restart_policy.name},
                                  {"last_exit_code", c.finished ? Json(c.exit_code) : Json()},
                                  {"oom_killed", c.oom_killed},
                                  {"started", c.started ? Json(iso8601(*c.started)) : Json()},
                                  {"uptime_seconds", c.state == ContainerState::running
                                                         ? Json(int64_t(uptime_of(app, c).count() / 1000))
                                                         : Json()},
                                  {"ports", Json(std::move(ports))}}));
}

TableRow table_row(const App& app, const Row& row) {
    TableRow line;
    line.mark = row.well ? Mark::pass : Mark::fail;
    if (!row.member) {
        line.cells = {
            std::string(deployment::name_of(row.role)), row.service, "no container", "", "", "", ""};
        line.details.emplace_back("start it", "docker compose up -d --no-deps " + shell_quoted(row.service));
        return line;
    }
    const docker::Container& c = row.member->container;
    const bool up = c.state == ContainerState::running;
    line.cells = {std::string(deployment::name_of(row.role)),
                  printable(row.service, 60),
                  state_of(c),
                  up ? "up " + human_duration(uptime_of(app, c)) : "",
                  printable(c.name, 60),
                  ports_of(c),
                  printable(c.image, 100)};
    if (c.restarts > 0) line.details.emplace_back("restarts", std::to_string(c.restarts));
    if (const std::string end = last_end_of(c); !end.empty()) line.details.emplace_back("last end", end);
    if (!c.error.empty()) line.details.emplace_back("engine", printable(c.error));
    if (!row.last_check.empty())
        line.details.emplace_back("check",
                                  fmt::format("{} (failed {} in a row)", row.last_check, c.failing_streak));
    if (!row.doubt.empty()) line.details.emplace_back("note", row.doubt);
    return line;
}

ExitCode run_ps(App& app) {
    const auto containers = open_containers(app);
    if (!containers) return app.report(containers.error(), exit_code_of_looking(containers.error()));
    std::vector<Row> rows;
    for (const Member& member : containers->deployment.members) rows.push_back(row_of(member));
    for (const std::string& service : containers->missing()) {
        const deployment::ComposeService& planned = *containers->compose.model.service(service);
        rows.push_back({nullptr, service, planned.role(), {}, {}, false});
    }
    size_t well = 0;
    for (const Row& row : rows) well += row.well;
    const bool all_well = well == rows.size();
    const ExitCode code = all_well ? ExitCode::ok : ExitCode::problem;
    if (app.global.json()) {
        Json::Array services;
        for (const Row& row : rows) services.push_back(to_json(app, row));
        app.emit("logbookctl/ps/1", Json::object({{"project", containers->deployment.project},
                                                  {"folder", containers->deployment.folder.string()},
                                                  {"engine", containers->engine->endpoint().text()},
                                                  {"all_well", all_well},
                                                  {"services", Json(std::move(services))}}));
        return code;
    }
    if (!app.global.quiet) {
        app.out.line(headline(*containers)).line();
        std::vector<TableRow> lines;
        lines.reserve(rows.size());
        for (const Row& row : rows) lines.push_back(table_row(app, row));
        put_table(app.out, {{"role"}, {"service"}, {"state"}, {"since"}, {"container"}, {"ports"}, {"image"}},
                  lines, false);
        app.out.line();
    }
    app.out.line(all_well ? fmt::format("{} all {} services run", glyph(app.out, Mark::pass), rows.size())
                          : fmt::format("{} {} of {} services run · logbookctl doctor",
                                        glyph(app.out, Mark::fail), well, rows.size()));
    return code;
}

}  // namespace

void add_ps(const Command& parent) {
    const Command cmd = parent.add_subcommand(
        "ps", "List the deployment's services, their state and their health", "Containers");
    cmd.set_help({{{"logbookctl ps", "the deployment of this folder, or the only one on this machine"},
                   {"logbookctl -p the-logbook ps -o json", "of that Compose project, for a program"}},
                  {"0  every service runs", "1  one is missing, stopped or unhealthy",
                   "3  the engine or the deployment could not be asked"},
                  {"stats", "doctor", "health"},
                  "Services are told apart by role (database, cache, backend, frontend, proxy), by the "
                  "labels that Compose "
                  "writes, and by the names of the shipped stacks where there are none. A service that "
                  "the Compose files have "
                  "and the engine does not is listed as missing.\n\n"
                  "The engine's word \"healthy\" is worth what its healthcheck asks: the shipped "
                  "backend's accepts 503, the "
                  "shipped database's asks the local socket only. Where it proves little, ps says so; "
                  "health and doctor ask "
                  "themselves.\n\n"
                  "The engine is found by -H, DOCKER_HOST, the Docker context, and the usual sockets, "
                  "those of rootless Docker "
                  "and Podman included."});
    cmd.on_chosen([](App& app) { return run_ps(app); });
}

}  // namespace logbook::cli
