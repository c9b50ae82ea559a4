// `logbookctl mysql processlist`: who is connected and at work on what, statements without their values.
#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/instrument/process_filter.h"
#include "logbook/instrument/sql_fingerprint.h"
#include "logbook/logscan/pattern_set.h"
#include "mysql_desk.h"
#include "view/process_view.h"
#include "view/table.h"

namespace logbook::cli {
namespace {

using instrument::Process;
using instrument::ProcessOrder;

struct MysqlProcesslistOptions {
    MysqlLogin login;
    instrument::ProcessFilter filter;
    std::string query, sort = "work", group;
    Millis busy{-1}, idle{-1};
    bool show_literals = false, all = false, watch = false;
    Millis interval{2000};
};

const std::map<std::string, ProcessOrder> orders = {
    {"work", ProcessOrder::work}, {"time", ProcessOrder::time},
    {"rows", ProcessOrder::rows}, {"transaction", ProcessOrder::transaction},
    {"user", ProcessOrder::user}, {"id", ProcessOrder::id}};

// What is shown of one reading.
struct Shown {
    instrument::ProcessList list;
    std::vector<Process> processes;  // that are wanted, in order
    WallTime at{};
};

Result<instrument::ProcessFilter> complete_filter(const MysqlProcesslistOptions& options) {
    instrument::ProcessFilter filter = options.filter;
    filter.server_threads = options.all;
    if (options.busy >= Millis(0)) filter.busy = options.busy;
    if (options.idle >= Millis(0)) filter.idle = options.idle;
    if (options.query.empty()) return filter;
    const auto set = logscan::PatternSet::compile({"(?i)" + options.query});
    if (!set) return fail(set.error());
    auto scanner = logscan::PatternScanner::make(*set);
    if (!scanner) return fail(scanner.error());
    const auto shared = std::make_shared<logscan::PatternScanner>(std::move(*scanner));
    filter.statement = [shared](std::string_view statement) {
        return !shared->scan(replace_all(std::string(statement), "\n", " ")).empty();
    };
    return filter;
}

std::string group_key(const MysqlProcesslistOptions& options, const ProcessView& view,
                      const Process& process) {
    const auto or_dash = [](std::string text) { return text.empty() ? std::string("–") : text; };
    if (options.group == "user") return printable(process.user, 80);
    if (options.group == "client") return client_of(view, process);
    if (options.group == "db") return or_dash(printable(process.database, 80));
    if (options.group == "command") return printable(process.command, 40);
    if (options.group == "state") return or_dash(printable(process.state, 80));
    return or_dash(statement_of(view, process));
}

std::string verdict(const std::vector<Process>& processes) {
    size_t busy = 0, open = 0;
    Millis longest{0}, oldest{0};
    for (const Process& process : processes) {
        if (!process.idle()) {
            ++busy;
            longest = std::max(longest, process.time);
        } else if (process.transaction) {
            ++open;
            oldest = std::max(oldest, process.transaction->age);
        }
    }
    std::string text = fmt::format("{}, {} at work", counted(processes.size(), "connection"), busy);
    if (busy > 0) text += ", the longest for " + human_duration(longest);
    if (open > 0)
        text += fmt::format(" · {} idle in {}, for up to {}", open,
                            open == 1 ? "a transaction" : "transactions", human_duration(oldest));
    return text;
}

TableRow table_row(const ProcessView& view, const Process& process) {
    TableRow line;
    const bool waits = process.transaction && process.transaction->state == "LOCK WAIT";
    const bool hangs = process.idle() && process.transaction && process.transaction->age >= Millis(60'000);
    const bool locked = contains(process.state, "Waiting for") && contains(process.state, "lock");
    line.mark = waits || hangs || locked ? Mark::warn : Mark::note;
    line.cells = {fmt::format("#{}", process.id),
                  human_duration(process.time),
                  printable(process.user, 40),
                  client_of(view, process),
                  printable(process.idle()          ? "idle"
                            : process.state.empty() ? process.command
                                                    : process.state,
                            60),
                  printable(process.database, 40),
                  process.transaction ? human_duration(process.transaction->age) : "",
                  process.rows_examined ? std::to_string(*process.rows_examined) : ""};
    if (const std::string statement = statement_of(view, process); !statement.empty())
        line.details.emplace_back(process.idle() ? "last" : "runs", statement);
    return line;
}

void put_processes(App& app, const ProcessView& view, const std::vector<Process>& processes, bool fold) {
    std::vector<TableRow> lines;
    size_t folded = 0;
    for (const Process& process : processes) {
        if (fold && process.idle() && !process.transaction)
            ++folded;
        else
            lines.push_back(table_row(view, process));
    }
    if (!lines.empty())
        put_table(app.out,
                  {{"id"},
                   {"for", true},
                   {"user"},
                   {"client"},
                   {"doing"},
                   {"database"},
                   {"transaction", true},
                   {"rows read", true}},
                  lines, true);
    if (folded > 0) app.out.line(app.out.inked(Ink::dim, fmt::format("  {} idle (-v shows them)", folded)));
}

void put_groups(App& app, const std::vector<instrument::ProcessGroup>& groups, const std::string& by) {
    std::vector<TableRow> lines;
    for (const instrument::ProcessGroup& group : groups) {
        TableRow line;
        line.mark = Mark::note;
        line.cells = {std::to_string(group.count), std::to_string(group.busy),
                      group.busy > 0 ? human_duration(group.longest) : "",
                      std::to_string(group.rows_examined), group.key};
        lines.push_back(std::move(line));
    }
    put_table(app.out, {{"count", true}, {"busy", true}, {"longest", true}, {"rows read", true}, {by}}, lines,
              true);
}

Json to_json(const std::vector<instrument::ProcessGroup>& groups) {
    Json::Array list;
    for (const instrument::ProcessGroup& group : groups)
        list.push_back(Json::object({{"key", group.key},
                                     {"count", uint64_t(group.count)},
                                     {"busy", uint64_t(group.busy)},
                                     {"longest_ms", group.longest.count()},
                                     {"rows_examined", group.rows_examined}}));
    return Json(std::move(list));
}

void emit(App& app, const MysqlProcesslistOptions& options, const MysqlDesk& desk, const ProcessView& view,
          const Shown& shown, const Json& groups) {
    Json::Array processes;
    for (const Process& process : shown.processes) processes.push_back(to_json(view, process));
    app.emit("logbookctl/mysql_processlist/1",
             Json::object({{"at", iso8601(shown.at, true)},
                           {"server", desk.place},
                           {"source", shown.list.source},
                           {"literals", options.show_literals ? "shown" : "hidden"},
                           {"processes", Json(std::move(processes))},
                           {"groups", groups},
                           {"cut", shown.list.cut},
                           {"missing", Json::array(shown.list.missing)},
                           {"notes", Json::array(desk.notes)},
                           {"cost", Json::object({{"statements", uint64_t(shown.list.statements)},
                                                  {"rows", uint64_t(shown.list.processes.size())}})}}));
}

void show(App& app, const MysqlProcesslistOptions& options, const MysqlDesk& desk, const Shown& shown) {
    const ProcessView view{desk.names, options.show_literals};
    std::vector<instrument::ProcessGroup> groups;
    if (!options.group.empty())
        groups = instrument::group_processes(
            shown.processes, [&](const Process& process) { return group_key(options, view, process); });
    if (app.global.json()) {
        emit(app, options, desk, view, shown, options.group.empty() ? Json() : to_json(groups));
        return;
    }
    if (!app.global.quiet) app.out.line(desk.place).line();
    if (options.group.empty())
        put_processes(app, view, shown.processes, app.global.verbose == 0 && options.idle < Millis(0));
    else
        put_groups(app, groups, options.group);
    if (app.global.quiet) return;
    app.out.line().line(verdict(shown.processes));
    for (const std::string& missing : shown.list.missing) put_detail(app.out, "not told", missing);
    if (shown.list.cut) put_detail(app.out, "cut", "the server has more connections than were read");
    for (const std::string& note : desk.notes) put_detail(app.out, "login", note);
    if (app.global.verbose > 0)
        put_detail(app.out, "cost",
                   fmt::format("{} sent, {} of {} read", counted(shown.list.statements, "statement"),
                               counted(shown.list.processes.size(), "row"), shown.list.source));
}

ExitCode run_mysql_processlist(App& app, const MysqlProcesslistOptions& options) {
    auto filter = complete_filter(options);
    if (!filter) {
        app.report(filter.error());
        return ExitCode::usage;
    }
    const auto desk = open_mysql_desk(app, options.login);
    if (!desk) return report_mysql(app, desk.error());
    filter->client_name = [&desk](const Process& process) { return desk->names.of(process.address); };
    app.one_line_documents = options.watch;
    for (;;) {
        auto list = instrument::read_process_list(*desk->session, app.deadline);
        if (!list) return report_mysql(app, list.error());
        Shown shown{std::move(*list), {}, app.seams.clock.wall()};
        std::copy_if(shown.list.processes.begin(), shown.list.processes.end(),
                     std::back_inserter(shown.processes),
                     [&](const Process& process) { return instrument::wanted(*filter, process); });
        instrument::sort_processes(shown.processes, orders.at(options.sort));
        if (options.watch && app.out.terminal().tty && !app.global.json()) app.out.put("\x1b[H\x1b[2J");
        show(app, options, *desk, shown);
        if (!options.watch) return ExitCode::ok;
        if (const Status written = app.out.flush(); !written) return app.report(written.error());
        app.seams.clock.sleep(options.interval);
        app.deadline = Deadline::in(app.global.timeout);  // each round anew
    }
}

void add_filters(const Command& cmd, MysqlProcesslistOptions& options) {
    const auto words = [&cmd](const char* name, std::vector<std::string>& list, const char* what) {
        cmd.add_option(name, list, what).type_name("TEXT").repeatable();
    };
    words("--user", options.filter.users, "Only connections of this user; `*` stands for any text");
    words("--client", options.filter.clients, "Only from this container or address");
    words("--db", options.filter.databases, "Only in this database");
    words("--command", options.filter.commands, "Only of this kind: Query, Sleep, Execute, Killed");
    words("--state", options.filter.states, "Only in this state: 'Waiting for*lock'");
    cmd.add_option("--query", options.query, "Only whose statement has this expression (Perl's, in any case)")
        .type_name("REGEX");
    cmd.add_duration("--busy", options.busy, "Only at work for at least this long");
    cmd.add_duration("--idle", options.idle, "Only idle for at least this long");
    cmd.add_flag("--in-transaction", options.filter.in_transaction, "Only with an open transaction");
    cmd.add_flag("--all", options.all, "This connection, replication and the server's own threads too");
}

}  // namespace

void add_mysql_processlist(const Command& parent) {
    const auto options = std::make_shared<MysqlProcesslistOptions>();
    const Command cmd = parent.add_subcommand(
        "processlist", "Show who is connected and at work on what, values hidden", "Instruments");
    add_filters(cmd, *options);
    cmd.add_option("--sort", options->sort, "What stands first (default: work)")
        .one_of({"work", "time", "rows", "transaction", "user", "id"})
        .type_name("work|time|rows|transaction|user|id");
    cmd.add_option("--group", options->group, "Count them together")
        .one_of({"user", "client", "db", "command", "state", "statement"})
        .type_name("user|client|db|command|state|statement");
    cmd.add_flag("--show-literals", options->show_literals,
                 "Show the values in statements: they are members' data");
    cmd.add_flag("--watch", options->watch,
                 "Again and again, until interrupted; with -o json a document a line");
    cmd.add_duration("--interval", options->interval, "Between two readings of --watch (default 2s)");
    add_mysql_login(cmd, options->login);
    cmd.set_help(
        {{{"logbookctl mysql processlist", "what the database is doing, the longest work first"},
          {"logbookctl mysql processlist --busy 5s --group statement",
           "what takes long, the same counted together"}},
         {"0    listed", "3    the database could not be asked", "130  interrupted (how --watch ends)"},
         {"mysql locks", "mysql kill", "mysql slow"},
         "One statement is sent for each reading: all that is shown is of one moment. Statements are cut to "
         "1,200 bytes by the server.\n\n"
         "A statement's values become `?`, lists of them `(?+)`; comments go. Where it cannot be told what "
         "is a "
         "value, the rest is hidden. --query looks at the statement as it was sent.\n\n"
         "Without the privilege PROCESS a login sees its own user's connections only, and no transactions: "
         "the "
         "last lines say so. The password never stands in an argument: it comes from the database's "
         "container, "
         ".env, or --defaults-file."});
    cmd.on_chosen([options](App& app) { return run_mysql_processlist(app, *options); });
}

}  // namespace logbook::cli
