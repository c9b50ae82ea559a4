// Asking for the folder, and taking the files out of the archive.
#include "logbook/migration/contained_versions.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "logbook/base/text.h"

namespace logbook::migration {
namespace {

constexpr const char* made_for = "logbookctl.reads-image";
constexpr auto surely_left_behind = std::chrono::minutes(10);
// The folder holds its compiled files, too.
constexpr docker::ArchiveLimits limits{size_t(128) << 20, 2 * revision::most_revision_files};

std::string without_slash(std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
}

using FilesByPath = std::map<std::string_view, const docker::ArchiveEntry*>;

// A link into the folder. A symbolic one is the same file under another name, which counts once; a hard one
// is a second file to Alembic.
void add_link(revision::VersionsFolder& folder, const std::string& root, const std::string& name,
              const docker::ArchiveEntry& link, const FilesByPath& files) {
    if (!revision::is_revision_source(name) && !revision::is_sql_source(name)) return;
    if (const auto same = files.find(link.link); same != files.end())
        return add_file(folder, name, same->second->content);
    if (files.count(root + "/" + link.link) > 0) return;
    add_file(folder, name,
             fail(ErrorCode::unsupported,
                  fmt::format("{} is a link to {}, which is not in the same folder",
                              printable((folder.path / name).string(), 300), printable(link.link, 200)),
                  "read the folder where Alembic runs, and name it with --dir"));
}

// A folder of migrations may itself be a link.
Result<std::vector<docker::ArchiveEntry>> archive_of(const docker::Engine& engine, const std::string& id,
                                                     std::string& path, Deadline deadline) {
    for (int links = 0; links < 8; ++links) {
        auto archive = engine.archive(id, path, limits, deadline);
        if (!archive || archive->size() != 1 || archive->front().kind != docker::EntryKind::link)
            return archive;
        path =
            (std::filesystem::path(path).parent_path() / archive->front().link).lexically_normal().string();
    }
    return fail(ErrorCode::invalid, fmt::format("{} is a link that leads in a circle", printable(path, 200)));
}

Result<revision::VersionsFolder> read_from(const docker::Engine& engine, const std::string& id,
                                           const std::string& working_dir, const std::string& what,
                                           Deadline deadline) {
    const std::vector<std::string> paths = versions_paths(working_dir);
    for (std::string path : paths) {
        const auto archive = archive_of(engine, id, path, deadline);
        if (archive) return versions_in(path, *archive);
        if (archive.error().code != ErrorCode::not_found) return fail(archive.error());
        // The container itself may have vanished: then nothing is said about its folders.
        if (const auto there = engine.inspect(id, deadline); !there) return fail(there.error());
    }
    return fail(ErrorCode::not_found,
                fmt::format("{} has no folder of migrations (looked for {})", what, join(paths, ", ")),
                "is it the backend's? Name the versions folder with --dir where it is on this machine");
}

// Made, never started.
Result<std::string> container_of(const docker::Engine& engine, const std::string& image, Deadline deadline) {
    docker::NewContainer wanted;
    wanted.image = image;
    wanted.command = {"true"};  // an image without a program of its own cannot be made a container of
    wanted.labels = {{made_for, "true"}};
    return engine.create_container(wanted, deadline);
}

void remove_left_behind(const docker::Engine& engine, WallTime now, Deadline deadline) {
    docker::ContainerFilter filter;
    filter.labels = {made_for};
    const auto found = engine.list_containers(filter, deadline);
    if (!found) return;
    for (const docker::Container& container : *found)
        if (container.state == docker::ContainerState::created && container.created &&
            *container.created + surely_left_behind < now)
            (void)engine.remove(container.id, false, deadline);
}

}  // namespace

std::vector<std::string> versions_paths(const std::string& working_dir) {
    std::vector<std::string> paths;
    for (const std::string& base : {working_dir, std::string("/app")})
        for (const char* inside : {"alembic/versions", "backend/alembic/versions", "migrations/versions"})
            if (!base.empty() && base.front() == '/')
                paths.push_back((std::filesystem::path(base) / inside).lexically_normal().string());
    std::vector<std::string> each;
    for (std::string& path : paths)
        if (std::find(each.begin(), each.end(), path) == each.end()) each.push_back(std::move(path));
    return each;
}

revision::VersionsFolder versions_in(const std::string& path,
                                     const std::vector<docker::ArchiveEntry>& archive) {
    revision::VersionsFolder folder;
    folder.path = path;
    if (archive.empty()) return folder;
    const std::string root = without_slash(archive.front().path);  // the folder's own entry
    FilesByPath files;
    for (const docker::ArchiveEntry& entry : archive)
        if (entry.kind == docker::EntryKind::file) files.emplace(entry.path, &entry);
    for (const docker::ArchiveEntry& entry : archive) {
        if (entry.path.size() <= root.size() + 1 || entry.path.compare(0, root.size(), root) != 0 ||
            entry.path[root.size()] != '/')
            continue;
        const std::string name = entry.path.substr(root.size() + 1);
        if (name.find('/') != std::string::npos) continue;
        const size_t before = folder.files.size(), before_sql = folder.sql_files.size();
        if (entry.kind == docker::EntryKind::file)
            add_file(
                folder, name,
                entry.content.size() <= revision::longest_revision_file
                    ? Result<std::string_view>(entry.content)
                    : fail(ErrorCode::too_large, fmt::format("{} is larger than {} MiB",
                                                             printable((folder.path / name).string(), 300),
                                                             revision::longest_revision_file >> 20)));
        else if (entry.kind == docker::EntryKind::link)
            add_link(folder, root, name, entry, files);
        if (folder.files.size() > before) folder.files.back().written = from_unix_seconds(entry.modified);
        if (folder.sql_files.size() > before_sql)
            folder.sql_files.back().written = from_unix_seconds(entry.modified);
    }
    settle(folder);
    return folder;
}

Result<revision::VersionsFolder>
read_container_versions(const docker::Engine& engine, const docker::Container& container, Deadline deadline) {
    return read_from(engine, container.id, container.working_dir,
                     "the container " + printable(container.name, 80), deadline);
}

Result<std::string> read_container_file(const docker::Engine& engine, const std::string& container,
                                        const std::string& path, Deadline deadline) {
    auto archive = engine.archive(container, path, {revision::longest_revision_file * 2, 8}, deadline);
    if (!archive) return fail(archive.error());
    if (archive->size() != 1 || archive->front().kind != docker::EntryKind::file)
        return fail(ErrorCode::invalid, printable(path, 300) + " is not a file");
    return std::move(archive->front().content);
}

Result<std::string> read_image_file(const docker::Engine& engine, const std::string& image,
                                    const std::string& path, Deadline deadline) {
    const auto id = container_of(engine, image, deadline);
    if (!id) return fail(id.error());
    auto file = read_container_file(engine, *id, path, deadline);
    (void)engine.remove(*id, false, Deadline::in(Millis(5000)));
    return file;
}

Result<revision::VersionsFolder> read_image_versions(const docker::Engine& engine, const std::string& image,
                                                     const Clock& clock, Deadline deadline) {
    remove_left_behind(engine, clock.wall(), deadline.at_most(Millis(2000)));
    const auto known = engine.inspect_image(image, deadline);
    if (!known) {
        Error error = known.error();
        if (error.code == ErrorCode::not_found)
            error.hint = "docker pull " + shell_quoted(printable(image, 200));
        return fail(std::move(error));
    }
    const auto id = container_of(engine, image, deadline);
    if (!id) return fail(id.error());
    auto folder = read_from(engine, *id, known->working_dir, "the image " + printable(image, 200), deadline);
    (void)engine.remove(*id, false, Deadline::in(Millis(5000)));
    return folder;
}

}  // namespace logbook::migration
