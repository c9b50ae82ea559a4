// What a restart refuses to do, before anything is changed: the judgement and its words. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/deployment/find.h"
#include "logbook/migration/upgrade_journal.h"
#include "logbook/migration/wipe_verdict.h"
#include "logbook/restart/plan.h"
#include "logbook/restart/staleness.h"

namespace logbook::restart {

enum class Stake {
    tables,       // the wipe trap
    keys,         // the only copy of a key
    login,        // a password that the server does not know
    migration,    // one is running, or was left half done
    stored_data,  // another volume or folder would be mounted
    generation,   // another Compose would recreate everything
};
LOGBOOK_EXPORT std::string_view name_of(Stake stake);  // "tables"

struct Refusal {
    Stake stake = Stake::tables;
    std::string what;               // one sentence
    std::string lost;               // what would be lost
    std::vector<std::string> next;  // commands and steps, the exact safe ones; in order
};

// What was found out about the stored data.
struct DataFacts {
    // Nothing: the database does not run, or does not answer: judged after its step.
    std::optional<migration::WipeVerdict> wipe;
    bool may_hold_data = true;
    std::string migrating;                    // the connection that holds the migrations' lock; empty: none
    std::optional<Error> login_refused;       // the server refuses the rendered DB_PASSWORD
    std::optional<Error> root_login_refused;  // the server refuses the rendered MYSQL_ROOT_PASSWORD
    std::string database_user = "the application's user";
    std::optional<std::vector<std::string>> rows{};  // of alembic_version; nothing: not read
    // What an upgrade wrote down that was cut off or failed here, and the file that it stands in.
    std::optional<migration::UpgradeJournal> upgrade{};
    std::string upgrade_file{};
};

// The first reason not to carry out the plan; `running` gives names for the words.
LOGBOOK_EXPORT std::optional<Refusal> refuse(const Plan& plan, const Staleness& stale, const DataFacts& data,
                                             const deployment::Deployment& running);

// The wipe trap's refusal; also the one of the step that judges it again. `stopped`: this run has stopped the
// backend already.
LOGBOOK_EXPORT Refusal wipe_refusal(const migration::WipeVerdict& verdict,
                                    const deployment::Deployment& running, bool stopped);

// A password of .env that the server does not know.
LOGBOOK_EXPORT Refusal login_refusal(std::string_view variable, std::string_view user,
                                     const Error& server_said, const deployment::Deployment& running);

}  // namespace logbook::restart
