// Listing and reading.
#include "logbook/revision/versions_folder.h"

#include <cerrno>
#include <dirent.h>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <utility>

#include "logbook/base/text.h"
#include "logbook/host/file.h"
#include "logbook/revision/sql_revision.h"

namespace logbook::revision {
namespace {

namespace fs = std::filesystem;

constexpr const char* candidates[] = {"backend/alembic/versions", "alembic/versions", "migrations/versions",
                                      "versions"};

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

bool is_revision_source(std::string_view name) {
    return ends_with(name, ".py") && name.substr(0, 2) != ".#" && name.substr(0, 8) != "__init__" &&
           name.find('\n') == std::string_view::npos;
}

bool is_sql_source(std::string_view name) {
    return ends_with(name, ".sql") && name.front() != '.' && name.find('\n') == std::string_view::npos;
}

void add_file(VersionsFolder& folder, const std::string& name, const Result<std::string_view>& bytes) {
    if (ends_with(name, ".stale")) folder.stale.push_back(name);
    if (is_sql_source(name)) {
        auto read = bytes ? read_sql_revision(folder.path / name, *bytes) : fail(bytes.error());
        if (read)
            folder.sql_files.push_back(std::move(*read));
        else
            folder.sql_problems.push_back(read.error());
        if (!read && read.error().hint.empty())
            folder.sql_problems.back().hint = "mend it, or move it out of the folder";
    }
    if (!is_revision_source(name)) return;
    auto read = bytes ? read_revision_file(folder.path / name, *bytes) : fail(bytes.error());
    if (read) {
        folder.files.push_back(std::move(*read));
        return;
    }
    folder.problems.push_back(read.error());
    if (folder.problems.back().hint.empty())
        folder.problems.back().hint = "Alembic would fail on it, too: mend it, or move it out of the folder";
}

void settle(VersionsFolder& folder) {
    if (!folder.files.empty() || !folder.problems.empty()) return;
    folder.files = std::exchange(folder.sql_files, {});
    folder.problems = std::exchange(folder.sql_problems, {});
}

Result<fs::path> find_versions_folder(const fs::path& project) {
    std::error_code ignored;
    for (const char* candidate : candidates)
        if (fs::is_directory(project / candidate, ignored)) return project / candidate;
    return fail(ErrorCode::not_found,
                fmt::format("{} has no folder of migrations (looked for {})",
                            printable(project.string(), 300),
                            join({std::begin(candidates), std::end(candidates)}, ", ")),
                "name the project's folder with -C, or the versions folder with --dir");
}

Result<VersionsFolder> read_versions_folder(const fs::path& path, Deadline deadline) {
    VersionsFolder folder;
    folder.path = fs::absolute(path).lexically_normal();
    if (!folder.path.has_filename()) folder.path = folder.path.parent_path();  // a slash at the end
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.path.c_str()), &::closedir);
    if (!open) {
        Error error = system_error("cannot read the folder " + printable(folder.path.string(), 300), errno);
        error.hint = error.code == ErrorCode::denied ? "read it as its owner or with sudo"
                                                     : "name the versions folder with --dir";
        return fail(std::move(error));
    }
    std::set<std::string> links;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(open.get());
        if (!entry) break;
        const std::string name = entry->d_name;
        const bool sql = is_sql_source(name);
        if (!is_revision_source(name) && !sql) {
            add_file(folder, name, std::string_view());
            continue;
        }
        if (folder.files.size() + folder.problems.size() == most_revision_files ||
            folder.sql_files.size() + folder.sql_problems.size() == most_revision_files)
            return fail(ErrorCode::too_large,
                        fmt::format("{} has more than {} {} files", printable(folder.path.string(), 300),
                                    most_revision_files, sql ? "SQL" : "Python"),
                        "name the versions folder itself with --dir");
        if (deadline.passed())
            return fail(
                ErrorCode::timeout,
                fmt::format("the deadline passed while {} was read", printable(folder.path.string(), 300)),
                "give it more time: --timeout 1m");
        const fs::path file = folder.path / name;
        // A link to a file that stands here, too, is the same file. Most file systems tell a link in the
        // listing.
        std::error_code failed;
        if (entry->d_type == DT_LNK ||
            (entry->d_type == DT_UNKNOWN && fs::is_symlink(fs::symlink_status(file, failed)))) {
            const fs::path real = fs::canonical(file, failed);
            if (!failed && real != file && real.parent_path() == fs::canonical(folder.path, failed) &&
                (sql ? is_sql_source : is_revision_source)(real.filename().string()))
                continue;
            if (!failed && !links.insert(real.string()).second) continue;
        }
        const auto text = host::read_file(file, longest_revision_file);
        add_file(folder, name, text ? Result<std::string_view>(text->bytes) : fail(text.error()));
    }
    if (errno != 0)
        return fail(system_error("cannot read the folder " + printable(folder.path.string(), 300), errno));
    settle(folder);
    return folder;
}

}  // namespace logbook::revision
