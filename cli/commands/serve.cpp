// `logbookctl serve`: the API core on this machine, until a signal ends it; `--create-admin`: its first
// account.
#include <csignal>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>

#include "commands/catalogue.h"
#include "crash_trace.h"
#include "logbook/backend/first_administrator.h"
#include "logbook/backend/service.h"
#include "logbook/base/version.h"
#include "logbook/server/server.h"
#include "password_source.h"
#include "serve_start.h"

namespace logbook::cli {
namespace {

struct ServeOptions {
    std::string address = "127.0.0.1";
    uint16_t port = 3001;
    DatabaseWait database;
    backend::FirstAdministrator first;
    std::filesystem::path password_file;

    bool health_only = false;

    bool creates() const { return !first.username.empty(); }
};

constexpr Millis schema_time{60'000};
constexpr unsigned stop_bound_seconds = 20;  // beyond the server's own deadline for requests in flight

backend::CoreLog core_log(const LogWriter& log) {
    return {[&log](std::string_view line) { log.write(Level::warning, line); },
            [&log](const api::AccessRecord& record) {
                log.write(Level::info,
                          fmt::format("{} {} → {} ({}ms)", record.method, record.path, record.status,
                                      record.took.count()),
                          {record.request_id, {}});
            },
            [&log](const api::Call& call, const std::string& cause) {
                log.write(Level::error,
                          fmt::format("Unhandled exception on {} {}", call.request.method,
                                      call.route ? call.route->path : std::string("an unknown path")),
                          {call.request_id, cause});
            }};
}

ExitCode create(App& app, backend::Core& core, const ServeOptions& options, const LogWriter& log) {
    const Status made =
        backend::make_first_administrator(core.database(), core.rules(), app.seams.clock, options.first);
    if (!made) return app.report(made.error());
    log.write(Level::info, fmt::format("Made the organization {} and its administrator {}",
                                       options.first.organization, options.first.username));
    return ExitCode::ok;
}

// Until a signal comes.
ExitCode listen(App& app, const backend::Core& core, const ServeOptions& options, const StopSignals& signals,
                const LogWriter& log) {
    server::ServerOptions where;
    where.address = options.address;
    where.port = options.port;
    const auto server = server::Server::listen(core.service(), app.seams.clock, where);
    if (!server) return app.report(server.error());

    std::thread loop([&server] { (*server)->run(); });
    log.write(Level::info,
              fmt::format("Server started on port {} (worker PID {})", (*server)->port(), ::getpid()));
    while (signals.wait(Millis(60'000)) == 0) {
    }
    log.write(Level::info, "Stopping: no new connections; requests in flight are finished");
    // Should anything below hang, the kernel ends this process.
    std::signal(SIGALRM, [](int) { ::_exit(int(ExitCode::problem)); });
    ::alarm(stop_bound_seconds);
    (*server)->stop();
    loop.join();
    log.write(Level::info, "Stopped");
    return ExitCode::ok;
}

ExitCode start(App& app, const settings::Settings& all, const ServeOptions& options,
               const StopSignals& signals, const LogWriter& log) {
    if (const Status passed = pass_gate(all, log); !passed) return app.report(passed.error());
    const auto there = await_servers(app, all, options.database, signals, log);
    if (!there) return app.report(there.error());
    if (!*there) return ExitCode::ok;
    const auto core =
        backend::Core::make(all, {app.seams.clock, app.seams.sql, app.seams.redis}, core_log(log), {},
                            options.health_only ? backend::CoreScope::health : backend::CoreScope::all);
    if (!core) return app.report(core.error());
    if (options.health_only) return listen(app, **core, options, signals, log);
    const auto made = (*core)->prepare(Deadline::in(schema_time));
    if (!made) {
        log.write(Level::critical, "The database cannot be served from: " + made.error().what);
        return app.report(made.error());
    }
    log.write(Level::info,
              *made ? "Database schema created: core_0001" : "Database schema has all that is needed");
    return options.creates() ? create(app, **core, options, log) : listen(app, **core, options, signals, log);
}

ExitCode run_serve(App& app, ServeOptions options) {
    leave_trace_of_crashes();
    const StopSignals signals({SIGTERM, SIGINT});
    const Result<settings::Settings> all = read_settings(app);
    if (!all) return app.report(all.error());
    if (options.creates()) {
        auto password = options.password_file.empty() ? ask_new_password(app, options.first.username)
                                                      : read_password_file(app, options.password_file);
        if (!password) return app.report(password.error());
        options.first.password = std::move(*password);
    }
    const LogWriter log(STDERR_FILENO, app.seams.clock, app.redactor, log_format_of(*all),
                        log_level_of(*all));
    log.write(Level::info, fmt::format("Starting The Logbook API core (worker PID {})...", ::getpid()));
    log.write(Level::info, "Environment: " + all->text("ENVIRONMENT"));
    log.write(Level::info, fmt::format("Version: {}", version()));
    return start(app, *all, options, signals, log);
}

}  // namespace

void add_serve(const Command& parent) {
    const auto options = std::make_shared<ServeOptions>();
    options->first.organization = "Fire Department";
    const Command cmd = parent.add_subcommand("serve", "Serve The Logbook's API from this machine", "Embed");
    cmd.add_option("--listen", options->address, "Address to listen on (default 127.0.0.1)")
        .type_name("ADDRESS");
    cmd.add_option("--port", options->port, "Port to listen on; 0 takes a free one (default 3001)")
        .range(0, 65'535)
        .type_name("PORT");
    cmd.add_option("--db-retries", options->database.tries,
                   "Tries to reach the database before giving up (default 10)")
        .range(1, 100)
        .type_name("N");
    cmd.add_duration("--db-retry-delay", options->database.pause, "Time between two tries (default 2s)");
    const Option health_only =
        cmd.add_flag("--health-only", options->health_only,
                     "Serve /health, /health/db and /health/redis alone; no table is looked at or made");
    cmd.add_option("--create-admin", options->first.username,
                   "Make the first organization and this account, and end")
        .type_name("NAME")
        .excludes(health_only);
    cmd.add_option("--password-file", options->password_file,
                   "Its password, in a file readable by you alone (default: asks)")
        .type_name("FILE");
    cmd.add_option("--email", options->first.email, "Its address (default NAME@logbook.invalid)")
        .type_name("ADDRESS");
    cmd.add_option("--organization", options->first.organization, "Its name (default: Fire Department)")
        .type_name("NAME");
    cmd.set_help(
        {{{"logbookctl serve", "on 127.0.0.1:3001, with the settings of .env and the environment"},
          {"logbookctl serve --create-admin chief", "on a database without members; asks for a password"},
          {"logbookctl serve --health-only --port 3002",
           "beside The Logbook itself: what its own /health does not prove"}},
         {"0  ended by SIGTERM or SIGINT; the account was made", "1  refused to start, or could not listen"},
         {"health", "sandbox up", "config check"},
         "Settings come from the environment first, then from .env; a missing .env is no failure. The global "
         "--timeout does not apply.\n\n"
         "Nothing listens before the database has answered and has all tables and columns that are needed: "
         "an "
         "empty one gets them (revision core_0001), any other is never changed, and what it lacks is listed. "
         "A "
         "cache that does not answer is a warning; limits are then counted in this process' memory. In "
         "production and staging the application's security gate is judged first, and a critical finding "
         "ends "
         "the start with `SECURITY FAILURE`.\n\n"
         "The log goes to standard error in the application's format (LOG_FORMAT). SIGTERM and SIGINT close "
         "the listener, finish the requests in flight, and end with code 0. Unlike the application, which "
         "exits with 3, a failed start exits with 1."});
    cmd.on_chosen([options](App& app) { return run_serve(app, *options); });
}

}  // namespace logbook::cli
