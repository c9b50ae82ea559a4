// `logbookctl mysql status`: how the database server stands, each figure with its verdict.
#include <algorithm>
#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "logbook/instrument/mysql_status.h"
#include "logbook/instrument/sql_fingerprint.h"
#include "mysql_desk.h"
#include "view/finding_lines.h"
#include "view/judgement_view.h"

namespace logbook::cli {
namespace {

using instrument::MysqlReading;

struct MysqlStatusOptions {
    MysqlLogin login;
    std::string fail_on = "fail";
    bool nagios = false;
};

// The processes of a uvicorn command line; one where it names none.
std::optional<int64_t> workers_of(const docker::Container& backend) {
    bool next = false;
    for (const Secret& word : backend.command) {
        for (const std::string& part : split(word.reveal(), ' ')) {
            const std::string text = part.compare(0, 10, "--workers=") == 0 ? part.substr(10)
                                     : next                                 ? part
                                                                            : "";
            next = part == "--workers" || part == "-w";
            if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos || text.size() > 4)
                continue;
            return std::max<int64_t>(std::atoll(text.c_str()), 1);
        }
    }
    return 1;
}

// Each process of the backend opens up to DB_POOL_MAX connections, and twice as many more under load.
instrument::PoolUse pool_of(const MysqlDesk& desk) {
    instrument::PoolUse pool;
    if (const auto most = desk.door.scene->settings().number("DB_POOL_MAX"))
        pool.each = 3 * std::clamp<int64_t>(*most, 1, 1'000'000);
    if (desk.door.backend && !desk.door.backend->command.empty())
        pool.workers = workers_of(*desk.door.backend);
    return pool;
}

Json to_json(const std::map<std::string, std::string>& pairs) {
    Json::Object members;
    for (const auto& [name, value] : pairs) members.emplace_back(name, value);
    return Json(std::move(members));
}

Json to_json(const std::optional<instrument::Deadlock>& deadlock) {
    if (!deadlock) return nullptr;
    Json::Array sides;
    for (const instrument::DeadlockSide& side : deadlock->sides)
        sides.push_back(Json::object({{"connection", side.connection},
                                      {"user", side.user},
                                      {"address", side.address},
                                      {"statement", instrument::sql_fingerprint(side.statement)},
                                      {"table", side.table},
                                      {"index", side.index},
                                      {"mode", side.mode}}));
    return Json::object({{"when", deadlock->when},
                         {"sides", Json(std::move(sides))},
                         {"victim", uint64_t(deadlock->victim)}});
}

void emit(App& app, const MysqlDesk& desk, const MysqlReading& reading,
          const std::vector<instrument::Judgement>& judgements) {
    Json::Array accounts, largest;
    for (const instrument::AccountUse& one : reading.accounts)
        accounts.push_back(
            Json::object({{"user", one.user}, {"connections", one.connections}, {"busy", one.busy}}));
    for (const instrument::TableSize& one : reading.largest)
        largest.push_back(Json::object(
            {{"name", one.name}, {"engine", one.engine}, {"rows", one.rows}, {"bytes", one.bytes}}));
    const auto& history = reading.innodb.history_length;
    app.emit("logbookctl/mysql_status/1",
             Json::object({{"at", iso8601(app.seams.clock.wall(), true)},
                           {"server", desk.place},
                           {"judgements", cli::to_json(judgements)},
                           {"accounts", Json(std::move(accounts))},
                           {"last_deadlock", to_json(reading.innodb.last_deadlock)},
                           {"history_length", history ? Json(*history) : Json()},
                           {"largest_tables", Json(std::move(largest))},
                           {"without_primary_key", Json::array(reading.without_key)},
                           {"replica", to_json(reading.replica)},
                           {"status", to_json(reading.status)},
                           {"missing", Json::array(reading.missing)},
                           {"notes", Json::array(desk.notes)},
                           {"cost", Json::object({{"statements", uint64_t(reading.statements)},
                                                  {"rows", uint64_t(reading.rows)}})}}));
}

void put_more(App& app, const MysqlReading& reading) {
    for (const instrument::AccountUse& one : reading.accounts)
        put_detail(app.out, "account",
                   fmt::format("{}: {}, {} at work", printable(one.user, 80),
                               counted(size_t(one.connections), "connection"), one.busy));
    for (const instrument::TableSize& one : reading.largest)
        put_detail(app.out, "table",
                   fmt::format("{}: {}, about {} rows, {}", printable(one.name, 130), human_bytes(one.bytes),
                               one.rows, printable(one.engine, 20)));
    if (const auto& deadlock = reading.innodb.last_deadlock)
        for (const instrument::DeadlockSide& side : deadlock->sides)
            put_detail(app.out, "deadlock",
                       fmt::format("#{} {}", side.connection,
                                   printable(instrument::sql_fingerprint(side.statement), 300)));
}

void show(App& app, const MysqlStatusOptions& options, const MysqlDesk& desk, const MysqlReading& reading,
          const std::vector<instrument::Judgement>& judgements) {
    if (options.nagios) {
        app.out.line(nagios_line("MYSQL", judgements));
        return;
    }
    if (app.global.json()) {
        emit(app, desk, reading, judgements);
        return;
    }
    if (!app.global.quiet)
        app.out
            .line(fmt::format(
                "{}, up {}", desk.place,
                human_duration(Millis(
                    1000 * std::clamp<int64_t>(reading.number("Uptime").value_or(0), 0, 10'000'000'000)))))
            .line();
    put_judgements(app.out, judgements);
    if (app.global.verbose > 0) put_more(app, reading);
    if (app.global.quiet) return;
    app.out.line().line(verdict_of(judgements));
    for (const std::string& missing : reading.missing) put_detail(app.out, "not told", missing);
    for (const std::string& note : desk.notes) put_detail(app.out, "login", note);
    if (app.global.verbose > 0)
        put_detail(app.out, "cost",
                   fmt::format("{} sent, {} read", counted(reading.statements, "statement"),
                               counted(reading.rows, "row")));
}

ExitCode unasked(App& app, const MysqlStatusOptions& options, const Error& error) {
    if (!options.nagios) return report_mysql(app, error);
    app.out.line("MYSQL UNKNOWN - " + replace_all(error.what, "|", "/"));
    return ExitCode(3);
}

ExitCode run_mysql_status(App& app, const MysqlStatusOptions& options) {
    const auto desk = open_mysql_desk(app, options.login);
    if (!desk) return unasked(app, options, desk.error());
    const auto reading = instrument::read_mysql_status(*desk->session, app.deadline);
    if (!reading) return unasked(app, options, reading.error());
    const auto judgements = instrument::judge_mysql(*reading, pool_of(*desk));
    show(app, options, *desk, *reading, judgements);
    if (options.nagios) return ExitCode(nagios_status(judgements));
    const instrument::Level least =
        options.fail_on == "warn" ? instrument::Level::warn : instrument::Level::fail;
    return instrument::worst(judgements) >= least ? ExitCode::problem : ExitCode::ok;
}

}  // namespace

void add_mysql_status(const Command& parent) {
    const auto options = std::make_shared<MysqlStatusOptions>();
    const Command cmd = parent.add_subcommand(
        "status", "Judge the server: connections, memory, deadlocks, old transactions, replication",
        "Instruments");
    cmd.add_option("--fail-on", options->fail_on, "Exit 1 from this level on (default: fail)")
        .one_of({"warn", "fail"})
        .type_name("warn|fail");
    cmd.add_flag("--nagios", options->nagios,
                 "One line with performance data; exit 0, 1, 2 or 3 as monitors expect");
    add_mysql_login(cmd, options->login);
    cmd.set_help(
        {{{"logbookctl mysql status", "how the server stands, and what to do about it"},
          {"logbookctl mysql status -v", "with accounts, largest tables and the last deadlock's statements"}},
         {"0    no figure fails", "1    one does (--fail-on warn: or warns)", "2    wrong command line",
          "3    the database could not be asked", "with --nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN"},
         {"mysql processlist", "mysql locks", "mysql slow", "doctor"},
         "`pool` counts what the backend may open: each of its processes up to DB_POOL_MAX connections, and "
         "twice as "
         "many more under load.\n\n"
         "Figures that count from the server's start are judged only where there are enough of them. What "
         "the login "
         "may not see is named under `not told`."});
    cmd.on_chosen([options](App& app) { return run_mysql_status(app, *options); });
}

}  // namespace logbook::cli
