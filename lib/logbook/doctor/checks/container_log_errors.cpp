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

// What the verdict does not cover; empty where every log was read to its end.
std::string left_out(const RecentLog& log) {
    if (log.ended) return "the hour is too long to be read in passing, its rest was not read";
    if (log.problems.empty()) return {};
    const size_t more = log.problems.size() - 1;
    return log.problems.front().what + (more > 0 ? fmt::format(", and {} more such", more) : std::string());
}

Finding run(const Scene& scene) {
    if (!scene.containers()) return not_applicable("this deployment runs without containers");
    const RecentLog& log = scene.recent_log();
    const std::string command = logbookctl_command(scene) + " logs scan --since 1h";
    const std::string unread = left_out(log);
    std::vector<std::string> grave, told;
    for (const LoggedKind& kind : log.kinds) {
        told.push_back(describe(kind));
        if (kind.entry && kind.entry->weight >= data_at_stake)
            grave.push_back(describe(kind) + ": " + printable(kind.said, 160));
    }
    if (!grave.empty()) {
        if (!unread.empty()) grave.push_back(unread);
        Finding finding = warned("The last hour's logs tell of something that can cost data", grave);
        finding.fix = {{"See it in full, with its cause and the safe fix", command, runbook::Risk::none}};
        finding.proves = command;
        return finding;
    }
    if (!told.empty()) {
        constexpr size_t most_named = 3;
        const size_t more = told.size() - std::min(told.size(), most_named);
        if (more > 0) told.resize(most_named);
        return noted(fmt::format("the last hour's logs tell of {}{}{}: {}", join(told, "; "),
                                 more > 0 ? fmt::format("; and {} more", more) : std::string(),
                                 unread.empty() ? std::string() : " (" + unread + ")",
                                 command + (log.ended ? " --timeout 5m" : "")));
    }
    if (log.ended)
        return noted(
            fmt::format("the last hour's logs are too long to be read in passing: {} --timeout 5m", command));
    if (!unread.empty()) return noted("of the last hour's logs, not all can be read: " + unread);
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
