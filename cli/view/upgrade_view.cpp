// Lines and the document.
#include "view/upgrade_view.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

using migration::UpgradeEnding;
using migration::UpgradeReport;

constexpr size_t most_listed = 20;

std::string list_of(const std::vector<std::string>& rows) {
    if (rows.empty()) return "no revision";
    std::vector<std::string> shown;
    for (const std::string& row : rows) shown.push_back(printable(row, 64));
    return join(shown, ", ");
}

void put_changes(Stream& out, const UpgradeReport& run) {
    if (!run.changes) {
        put_detail(out, "schema", "what is different now could not be read: logbookctl doctor");
        return;
    }
    const std::string revision = run.revision.empty() ? "what came last" : printable(run.revision, 64);
    const bool alone = run.named || run.since == run.revision;
    if (run.changes->empty()) {
        put_detail(
            out, "schema",
            alone ? fmt::format("nothing of {} is there: what it did was put back, or rows alone", revision)
                  : fmt::format("nothing is different since {} began", printable(run.since, 64)));
        return;
    }
    put_detail(
        out, "schema",
        alone ? fmt::format("{} did this already, and it stays (the server commits it by itself):", revision)
              : fmt::format("different since {} began, by what was done since and by {}:",
                            printable(run.since, 64), revision));
    for (size_t i = 0; i < run.changes->size() && i < most_listed; ++i)
        put_detail(out, "", words_of((*run.changes)[i]));
    if (run.changes->size() > most_listed)
        put_detail(out, "",
                   fmt::format("… and {} more: -o json lists them", run.changes->size() - most_listed));
}

void put_sql(Stream& out, const UpgradeReport& run) {
    const std::vector<std::string> lines = split(run.failure.sql, '\n');
    for (size_t i = 0; i < lines.size() && i < 12; ++i)
        if (!trim(lines[i]).empty()) put_detail(out, i == 0 ? "sql" : "", printable(trim(lines[i]), 400));
}

// How to go on: never by a stamp, which would make the application skip what is missing, for ever.
void put_way_on(Stream& out, const UpgradeTale& tale) {
    const UpgradeReport& run = *tale.run;
    const bool half = !run.changes || !run.changes->empty();
    size_t step = 0;
    const auto next = [&](const std::string& text) {
        put_detail(out, fmt::format("next  {}", ++step), text);
    };
    if (!tale.stopped.empty())
        next(join(tale.stopped, ", ") +
             " stays stopped: its start would take \"already exists\" for done, and skip "
             "the rest for ever");
    else
        next("do not restart the backend, and do not pull or edit its code: its start would take \"already "
             "exists\" for done, and skip the rest for ever");
    if (!half) {
        next("put right what the error names, then the same command again");
    } else {
        next(
            run.revision.empty()
                ? "undo by hand what is half done, then the same command again"
                : fmt::format(
                      "undo by hand what {} did, put right what the error names, then the same command again",
                      printable(run.revision, 64)));
        if (!tale.restore_command.empty())
            next("or drop the tables that are new, and restore the backup: " + tale.restore_command);
    }
    put_detail(out, "never", "alembic stamp: the database would be said to have what it has not");
}

void put_run(Stream& out, const UpgradeTale& tale) {
    const UpgradeReport& run = *tale.run;
    const std::string at = run.rows ? list_of(*run.rows) : "a revision that could not be read";
    if (run.ending == UpgradeEnding::done) {
        out.line(fmt::format("{} {} is at {} · {} in {}", glyph(out, Mark::pass), tale.database,
                             printable(tale.target, 64), counted(run.begun, "revision"),
                             human_duration(tale.took)));
        return;
    }
    std::string what;
    if (run.ending == UpgradeEnding::interrupted)
        what = run.revision.empty()
                   ? "interrupted between two revisions"
                   : fmt::format("interrupted in the middle of {}", printable(run.revision, 64));
    else if (run.ending == UpgradeEnding::out_of_time)
        what = run.revision.empty()
                   ? "the deadline ended the upgrade"
                   : fmt::format("the deadline ended {} in its middle", printable(run.revision, 64));
    else
        what = run.revision.empty() ? "the upgrade failed" : printable(run.revision, 64) + " failed";
    out.line(fmt::format("{} {}", glyph(out, Mark::fail), what));
    if (!run.failure.said.empty()) put_detail(out, "said", run.failure.said);
    put_sql(out, run);
    if (run.statements)
        put_detail(out, "statement",
                   fmt::format("{} of {} were carried out; the next stands in line {} of its file",
                               run.statements_done.value_or(0), *run.statements, run.statement_line));
    if (run.failure.sql.empty() && run.failure.server_errno == 0)
        for (const std::string& line : run.last_lines) put_detail(out, "alembic", line);
    put_detail(
        out, "database",
        fmt::format("at {}; {} of {} were begun", at, run.begun, counted(tale.pending.size(), "revision")));
    if (run.ending != UpgradeEnding::failed)
        put_detail(out, "", "a statement that was running may go on in the server for a while");
    put_changes(out, run);
    put_way_on(out, tale);
}

