// Storing: lock, look again, back up, replace.
#include "logbook/secrets/store.h"

#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>

namespace logbook::secrets {
namespace {

Result<std::filesystem::path> real_path(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_symlink(path, error)) return path;
    std::filesystem::path real = std::filesystem::canonical(path, error);
    if (error) return fail(system_error("cannot follow the link " + path.string(), error.value()));
    return real;
}

Result<std::filesystem::path> back_up(const std::filesystem::path& path, const Secret& bytes,
                                      const Clock& clock) {
    const std::string stem = fmt::format("{}.backup-{}", path.string(), compact_utc(clock.wall()));
    for (int number = 1;; ++number) {
        std::filesystem::path name = number == 1 ? stem : fmt::format("{}-{}", stem, number);
        const Status made = host::create_file(name, bytes.reveal(), 0600);
        if (made) return name;
        if (made.error().code != ErrorCode::conflict || number == 100) return fail(made.error());
    }
}

}  // namespace

Result<EnvBefore> read_for_edit(const std::filesystem::path& named, const settings::Lookup& outer) {
    const Result<std::filesystem::path> path = real_path(named);
    if (!path) return fail(path.error());
    Result<settings::LoadedEnv> env = settings::load_env(*path, outer);
    if (!env && env.error().code == ErrorCode::not_found) {
        std::error_code ignored;
        const std::filesystem::path folder = path->has_parent_path() ? path->parent_path() : ".";
        if (std::filesystem::is_directory(folder, ignored)) return EnvBefore{{*path, {}, {}, {}}, false};
    }
    if (!env) return fail(env.error());
    if (!env->file.readable()) {
        const settings::EnvProblem& problem = env->file.problems.front();
        return fail(ErrorCode::invalid,
                    fmt::format("{}:{}: {}; Compose refuses the whole file", path->string(), problem.line,
                                problem.what),
                    fmt::format("correct line {} first; nothing was changed", problem.line));
    }
    return EnvBefore{std::move(*env), true};
}

Result<EnvStore> EnvStore::open(const std::filesystem::path& path, const settings::Lookup& outer,
                                Deadline deadline) {
    // Judged before a lock file is made in a place that was named by mistake, and read again under the lock.
    const Result<EnvBefore> first = read_for_edit(path, outer);
    if (!first) return fail(first.error());
    auto lock = host::FileLock::acquire(first->env.path.string() + ".lock", deadline);
    if (!lock) return fail(lock.error());
    Result<EnvBefore> before = read_for_edit(path, outer);
    if (!before) return fail(before.error());
    return EnvStore(std::move(*lock), std::move(*before));
}

Result<Stored> EnvStore::store(const Secret& bytes, const Clock& clock) const {
    const auto now = host::read_file(before_.env.path, settings::largest_env_file);
    const bool missing = !now && now.error().code == ErrorCode::not_found;
    if (!now && !missing) return fail(now.error());
    if (missing == before_.existed || (now && now->bytes != before_.env.bytes.reveal()))
        return fail(ErrorCode::conflict,
                    fmt::format("{} was changed by somebody else in the meantime", before_.env.path.string()),
                    "look at it, then run the command again");
    Stored stored;
    if (before_.existed) {
        auto backup = back_up(before_.env.path, before_.env.bytes, clock);
        if (!backup) return fail(backup.error());
        stored.backup = std::move(*backup);
    }
    if (Status done =
            host::replace_file(before_.env.path, bytes.reveal(), {.mode = 0600, .keep_owner = true});
        !done)
        return fail(done.error());
    return stored;
}

Result<bool> EnvStore::tighten() const {
    if (!before_.existed || (before_.env.facts.mode & 0177) == 0) return false;
    if (::chmod(before_.env.path.c_str(), before_.env.facts.mode & 0600) != 0)
        return fail(system_error("cannot set the mode of " + before_.env.path.string(), errno));
    return true;
}

}  // namespace logbook::secrets
