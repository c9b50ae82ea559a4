// The next start of the backend will not drop every table: the worst of the data-loss traps.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/migration/wipe_verdict.h"
#include "logbook/restart/table_facts.h"

namespace logbook::doctor {
namespace {

// "the table …" → "The table …".
std::string as_sentence(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = char(text[0] - 'a' + 'A');
    return text;
}

Finding armed_trap(const probe::DatabaseReading& database, const std::string& why) {
    Finding finding = failed("STOP: the next start of the backend will delete every table");
    finding.data_at_stake = true;
    finding.meaning = fmt::format(
        "{}. The backend takes that for a fresh install. Do not restart anything, do not run "
        "down "
        "or up, and do not pull or edit its code: under --reload the backend restarts itself when a file "
        "changes, and Docker restarts it unaided when it exits.",
        as_sentence(why));
    finding.seen = {fmt::format("database {} at {}:{}", printable(database.database, 80),
                                printable(database.host, 255), database.port)};
    return finding;
}

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    const migration::WipeVerdict verdict = migration::judge_wipe(restart::table_facts(database));
    switch (verdict.trap) {
    case migration::WipeTrap::safe:
        return passed(verdict.why);
    case migration::WipeTrap::fresh:
        return noted(verdict.why);
    case migration::WipeTrap::armed:
        return armed_trap(database, verdict.why);
    case migration::WipeTrap::unknown:
        break;
    }
    Finding finding = undetermined(
        "the tables could not be read, so the next start of the backend must be taken for dangerous");
    finding.seen = {verdict.why};
    return finding;
}

}  // namespace

Check check_db_wipe_trap() {
    return {"db.wipe_trap",
            "the next start of the backend keeps the tables",
            {"db.database"},
            {"db.revision"},
            &run};
}

}  // namespace logbook::doctor