void put_backend(Stream& out, const UpgradeTale& tale) {
    if (tale.run && tale.run->ending != UpgradeEnding::done) return;
    const std::string names = tale.stopped.empty() ? tale.backend : join(tale.stopped, ", ");
    if (tale.start_failure) {
        put_detail(out, "backend", names + " could not be started: " + tale.start_failure->what);
        put_detail(out, "next",
                   tale.start_failure->hint.empty() ? "logbookctl restart backend"
                                                    : tale.start_failure->hint);
    } else if (tale.started_again) {
        put_detail(out, "backend", names + " was started, and answers");
    } else if (tale.other_code && !tale.stopped.empty()) {
        put_detail(out, "backend", names + " stays stopped, since it has the old code");
        put_detail(out, "next", "make it anew, of the new image: docker compose up -d backend");
    }
}

Json texts(const std::vector<std::string>& list) {
    return Json::array(list);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json run_json(const UpgradeTale& tale) {
    if (!tale.run) return {};
    const UpgradeReport& run = *tale.run;
    Json changes;
    if (run.changes) {
        changes = Json(Json::Array{});
        for (const migration::SchemaChange& change : *run.changes) changes.push(to_json(change));
    }
    return Json::object(
        {{"begun", int64_t(run.begun)},
         {"rows", run.rows ? texts(*run.rows) : Json()},
         {"revision", text_or_null(run.revision)},
         {"said", text_or_null(run.failure.said)},
         {"server_errno", run.failure.server_errno == 0 ? Json() : Json(run.failure.server_errno)},
         {"sql", text_or_null(run.failure.sql)},
         {"changes", std::move(changes)},
         {"since", text_or_null(run.since)},
         {"changes_are_its_own", run.named || (!run.since.empty() && run.since == run.revision)},
         {"statements", run.statements ? Json(int64_t(*run.statements)) : Json()},
         {"statements_done", run.statements_done ? Json(int64_t(*run.statements_done)) : Json()},
         {"last_lines", texts(run.last_lines)}});
}

}  // namespace

std::string_view outcome_of(const UpgradeTale& tale) {
    if (tale.refusal) return "refused";
    if (tale.run) return name_of(tale.run->ending);
    return tale.pending.empty() ? "nothing" : "planned";
}

ExitCode exit_code_of(const UpgradeTale& tale) {
    if (tale.refusal)
        return tale.refusal->gate == migration::Gate::unread ? ExitCode::unknown : ExitCode::declined;
    if (!tale.run) return tale.start_failure ? ExitCode::problem : ExitCode::ok;
    switch (tale.run->ending) {
    case UpgradeEnding::done:
        return tale.start_failure ? ExitCode::problem : ExitCode::ok;
    case UpgradeEnding::failed:
        return ExitCode::problem;
    case UpgradeEnding::interrupted:
        return ExitCode::interrupted;
    case UpgradeEnding::out_of_time:
        return ExitCode::deadline;
    }
    return ExitCode::problem;
}

void put_upgrade_head(Stream& out, const UpgradeTale& tale) {
    put_detail(out, "database", fmt::format("{}, at {}", tale.database, list_of(tale.rows_before)));
    put_detail(out, "code", tale.code);
    if (!tale.pending.empty())
        put_detail(out, "upgrade",
                   fmt::format("{} to {}, {}", counted(tale.pending.size(), "revision"),
                               printable(tale.target, 64), tale.where));
    for (const std::string& note : tale.notes) put_detail(out, "note", note);
}

