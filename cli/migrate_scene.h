// What the `migrate` commands ask of a deployment: where its database is in the chain, and which code will
// start next.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "logbook/doctor/scene.h"
#include "logbook/migration/wipe_verdict.h"
#include "migrate_chain.h"

namespace logbook::cli {

// One chain, and where it was read.
struct Code {
    enum class Origin { container, image, folder };
    std::string where;  // "the container logbook-backend-1"
    revision::RevisionMap map;
    Origin origin = Origin::folder;
    std::string image;             // of Origin::image
    std::filesystem::path folder;  // of Origin::folder; of a container, inside it

    // Written in plain SQL: no Alembic is needed to run it.
    bool native() const { return !map.all().empty() && map.all().front().file.native; }
};

struct MigrateScene {
    std::shared_ptr<const doctor::Scene> scene;
    migration::TableFacts facts;
    std::string database;  // "intranet_db at 127.0.0.1:13306"
    Code next;             // what starts next: it decides
    // What the backend runs now, where that differs; or why it cannot be told.
    std::optional<Code> running;
    std::string running_untold;

    // Fails with `unreachable`, whatever kept the database from being read.
    Status readable() const;
    // The rows of alembic_version that the next code has. Fails where the database could not be read, or is
    // ahead of that code.
    Result<std::vector<revision::RevisionIndex>> current() const;
};

// `both`: look for what runs, too. A database that cannot be read is a fact (`facts.unread`), no failure.
// Every secret that was seen is known to the redactor.
Result<MigrateScene> open_migrate_scene(App& app, const ChainOptions& options, bool both);

// Not being able to read the database is not the same as its being wrong.
ExitCode report_migrate(App& app, const Error& error);

}  // namespace logbook::cli
