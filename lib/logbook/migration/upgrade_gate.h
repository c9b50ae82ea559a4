// What an upgrade refuses to do, before anything is changed: the judgement and its words. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/migration/alembic_at_work.h"
#include "logbook/migration/schema_change.h"
#include "logbook/migration/standing.h"
#include "logbook/migration/upgrade_journal.h"

namespace logbook::migration {

enum class Gate {
    unread,      // the database could not be read
    chain,       // several heads, unknown or several revisions, an identifier without room
    wipe_trap,   // the next start of the backend would delete every table
    fresh,       // nothing is stored: the backend's start makes the tables
    starting,    // the backend is in the middle of its start
    restarting,  // … or starts again and again
    at_work,     // an Alembic runs already
    lock,        // somebody holds the application's lock
    password,    // a `%` that Alembic's settings cannot hold
    half_done,   // an earlier upgrade left a revision half applied
    disk,
    place,   // there is no Alembic to run
    backup,  // none was asked for, and data may be there
};
LOGBOOK_EXPORT std::string_view name_of(Gate gate);  // "wipe_trap"

struct GateRefusal {
    Gate gate = Gate::chain;
    std::string what;                  // one sentence
    std::vector<std::string> next;     // steps, the exact safe ones; in order
    std::vector<std::string> there{};  // what was found, a line each
};

enum class BackendStands { absent, down, up, starting, restarting };

struct UpgradeFacts {
    const revision::RevisionMap& code;
    const ChainStanding& standing;
    TableFacts tables;
    std::string database;
    bool native = false;      // plain SQL: nothing of Python is run
    bool stays_up = true;     // the backend is not stopped first
    bool repaired = false;    // the operator says that what was half done is put right
    bool has_backup = false;  // one is taken or accepted
    bool no_backup = false;   // … or declined, by name
    BackendStands backend = BackendStands::absent;
    std::string backend_name{}, backend_says{};
    bool percent_in_password = false;
    std::vector<AlembicAtWork> at_work{};
    std::optional<UpgradeJournal> journal{};
    // What is left in the schema of unfinished_by(); nothing: not known.
    std::optional<std::vector<SchemaChange>> changes{};
    std::optional<uint64_t> disk_free{}, largest_table{};  // bytes; nothing: not known
};

// The revision that an upgrade of which the journal tells may have left half done, for a database that stands
// so; nothing: none.
LOGBOOK_EXPORT std::optional<revision::RevisionIndex> unfinished_by(const UpgradeJournal& journal,
                                                                    const revision::RevisionMap& code,
                                                                    const ChainStanding& standing);
// What of `changes`, since the journal's snapshot, that revision may have left: by its file's text (nothing:
// it could not be read), and by what was there when it failed.
LOGBOOK_EXPORT std::vector<SchemaChange> left_by(const UpgradeJournal& journal, const std::string& revision,
                                                 const std::vector<SchemaChange>& changes,
                                                 const std::optional<std::string>& source);

// The first reason not to upgrade.
LOGBOOK_EXPORT std::optional<GateRefusal> refuse_upgrade(const UpgradeFacts& facts);
// What an earlier upgrade that was cut off or failed left: one sentence; empty where there is nothing to
// tell.
LOGBOOK_EXPORT std::string told_by_journal(const UpgradeFacts& facts);

// `target` only goes up from these rows. Whether they can be gone on from: each is known, and none is an
// ancestor of another.
LOGBOOK_EXPORT bool can_go_on_from(const revision::RevisionMap& code,
                                   const std::vector<revision::RevisionIndex>& rows);

}  // namespace logbook::migration
