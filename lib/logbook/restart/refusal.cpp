// The gates, in the order of what they protect.
#include "logbook/restart/refusal.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::restart {
namespace {

using deployment::Deployment;
using deployment::Member;

std::vector<std::string> containers_of(const Deployment& running, Role role) {
    std::vector<std::string> names;
    for (const Member& member : running.members)
        if (member.role == role) names.push_back(printable(shell_quoted(member.container.name)));
    return names;
}

std::string first_container(const Deployment& running, Role role, std::string_view otherwise) {
    const auto names = containers_of(running, role);
    return names.empty() ? std::string(otherwise) : names.front();
}

std::string service_of(const Deployment& running, Role role, std::string_view otherwise) {
    const Member* member = running.of_role(role);
    return printable(shell_quoted(member ? member->service : std::string(otherwise)));
}

bool makes(const Plan& plan, Role role) {
    return plan.has(Action::create, role) || plan.has(Action::recreate, role);
}

std::optional<Refusal> refuse_wipe(const Plan& plan, const DataFacts& data, const Deployment& running) {
    if (!plan.starts_backend()) return std::nullopt;
    if (data.wipe) {
        if (data.wipe->allows_start()) return std::nullopt;
        return wipe_refusal(*data.wipe, running, false);
    }
    if (plan.has(Action::await, Role::database)) return std::nullopt;
    const Member* database = running.of_role(Role::database);
    Refusal refusal = wipe_refusal(
        {migration::WipeTrap::unknown, "the database does not answer, so its tables cannot be judged"},
        running, false);
    if (database)
        refusal.next = {fmt::format("logbookctl restart {} {}", printable(shell_quoted(database->service)),
                                    service_of(running, Role::backend, "backend"))};
    return refusal;
}

std::optional<Refusal> refuse_keys(const Plan& plan, const Staleness& stale, const DataFacts& data,
                                   const Deployment& running) {
    if (stale.keys.empty() || !data.may_hold_data || !makes(plan, Role::backend)) return std::nullopt;
    const std::string names = join(stale.keys, ", ");
    const std::string container = first_container(running, Role::backend, "backend");
    Refusal refusal;
    refusal.stake = Stake::keys;
    refusal.what =
        fmt::format("{} in .env {} not what the running backend has, and its container may hold the "
                    "only copy",
                    names, stale.keys.size() == 1 ? "is" : "are");
    refusal.lost =
        "recreated from this .env, the backend could not read what is encrypted in the database, or "
        "prove its audit log, any more";
    refusal.next = {
        "keep the running values first, in a file that only you can read:",
        fmt::format(
            "(umask 077; docker inspect --format '{{{{range .Config.Env}}}}{{{{println .}}}}{{{{end}}}}' "
            "{} | grep -E '^({})=' > running-keys.env)",
            container, join(stale.keys, "|")),
        fmt::format("then set {} in .env to those values, and run the same command again", names)};
    return refusal;
}

std::optional<Refusal> refuse_moved(const Plan& plan, const Staleness& stale) {
    const auto moved = std::find_if(stale.moved.begin(), stale.moved.end(), [&](const auto& mount) {
        return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
            return step.action == Action::recreate && step.service == mount.service;
        });
    });
    if (moved == stale.moved.end()) return std::nullopt;
    const std::string gets =
        moved->gets.empty() ? std::string("nothing that outlives it") : printable(moved->gets, 120);
    Refusal refusal;
    refusal.stake = Stake::stored_data;
    refusal.what = fmt::format("{} keeps its data in {}; made anew from the Compose files it would get {}",
                               printable(moved->container, 80), printable(moved->has, 120), gets);
    refusal.lost = "nothing would be deleted, but the application would start on an empty place as if it "
                   "were new, and what "
                   "members enter there has to be merged by hand";
    refusal.next = {
        fmt::format("in the Compose file, service {}, mount {} at {} again, and run the same command again",
                    printable(moved->service, 60), printable(moved->has, 120), printable(moved->target, 120)),
        "to move it on purpose: make a dump, stop the service, copy the data, then recreate"};
    return refusal;
}

std::optional<Refusal> refuse_logins(const Plan& plan, const DataFacts& data, const Deployment& running) {
    if (data.login_refused && makes(plan, Role::backend))
        return login_refusal("DB_PASSWORD", data.database_user, *data.login_refused, running);
    if (data.root_login_refused && makes(plan, Role::database))
        return login_refusal("MYSQL_ROOT_PASSWORD", "root", *data.root_login_refused, running);
    return std::nullopt;
}

