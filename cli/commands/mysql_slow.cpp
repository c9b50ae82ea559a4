// `logbookctl mysql slow`: which statements take the database's time, and which of them lack an index.
#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/instrument/slow_statements.h"
#include "mysql_desk.h"
#include "view/table.h"

namespace logbook::cli {
namespace {

using instrument::StatementDigest;

struct MysqlSlowOptions {
    MysqlLogin login;
    size_t top = 10;
};

Millis mean_of(const StatementDigest& digest) {
    return digest.count > 0 ? digest.total / int64_t(digest.count) : Millis(0);
}

double share_of(const StatementDigest& digest, Millis all) {
    return all.count() > 0 ? 100.0 * double(digest.total.count()) / double(all.count()) : 0;
}

void emit(App& app, const MysqlDesk& desk, const instrument::SlowReading& reading) {
    Json::Array statements;
    for (const StatementDigest& one : reading.statements)
        statements.push_back(Json::object({{"statement", one.statement},
                                           {"database", one.database.empty() ? Json() : Json(one.database)},
                                           {"count", one.count},
                                           {"errors", one.errors},
                                           {"total_ms", one.total.count()},
                                           {"mean_ms", mean_of(one).count()},
                                           {"longest_ms", one.longest.count()},
                                           {"percent_of_time", share_of(one, reading.total)},
                                           {"rows_sent", one.rows_sent},
                                           {"rows_examined", one.rows_examined},
                                           {"full_scans", one.full_scans},
                                           {"no_good_index", one.no_good_index},
                                           {"disk_tables", one.disk_tables},
                                           {"first_seen", one.first.empty() ? Json() : Json(one.first)},
                                           {"last_seen", one.last.empty() ? Json() : Json(one.last)},
                                           {"remark", instrument::remark_on(one)}}));
    app.emit("logbookctl/mysql_slow/1",
             Json::object({{"at", iso8601(app.seams.clock.wall(), true)},
                           {"server", desk.place},
                           {"source", reading.source},
                           {"total_ms", reading.total.count()},
                           {"statements", Json(std::move(statements))},
                           {"missing", Json::array(reading.missing)},
                           {"notes", Json::array(desk.notes)},
                           {"cost", Json::object({{"statements", uint64_t(reading.asked)}})}}));
}

void put_statements(App& app, const MysqlDesk& desk, const instrument::SlowReading& reading) {
    if (!app.global.quiet) app.out.line(fmt::format("{} · {}", desk.place, reading.source)).line();
    std::vector<TableRow> rows;
    size_t remarkable = 0;
    for (const StatementDigest& one : reading.statements) {
        TableRow row;
        const std::string remark = instrument::remark_on(one);
        remarkable += remark.empty() ? 0 : 1;
        row.mark = remark.empty() ? Mark::note : Mark::warn;
        row.cells = {human_duration(one.total),     fmt::format("{:.0f} %", share_of(one, reading.total)),
                     fmt::format("{}×", one.count), human_duration(mean_of(one)),
                     human_duration(one.longest),   std::to_string(one.rows_examined),
                     std::to_string(one.rows_sent)};
        row.details.emplace_back("statement", printable(one.statement, 400));
        if (!remark.empty()) row.details.emplace_back("remark", remark);
        rows.push_back(std::move(row));
    }
    put_table(app.out,
              {{"total", true},
               {"share", true},
               {"count", true},
               {"mean", true},
               {"longest", true},
               {"rows read", true},
               {"rows sent", true}},
              rows, true);
    if (app.global.quiet) return;
    app.out.line().line(reading.statements.empty()
                            ? "nothing was counted yet"
                            : fmt::format("{}, {} worth a look",
                                          counted(reading.statements.size(), "statement"), remarkable));
    for (const std::string& missing : reading.missing) put_detail(app.out, "not told", missing);
    for (const std::string& note : desk.notes) put_detail(app.out, "login", note);
}

ExitCode run_mysql_slow(App& app, const MysqlSlowOptions& options) {
    const auto desk = open_mysql_desk(app, options.login);
    if (!desk) return report_mysql(app, desk.error());
    const auto reading = instrument::read_slow_statements(*desk->session, options.top, app.deadline);
    if (!reading) return report_mysql(app, reading.error());
    if (app.global.json())
        emit(app, *desk, *reading);
    else
        put_statements(app, *desk, *reading);
    return ExitCode::ok;
}

}  // namespace

void add_mysql_slow(const Command& parent) {
    const auto options = std::make_shared<MysqlSlowOptions>();
    const Command cmd = parent.add_subcommand(
        "slow", "Show which statements take the database's time, and which lack an index", "Instruments");
    cmd.add_option("--top", options->top, "How many (default 10)").range(1, 200).type_name("N");
    add_mysql_login(cmd, options->login);
    cmd.set_help(
        {{{"logbookctl mysql slow", "the ten that took most time altogether"},
          {"logbookctl mysql slow --top 50 -o json", "for a report"}},
         {"0    listed", "2    wrong command line",
          "3    the database could not be asked, or keeps no account of its statements"},
         {"mysql status", "mysql processlist"},
         "From the server's statement digests (performance_schema: on in MySQL, off in MariaDB unless it is "
         "turned on), else from its slow log where that is kept in a table. Statements are shown without "
         "their values.\n\n"
         "A remark names what an index would help: whole tables read, many rows read for each that is sent, "
         "temporary tables on disk."});
    cmd.on_chosen([options](App& app) { return run_mysql_slow(app, *options); });
}

}  // namespace logbook::cli
