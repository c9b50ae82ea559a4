// The run by Alembic: its lines tell the steps, the database tells the end.
#include "logbook/migration/upgrade.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/migration/upgrade_watch.h"

namespace logbook::migration {
namespace {

// Beside the heads of other branches, which a target of one branch leaves where they are.
bool is_the_target(const std::optional<std::vector<std::string>>& rows, const std::string& target) {
    return rows && std::find(rows->begin(), rows->end(), target) != rows->end();
}

}  // namespace

std::string_view name_of(UpgradeEnding ending) {
    switch (ending) {
    case UpgradeEnding::done:
        return "done";
    case UpgradeEnding::failed:
        return "failed";
    case UpgradeEnding::interrupted:
        return "interrupted";
    case UpgradeEnding::out_of_time:
        return "out_of_time";
    }
    return "failed";
}

UpgradeReport run_upgrade(const UpgradeOrder& order, const Alembic& alembic, Deadline deadline) {
    const std::string target = order.chain[order.pending.back()].file.revision;
    UpgradeWatch watch(order);
    UpgradeReport report;
    if (Status begun = watch.begin(order.chain[order.pending.front()].file.revision, deadline); !begun) {
        report.failure.said = begun.error().what;
        report.rows = order.rows;
        return report;
    }
    AlembicWords words;
    AlembicCall call;
    call.arguments = {"upgrade", target};
    call.line = [&](docker::Channel, std::string_view line) {
        words.take(line);
        const auto step = read_step_line(line);
        if (!step) return;
        const auto known = order.chain.find(step->to);
        watch.began(step->to, known ? printable(order.chain[*known].file.title(), 120) : step->title);
    };
    call.stopped = [&] {
        watch.tick();
        return order.interrupted && order.interrupted();
    };
    const auto end = alembic.run(call, deadline);
    report.begun = watch.count();
    report.failure = words.failure();
    if (!end) report.failure = {end.error().what, 0, {}};
    watch.conclude(report, target);
    if (end && end->exit_code == 0 && is_the_target(report.rows, target))
        report.ending = UpgradeEnding::done;
    else if (end && end->late)
        report.ending = UpgradeEnding::out_of_time;
    else if (end && end->stopped)
        report.ending = UpgradeEnding::interrupted;
    else
        report.last_lines = words.last_lines();
    if (report.ending == UpgradeEnding::failed && end && end->exit_code == 0)
        report.failure.said = fmt::format(
            "Alembic ended well, and `alembic_version` holds {} instead of {}",
            report.rows ? printable(join(*report.rows, ", "), 200) : "nothing that can be read", target);
    watch.write_end(report);
    return report;
}

}  // namespace logbook::migration
