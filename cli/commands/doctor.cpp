// `logbookctl doctor`: names the root cause of what is wrong with a deployment, and the exact safe fix.
#include <filesystem>
#include <fmt/format.h>
#include <memory>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/doctor/document.h"
#include "logbook/doctor/engine.h"
#include "logbook/doctor/waivers.h"
#include "scene.h"
#include "site_runbook.h"
#include "view/doctor_view.h"
#include "view/progress_line.h"

namespace logbook::cli {
namespace {

struct DoctorOptions {
    bool list = false;
    std::vector<std::string> only;
    std::vector<std::string> skip;
    std::filesystem::path waivers;  // empty: the file beside .env
    std::string fail_on = "fail";
};

// Names the checks that a slow run is waiting for, on a terminal only.
class Progress final : public doctor::Observer {
  public:
    explicit Progress(Stream& err) : line_(err) {}
    void on_waiting(const std::vector<std::string>& running, Millis elapsed) override {
        line_.show(fmt::format("waiting for {} · {}", join(running, ", "), human_duration(elapsed)));
    }

  private:
    ProgressLine line_;
};

ExitCode list_checks(App& app) {
    if (app.global.json()) {
        Json::Array checks;
        for (const doctor::Check& check : doctor::all_checks()) {
            Json::Array needs;
            for (const std::string_view need : check.needs) needs.emplace_back(need);
            checks.push_back(Json::object(
                {{"check", check.id}, {"claim", check.claim}, {"needs", Json(std::move(needs))}}));
        }
        app.emit("logbookctl/checks/1", Json::object({{"checks", Json(std::move(checks))}}));
        return ExitCode::ok;
    }
    for (const doctor::Check& check : doctor::all_checks())
        app.out.line(fmt::format("{:<18} {}", check.id, check.claim));
    app.out.line(counted(doctor::all_checks().size(), "check") +
                 " · run one: logbookctl doctor --only db.host");
    return ExitCode::ok;
}

Result<std::vector<doctor::Waiver>> collect_waivers(App& app, const DoctorOptions& options) {
    std::vector<doctor::Waiver> waivers;
    for (const std::string& text : options.skip) {
        auto waiver = doctor::parse_skip(text);
        if (!waiver) return fail(waiver.error());
        waivers.push_back(std::move(*waiver));
    }
    const std::filesystem::path file = options.waivers.empty()
                                           ? app.global.env_path().parent_path() / doctor::waivers_file_name
                                           : options.waivers;
    auto list = doctor::load_waivers(file, app.seams.clock.wall());
    if (!list) return fail(list.error());
    for (const std::string& complaint : list->complaints) app.err.line("logbookctl: " + complaint);
    waivers.insert(waivers.end(), list->valid.begin(), list->valid.end());
    return waivers;
}

ExitCode exit_code_of(doctor::Verdict verdict) {
    switch (verdict) {
    case doctor::Verdict::healthy:
        return ExitCode::ok;
    case doctor::Verdict::problem:
        return ExitCode::problem;
    case doctor::Verdict::unknown:
        return ExitCode::unknown;
    case doctor::Verdict::deadline:
        return ExitCode::deadline;
    }
    return ExitCode::problem;
}

ExitCode usage_error(App& app, const Error& error) {
    return app.report(error, ExitCode::usage);
}

ExitCode run_doctor(App& app, const DoctorOptions& options) {
    if (options.list) return list_checks(app);
    go_to_deployment(app);
    const auto waivers = collect_waivers(app, options);
    if (!waivers && waivers.error().code == ErrorCode::invalid) return usage_error(app, waivers.error());
    if (!waivers) return app.report(waivers.error());

    const auto catalogue = std::make_shared<const runbook::Catalogue>(catalogue_with_site_entries(app));
    const auto scene = open_scene(app, app.deadline, true, catalogue);
    const std::filesystem::path& project = scene->project_dir();

    Progress progress(app.err);
    const auto diagnosis = doctor::run_checks(scene, doctor::all_checks(), *catalogue,
                                              {options.only, *waivers}, app.deadline, progress);
    if (!diagnosis) return usage_error(app, diagnosis.error());
    app.leave_at_once = diagnosis->unfinished;

    register_seen(app, *scene);

    const bool warnings_count = options.fail_on == "warn";
    if (app.global.json()) {
        Json document = doctor::to_json(*diagnosis, warnings_count);
        document.set("project", project.string());
        app.emit("logbookctl/doctor/1", document);
    } else {
        show_diagnosis(app.out, *diagnosis,
                       {"The Logbook in " + printable(project.string()), warnings_count, app.global.quiet,
                        app.global.verbose});
    }
    return exit_code_of(diagnosis->verdict(warnings_count));
}

}  // namespace

void add_doctor(const Command& parent) {
    const auto options = std::make_shared<DoctorOptions>();
    const Command cmd =
        parent.add_subcommand("doctor", "Name the root cause of what is wrong, and the safe fix", "Diagnose");
    cmd.add_flag("--list", options->list, "List the checks instead of running them");
    cmd.add_option("--only", options->only, "Run this check or area, and what it needs (repeatable)")
        .type_name("ID");
    cmd.add_option("--skip", options->skip, "Accept this check's finding for now, with a reason (repeatable)")
        .type_name("ID=REASON");
    cmd.add_option("--waivers", options->waivers, "Accepted findings, each with its last day and reason")
        .type_name("FILE");
    cmd.add_option("--fail-on", options->fail_on, "What makes the exit code 1")
        .one_of({"warn", "fail"})
        .type_name("warn|fail");
    cmd.set_help(
        {{{"logbookctl doctor -C /srv/the-logbook", "the whole diagnosis of the deployment in that folder"},
          {"logbookctl doctor --only db -v", "the database's checks, with their evidence"}},
         {"0    no failure was found", "1    a failure was found (with --fail-on warn: or a warning)",
          "2    wrong command line", "3    no failure, but a check that applies here could not be made",
          "124  the time was over before there was a verdict"},
         {"explain", "health", "secrets check", "config check"},
         "Doctor only reads: it opens one connection to the database, one to Redis, asks the backend's "
         "health "
         "endpoints, "
         "and looks at .env and the disks. Checks run side by side; each probe takes at most 3 seconds, the "
         "whole run at "
         "most --timeout.\n\nA finding that is the reason for others comes first, with those folded beneath "
         "it. What would "
         "destroy data comes before everything.\n\nAccepted findings stand in logbookctl.waivers beside "
         ".env, "
         "one a line: "
         "the check, the last day on which it is accepted, and the reason, as in `db.clock 2026-12-31 no NTP "
         "before the "
         "move`. What puts data at stake cannot be waived."});
    cmd.on_chosen([options](App& app) { return run_doctor(app, *options); });
}

}  // namespace logbook::cli