void put_upgrade_gates(Stream& out, const UpgradeTale& tale) {
    out.line(fmt::format("{} {}", glyph(out, Mark::pass), join(tale.passed, ", ")));
}

void put_upgrade_backup(Stream& out, const UpgradeTale& tale) {
    if (!tale.backup) return;
    out.line(fmt::format(
        "{} backup  {}   {}, {}, {}", glyph(out, Mark::pass), printable(tale.backup->path.string(), 400),
        human_bytes(tale.backup->bytes), counted(size_t(tale.backup->facts.tables), "table"),
        tale.backup_was_there ? "taken " + iso8601(tale.backup->facts.taken) + ", verified now"
                              : "verified"));
}

void put_upgrade_end(Stream& out, const UpgradeTale& tale, bool quiet) {
    if (tale.refusal) {
        out.line(fmt::format("{} {}", glyph(out, Mark::fail), tale.refusal->what));
        for (size_t i = 0; i < tale.refusal->there.size() && i < most_listed; ++i)
            put_detail(out, i == 0 ? "there" : "", tale.refusal->there[i]);
        for (size_t i = 0; i < tale.refusal->next.size(); ++i)
            put_detail(out, fmt::format("next  {}", i + 1), tale.refusal->next[i]);
        return;
    }
    if (tale.run) {
        put_run(out, tale);
        if (!quiet) put_backend(out, tale);
        return;
    }
    if (tale.pending.empty()) {
        out.line(fmt::format("{} nothing is pending: {} is at {}", glyph(out, Mark::pass), tale.database,
                             list_of(tale.rows_before)));
        if (!quiet) put_backend(out, tale);
        return;
    }
    if (!quiet) {
        for (size_t i = 0; i < tale.pending.size() && i < most_listed; ++i)
            out.line(fmt::format("  {}  {}", printable(tale.pending[i].revision, 64), tale.pending[i].title));
        if (tale.pending.size() > most_listed)
            out.line(fmt::format("  … and {} more", tale.pending.size() - most_listed));
    }
    out.line(fmt::format("{} nothing was changed: {} would run", glyph(out, Mark::note),
                         counted(tale.pending.size(), "revision")));
}

void emit_upgrade(App& app, const UpgradeTale& tale) {
    Json::Array pending;
    for (const PendingRevision& one : tale.pending)
        pending.push_back(Json::object({{"revision", one.revision}, {"title", one.title}}));
    Json refusal;
    if (tale.refusal)
        refusal = Json::object({{"gate", name_of(tale.refusal->gate)},
                                {"what", tale.refusal->what},
                                {"there", texts(tale.refusal->there)},
                                {"next", texts(tale.refusal->next)}});
    Json backup;
    if (tale.backup)
        backup = Json::object({{"file", tale.backup->path.string()},
                               {"bytes", int64_t(tale.backup->bytes)},
                               {"tables", tale.backup->facts.tables},
                               {"taken", iso8601(tale.backup->facts.taken)},
                               {"was_there", tale.backup_was_there},
                               {"restore", tale.restore_command}});
    app.emit("logbookctl/migrate_upgrade/1", Json::object({{"outcome", outcome_of(tale)},
                                                           {"database", tale.database},
                                                           {"code", tale.code},
                                                           {"where", text_or_null(tale.where)},
                                                           {"target", text_or_null(tale.target)},
                                                           {"rows_before", texts(tale.rows_before)},
                                                           {"pending", Json(std::move(pending))},
                                                           {"passed", texts(tale.passed)},
                                                           {"notes", texts(tale.notes)},
                                                           {"refusal", std::move(refusal)},
                                                           {"backup", std::move(backup)},
                                                           {"stopped", texts(tale.stopped)},
                                                           {"started_again", tale.started_again},
                                                           {"run", run_json(tale)},
                                                           {"took_ms", int64_t(tale.took.count())}}));
}

std::string progress_bar(size_t done, size_t all, size_t columns) {
    const size_t filled = all == 0 ? columns : std::min(columns, done * columns / all);
    std::string bar;
    for (size_t i = 0; i < columns; ++i) bar += i < filled ? "━" : i == filled ? "╸" : "─";
    return bar;
}

}  // namespace logbook::cli
