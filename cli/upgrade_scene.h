// What an upgrade starts from: the database and the code that starts next, the backend, and where the
// application's Alembic would run.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "database_door.h"
#include "logbook/migration/alembic_run.h"
#include "logbook/migration/upgrade_gate.h"
#include "migrate_scene.h"

namespace logbook::cli {

enum class Place {
    nowhere,
    native,   // no Alembic is needed
    backend,  // inside the running backend
    own,      // in a container made for it
    local,    // on this machine
};

struct UpgradeScene {
    MigrateScene migrate;
    DatabaseDoor door;
    migration::BackendStands backend = migration::BackendStands::absent;
    std::string backend_says;  // of one that is starting: its phase
    Place place = Place::nowhere;
    std::string where;              // "inside intranet-backend"
    std::string no_place;           // of `nowhere`: why
    std::string no_place_hint;      // and the next step
    std::filesystem::path journal;  // upgrade_journal.h

    const std::string& database() const { return door.endpoint.database; }
    // Of a code that is not that of the backend's own container: it is left stopped after an upgrade.
    bool other_code() const { return migrate.next.origin == Code::Origin::image; }
};

// Reads, and changes nothing. `stops_backend`: it will be stopped before anything is run. `plans`: nothing
// will be written down, so no journal has to have a place.
Result<UpgradeScene> open_upgrade_scene(App& app, const ChainOptions& chain, bool local, bool stops_backend,
                                        bool plans = false);

// The text of a revision's file, wherever the code is.
Result<std::string> revision_text(App& app, const UpgradeScene& scene, const revision::RevisionFile& file);

// Ready to run; its end of life removes a container that was made for it.
Result<std::unique_ptr<migration::Alembic>> open_alembic(App& app, const UpgradeScene& scene);

// What stands in the way of an upgrade, but for the lock; the operator's words are left to the caller. The
// rows of alembic_version are read on `session`.
struct UpgradeSurvey {
    migration::TableFacts tables;
    migration::ChainStanding standing;
    std::vector<migration::AlembicAtWork> at_work;
    bool percent_in_password = false;
    std::optional<migration::UpgradeJournal> journal;
    std::optional<std::vector<migration::SchemaChange>> changes;
    std::optional<uint64_t> disk_free, largest_table;

    migration::UpgradeFacts facts(const UpgradeScene& scene) const;
};
Result<UpgradeSurvey> survey_upgrade(App& app, const UpgradeScene& scene, net::SqlSession& session);

}  // namespace logbook::cli
