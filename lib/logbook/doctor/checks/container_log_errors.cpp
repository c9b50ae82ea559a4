// What the logs of the last hour tell. A note as a rule: what is still wrong now, another check finds; what
// put data at stake must be looked at even when it is over.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

constexpr int data_at_stake = 9;  // Entry::weight

std::string describe(const LoggedKind& kind) {
    const std::string last = kind.last ? ", last " + iso8601(*kind.last).substr(11, 8) : std::string();
    return fmt::format("{} ×{}{} in {}", kind.entry ? kind.entry->slug : std::string("unknown error"),
                       kind.count, last, printable(kind.service, 60));
}

Finding run(const Scene& scene) {
    if (!scene.containers()) return not_applicable("this deployment runs without containers");
    const RecentLog& log = scene.recent_log();
    const std::string command = logbookctl_command(scene) + " logs scan --since 1h";
    std::vector<std::string> grave, told;
    for (const LoggedKind& kind : log.kinds) {
        told.push_back(describe(kind));
        if (kind.entry && kind.entry->weight >= data_at_stake)
            grave.push_back(describe(kind) + ": " + printable(kind.said, 160));
    }
    if (!grave.empty()) {
        Finding finding = warned("The last hour's logs tell of something that can cost data", grave);
        finding.fix = {{"See it in full, with its cause and the safe fix", command, runbook::Risk::none}};
        finding.proves = command;
        return finding;
    }
    if (!told.empty()) {
        constexpr size_t most_named = 3;
        const size_t more = told.size() - std::min(told.size(), most_named);
        if (more > 0) told.resize(most_named);
        return noted(fmt::format("the last hour's logs tell of {}{}: {}", join(told, "; "),
                                 more > 0 ? fmt::format("; and {} more", more) : std::string(), command));
    }
    if (log.ended)
        return noted(
            fmt::format("the last hour's logs are too long to be read in passing: {} --timeout 5m", command));
    if (!log.problems.empty()) return not_applicable(log.problems.front().what);
    return passed("nothing known to be wrong in the last hour");
}

}  // namespace

Check check_container_log_errors() {
    return {"container.log_errors",
            "nothing known went wrong in the last hour's logs",
            {"engine.deployment"},
            {},
            &run};
}

}  // namespace logbook::doctor
