// `logbookctl mysql locks`: who blocks whom, down to the connection that holds up all the others, and what to
// do about it.
#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/instrument/blame_tree.h"
#include "mysql_desk.h"
#include "view/finding_lines.h"
#include "view/process_view.h"

namespace logbook::cli {
namespace {

using instrument::BlameNode;
using instrument::Process;
using instrument::Remedy;

struct MysqlLocksOptions {
    MysqlLogin login;
    Millis over{5000};
    bool show_literals = false, watch = false;
    Millis interval{2000};
};

// One reading, judged.
struct Locks {
    const ProcessView view;
    instrument::LockReading reading;
    instrument::BlameTree tree;

    const Process* find(uint64_t id) const { return reading.list.find(id); }
};

std::string table_of(const std::string& object) {
    return printable(object, 130);
}

// "waits 41 s for a row of inventory_items"
std::string waits_for(const instrument::Wait& wait) {
    std::string text = "waits " + human_duration(wait.waited);
    if (!wait.object.empty())
        text += fmt::format(" for {} {}",
                            wait.kind == instrument::LockKind::row ? "a row of" : "the definition of",
                            table_of(wait.object));
    if (wait.object == "the_logbook_migrations")
        text = "waits " + human_duration(wait.waited) + " for the migration lock";
    if (wait.queued) text += ", behind the one above";
    return text;
}

std::string remedy_text(Remedy remedy, uint64_t id, const Process* process) {
    switch (remedy) {
    case Remedy::kill_connection: {
        const uint64_t rows = process && process->transaction ? process->transaction->rows_changed : 0;
        return fmt::format(
            "logbookctl mysql kill {0} --confirm={0}   ({1})", id,
            rows > 0 ? fmt::format("KILL {}: undoes what it changed in {}", id, counted(size_t(rows), "row"))
                     : fmt::format("KILL {}: nothing that it changed is lost", id));
    }
    case Remedy::kill_statement:
        return fmt::format(
            "logbookctl mysql kill {0} --query --confirm={0}   (KILL QUERY {0}: ends its statement; "
            "its transaction stays open)",
            id);
    case Remedy::wait_migration:
        return "do not kill it: a migration is at work (it holds the migration lock); logbookctl migrate "
               "status";
    case Remedy::wait_server:
        return "it is the server's own thread: wait for it";
    case Remedy::end_prepared:
        return "a prepared transaction without a connection: XA RECOVER lists it, XA COMMIT or XA ROLLBACK "
               "ends it";
    case Remedy::wait_solving:
        return "it is being ended, and undoes what it did: wait for it";
    }
    return {};
}

std::string_view name_of(Remedy remedy) {
    switch (remedy) {
    case Remedy::kill_connection:
        return "kill_connection";
    case Remedy::kill_statement:
        return "kill_statement";
    case Remedy::wait_migration:
        return "wait_migration";
    case Remedy::wait_server:
        return "wait_server";
    case Remedy::end_prepared:
        return "end_prepared";
    case Remedy::wait_solving:
        return "wait_solving";
    }
    return "?";
}

// A waiter under its blocker, and its own beneath it; `lead` is what stands in front of the line.
void put_node(App& app, const Locks& locks, const BlameNode& node, const std::string& lead, bool last) {
    const Process* process = locks.find(node.id);
    std::string line = fmt::format("{} {}#{}", lead, last ? "└─ " : "├─ ", node.id);
    if (process) line += "  " + who(locks.view, *process);
    if (node.wait) line += "   " + waits_for(*node.wait);
    if (node.wait && node.wait->inferred && !node.wait->queued) line += " (inferred)";
    if (!node.also_behind.empty()) {
        std::vector<std::string> others;
        for (const uint64_t id : node.also_behind) others.push_back(fmt::format("#{}", id));
        line += "; also behind " + join(others, ", ");
    }
    app.out.line(line);
    const std::string beneath = lead + (last ? "    " : " │  ");
    if (process)
        if (const std::string statement = statement_of(locks.view, *process, 300); !statement.empty())
            app.out.line(
                app.out.inked(Ink::dim, beneath + (node.waiters.empty() ? "    " : " │  ") + statement));
    for (size_t i = 0; i < node.waiters.size(); ++i)
        put_node(app, locks, node.waiters[i], beneath, i + 1 == node.waiters.size());
}

std::string object_of(const BlameNode& root) {
    for (const BlameNode& waiter : root.waiters)
        if (waiter.wait && !waiter.wait->object.empty()) return table_of(waiter.wait->object);
    return {};
}

void put_root(App& app, const Locks& locks, const BlameNode& root) {
    const Process* process = locks.find(root.id);
    std::string line = fmt::format("#{}", root.id);
    if (process) line += "  " + who(locks.view, *process);
    if (process && !process->program.empty()) line += " by " + printable(process->program, 60);
    if (process) line += "   " + doing(*process);
    const bool locks_rows =
        process && process->idle() && process->transaction && process->transaction->rows_locked > 0;
    if (const std::string object = object_of(root); locks_rows && !object.empty()) line += " in " + object;
    if (locks.reading.migration_lock_holder == root.id) line += "   holds the migration lock";
    app.out.line(app.out.inked(Ink::bold, line));
    if (process)
        if (const std::string statement = statement_of(locks.view, *process, 300); !statement.empty())
            app.out.line(app.out.inked(Ink::dim, "     " + statement));
    for (size_t i = 0; i < root.waiters.size(); ++i)
        put_node(app, locks, root.waiters[i], "", i + 1 == root.waiters.size());
}

std::string verdict(const Locks& locks) {
    if (locks.tree.waiters == 0) return "nobody waits for a lock";
    return fmt::format("{}, {}, longest {}", counted(locks.tree.roots.size(), "blocker"),
                       counted(locks.tree.waiters, "waiter"), human_duration(locks.tree.longest));
}

// A waiter that holds up others only since it stands in front of them: an ALTER, mostly. It may give way
// instead.
const BlameNode* may_give_way(const BlameNode& node) {
    for (const BlameNode& waiter : node.waiters) {
        for (const BlameNode& behind : waiter.waiters)
            if (behind.wait && behind.wait->queued) return &waiter;
        if (const BlameNode* deeper = may_give_way(waiter)) return deeper;
    }
    return nullptr;
}

void put_remedies(App& app, const Locks& locks, const BlameNode& root) {
    put_detail(app.out, "remedy",
               remedy_text(instrument::remedy_for(locks.reading, root.id), root.id, locks.find(root.id)));
    const BlameNode* first = may_give_way(root);
    if (first && instrument::remedy_for(locks.reading, first->id) == Remedy::kill_statement)
        put_detail(
            app.out, "or",
            fmt::format(
                "logbookctl mysql kill {0} --query --confirm={0}   (it gives way: {1} behind it goes on)",
                first->id, counted(first->waiters.size(), "waiter")));
}

void put_locks(App& app, const MysqlDesk& desk, const Locks& locks) {
    if (!app.global.quiet) app.out.line(desk.place).line();
    for (const BlameNode& root : locks.tree.roots) put_root(app, locks, root);
    for (const uint64_t id : locks.tree.unexplained) {
        const Process* process = locks.find(id);
        app.out.line(fmt::format("#{}  {}   {}: nothing here tells for whom", id,
                                 process ? who(locks.view, *process) : "?",
                                 process ? doing(*process) : "waits"));
    }
    app.out.line(verdict(locks));
    if (app.global.quiet) return;
    for (const BlameNode& root : locks.tree.roots) put_remedies(app, locks, root);
    for (const std::string& missing : locks.reading.missing) put_detail(app.out, "not told", missing);
    if (locks.reading.cut) put_detail(app.out, "cut", "there are more waits than were read");
    for (const std::string& note : desk.notes) put_detail(app.out, "login", note);
    if (app.global.verbose > 0)
        put_detail(app.out, "cost", counted(locks.reading.statements, "statement") + " sent");
}

Json to_json(const instrument::Wait& wait) {
    return Json::object({{"kind", instrument::name_of(wait.kind)},
                         {"object", wait.object.empty() ? Json() : Json(wait.object)},
                         {"mode", wait.mode.empty() ? Json() : Json(wait.mode)},
                         {"blocker_mode", wait.blocker_mode.empty() ? Json() : Json(wait.blocker_mode)},
                         {"waited_ms", wait.waited.count()},
                         {"queued", wait.queued},
                         {"inferred", wait.inferred}});
}

Json to_json(const Locks& locks, const BlameNode& node) {
    const Process* process = locks.find(node.id);
    Json::Array waiters, also;
    for (const BlameNode& waiter : node.waiters) waiters.push_back(to_json(locks, waiter));
    for (const uint64_t id : node.also_behind) also.emplace_back(id);
    return Json::object({{"id", node.id},
                         {"connection", process ? to_json(locks.view, *process) : Json()},
                         {"wait", node.wait ? to_json(*node.wait) : Json()},
                         {"also_behind", Json(std::move(also))},
                         {"circle", node.circle},
                         {"waiters", Json(std::move(waiters))}});
}

void emit(App& app, const MysqlLocksOptions& options, const MysqlDesk& desk, const Locks& locks) {
    Json::Array blockers, unexplained;
    for (const BlameNode& root : locks.tree.roots) {
        const Remedy remedy = instrument::remedy_for(locks.reading, root.id);
        Json one = to_json(locks, root);
        one.set("remedy", Json::object({{"kind", name_of(remedy)},
                                        {"text", remedy_text(remedy, root.id, locks.find(root.id))}}));
        blockers.push_back(std::move(one));
    }
    for (const uint64_t id : locks.tree.unexplained) unexplained.emplace_back(id);
    const auto& holder = locks.reading.migration_lock_holder;
    app.emit("logbookctl/mysql_locks/1",
             Json::object({{"at", iso8601(app.seams.clock.wall(), true)},
                           {"server", desk.place},
                           {"literals", options.show_literals ? "shown" : "hidden"},
                           {"blockers", Json(std::move(blockers))},
                           {"waiters", uint64_t(locks.tree.waiters)},
                           {"longest_ms", locks.tree.longest.count()},
                           {"unexplained", Json(std::move(unexplained))},
                           {"migration_lock_holder", holder ? Json(*holder) : Json()},
                           {"cut", locks.reading.cut},
                           {"missing", Json::array(locks.reading.missing)},
                           {"notes", Json::array(desk.notes)},
                           {"cost", Json::object({{"statements", uint64_t(locks.reading.statements)}})}}));
}

ExitCode run_mysql_locks(App& app, const MysqlLocksOptions& options) {
    const auto desk = open_mysql_desk(app, options.login);
    if (!desk) return report_mysql(app, desk.error());
    app.one_line_documents = options.watch;
    for (;;) {
        auto reading = instrument::read_locks(*desk->session, app.deadline);
        if (!reading) return report_mysql(app, reading.error());
        instrument::BlameTree tree = instrument::blame(*reading);
        const Locks locks{{desk->names, options.show_literals}, std::move(*reading), std::move(tree)};
        if (options.watch && app.out.terminal().tty && !app.global.json()) app.out.put("\x1b[H\x1b[2J");
        if (app.global.json())
            emit(app, options, *desk, locks);
        else
            put_locks(app, *desk, locks);
        if (!options.watch) {
            const bool too_long = locks.tree.waiters > 0 && locks.tree.longest >= options.over;
            if (too_long) return ExitCode::problem;
            return locks.reading.list.only_own ? ExitCode::unknown : ExitCode::ok;
        }
        if (const Status written = app.out.flush(); !written) return app.report(written.error());
        app.seams.clock.sleep(options.interval);
        app.deadline = Deadline::in(app.global.timeout);  // each round anew
    }
}

}  // namespace

void add_mysql_locks(const Command& parent) {
    const auto options = std::make_shared<MysqlLocksOptions>();
    const Command cmd =
        parent.add_subcommand("locks", "Show who blocks whom, and what ends it", "Instruments");
    cmd.add_duration("--over", options->over, "A wait of this length is a problem: exit 1 (default 5s)");
    cmd.add_flag("--show-literals", options->show_literals,
                 "Show the values in statements: they are members' data");
    cmd.add_flag("--watch", options->watch,
                 "Again and again, until interrupted; with -o json a document a line");
    cmd.add_duration("--interval", options->interval, "Between two readings of --watch (default 2s)");
    add_mysql_login(cmd, options->login);
    cmd.set_help(
        {{{"logbookctl mysql locks", "the connection that holds up the others, and its remedy"},
          {"logbookctl mysql locks -o json --over 30s",
           "for a monitor: exit 1 when somebody has waited that long"}},
         {"0    nobody waits that long", "1    somebody does", "2    wrong command line",
          "3    the database could not be asked, or the login may not see all", "130  interrupted"},
         {"mysql kill", "mysql processlist", "migrate status"},
         "Row locks are InnoDB's, with table and index; metadata locks are those of a table's definition: an "
         "ALTER "
         "waits for every open transaction on its table, and all later statements wait behind the ALTER.\n\n"
         "MySQL 8 tells both. MariaDB tells metadata locks by performance_schema, when that is on, or by its "
         "plugin "
         "metadata_lock_info; without either their holders are inferred from open transactions and "
         "statements on "
         "the same table, and marked so.\n\n"
         "Seen as root; a login without the privilege PROCESS sees only its own user's connections, exit "
         "3."});
    cmd.on_chosen([options](App& app) { return run_mysql_locks(app, *options); });
}

}  // namespace logbook::cli
