// Making what servers live in.
#include "logbook/sandbox/folder.h"

#include <array>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "logbook/host/file.h"

namespace logbook::sandbox {

std::filesystem::path default_folder(const std::string& runtime_dir) {
    if (!runtime_dir.empty() && runtime_dir[0] == '/')
        return std::filesystem::path(runtime_dir) / "logbookctl-sandbox";
    std::error_code ignored;
    const std::filesystem::path temporary = std::filesystem::temp_directory_path(ignored);
    return (temporary.empty() ? "/tmp" : temporary) / fmt::format("logbookctl-sandbox-{}", ::geteuid());
}

Status make_folder(const std::filesystem::path& folder, const std::optional<host::Credentials>& owner) {
    if (::mkdir(folder.c_str(), 0700) != 0) {
        const int why = errno;
        if (why == EEXIST)
            return fail(ErrorCode::conflict, folder.string() + " is there already",
                        fmt::format("logbookctl sandbox status --dir {}\nor choose another folder with --dir",
                                    folder.string()));
        return fail(system_error("cannot make " + folder.string(), why));
    }
    if (::chmod(folder.c_str(), 0700) != 0 ||
        (owner && ::lchown(folder.c_str(), owner->user, owner->group) != 0))
        return fail(system_error("cannot prepare " + folder.string(), errno));
    return {};
}

Status make_file(const std::filesystem::path& path, const std::string& bytes,
                 const std::optional<host::Credentials>& owner) {
    if (Status made = host::create_file(path, bytes); !made) return made;
    if (owner && ::lchown(path.c_str(), owner->user, owner->group) != 0)
        return fail(system_error("cannot hand over " + path.string(), errno));
    return {};
}

Result<std::optional<host::Credentials>> unprivileged() {
    if (::geteuid() != 0) return std::optional<host::Credentials>();
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> space;
    if (::getpwnam_r("nobody", &entry, space.data(), space.size(), &found) != 0 || !found)
        return fail(ErrorCode::not_found, "this machine has no user `nobody` for the servers to run as",
                    "start the sandbox as an ordinary user");
    return std::optional(host::Credentials{found->pw_uid, found->pw_gid});
}

Status reachable(const std::filesystem::path& folder, const std::optional<host::Credentials>& owner) {
    if (!owner) return {};
    for (std::filesystem::path at = folder.parent_path();; at = at.parent_path()) {
        struct stat facts {};
        if (::stat(at.c_str(), &facts) != 0)
            return fail(system_error("cannot look at " + at.string(), errno));
        const mode_t may_enter = facts.st_uid == owner->user    ? S_IXUSR
                                 : facts.st_gid == owner->group ? S_IXGRP
                                                                : S_IXOTH;
        if ((facts.st_mode & may_enter) == 0)
            return fail(
                ErrorCode::denied,
                fmt::format("the servers run as `nobody`, who may not enter {}", at.string()),
                "choose a folder that everybody can reach: logbookctl sandbox up --dir /var/tmp/sandbox");
        if (at == at.root_path()) return {};
    }
}

}  // namespace logbook::sandbox
