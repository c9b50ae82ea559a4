// Which code is next: what the options say; else what the backend's container would start with, by its mounts
// and by what its image's name means by now; else the project's folder.
#include "migrate_scene.h"

#include <algorithm>
#include <fmt/format.h>

#include "containers.h"
#include "logbook/base/text.h"
#include "logbook/migration/contained_versions.h"
#include "logbook/restart/table_facts.h"
#include "scene.h"

namespace logbook::cli {
namespace {

using docker::Container;
using revision::RevisionFile;
using revision::RevisionMap;
using revision::VersionsFolder;

struct Contained {
    const Container* backend = nullptr;  // nullptr: there is none
    std::unique_ptr<docker::Engine> engine;
    std::optional<VersionsFolder> folder;
};

bool is_mounted(const Container& container, const std::string& path) {
    return std::any_of(container.mounts.begin(), container.mounts.end(), [&](const docker::Mount& mount) {
        const std::string& at = mount.destination;
        return path == at || (path.compare(0, at.size(), at) == 0 && path[at.size()] == '/');
    });
}

// Its development server starts anew whenever a file changes.
bool reloads(const Container& container) {
    return std::any_of(container.command.begin(), container.command.end(),
                       [](const Secret& word) { return contains(word.reveal(), "--reload"); });
}

std::string container_name(const Container& container) {
    return "the container " + printable(container.name, 80);
}

Result<Contained> look_into_backend(App& app, const doctor::Scene& scene) {
    Contained found;
    const probe::ContainersReading* reading = scene.containers();
    found.backend = reading && reading->found() ? reading->of_role(deployment::Role::backend) : nullptr;
    if (!found.backend) return found;
    auto engine = open_engine(app);
    if (!engine) return fail(engine.error());
    found.engine = std::move(*engine);
    auto folder = migration::read_container_versions(*found.engine, *found.backend, app.deadline);
    if (folder)
        found.folder = std::move(*folder);
    else if (folder.error().code != ErrorCode::not_found)
        return fail(folder.error());
    return found;
}

// The image that `docker compose up` would take, where it is another than the container's.
bool image_has_moved(const Contained& found, Deadline deadline) {
    const auto named = found.engine->inspect_image(found.backend->image, deadline);
    return named && named->id != found.backend->image_id;
}

Result<Code> next_code(App& app, const ChainOptions& options, const Contained& found) {
    using Origin = Code::Origin;
    const auto made = [&](std::string where, Origin origin, const std::string& image,
                          Result<VersionsFolder> folder) -> Result<Code> {
        if (!folder) return fail(folder.error());
        const std::filesystem::path path = folder->path;
        auto map = chain_of(app, std::move(*folder));
        if (!map) return fail(map.error());
        return Code{std::move(where), std::move(*map), origin, image, path};
    };
    if (options.folder.empty() && options.image.empty() && found.folder) {
        const std::string& image = found.backend->image;
        if (!is_mounted(*found.backend, found.folder->path.string()) && image_has_moved(found, app.deadline))
            return made("the image " + printable(image, 100), Origin::image, image,
                        migration::read_image_versions(*found.engine, image, app.seams.clock, app.deadline));
        return made(container_name(*found.backend), Origin::container, {}, *found.folder);
    }
    auto folder = open_versions(app, options);
    if (!options.image.empty())
        return made("the image " + printable(options.image, 100), Origin::image, options.image,
                    std::move(folder));
    const std::string where = folder ? printable(folder->path.string(), 300) : std::string();
    return made(where, Origin::folder, {}, std::move(folder));
}

bool same_revisions(const RevisionMap& a, const RevisionMap& b) {
    const auto has_all = [](const RevisionMap& all, const RevisionMap& of) {
        return std::all_of(of.all().begin(), of.all().end(), [&](const auto& revision) {
            return all.find(revision.file.revision).has_value();
        });
    };
    return a.all().size() == b.all().size() && has_all(a, b) && has_all(b, a);
}

void tell_running(const Contained& found, MigrateScene& scene) {
    if (!found.folder || found.backend->state != docker::ContainerState::running) return;
    VersionsFolder folder = *found.folder;
    const auto started = found.backend->started;
    if (started && !reloads(*found.backend)) {
        const size_t all = folder.files.size();
        folder.files.erase(std::remove_if(folder.files.begin(), folder.files.end(),
                                          [&](const RevisionFile& file) {
                                              return file.written && *file.written > *started;
                                          }),
                           folder.files.end());
        if (const size_t newer = all - folder.files.size(); newer > 0 && folder.files.empty()) {
            scene.running_untold = "every revision file was written after the backend started";
            return;
        }
    }
    auto map =
        folder.problems.empty() ? RevisionMap::make(std::move(folder.files)) : fail(folder.problems.front());
    if (!map)
        scene.running_untold = "revision files were changed after the backend started";
    else if (!same_revisions(*map, scene.next.map))
        scene.running =
            Code{container_name(*found.backend), std::move(*map), Code::Origin::container, {}, {}};
}

}  // namespace

Status MigrateScene::readable() const {
    if (facts.unread) return fail(ErrorCode::unreachable, facts.unread->what, facts.unread->hint);
    return {};
}

Result<std::vector<revision::RevisionIndex>> MigrateScene::current() const {
    if (const Status read = readable(); !read) return fail(read.error());
    std::vector<revision::RevisionIndex> rows;
    for (const std::string& row : facts.revisions.value_or(std::vector<std::string>())) {
        const auto found = next.map.find(row);
        if (!found || next.map[*found].file.revision != row)
            return fail(ErrorCode::not_found,
                        fmt::format("the database is at {}, which {} does not have",
                                    "`" + printable(row, 64) + "`", next.where),
                        "logbookctl migrate status");
        rows.push_back(*found);
    }
    return rows;
}

Result<MigrateScene> open_migrate_scene(App& app, const ChainOptions& options, bool both) {
    go_to_deployment(app);
    MigrateScene scene{open_scene(app, app.deadline, false), {}, {}, {}, {}, {}};
    const auto& env = scene.scene->env();
    const probe::ContainersReading* containers = scene.scene->containers();
    if (!env && (env.error().code != ErrorCode::not_found || !containers || !containers->found()))
        return fail(env.error());
    const bool look = both || (options.folder.empty() && options.image.empty());
    const auto found = look ? look_into_backend(app, *scene.scene) : Result<Contained>(Contained{});
    if (!found) return fail(found.error());
    auto next = next_code(app, options, *found);
    if (!next) return fail(next.error());
    scene.next = std::move(*next);
    if (both) tell_running(*found, scene);

    const probe::DatabaseReading& database = scene.scene->database();
    register_seen(app, *scene.scene);
    scene.facts = restart::table_facts(database);
    scene.database =
        fmt::format("{} at {}", printable(database.database, 64),
                    database.way.empty() ? fmt::format("{}:{}", printable(database.host, 255), database.port)
                                         : printable(database.way, 200));
    return scene;
}

ExitCode report_migrate(App& app, const Error& error) {
    switch (error.code) {
    case ErrorCode::unreachable:
    case ErrorCode::closed:
    case ErrorCode::auth:
    case ErrorCode::protocol:
    case ErrorCode::tls: {
        Error told = error;
        if (told.hint.empty()) told.hint = "logbookctl doctor says why";
        return app.report(told, ExitCode::unknown);
    }
    default:
        return report_chain(app, error);
    }
}

}  // namespace logbook::cli
