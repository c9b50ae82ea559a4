// Every service's log of the span, merged and asked about.
#include "logbook/doctor/recent_log.h"

#include "logbook/logscan/filter.h"
#include "logbook/logscan/merge.h"
#include "logbook/logsource/container_log.h"
#include "logbook/runbook/log_findings.h"

namespace logbook::doctor {

RecentLog read_recent_log(const probe::ContainersReading& reading,
                          std::shared_ptr<const docker::Engine> engine, const runbook::Catalogue& catalogue,
                          WallTime now, Deadline deadline) {
    RecentLog log;
    logscan::FilterOptions wanted;
    wanted.since = now - recent_log_span;
    auto filter = logscan::Filter::make(std::move(wanted));
    auto fragments = catalogue.fragments();
    if (!filter || !fragments) {
        log.ended = filter ? fragments.error() : filter.error();
        return log;
    }
    logscan::Interest interest = filter->interest();
    interest.fragments = std::move(*fragments);

    std::vector<std::unique_ptr<logscan::Source>> sources;
    for (const deployment::Member& member : reading.deployment.members) {
        const std::string name = logsource::log_name(member);
        const auto place =
            logsource::choose_log_place(member.container, logsource::LogAccess::automatic,
                                        logsource::log_reach(member.container, engine->endpoint()), name);
        if (place && *place == logsource::LogPlace::nowhere) continue;
        auto source =
            place ? logsource::open_container_log(engine, member.container, *place, name, interest, deadline)
                  : Result<std::unique_ptr<logscan::Source>>(fail(place.error()));
        if (source)
            sources.push_back(std::move(*source));
        else
            log.problems.push_back(source.error());
    }
    logscan::Merge merge(std::move(sources));
    runbook::LogFindings findings(catalogue);
    for (logscan::Record record;;) {
        const auto more = merge.next(record, deadline);
        if (!more) log.ended = more.error();
        if (!more || !*more) break;
        if (filter->wants(record)) findings.add(record);
    }
    for (const Error& problem : merge.stats().problems) log.problems.push_back(problem);
    for (const runbook::LogKind& kind : findings.kinds())
        log.kinds.push_back(
            {kind.entry, kind.group->example.service, kind.said, kind.group->count, kind.group->last});
    return log;
}

}  // namespace logbook::doctor
