// Settings, their gate, and the two servers that are waited for.
#include "serve_start.h"

#include <fmt/format.h>

#include "logbook/backend/endpoints.h"
#include "logbook/backend/readiness.h"
#include "logbook/settings/gate.h"
#include "project.h"

namespace logbook::cli {
namespace {

constexpr Millis attempt_time{5000};

enum class Wait { ready, failed, stopped };

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

// Bounded tries, one line each. `reason` gets the last failure.
Wait wait_for_database(const App& app, const net::SqlEndpoint& endpoint, const DatabaseWait& wait,
                       const StopSignals& signals, const LogWriter& log, std::string& reason) {
    for (int attempt = 1; attempt <= wait.tries; ++attempt) {
        log.write(Level::info, fmt::format("Database connection attempt {}/{}...", attempt, wait.tries));
        const Status done = backend::check_database(app.seams.sql, endpoint, Deadline::in(attempt_time));
        if (done) return Wait::ready;
        reason = done.error().what;
        log.write(Level::warning, fmt::format("Database connection attempt {} failed: {}", attempt, reason));
        const bool last = attempt == wait.tries;
        if (signals.wait(last ? Millis(0) : wait.pause) != 0) return Wait::stopped;
    }
    return Wait::failed;
}

}  // namespace

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

Status pass_gate(const settings::Settings& all, const LogWriter& log) {
    const size_t criticals = judge_settings(all, log);
    if (criticals == 0) return {};
    const std::string failure =
        fmt::format("SECURITY FAILURE: Cannot start in production with insecure defaults. {} critical "
                    "issue(s) found.",
                    criticals);
    log.write(Level::critical, failure);
    return fail(ErrorCode::invalid, failure, "logbookctl config check");
}

Result<bool> await_servers(const App& app, const settings::Settings& all, const DatabaseWait& wait,
                           const StopSignals& signals, const LogWriter& log) {
    const auto database = backend::database_endpoint(all);
    if (!database) return fail(database.error());
    const auto cache = backend::cache_endpoint(all);
    if (!cache) return fail(cache.error());
    std::string reason;
    switch (wait_for_database(app, *database, wait, signals, log, reason)) {
    case Wait::stopped:
        log.write(Level::info, "Stopped before the start was complete");
        return false;
    case Wait::failed:
        log.write(Level::error, fmt::format("Database connection failed after {} attempts", wait.tries));
        return fail(ErrorCode::unreachable, "Database not initialized: " + reason,
                    "logbookctl doctor says why");
    case Wait::ready:
        log.write(Level::info, "Database connection established");
    }
    const Status redis = backend::check_cache(app.seams.redis, *cache, Deadline::in(attempt_time));
    if (redis)
        log.write(Level::info, "✓ Redis connected");
    else
        log.write(Level::warning, "Redis unavailable - running in degraded mode: " + redis.error().what);
    return true;
}

}  // namespace logbook::cli
