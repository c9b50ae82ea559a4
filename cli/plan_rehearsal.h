// The rehearsal of a plan: who may make the copy, the run on it, and its end in every case.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app.h"
#include "database_door.h"
#include "logbook/migration/rehearsal.h"

namespace logbook::cli {

struct RehearsalWish {
    const revision::RevisionMap& map;
    const std::vector<revision::RevisionIndex>& path;
    const std::vector<std::string>& rows;  // of the real alembic_version
    const migration::SchemaSnapshot& schema;
    const migration::Alembic* alembic = nullptr;  // nullptr: a chain of plain SQL
};

// What it came to, and what was found of earlier ones.
struct Rehearsed {
    migration::Rehearsal run;
    std::string database;
    std::vector<std::string> left_out;
    std::vector<migration::ScratchLeftover> leftovers;
};

using Stopped = std::function<bool()>;

// Of the real database, `source`, it only reads. Fails with `denied` where no account that is known here may
// make a copy.
Result<Rehearsed> run_rehearsal(App& app, const RehearsalWish& wish, const DatabaseDoor& door,
                                net::SqlSession& source, const Stopped& stopped);

}  // namespace logbook::cli