std::optional<Refusal> refuse_migration(const Plan& plan, const DataFacts& data, const Deployment& running) {
    const bool disturbs = plan.stops_backend() || plan.has(Action::stop, Role::database);
    if (data.migrating.empty() || !disturbs) return std::nullopt;
    Refusal refusal;
    refusal.stake = Stake::migration;
    refusal.what = fmt::format("a migration of the database is running (connection {})", data.migrating);
    refusal.lost =
        "MySQL commits every change of a table by itself: stopped in the middle, the migration stays "
        "half applied, and the next start skips the rest for ever";
    refusal.next = {
        "wait until it has ended; watch it:",
        fmt::format("docker logs -f --tail 20 {}", first_container(running, Role::backend, "backend"))};
    return refusal;
}

// The application takes "already exists" for done, stamps the head, and skips the rest.
std::optional<Refusal> refuse_unfinished(const Plan& plan, const DataFacts& data) {
    if (!plan.starts_backend() || !data.upgrade || data.upgrade->running.empty()) return std::nullopt;
    const migration::UpgradeJournal& upgrade = *data.upgrade;
    if (data.rows) {
        const bool finished =
            std::find(data.rows->begin(), data.rows->end(), upgrade.target) != data.rows->end();
        // A backup was restored, for example.
        const bool elsewhere = upgrade.rows && *upgrade.rows != *data.rows;
        if (finished || elsewhere) return std::nullopt;
    }
    Refusal refusal;
    refusal.stake = Stake::migration;
    refusal.what =
        fmt::format("the upgrade of {} {} in {}", iso8601(upgrade.begun),
                    upgrade.said.empty() ? "was cut off" : "failed", printable(upgrade.running, 64));
    refusal.lost =
        "every revision from there on: a start of the backend takes \"already exists\" for done, stamps the "
        "head, and skips the rest for ever";
    refusal.next = {
        "logbookctl migrate upgrade --dry-run  (what is half done, and how to go on)",
        fmt::format("where the database was restored or put right: rm {}", shell_quoted(data.upgrade_file))};
    return refusal;
}

}  // namespace

std::string_view name_of(Stake stake) {
    switch (stake) {
    case Stake::tables:
        return "tables";
    case Stake::keys:
        return "keys";
    case Stake::login:
        return "login";
    case Stake::migration:
        return "migration";
    case Stake::stored_data:
        return "stored_data";
    case Stake::generation:
        return "generation";
    }
    return "?";
}

Refusal wipe_refusal(const migration::WipeVerdict& verdict, const Deployment& running, bool stopped) {
    Refusal refusal;
    refusal.stake = Stake::tables;
    refusal.what =
        verdict.trap == migration::WipeTrap::armed
            ? "STOP: the next start of the backend would delete every table: " + verdict.why
            : "no backend is started, since it cannot be told whether its start would delete every table: " +
                  printable(verdict.why);
    refusal.lost = stopped
                       ? "every table of the database. The backend is stopped and stays so: that is safe. Do "
                         "not start it, and do not run up"
                       : "every table of the database. A backend that runs goes on serving: do not stop or "
                         "restart it, do not run up or down, and do not pull or edit its code, since under "
                         "--reload a changed file restarts it";
    for (const std::string& name : containers_of(running, Role::backend))
        refusal.next.push_back(fmt::format("docker update --restart=no {}", name));
    refusal.next.emplace_back(verdict.trap == migration::WipeTrap::armed ? "logbookctl explain db.wipe_trap"
                                                                         : "logbookctl doctor");
    return refusal;
}

Refusal login_refusal(std::string_view variable, std::string_view user, const Error& server_said,
                      const Deployment& running) {
    const std::string container = first_container(running, Role::database, "mysql");
    const bool mariadb = [&] {
        const Member* database = running.of_role(Role::database);
        return database && contains(lower(database->container.image), "mariadb");
    }();
    Refusal refusal;
    refusal.stake = Stake::login;
    refusal.what = fmt::format("the database server does not know the {} of .env: {}", variable,
                               printable(server_said.what, 200));
    refusal.lost =
        "nothing yet; but the application would be locked out: a server keeps the password that its "
        "volume was made with, and Compose does not change it there";
    refusal.next = {
        "put the old password back into .env, or set the new one in the server first:",
        fmt::format("docker exec -it {} {} -u root -p", container, mariadb ? "mariadb" : "mysql"),
        fmt::format("ALTER USER '{}'@'%' IDENTIFIED BY '<the new {}>';", printable(user, 40), variable),
        "then run the same command again"};
    return refusal;
}

std::optional<Refusal> refuse(const Plan& plan, const Staleness& stale, const DataFacts& data,
                              const Deployment& running) {
    if (auto refusal = refuse_wipe(plan, data, running)) return refusal;
    if (auto refusal = refuse_migration(plan, data, running)) return refusal;
    if (auto refusal = refuse_unfinished(plan, data)) return refusal;
    if (auto refusal = refuse_moved(plan, stale)) return refusal;
    if (auto refusal = refuse_keys(plan, stale, data, running)) return refusal;
    return refuse_logins(plan, data, running);
}

}  // namespace logbook::restart
