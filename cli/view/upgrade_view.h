// How an upgrade is told: lines as it goes on, the end, and the document.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app.h"
#include "logbook/migration/backup.h"
#include "logbook/migration/upgrade.h"
#include "logbook/migration/upgrade_gate.h"

namespace logbook::cli {

struct PendingRevision {
    std::string revision, title;
};

// Everything that there is to tell.
struct UpgradeTale {
    std::string database, code, where;  // "intranet_db at …", "the container …, 69 revisions", "inside …"
    std::string target;                 // a whole identifier; empty where nothing is pending
    std::vector<std::string> rows_before;
    std::vector<PendingRevision> pending;
    bool dry_run = false;
    std::vector<std::string> passed;  // gates, in a word each: "one head", "14 GB free"
    std::vector<std::string> notes;   // worth a look
    std::optional<migration::GateRefusal> refusal;
    std::optional<migration::Backup> backup;
    bool backup_was_there = false;
    std::string restore_command;       // of the backup
    std::string backend;               // its container's name
    std::vector<std::string> stopped;  // containers
    bool started_again = false;
    bool other_code = false;  // the stopped one must be made anew
    std::optional<Error> start_failure;
    std::optional<migration::UpgradeReport> run;
    Millis took{0};
};

// "done", "nothing", "planned", "refused", "failed", "interrupted", "out_of_time"
std::string_view outcome_of(const UpgradeTale& tale);
ExitCode exit_code_of(const UpgradeTale& tale);

void put_upgrade_head(Stream& out, const UpgradeTale& tale);
// What was found in order, and the backup.
void put_upgrade_gates(Stream& out, const UpgradeTale& tale);
void put_upgrade_backup(Stream& out, const UpgradeTale& tale);
// Verdict last.
void put_upgrade_end(Stream& out, const UpgradeTale& tale, bool quiet);

// "logbookctl/migrate_upgrade/1"
void emit_upgrade(App& app, const UpgradeTale& tale);

// "━━━━━━━╸━━━", `done` of `all`, in columns.
std::string progress_bar(size_t done, size_t all, size_t columns);

}  // namespace logbook::cli
