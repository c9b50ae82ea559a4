// Gathering, and choosing the place.
#include "upgrade_scene.h"

#include <charconv>
#include <fmt/format.h>
#include <unistd.h>

#include "logbook/base/text.h"
#include "logbook/doctor/backend_start.h"
#include "logbook/host/file.h"
#include "logbook/migration/contained_versions.h"
#include "logbook/migration/database_disk.h"
#include "logbook/migration/migration_lock.h"
#include "project.h"
#include "restart_scene.h"

namespace logbook::cli {
namespace {

namespace fs = std::filesystem;
using migration::BackendStands;

// Of one that ends soon after each start the engine says now "running", now "restarting".
constexpr std::chrono::seconds soon{120};

BackendStands stands(const DatabaseDoor& door, WallTime now, std::string& says) {
    if (!door.backend) return BackendStands::absent;
    switch (door.backend->state) {
    case docker::ContainerState::restarting:
        return BackendStands::restarting;
    case docker::ContainerState::running:
    case docker::ContainerState::paused: {
        if (door.backend->restarts > 0 && door.backend->started && now - *door.backend->started < soon)
            return BackendStands::restarting;
        const doctor::BackendStart start = doctor::start_of(*door.scene);
        if (start.state != doctor::BackendStart::State::going_on) return BackendStands::up;
        says = start.said;
        return BackendStands::starting;
    }
    default:
        return BackendStands::down;
    }
}

// The folder that holds alembic.ini, at the versions folder or above it.
std::optional<fs::path> alembic_folder(const fs::path& versions) {
    std::error_code failed;
    fs::path at = versions;
    for (int up = 0; up < 4 && at.has_relative_path(); ++up, at = at.parent_path())
        if (fs::exists(at / "alembic.ini", failed)) return at;
    return std::nullopt;
}

std::vector<docker::EnvironmentValue> local_environment(const UpgradeScene& scene) {
    std::vector<docker::EnvironmentValue> list;
    const auto has = [&](const std::string& name) {
        for (const docker::EnvironmentValue& one : list)
            if (one.name == name) return true;
        return false;
    };
    for (const std::string& one : whole_environment()) {
        const size_t equals = std::min(one.find('='), one.size());
        list.push_back({one.substr(0, equals), Secret(equals < one.size() ? one.substr(equals + 1) : "")});
    }
    // What this process was given comes before .env, as everywhere.
    if (const auto& env = scene.door.scene->env())
        for (const settings::EnvAssignment& one : env->file.assignments)
            if (!has(one.name)) list.push_back({one.name, env->file.find(one.name)->value});
    return list;
}

Result<std::unique_ptr<migration::Alembic>> local_alembic(const UpgradeScene& scene, const fs::path& folder) {
    return migration::alembic_here({folder, scene.door.program.search_path, local_environment(scene)});
}

void choose_place(UpgradeScene& scene, bool local, bool stops_backend) {
    const Code& code = scene.migrate.next;
    if (code.native()) {
        scene.place = Place::native;
        scene.where = "as plain SQL, by logbookctl itself";
    } else if (local) {
        const auto folder = code.origin == Code::Origin::folder ? alembic_folder(code.folder) : std::nullopt;
        const auto here =
            folder ? local_alembic(scene, *folder)
                   : fail(ErrorCode::not_found,
                          "there is no alembic.ini at or above the folder of migrations on this machine",
                          "name that folder: --local --dir DIR/alembic/versions");
        if (here) {
            scene.place = Place::local;
            scene.where = (*here)->where();
        } else {
            scene.no_place = here.error().what;
            scene.no_place_hint = here.error().hint;
        }
    } else if (code.origin == Code::Origin::folder) {
        scene.no_place =
            fmt::format("the chain was read in {}, and nothing says where its Alembic is", code.where);
        scene.no_place_hint = "on this machine: --local; in an image of the backend: --image NAME";
    } else if (!scene.door.backend) {
        scene.no_place =
            "there is no backend's container whose network and environment Alembic could be given";
        scene.no_place_hint = "docker compose up --no-start backend";
    } else if (code.origin == Code::Origin::container && scene.backend == BackendStands::up &&
               !stops_backend) {
        scene.place = Place::backend;
        scene.where = "inside " + printable(scene.door.backend->name, 80);
    } else {
        scene.place = Place::own;
        scene.where =
            "in a container of its own, of " +
            (code.origin == Code::Origin::image ? "the image " + printable(code.image, 100)
                                                : "the image of " + printable(scene.door.backend->name, 80));
    }
}

Result<fs::path> journal_path(const App& app, const DatabaseDoor& door) {
    const auto* containers = door.scene->containers();
    fs::path folder = containers && containers->found() ? containers->deployment.folder : fs::path();
    std::error_code failed;
    if (folder.empty()) folder = fs::absolute(app.global.project_dir, failed);
    fs::path path = upgrade_journal_path(folder);
    if (::access(path.parent_path().c_str(), W_OK) == 0) return path;
    return fail(ErrorCode::denied,
                fmt::format("nothing can be written into {}: an upgrade writes down there how far it came",
                            printable(folder.string(), 300)),
                "run it as the owner of that folder");
}

uint64_t number_of(std::string_view text) {
    uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool is_loopback(const std::string& host) {
    return host == "127.0.0.1" || host == "localhost" || host == "::1";
}

}  // namespace

Result<UpgradeScene> open_upgrade_scene(App& app, const ChainOptions& chain, bool local, bool stops_backend,
                                        bool plans) {
    auto migrate = open_migrate_scene(app, chain, false);
    if (!migrate) return fail(migrate.error());
    auto door = open_database_door(app);
    if (!door) return fail(door.error());
    auto journal = plans ? Result<fs::path>(fs::path()) : journal_path(app, *door);
    if (!journal) return fail(journal.error());
    UpgradeScene scene{std::move(*migrate), std::move(*door), {}, {}, {}, {}, {}, {}, std::move(*journal)};
    scene.backend = stands(scene.door, app.seams.clock.wall(), scene.backend_says);
    choose_place(scene, local, stops_backend);
    return scene;
}

Result<std::string> revision_text(App& app, const UpgradeScene& scene, const revision::RevisionFile& file) {
    const Code& code = scene.migrate.next;
    const std::string path =
        file.path.is_absolute() ? file.path.string() : (code.folder / file.path).string();
    const Deadline deadline = app.deadline.at_most(Millis(15'000));
    switch (code.origin) {
    case Code::Origin::container:
        return migration::read_container_file(*scene.door.engine, scene.door.backend->id, path, deadline);
    case Code::Origin::image:
        return migration::read_image_file(*scene.door.engine, code.image, path, deadline);
    case Code::Origin::folder: {
        auto text = host::read_file(path, revision::longest_revision_file);
        if (!text) return fail(text.error());
        return std::move(text->bytes);
    }
    }
    return fail(ErrorCode::unsupported, "there is no code");
}

Result<std::unique_ptr<migration::Alembic>> open_alembic(App& app, const UpgradeScene& scene) {
    const Code& code = scene.migrate.next;
    switch (scene.place) {
    case Place::backend:
        return migration::alembic_inside(*scene.door.engine, *scene.door.backend);
    case Place::own:
        return migration::alembic_in_container(
            *scene.door.engine, *scene.door.backend,
            code.origin == Code::Origin::image ? code.image : scene.door.backend->image_id,
            scene.other_code(), app.deadline);
    case Place::local:
        return local_alembic(scene, alembic_folder(code.folder).value_or(code.folder));
    case Place::native:
    case Place::nowhere:
        break;
    }
    return fail(ErrorCode::unsupported, scene.no_place, scene.no_place_hint);
}

migration::UpgradeFacts UpgradeSurvey::facts(const UpgradeScene& scene) const {
    migration::UpgradeFacts facts{scene.migrate.next.map, standing, tables, scene.database()};
    facts.native = scene.place == Place::native;
    facts.backend = scene.backend;
    facts.backend_name = scene.door.backend ? scene.door.backend->name : std::string();
    facts.backend_says = scene.backend_says;
    facts.percent_in_password = percent_in_password;
    facts.at_work = at_work;
    facts.journal = journal;
    facts.changes = changes;
    facts.disk_free = disk_free;
    facts.largest_table = largest_table;
    return facts;
}

Result<UpgradeSurvey> survey_upgrade(App& app, const UpgradeScene& scene, net::SqlSession& session) {
    const Deadline deadline = app.deadline.at_most(Millis(30'000));
    UpgradeSurvey survey;
    survey.tables = scene.migrate.facts;
    auto rows = migration::version_rows(session, deadline);
    if (!rows) return fail(rows.error());
    survey.tables.revisions = std::move(*rows);
    auto standing = migration::judge_standing(scene.migrate.next.map, survey.tables);
    if (!standing) return fail(standing.error());
    survey.standing = std::move(*standing);

    if (scene.door.engine) {
        std::vector<const docker::Container*> backends;
        for (const deployment::Member& member : scene.door.scene->containers()->deployment.members)
            if (member.role == deployment::Role::backend) backends.push_back(&member.container);
        auto at_work = migration::find_alembic_at_work(*scene.door.engine, backends, deadline);
        if (!at_work) return fail(at_work.error());
        survey.at_work = std::move(*at_work);
    }
    const Secret* given = scene.door.backend ? scene.door.backend->variable("DB_PASSWORD") : nullptr;
    survey.percent_in_password = contains(
        given && scene.place != Place::local ? given->reveal() : scene.door.endpoint.password.reveal(), "%");

    auto journal = migration::read_journal(scene.journal);
    if (!journal) return fail(journal.error());
    survey.journal = std::move(*journal);
    if (survey.journal && survey.journal->before) {
        const auto now = migration::read_schema(session, scene.database(), deadline);
        if (!now) return fail(now.error());
        const auto changes = migration::schema_changes(*survey.journal->before, *now);
        const auto unfinished =
            migration::unfinished_by(*survey.journal, scene.migrate.next.map, survey.standing);
        if (!unfinished) {
            survey.changes.emplace();
        } else {
            const revision::RevisionFile& file = scene.migrate.next.map[*unfinished].file;
            const auto text = revision_text(app, scene, file);
            survey.changes = migration::left_by(*survey.journal, file.revision, changes,
                                                text ? std::optional(*text) : std::nullopt);
        }
    }

    const auto largest = session.query(
        "SELECT COALESCE(MAX(DATA_LENGTH + INDEX_LENGTH), 0) AS bytes FROM information_schema.TABLES WHERE "
        "TABLE_SCHEMA = DATABASE()",
        deadline);
    if (largest) survey.largest_table = number_of(largest->text(0, "bytes"));
    const auto disk =
        migration::free_disk(session, scene.door.program, is_loopback(scene.door.endpoint.host), deadline);
    if (disk) survey.disk_free = *disk;
    return survey;
}

}  // namespace logbook::cli
