// `logbookctl mysql kill`: ends one connection, or its statement, after showing what that is and costs.
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/instrument/kill.h"
#include "mysql_desk.h"
#include "view/finding_lines.h"
#include "view/process_view.h"

namespace logbook::cli {
namespace {

using instrument::KillOutcome;
using instrument::KillScope;
using instrument::Process;

struct MysqlKillOptions {
    MysqlLogin login;
    size_t id = 0;
    bool query = false, dry_run = false, show_literals = false;
};

void put_victim(App& app, const MysqlKillOptions& options, const MysqlDesk& desk, const Process& victim,
                KillScope scope) {
    Stream& out = app.global.json() ? app.err : app.out;
    if (app.global.quiet && app.global.confirmed(std::to_string(victim.id))) return;
    const ProcessView view{desk.names, options.show_literals};
    out.line(desk.place).line();
    out.line(out.inked(Ink::bold, fmt::format("#{}  {}   {}", victim.id, who(view, victim), doing(victim))));
    if (const std::string statement = statement_of(view, victim, 600); !statement.empty())
        put_detail(out, "statement", statement);
    if (!victim.database.empty()) put_detail(out, "database", printable(victim.database, 80));
    if (victim.transaction)
        put_detail(out, "open",
                   fmt::format("a transaction for {}: {} locked, {} changed",
                               human_duration(victim.transaction->age),
                               counted(size_t(victim.transaction->rows_locked), "row"),
                               counted(size_t(victim.transaction->rows_changed), "row")));
    for (const std::string& cost : instrument::costs_of_kill(victim, scope)) put_detail(out, "costs", cost);
}

// The id itself, as an option or typed by hand; --yes is too easily given.
Status agreed(App& app, const Process& victim) {
    const std::string id = std::to_string(victim.id);
    if (app.global.confirmed(id)) return {};
    const bool terminal = ::isatty(STDIN_FILENO) && ::isatty(STDERR_FILENO);
    if (app.global.no_input || !terminal)
        return fail(ErrorCode::declined, fmt::format("connection {} was not confirmed", id),
                    "--confirm=" + id);
    app.err.put(fmt::format("Type {} to end it: ", id));
    (void)app.out.flush();
    (void)app.err.flush();
    std::string answer;
    std::getline(std::cin, answer);
    if (trim(answer) == id) return {};
    return fail(ErrorCode::declined, "it was declined; nothing was ended", {});
}

std::string sentence(KillOutcome outcome, KillScope scope, uint64_t id) {
    const std::string what = scope == KillScope::statement ? fmt::format("the statement of {}", id)
                                                           : fmt::format("connection {}", id);
    switch (outcome) {
    case KillOutcome::ended:
        return what + " has ended";
    case KillOutcome::ended_by_itself:
        return what + " had ended by itself";
    case KillOutcome::undoing:
        return what + " is ended; the server still undoes its transaction, and holds its locks until then";
    case KillOutcome::still_there:
        return what + " was told to end and has not yet";
    }
    return {};
}

void emit(App& app, const MysqlKillOptions& options, const MysqlDesk& desk, const Process& victim,
          KillScope scope, const std::optional<KillOutcome>& outcome) {
    app.emit("logbookctl/mysql_kill/1",
             Json::object({{"server", desk.place},
                           {"id", victim.id},
                           {"scope", scope == KillScope::statement ? "statement" : "connection"},
                           {"literals", options.show_literals ? "shown" : "hidden"},
                           {"victim", to_json(ProcessView{desk.names, options.show_literals}, victim)},
                           {"costs", Json::array(instrument::costs_of_kill(victim, scope))},
                           {"dry_run", options.dry_run},
                           {"outcome", outcome ? Json(instrument::name_of(*outcome)) : Json()}}));
}

ExitCode code_of(KillOutcome outcome) {
    return outcome == KillOutcome::still_there ? ExitCode::problem : ExitCode::ok;
}

ExitCode run_mysql_kill(App& app, const MysqlKillOptions& options) {
    const auto desk = open_mysql_desk(app, options.login);
    if (!desk) return report_mysql(app, desk.error());
    const KillScope scope = options.query ? KillScope::statement : KillScope::connection;
    const auto scene = instrument::read_kill_scene(*desk->session, app.deadline);
    if (!scene) return report_mysql(app, scene.error());
    const Process* victim = scene->victim(options.id);
    if (victim) put_victim(app, options, *desk, *victim, scope);
    if (const auto refused = instrument::refuse_kill(*scene, options.id, scope)) return app.report(*refused);
    if (options.dry_run) {
        if (app.global.json())
            emit(app, options, *desk, *victim, scope, std::nullopt);
        else
            app.out.line("nothing was ended (--dry-run)");
        return ExitCode::ok;
    }
    const Deadline began = app.deadline;
    if (const Status said = agreed(app, *victim); !said) return app.report(said.error());
    // Whoever typed has taken time from the limit.
    if (began.passed() || began.remaining() < Millis(3000)) app.deadline = Deadline::in(app.global.timeout);
    const auto outcome = instrument::kill(*desk->session, *victim, scope, app.seams.clock, app.deadline);
    if (!outcome) return app.report(outcome.error());
    if (app.global.json())
        emit(app, options, *desk, *victim, scope, *outcome);
    else
        app.out.line(sentence(*outcome, scope, options.id));
    return code_of(*outcome);
}

}  // namespace

void add_mysql_kill(const Command& parent) {
    const auto options = std::make_shared<MysqlKillOptions>();
    const Command cmd = parent.add_subcommand(
        "kill", "End one connection, or its statement, after showing it", "Instruments");
    cmd.add_option("ID", options->id, "Of the connection, as `mysql processlist` and `mysql locks` tell it")
        .required()
        .type_name("")
        .check([](const std::string& given) {
            const bool digits = !given.empty() && given.find_first_not_of("0123456789") == std::string::npos;
            return std::string(digits ? "" : "is no number of a connection");
        });
    cmd.add_flag("--query", options->query,
                 "End its statement only; the connection and its transaction stay");
    cmd.add_flag("--dry-run", options->dry_run, "Show it and what its end costs; end nothing");
    cmd.add_flag("--show-literals", options->show_literals,
                 "Show the values in its statement: they are members' data");
    add_mysql_login(cmd, options->login);
    cmd.set_help({{{"logbookctl mysql kill 790 --confirm=790", "the connection that holds up the others"},
                   {"logbookctl mysql kill 812 --query --confirm=812", "a statement that takes too long"}},
                  {"0    it has ended, or the server undoes its transaction",
                   "1    it has not, there is no such connection, "
                   "or the login may not end it",
                   "2    wrong command line", "3    the database could not be asked",
                   "4    not confirmed, or one that must not be ended"},
                  {"mysql locks", "mysql processlist", "migrate status"},
                  "Always one connection by its number, never by a filter. Without --confirm=ID a terminal "
                  "is asked to type "
                  "the number.\n\n"
                  "Refused: this very connection, the server's own threads, replication, and the holder of "
                  "the application's "
                  "migration lock, since a migration that is cut stays half applied. Who it is is looked at "
                  "once more before "
                  "KILL is sent.\n\n"
                  "Ending a connection undoes its open transaction; ending a statement leaves it open, with "
                  "its locks."});
    cmd.on_chosen([options](App& app) { return run_mysql_kill(app, *options); });
}

}  // namespace logbook::cli
