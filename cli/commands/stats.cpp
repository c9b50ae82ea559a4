// `logbookctl stats`: what every container of the deployment uses, measured over one second, all at once.
#include <fmt/format.h>

#include "commands/catalogue.h"
#include "containers.h"
#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "view/table.h"

namespace logbook::cli {
namespace {

using deployment::Member;

constexpr Millis interval{1000};
constexpr double near_limit = 90;  // percent of the memory limit

struct StatsOptions {
    bool watch = false;
};

struct Used {
    const Member* member = nullptr;
    Result<docker::Usage> usage;
};

std::vector<Used> measure(const App& app, const Containers& containers) {
    std::vector<std::string> ids;
    for (const Member& member : containers.deployment.members) ids.push_back(member.container.id);
    std::vector<docker::Sampled> sampled = containers.engine->sample_all(ids, interval, app.deadline);
    std::vector<Used> all;
    for (size_t i = 0; i < sampled.size(); ++i)
        all.push_back({&containers.deployment.members[i], std::move(sampled[i].usage)});
    return all;
}

Json to_json(const Used& used) {
    Json line = Json::object({{"role", deployment::name_of(used.member->role)},
                              {"service", used.member->service},
                              {"container", used.member->container.name}});
    if (!used.usage) return line.set("usage", nullptr).set("why", used.usage.error().what);
    const docker::Usage& u = *used.usage;
    return line
        .set("usage", Json::object({{"cpu_percent", u.cpu_percent},
                                    {"memory_bytes", u.memory},
                                    {"memory_limit_bytes", u.memory_limit},
                                    {"memory_percent", u.memory_percent},
                                    {"network_received_bytes", u.received},
                                    {"network_sent_bytes", u.sent},
                                    {"block_read_bytes", u.block_read},
                                    {"block_written_bytes", u.block_write},
                                    {"processes", u.processes}}))
        .set("why", nullptr);
}

TableRow table_row(const Used& used) {
    TableRow line;
    const std::string role(deployment::name_of(used.member->role)),
        service = printable(used.member->service, 60);
    if (!used.usage) {
        line.mark = Mark::note;
        line.cells = {role, service, "–", "–", "–", "–", "–", "–"};
        line.details.emplace_back("why", used.usage.error().what);
        return line;
    }
    const docker::Usage& u = *used.usage;
    line.mark = u.memory_percent >= near_limit ? Mark::warn : Mark::pass;
    line.cells = {role,
                  service,
                  fmt::format("{:.1f} %", u.cpu_percent),
                  fmt::format("{} / {}", human_bytes(u.memory), human_bytes(u.memory_limit)),
                  fmt::format("{:.1f} %", u.memory_percent),
                  fmt::format("{} in, {} out", human_bytes(u.received), human_bytes(u.sent)),
                  fmt::format("{} read, {} written", human_bytes(u.block_read), human_bytes(u.block_write)),
                  std::to_string(u.processes)};
    if (line.mark == Mark::warn)
        line.details.emplace_back("memory", "near its limit: the kernel ends it when it asks for more");
    return line;
}

void show(App& app, const Containers& containers, const std::vector<Used>& all) {
    if (app.global.json()) {
        Json::Array services;
        for (const Used& used : all) services.push_back(to_json(used));
        app.emit("logbookctl/stats/1", Json::object({{"project", containers.deployment.project},
                                                     {"at", iso8601(app.seams.clock.wall())},
                                                     {"services", Json(std::move(services))}}));
        return;
    }
    if (!app.global.quiet) app.out.line(headline(containers)).line();
    std::vector<TableRow> lines;
    lines.reserve(all.size());
    for (const Used& used : all) lines.push_back(table_row(used));
    put_table(app.out,
              {{"role"},
               {"service"},
               {"cpu", true},
               {"memory", true},
               {"of limit", true},
               {"network"},
               {"disk"},
               {"processes", true}},
              lines, true);
}

// A container whose figures could not be had leaves the answer incomplete; one that does not run has none.
ExitCode code_of(const std::vector<Used>& all) {
    for (const Used& used : all)
        if (!used.usage && used.usage.error().code != ErrorCode::unsupported &&
            used.usage.error().code != ErrorCode::not_found)
            return ExitCode::unknown;
    return ExitCode::ok;
}

ExitCode run_stats(App& app, const StatsOptions& options) {
    app.one_line_documents = options.watch;
    for (;;) {
        const auto containers = open_containers(app);
        if (!containers) return app.report(containers.error(), exit_code_of_looking(containers.error()));
        const std::vector<Used> all = measure(app, *containers);
        if (options.watch && app.out.terminal().tty && !app.global.json()) app.out.put("\x1b[H\x1b[2J");
        show(app, *containers, all);
        if (!options.watch) return code_of(all);
        if (const Status written = app.out.flush(); !written) return app.report(written.error());
        app.deadline = Deadline::in(app.global.timeout);  // each round anew
    }
}

}  // namespace

void add_stats(const Command& parent) {
    const auto options = std::make_shared<StatsOptions>();
    const Command cmd = parent.add_subcommand(
        "stats", "Show what every service uses: CPU, memory, network, disk", "Containers");
    cmd.add_flag("--watch", options->watch,
                 "Measure again and again, until interrupted; with -o json a document a line");
    cmd.set_help({{{"logbookctl stats", "one measurement of all services at once, over one second"},
                   {"logbookctl stats --watch", "a live table; Ctrl-C ends it"}},
                  {"0  measured", "3  the engine, the deployment or a container could not be asked",
                   "130  interrupted"},
                  {"ps", "doctor"},
                  "100 % of CPU is one whole processor. Memory is without the page cache that can be "
                  "given back, as the docker "
                  "program counts it; its limit is the machine's memory where the container has none. "
                  "Network and disk count "
                  "from the container's start."});
    cmd.on_chosen([options](App& app) { return run_stats(app, *options); });
}

}  // namespace logbook::cli
