// Choosing the place.
#include "alembic_place.h"

#include <cstdlib>
#include <fmt/format.h>
#include <set>
#include <unistd.h>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

namespace fs = std::filesystem;

constexpr int folders_up = 4;  // backend/alembic/versions

// Above the versions folder.
Result<fs::path> folder_of_ini(const fs::path& versions) {
    std::error_code failed;
    fs::path at = versions;
    for (int up = 0; up < folders_up && at.has_relative_path(); ++up) {
        if (fs::is_regular_file(at / "alembic.ini", failed)) return at;
        at = at.parent_path();
    }
    return fail(ErrorCode::not_found,
                fmt::format("no alembic.ini stands above {}", printable(versions.string(), 300)),
                "name the versions folder of the application with --dir");
}

// What the operator's shell has, then what .env adds; the database as this machine reaches it.
std::vector<docker::EnvironmentValue> local_environment(const DatabaseDoor& door) {
    std::vector<docker::EnvironmentValue> values;
    std::set<std::string, std::less<>> known;
    const auto add = [&](std::string name, Secret value) {
        if (known.insert(name).second) values.push_back({std::move(name), std::move(value)});
    };
    std::string host = door.endpoint.host;
    uint16_t port = door.endpoint.port;
    if (const auto way = door.ladder ? door.ladder->used() : std::nullopt;
        way && way->rung != deployment::Rung::inside_container) {
        host = way->host;
        port = way->port;
    }
    add("DB_HOST", Secret(std::move(host)));
    add("DB_PORT", Secret(std::to_string(port)));
    add("DB_NAME", Secret(door.endpoint.database));
    add("DB_USER", Secret(door.endpoint.user));
    add("DB_PASSWORD", door.endpoint.password);
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view text = *entry;
        const size_t equals = text.find('=');
        if (equals != std::string_view::npos && equals > 0)
            add(std::string(text.substr(0, equals)), Secret(std::string(text.substr(equals + 1))));
    }
    for (const settings::Setting& setting : door.scene->settings().all())
        if (setting.source == settings::Source::env_file) add(setting.name, setting.value);
    return values;
}

}  // namespace

Result<std::unique_ptr<migration::Alembic>> open_alembic(App& app, const Code& code, const DatabaseDoor& door,
                                                         bool local) {
    if (local) {
        if (code.place != Code::Place::folder)
            return fail(ErrorCode::invalid,
                        fmt::format("the code that starts next is in {}, not on this machine", code.where),
                        "leave --local out, or name the versions folder with --dir");
        const auto folder = folder_of_ini(code.versions);
        if (!folder) return fail(folder.error());
        const char* path = std::getenv("PATH");
        return migration::alembic_here({*folder, path ? path : "/usr/bin:/bin", local_environment(door)});
    }
    if (!door.engine || !door.backend)
        return fail(ErrorCode::not_found, "no container of the backend was found to run Alembic in",
                    "run it on this machine: add --local");
    if (code.place == Code::Place::folder)
        return fail(ErrorCode::invalid,
                    fmt::format("{} is a folder of this machine, which no container has mounted", code.where),
                    "add --local, or leave --dir out");
    if (code.place == Code::Place::image)
        return migration::alembic_in_container(*door.engine, *door.backend, code.image, true, app.deadline);
    if (door.backend->state == docker::ContainerState::running)
        return migration::alembic_inside(*door.engine, *door.backend);
    return migration::alembic_in_container(*door.engine, *door.backend, door.backend->image_id, false,
                                           app.deadline);
}

}  // namespace logbook::cli
