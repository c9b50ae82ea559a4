// Lines and the document.
#include "view/restart_view.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "logbook/base/text.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

using restart::Ending;
using restart::StepOutcome;
using restart::StepReport;

Json texts(const std::vector<std::string>& lines) {
    return Json::array(lines);
}

Json refusal_json(const restart::Refusal& refusal) {
    return Json::object({{"stake", restart::name_of(refusal.stake)},
                         {"what", refusal.what},
                         {"lost", refusal.lost},
                         {"next", texts(refusal.next)}});
}

Json step_json(const StepReport& report) {
    const restart::Step& step = report.step;
    return Json::object(
        {{"action", restart::name_of(step.action)},
         {"service", step.service.empty() ? Json() : Json(step.service)},
         {"role", deployment::name_of(step.role)},
         {"limit_seconds", int64_t(step.limit.count() / 1000)},
         {"outcome", restart::name_of(report.outcome)},
         {"took_ms", report.outcome == StepOutcome::planned ? Json() : Json(int64_t(report.took.count()))},
         {"said", report.said.empty() ? Json() : Json(report.said)}});
}

std::vector<StepReport> steps_of(const RestartTale& tale) {
    if (tale.run) return tale.run->steps;
    std::vector<StepReport> steps;
    for (const restart::Step& step : tale.plan.steps)
        steps.push_back({step, StepOutcome::planned, Millis(0), {}, false});
    return steps;
}

const restart::Refusal* refusal_of(const RestartTale& tale) {
    if (tale.refusal) return &*tale.refusal;
    return tale.run && tale.run->refusal ? &*tale.run->refusal : nullptr;
}

// "mysql running, redis running, backend exited": what a run that ended early leaves.
std::string standing(const restart::RunReport& run) {
    std::vector<std::string> parts;
    std::set<std::string> seen;
    for (const deployment::Member& member : run.now.members) {
        seen.insert(member.service);
        parts.push_back(
            fmt::format("{} {}", printable(member.service, 60), docker::name_of(member.container.state)));
    }
    for (const StepReport& report : run.steps)
        if (!report.step.service.empty() && seen.insert(report.step.service).second)
            parts.push_back(printable(report.step.service, 60) + " has no container");
    return join(parts, ", ");
}

std::string services_started(const restart::Plan& plan) {
    std::vector<std::string> names;
    for (const restart::Step& step : plan.steps)
        if (step.action == restart::Action::start || step.action == restart::Action::create ||
            step.action == restart::Action::recreate)
            names.push_back(printable(step.service, 60));
    return join(names, ", ");
}

void put_refusal(Stream& out, const restart::Refusal& refusal) {
    out.line(fmt::format("{} {}", glyph(out, Mark::fail), refusal.what));
    put_detail(out, "at stake", refusal.lost);
    for (size_t i = 0; i < refusal.next.size(); ++i) {
        // A command stands whole on its line, so that it can be pasted.
        out.line(fmt::format("    {:<9} {}", i == 0 ? "next" : "", refusal.next[i]));
    }
}

bool changed_anything(const restart::RunReport& run) {
    return std::any_of(run.steps.begin(), run.steps.end(),
                       [](const StepReport& report) { return report.outcome != StepOutcome::planned; });
}

void put_stopped(Stream& out, const RestartTale& tale) {
    const restart::RunReport& run = *tale.run;
    if (!run.last_records.empty()) {
        out.line().line(fmt::format("  the last records of {}:", printable(run.records_of, 80)));
        for (const std::string& line : run.last_records) out.line("    " + line);
    }
    if (run.failure && !run.failure->hint.empty())
        for (const std::string& line : split(run.failure->hint, '\n')) put_detail(out, "hint", line);
    out.line();
    put_detail(out, "stands", standing(run));
}

std::string reached(const restart::RunReport& run) {
    const auto done = std::count_if(run.steps.begin(), run.steps.end(), [](const StepReport& report) {
        return report.outcome == StepOutcome::done;
    });
    return fmt::format("{} of {} steps done", done, run.steps.size());
}

}  // namespace

std::string_view outcome_of(const RestartTale& tale) {
    if (tale.refusal) return "refused";
    if (!tale.run) return "planned";
    return restart::name_of(tale.run->ending);
}

