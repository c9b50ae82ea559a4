// The run of a chain in plain SQL. What changes rows alone is one transaction with the move of
// alembic_version; the servers commit what changes definitions by themselves.
#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/migration/sql_script.h"
#include "logbook/migration/upgrade.h"
#include "logbook/migration/upgrade_watch.h"

namespace logbook::migration {
namespace {

using revision::Revision;
using revision::RevisionIndex;

// As Alembic makes it.
constexpr std::string_view version_table =
    "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))";

// What alembic_version holds after a revision, by Alembic's rule: it takes the place of those that it follows
// or depends on, and stands beside the others.
std::vector<std::string> rows_after(const revision::RevisionMap& chain, const Revision& revision,
                                    const std::vector<std::string>& rows) {
    std::vector<std::string> after;
    for (const std::string& row : rows) {
        const auto known = chain.find(row);
        const auto& before = revision.ancestors_first;
        if (!known || std::find(before.begin(), before.end(), *known) == before.end()) after.push_back(row);
    }
    after.push_back(revision.file.revision);
    std::sort(after.begin(), after.end());
    return after;
}

class NativeRun {
  public:
    NativeRun(const UpgradeOrder& order, UpgradeReport& report, Deadline deadline)
        : order_(order), report_(report), deadline_(deadline) {}

    // False: it ended in its middle; the report tells how.
    bool run(net::SqlSession& session, const Revision& revision, std::vector<std::string>& rows) {
        if (!revision.file.native) return failed({"this revision is not in plain SQL", 0, {}});
        const auto statements = split_sql(revision.file.script);
        if (!statements) return failed({statements.error().what, 0, {}});
        report_.statements = statements->size();
        report_.statements_done = 0;
        if (!query(session, "START TRANSACTION")) return false;
        for (const SqlStatement& statement : *statements) {
            report_.statement_line = revision.file.script_line + statement.line - 1;
            if (stopped()) return false;
            if (!query(session, statement.text)) return false;
            ++*report_.statements_done;
        }
        const auto after = rows_after(order_.chain, revision, rows);
        for (const std::string& row : rows)
            if (std::find(after.begin(), after.end(), row) == after.end() &&
                !query(session, "DELETE FROM alembic_version WHERE version_num = " + session.quoted(row)))
                return false;
        if (!query(session, "INSERT INTO alembic_version (version_num) VALUES (" +
                                session.quoted(revision.file.revision) + ")") ||
            !query(session, "COMMIT"))
            return false;
        rows = after;
        report_.statements.reset();
        report_.statements_done.reset();
        return true;
    }

    bool query(net::SqlSession& session, std::string_view sql) {
        const auto done = session.query(sql, deadline_);
        // More rows than are taken, or results of a procedure, are none of a migration's concern.
        if (done || done.error().code == ErrorCode::too_large) return true;
        if (done.error().code == ErrorCode::timeout && deadline_.passed()) {
            report_.ending = UpgradeEnding::out_of_time;
            report_.failure = {done.error().what, 0, std::string(sql.substr(0, 4000))};
            return false;
        }
        return failed({done.error().what, net::server_errno(done.error()), std::string(sql.substr(0, 4000))});
    }

  private:
    bool failed(AlembicFailure failure) {
        report_.ending = UpgradeEnding::failed;
        report_.failure = std::move(failure);
        return false;
    }
    bool stopped() {
        if (!order_.interrupted || !order_.interrupted()) return false;
        report_.ending = UpgradeEnding::interrupted;
        return true;
    }

    const UpgradeOrder& order_;
    UpgradeReport& report_;
    const Deadline deadline_;
};

}  // namespace

UpgradeReport run_native_upgrade(const UpgradeOrder& order, Deadline deadline) {
    const std::string target = order.chain[order.pending.back()].file.revision;
    UpgradeWatch watch(order);
    UpgradeReport report;
    const auto session = order.sql.connect(order.database, deadline);
    Status begun = session ? watch.begin(order.chain[order.pending.front()].file.revision, deadline)
                           : Status(fail(session.error()));
    NativeRun run(order, report, deadline);
    if (!begun) report.failure.said = begun.error().what;
    bool goes_on = begun && run.query(**session, version_table);
    std::vector<std::string> rows = order.rows;
    for (const RevisionIndex index : order.pending) {
        if (!goes_on) break;
        const Revision& revision = order.chain[index];
        watch.began(revision.file.revision, printable(revision.file.title(), 120));
        goes_on = run.run(**session, revision, rows);
        watch.tick();
    }
    report.begun = watch.count();
    if (!goes_on && session) (void)(*session)->query("ROLLBACK", Deadline::in(Millis(3000)));
    watch.conclude(report, target);
    if (goes_on && report.rows &&
        std::find(report.rows->begin(), report.rows->end(), target) != report.rows->end())
        report.ending = UpgradeEnding::done;
    else if (goes_on)
        report.failure.said = "`alembic_version` does not hold what it was given";
    watch.write_end(report);
    return report;
}

}  // namespace logbook::migration
