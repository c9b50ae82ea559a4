// `logbookctl restart`: the services in their order, each awaited until it is truly ready, and nothing
// started that would destroy data.
#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/migration/upgrade_journal.h"
#include "logbook/restart/survey.h"
#include "restart_scene.h"
#include "stop_signals.h"
#include "view/progress_line.h"
#include "view/restart_view.h"

namespace logbook::cli {
namespace {

struct RestartOptions {
    std::vector<std::string> services;
    bool dry_run = false, apply_env = false;
};

constexpr Millis to_prepare{45'000};

// The command again as it was given, for these services; none of them: for all.
std::string command_for(const App& app, const std::vector<std::string>& services, bool apply_env) {
    std::string text = "logbookctl restart";
    if (app.global.project_dir != ".") text += " -C " + shell_quoted(app.global.project_dir.string());
    if (!app.global.project_name.empty()) text += " -p " + shell_quoted(app.global.project_name);
    for (const std::string& service : services) text += " " + printable(shell_quoted(service));
    return apply_env ? text + " --apply-env" : text;
}

// What the plan touches, and with `more` those too. Named services only: none means all.
std::vector<std::string> services_again(const RestartOptions& options, const restart::Plan& plan,
                                        const restart::Staleness& more) {
    std::vector<std::string> names;
    if (options.services.empty()) return names;
    const auto add = [&names](const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const restart::Step& step : plan.steps)
        if (plan.touches(step.service)) add(step.service);
    for (const restart::StaleService& stale : more.services) add(stale.service);
    return names;
}

// Why the plan cannot be carried out, by what stands before it.
std::optional<restart::Refusal> refusal_before(const RestartScene& scene, const restart::World& world,
                                               const RestartTale& tale, Deadline deadline,
                                               std::vector<std::string>& notes) {
    const restart::Plan& plan = tale.plan;
    if (plan.needs_compose() && !scene.compose) {
        restart::Refusal refusal;
        refusal.stake = restart::Stake::generation;
        refusal.what = scene.no_compose ? scene.no_compose->what : "Compose cannot be used here";
        refusal.lost = "nothing yet: this is said before anything is stopped";
        if (scene.no_compose) refusal.next = split(scene.no_compose->hint, '\n');
        return refusal;
    }
    const bool matters = plan.starts_backend() || plan.has(restart::Action::stop, restart::Role::database);
    if (!matters && !plan.needs_compose()) return std::nullopt;
    restart::DataFacts data = restart::read_data(world, scene.found.deployment, scene.stale, deadline);
    // One that cannot be read is no proof that nothing is half done.
    if (const auto journal = migration::read_journal(upgrade_journal_path(scene.folder));
        journal && *journal) {
        data.upgrade = *journal;
        data.upgrade_file = upgrade_journal_path(scene.folder).string();
    } else if (!journal && plan.starts_backend()) {
        notes.push_back("whether an upgrade was left half done is not known: " + journal.error().what);
    }
    if (plan.starts_backend() && !data.wipe)
        notes.emplace_back(
            world.may_exec
                ? "the database does not answer: whether the backend's start is safe is judged after "
                  "the database's"
                : "the database does not answer over the network: whether the backend's start is safe "
                  "is judged after the database's");
    return restart::refuse(plan, scene.stale, data, scene.found.deployment);
}

bool on_terminal() {
    return ::isatty(STDIN_FILENO) && ::isatty(STDERR_FILENO);
}

// A script that calls this has decided already; a person at a terminal is asked.
Status agreed(App& app, const RestartTale& tale) {
    if (app.global.yes) return {};
    if (app.global.no_input)
        return fail(ErrorCode::declined, "restart was not confirmed, and --no-input forbids to ask",
                    "add --yes");
    if (!on_terminal()) return {};
    app.err.put(
        fmt::format("{} steps, the application is away meanwhile. Go on? [y/N] ", tale.plan.steps.size()));
    (void)app.out.flush();
    (void)app.err.flush();
    std::string answer;
    std::getline(std::cin, answer);
    if (lower(trim(answer)) == "y" || lower(trim(answer)) == "yes") return {};
    return fail(ErrorCode::declined, "restart was declined; nothing was changed", {});
}

// Steps as they come: on standard output for people, on standard error beside a document.
restart::Observer tell(App& app, const RestartTale& tale) {
    Stream& stream = app.global.json() ? app.err : app.out;
    const size_t width = width_of_steps(tale.plan);
    restart::Observer observer;
    if (app.global.quiet) return observer;
    const auto line = std::make_shared<ProgressLine>(stream);
    observer.began = [line](const restart::Step& step) { line->show("… " + step.text()); };
    observer.waiting = [line](const restart::Step& step, Millis elapsed, const std::string& said) {
        line->show(fmt::format("… {}   {}   {}", step.text(), human_duration(elapsed), said));
    };
    observer.ended = [&stream, width, line](const restart::StepReport& report) {
        line->clear();
        put_restart_step(stream, report, width);
        (void)stream.flush();
    };
    return observer;
}

ExitCode code_of(const RestartTale& tale) {
    if (tale.refusal) return ExitCode::declined;
    if (!tale.run) return ExitCode::ok;
    switch (tale.run->ending) {
    case restart::Ending::done:
        return ExitCode::ok;
    case restart::Ending::failed:
        return ExitCode::problem;
    case restart::Ending::refused:
        return ExitCode::declined;
    case restart::Ending::interrupted:
        return ExitCode::interrupted;
    case restart::Ending::out_of_time:
        return ExitCode::deadline;
    }
    return ExitCode::problem;
}

ExitCode tell_end(App& app, const RestartTale& tale) {
    if (app.global.json())
        emit_restart(app, tale);
    else
        put_restart_end(app.out, tale, app.global.quiet);
    return code_of(tale);
}

ExitCode run_restart(App& app, const RestartOptions& options) {
    app.take_by_default(to_prepare);
    std::optional<host::FileLock> lock;
    if (!options.dry_run) {
        const auto found = open_containers(app);
        if (!found) return app.report(found.error(), exit_code_of_looking(found.error()));
        auto locked = lock_restart(*found);
        if (!locked) return app.report(locked.error());
        lock.emplace(std::move(*locked));
    }
    // Read under the lock: whoever held it before has changed what was there.
    auto scene = open_restart_scene(app);
    if (!scene) return app.report(scene.error(), exit_code_of_looking(scene.error()));
    restart::World world = world_of(app, *scene, !options.dry_run);

    RestartTale tale;
    tale.headline = headline(scene->found);
    tale.project = scene->found.deployment.project;
    tale.folder = scene->folder.string();
    tale.dry_run = options.dry_run;
    tale.apply_env = options.apply_env;
    tale.stale = scene->stale;
    const restart::Wish wish{options.services, options.apply_env};
    auto plan = restart::make_plan(
        restart::list_services(scene->found.deployment, scene->found.compose.model, scene->stale), wish);
    if (!plan) {
        const bool misnamed = plan.error().code == ErrorCode::not_found;
        return app.report(plan.error(), misnamed ? ExitCode::usage : exit_code_for(plan.error()));
    }
    tale.plan = std::move(*plan);
    if (!tale.plan.added.empty())
        tale.notes.push_back("taken in, since the named ones need it or are needed by it: " +
                             printable(join(tale.plan.added, ", "), 200));
    tale.apply_command = command_for(app, services_again(options, tale.plan, tale.stale), true);
    // What the plan has stopped must not be left out of the next one.
    tale.go_on_command = command_for(app, services_again(options, tale.plan, {}), options.apply_env);
    tale.refusal = refusal_before(*scene, world, tale, app.deadline.at_most(Millis(15'000)), tale.notes);

    if (!app.global.json() && !app.global.quiet) put_restart_head(app.out, tale);
    if (options.dry_run && !app.global.json() && !app.global.quiet)
        for (const restart::Step& step : tale.plan.steps)
            put_restart_step(app.out, {step, restart::StepOutcome::planned, Millis(0), {}, false},
                             width_of_steps(tale.plan));
    if (tale.refusal || options.dry_run || tale.plan.steps.empty()) return tell_end(app, tale);
    if (Status yes = agreed(app, tale); !yes) return app.report(yes.error());

    // From here on Ctrl-C is taken between two steps, never in the middle of one.
    const StopSignals signals({SIGINT, SIGTERM, SIGHUP});
    bool asked_to_stop = false;
    world.interrupted = [&signals, &asked_to_stop] {
        asked_to_stop = asked_to_stop || signals.wait(Millis(0)) != 0;
        return asked_to_stop;
    };
    app.take_by_default(tale.plan.longest());
    (void)app.out.flush();
    const auto began = app.seams.clock.steady();
    tale.run = restart::execute(world, tale.plan, scene->found.deployment, tell(app, tale), app.deadline);
    tale.took = std::chrono::duration_cast<Millis>(app.seams.clock.steady() - began);
    return tell_end(app, tale);
}

}  // namespace

void add_restart(const Command& parent) {
    const auto options = std::make_shared<RestartOptions>();
    const Command cmd = parent.add_subcommand(
        "restart", "Restart services in their order, each awaited until it is ready", "Containers");
    cmd.add_option("service", options->services, "Services or roles (default: all)").type_name("SERVICE");
    cmd.add_flag("--dry-run", options->dry_run, "Print the plan; change nothing");
    cmd.add_flag("--apply-env", options->apply_env,
                 "Recreate through Compose what .env or the Compose files give otherwise now");
    cmd.set_help(
        {{{"logbookctl restart --dry-run", "the plan, and whether it would be refused"},
          {"logbookctl restart backend --apply-env", "apply an edited .env to the backend"}},
         {"0  restarted, and everything answers", "1  a step failed; its service's last records are shown",
          "2  no such service", "3  the engine or the deployment could not be asked",
          "4  refused, since data is at stake, or declined", "124  --timeout passed",
          "130  interrupted between two steps"},
         {"ps", "doctor", "logbook-runbook(7)"},
         "Dependents are stopped first, in reverse order. Then each service is started and awaited: the "
         "database "
         "until it takes a login and a query, the cache until AUTH and PING, the backend until /health "
         "answers, the "
         "frontend until it serves a page. The order is that of depends_on, and where that is silent the "
         "application's own. A missing container is made by Compose (up -d --no-deps). The first failure "
         "stops the "
         "plan. At the end the backend is asked through the frontend, which is restarted when it holds the "
         "backend's old address.\n\n"
         "Named services alone are restarted, with what they need and does not run; a named database or "
         "cache "
         "takes "
         "the backend with it.\n\n"
         "A container keeps what it was made with. Where .env or the Compose files give something else, "
         "restart "
         "says so; "
         "--apply-env recreates those containers through the generation of Compose that made them, and keeps "
         "each "
         "old log as logbookctl-logs/SERVICE-TIME.log.gz in the project's folder, secrets masked.\n\n"
         "Refused, before anything is changed: starting a backend that would delete every table, or of which "
         "that "
         "cannot be told; a recreation while ENCRYPTION_KEY, ENCRYPTION_SALT or SECRET_KEY of .env are not "
         "the "
         "running ones and data may exist; a recreation onto another volume than the one that holds the "
         "data; "
         "a "
         "password that the database's server does not know yet; stopping "
         "anything while a migration runs; another generation of Compose. While the database is down, its "
         "tables are "
         "judged after its start, and before any backend's.\n\n"
         "--dry-run asks the database over the network only and runs nothing inside a container. One restart "
         "of a "
         "deployment at a time: a lock file in its folder, which dies with its holder. Ctrl-C is taken "
         "between two "
         "steps. Without --timeout, the steps' own limits hold. At a terminal it asks first, unless --yes."});
    cmd.on_chosen([options](App& app) { return run_restart(app, *options); });
}

}  // namespace logbook::cli