void emit_restart(App& app, const RestartTale& tale) {
    Json::Array stale, steps;
    for (const restart::StaleService& service : tale.stale.services)
        stale.push_back(Json::object({{"service", service.service}, {"names", texts(service.names)}}));
    for (const StepReport& report : steps_of(tale)) steps.push_back(step_json(report));
    const restart::Refusal* refusal = refusal_of(tale);
    Json failure, records = Json(Json::Array{}), kept = Json(Json::Array{}), standing_now;
    if (tale.run) {
        if (tale.run->failure)
            failure = Json::object({{"code", name_of(tale.run->failure->code)},
                                    {"what", tale.run->failure->what},
                                    {"hint", tale.run->failure->hint}});
        records = texts(tale.run->last_records);
        for (const auto& path : tale.run->kept_logs) kept.push(path.string());
        standing_now = standing(*tale.run);
    }
    app.emit("logbookctl/restart/1", Json::object({{"project", tale.project},
                                                   {"folder", tale.folder},
                                                   {"dry_run", tale.dry_run},
                                                   {"apply_env", tale.apply_env},
                                                   {"outcome", outcome_of(tale)},
                                                   {"stale", Json(std::move(stale))},
                                                   {"notes", texts(tale.notes)},
                                                   {"steps", Json(std::move(steps))},
                                                   {"refusal", refusal ? refusal_json(*refusal) : Json()},
                                                   {"failure", failure},
                                                   {"last_records", records},
                                                   {"kept_logs", kept},
                                                   {"standing", standing_now},
                                                   {"took_ms", int64_t(tale.took.count())}}));
}

size_t width_of_steps(const restart::Plan& plan) {
    size_t width = 0;
    for (const restart::Step& step : plan.steps) width = std::max(width, display_width(step.text()));
    return width;
}

void put_restart_head(Stream& out, const RestartTale& tale) {
    out.line(tale.headline);
    for (const restart::StaleService& service : tale.stale.services)
        out.line(service.names == std::vector<std::string>{"definition"}
                     ? fmt::format("{} {} was made from another definition than the Compose files give now",
                                   glyph(out, Mark::warn), printable(service.service, 60))
                     : fmt::format("{} {} was made with other values than .env gives now: {}",
                                   glyph(out, Mark::warn), printable(service.service, 60),
                                   printable(join(service.names, ", "), 300)));
    if (!tale.stale.services.empty() && !tale.apply_env) {
        put_detail(out, "apply", "a restart alone does not apply them; this does:");
        put_detail(out, "", tale.apply_command);
    }
    for (const std::string& note : tale.notes) out.line(fmt::format("{} {}", glyph(out, Mark::note), note));
    out.line();
}

void put_restart_step(Stream& out, const StepReport& report, size_t width) {
    const std::string text = report.step.text();
    const std::string pad(width - std::min(width, display_width(text)), ' ');
    if (report.outcome == StepOutcome::planned) {
        out.line(fmt::format("{} {}{}   at most {}", glyph(out, Mark::note), text, pad,
                             human_duration(report.step.limit)));
        return;
    }
    const bool done = report.outcome == StepOutcome::done;
    const Mark mark = !done ? Mark::fail : report.odd ? Mark::warn : Mark::pass;
    std::string line = fmt::format("{}{}   {:>8}", text, pad, human_duration(report.took));
    if (report.said.empty() ||
        2 + display_width(line) + 3 + display_width(report.said) <= out.terminal().width) {
        if (!report.said.empty()) line += "   " + report.said;
        out.line(glyph(out, mark) + " " + line);
        return;
    }
    if (2 + display_width(line) > out.terminal().width)
        line = fmt::format("{}   {}", text, human_duration(report.took));
    out.line(glyph(out, mark) + " " + line);
    put_detail(out, "", report.said);
}

void put_restart_end(Stream& out, const RestartTale& tale, bool quiet) {
    const std::string fail = glyph(out, Mark::fail);
    if (!quiet && !tale.plan.steps.empty() && (!tale.refusal || tale.dry_run)) out.line();
    if (const restart::Refusal* refusal = refusal_of(tale)) {
        put_refusal(out, *refusal);
        if (!tale.run || !changed_anything(*tale.run)) {
            out.line().line(fmt::format("{} refused; nothing was changed", fail));
            return;
        }
        put_stopped(out, tale);
        out.line(fmt::format("{} refused to go on; {}", fail, reached(*tale.run)));
        return;
    }
    if (!tale.run) {
        out.line(tale.plan.steps.empty()
                     ? fmt::format("{} nothing to restart", glyph(out, Mark::note))
                     : fmt::format("{} {} planned; nothing was changed", glyph(out, Mark::note),
                                   counted(tale.plan.steps.size(), "step")));
        return;
    }
    const restart::RunReport& run = *tale.run;
    if (!quiet)
        for (const auto& path : run.kept_logs) put_detail(out, "old log", path.string());
    if (run.ending == Ending::done) {
        out.line(fmt::format("{} restarted {} in {}", glyph(out, Mark::pass), services_started(tale.plan),
                             human_duration(tale.took)));
        return;
    }
    if (run.failure) out.line(fmt::format("{} {}", fail, run.failure->what));
    put_stopped(out, tale);
    put_detail(out, "go on", tale.go_on_command);
    out.line(fmt::format("{} {}; {}", fail,
                         run.ending == Ending::interrupted   ? "interrupted"
                         : run.ending == Ending::out_of_time ? "out of time"
                                                             : "failed",
                         reached(run)));
}

}  // namespace logbook::cli
