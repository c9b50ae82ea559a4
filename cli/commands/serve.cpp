// `logbookctl serve`: the API core on this machine, until a signal ends it.
#include <csignal>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>

#include "commands/catalogue.h"
#include "logbook/backend/endpoints.h"
#include "logbook/backend/readiness.h"
#include "logbook/backend/service.h"
#include "logbook/base/version.h"
#include "logbook/server/server.h"
#include "logbook/settings/gate.h"
#include "project.h"
#include "stop_signals.h"
#include "view/log_writer.h"

namespace logbook::cli {
namespace {

struct ServeOptions {
    std::string address = "127.0.0.1";
    uint16_t port = 3001;
    // Far below the application's 40 tries: whoever supervises this program starts it again.
    int db_retries = 10;
    Millis db_retry_delay{2000};
};

constexpr Millis attempt_time{5000};
constexpr unsigned stop_bound_seconds = 20;  // beyond the server's own deadline for requests in flight

// The `.env` is optional here, since a container gets its settings through the environment; one that was
// named, or that is there and cannot be read, must be readable.
Result<settings::Settings> read_settings(App& app) {
    std::error_code ignored;
    if (app.global.env_file.empty() && !std::filesystem::exists(app.global.env_path(), ignored)) {
        const settings::EnvFile none;
        settings::Settings all(none, process_environment());
        register_secrets(app, none, all);
        return all;
    }
    Result<Project> project = open_project(app);
    if (!project) return fail(project.error());
    if (!project->env.file.readable()) return fail(refused_env(project->env));
    return std::move(project->settings);
}

// The application's own judgement of its settings, in its own words. Returns the number of criticals that
// block.
size_t judge_settings(const settings::Settings& all, const LogWriter& log) {
    const std::vector<settings::GateFinding> findings = settings::judge_gate(all);
    size_t criticals = 0;
    bool headed = false;
    for (const settings::GateFinding& finding : findings) {
        if (finding.severity == settings::Severity::advice) continue;
        if (!std::exchange(headed, true)) log.write(Level::warning, "SECURITY CONFIGURATION WARNINGS:");
        const bool critical = finding.severity == settings::Severity::critical;
        criticals += critical ? 1 : 0;
        log.write(critical ? Level::error : Level::warning,
                  fmt::format("{}: {}", critical ? "CRITICAL" : "WARNING", finding.message));
    }
    return settings::blocks_start(findings, settings::gate_is_armed(all)) ? criticals : 0;
}

enum class Wait { ready, failed, stopped };

// Bounded tries, one line each. `reason` gets the last failure.
Wait wait_for_database(const App& app, const net::SqlEndpoint& endpoint, const ServeOptions& options,
                       const StopSignals& signals, const LogWriter& log, std::string& reason) {
    for (int attempt = 1; attempt <= options.db_retries; ++attempt) {
        log.write(Level::info,
                  fmt::format("Database connection attempt {}/{}...", attempt, options.db_retries));
        const Status done = backend::check_database(app.seams.sql, endpoint, Deadline::in(attempt_time));
        if (done) return Wait::ready;
        reason = done.error().what;
        log.write(Level::warning, fmt::format("Database connection attempt {} failed: {}", attempt, reason));
        const bool last = attempt == options.db_retries;
        if (signals.wait(last ? Millis(0) : options.db_retry_delay) != 0) return Wait::stopped;
    }
    return Wait::failed;
}

backend::CoreLog core_log(const LogWriter& log) {
    return {[&log](std::string_view line) { log.write(Level::warning, std::string(line)); },
            [&log](const api::AccessRecord& record) { log.write(Level::info, api::to_line(record)); },
            [&log](const api::Call& call, const std::string& cause) {
                log.write(Level::error, fmt::format("Unhandled exception on {}: {} [rid={}]",
                                                    call.request.method, cause, call.request_id));
            }};
}

// Serves until a signal comes; true when every request in flight was answered in time.
ExitCode serve(App& app, const settings::Settings& all, const ServeOptions& options,
               const StopSignals& signals, const LogWriter& log) {
    const auto database = backend::database_endpoint(all);
    if (!database) return app.report(database.error());
    const auto cache = backend::cache_endpoint(all);
    if (!cache) return app.report(cache.error());

    std::string reason;
    switch (wait_for_database(app, *database, options, signals, log, reason)) {
    case Wait::stopped:
        log.write(Level::info, "Stopped before the start was complete");
        return ExitCode::ok;
    case Wait::failed:
        log.write(Level::error,
                  fmt::format("Database connection failed after {} attempts", options.db_retries));
        return app.report(
            {ErrorCode::unreachable, "Database not initialized: " + reason, "logbookctl doctor says why"});
    case Wait::ready:
        log.write(Level::info, "Database connection established");
    }
    const Status redis = backend::check_cache(app.seams.redis, *cache, Deadline::in(attempt_time));
    if (redis)
        log.write(Level::info, "✓ Redis connected");
    else
        log.write(Level::warning, "Redis unavailable - running in degraded mode: " + redis.error().what);

    const auto core =
        backend::Core::make(all, {app.seams.clock, app.seams.sql, app.seams.redis}, core_log(log));
    if (!core) return app.report(core.error());
    server::ServerOptions listen;
    listen.address = options.address;
    listen.port = options.port;
    const auto server = server::Server::listen((*core)->service(), app.seams.clock, listen);
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

ExitCode run_serve(App& app, const ServeOptions& options) {
    const StopSignals signals({SIGTERM, SIGINT});
    const Result<settings::Settings> all = read_settings(app);
    if (!all) return app.report(all.error());
    const LogWriter log(STDERR_FILENO, app.seams.clock, app.redactor);
    log.write(Level::info, fmt::format("Starting The Logbook API core (worker PID {})...", ::getpid()));
    log.write(Level::info, "Environment: " + all->text("ENVIRONMENT"));
    log.write(Level::info, fmt::format("Version: {}", version()));
    if (const size_t criticals = judge_settings(*all, log); criticals > 0) {
        const std::string failure =
            fmt::format("SECURITY FAILURE: Cannot start in production with insecure defaults. {} critical "
                        "issue(s) found.",
                        criticals);
        log.write(Level::critical, failure);
        return app.report({ErrorCode::invalid, failure, "logbookctl config check"});
    }
    return serve(app, *all, options, signals, log);
}

}  // namespace

void add_serve(const Command& parent) {
    const auto options = std::make_shared<ServeOptions>();
    const Command cmd =
        parent.add_subcommand("serve", "Serve The Logbook's health endpoints from this machine", "Embed");
    cmd.add_option("--listen", options->address, "Address to listen on (default 127.0.0.1)")
        .type_name("ADDRESS");
    cmd.add_option("--port", options->port, "Port to listen on; 0 takes a free one (default 3001)")
        .range(0, 65'535)
        .type_name("PORT");
    cmd.add_option("--db-retries", options->db_retries,
                   "Tries to reach the database before giving up (default 10)")
        .range(1, 100)
        .type_name("N");
    cmd.add_duration("--db-retry-delay", options->db_retry_delay, "Time between two tries (default 2s)");
    cmd.set_help(
        {{{"logbookctl serve", "on 127.0.0.1:3001, with the settings of .env and the environment"},
          {"logbookctl serve --port 0 --db-retries 1", "on a free port; give up at once without a database"}},
         {"0  ended by SIGTERM or SIGINT", "1  refused to start, or could not listen"},
         {"health", "sandbox up", "config check"},
         "Settings come from the environment first, then from .env; a missing .env is no failure. The global "
         "--timeout does not apply.\n\n"
         "Nothing listens before the database has answered. A cache that does not answer is a warning, and "
         "/health says `degraded`. In production and staging the application's security gate is judged "
         "first, "
         "and a critical finding ends the start with `SECURITY FAILURE`.\n\n"
         "The log goes to standard error in the application's text format. SIGTERM and SIGINT close the "
         "listener, finish the requests in flight, and end with code 0. Unlike the application, which exits "
         "with 3, a failed start exits with 1."});
    cmd.on_chosen([options](App& app) { return run_serve(app, *options); });
}

}  // namespace logbook::cli
