// Files. Each step that can fail is a system call whose result is looked at; tests make every one of them
// fail.
#include "logbook/host/file.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>

#include "logbook/base/fd.h"

namespace logbook::host {
namespace {

FileFacts facts_of(const struct stat& st) {
    return {mode_t(st.st_mode & 07777), st.st_uid, st.st_gid, uint64_t(st.st_size)};
}

std::string_view kind_of(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return "a folder";
    case S_IFIFO:
        return "a named pipe";
    case S_IFSOCK:
        return "a socket";
    case S_IFBLK:
    case S_IFCHR:
        return "a device";
    default:
        return "not a regular file";
    }
}

Status write_all(int fd, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(system_error("cannot write " + path, errno));
        bytes.remove_prefix(size_t(n));
    }
    return {};
}

Status sync_folder_of(const std::filesystem::path& path) {
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0)
        return fail(system_error("cannot make the change to " + folder.string() + " durable", errno));
    return {};
}

// Writes, sets mode and owner, and syncs; the caller removes the file when this fails.
Status fill_new_file(int fd, const std::string& name, std::string_view bytes, mode_t mode,
                     const FileFacts* like) {
    // fchmod, not open's mode: the umask must neither widen nor narrow it.
    if (::fchmod(fd, like ? 0600 : mode) != 0)
        return fail(system_error("cannot set the mode of " + name, errno));
    if (like && (like->owner != ::geteuid() || like->group != ::getegid())) {
        if (::fchown(fd, like->owner, like->group) != 0)
            return fail(
                system_error("cannot keep the owner of the file when replacing it through " + name, errno));
    }
    if (like && ::fchmod(fd, mode) != 0) return fail(system_error("cannot set the mode of " + name, errno));
    if (Status written = write_all(fd, bytes, name); !written) return written;
    if (::fsync(fd) != 0) return fail(system_error("cannot make " + name + " durable", errno));
    return {};
}

// Opens or makes a lock file. One that root makes belongs to the folder's owner, who would be locked out of
// his own folder otherwise; only a file that is certainly new is given away.
Fd open_lock(const std::filesystem::path& path) {
    constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
    Fd fd(::open(path.c_str(), flags | O_CREAT | O_EXCL, 0600));
    if (!fd && errno == EEXIST) return Fd(::open(path.c_str(), flags | O_CREAT, 0600));
    struct stat folder {};
    if (fd && ::geteuid() == 0 &&
        ::stat(path.has_parent_path() ? path.parent_path().c_str() : ".", &folder) == 0 && folder.st_uid != 0)
        (void)!::fchown(fd.get(), folder.st_uid, folder.st_gid);
    return fd;
}

}  // namespace

Result<FileText> read_file(const std::filesystem::path& path, uint64_t most) {
    // O_NONBLOCK: opening a FIFO that nobody writes to must not wait.
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) return fail(system_error("cannot open " + path.string(), errno));
    struct stat st {};
    if (::fstat(fd.get(), &st) != 0) return fail(system_error("cannot read " + path.string(), errno));
    if (!S_ISREG(st.st_mode))
        return fail(ErrorCode::invalid,
                    fmt::format("{} is {}, not a file", path.string(), kind_of(st.st_mode)),
                    "name the file itself");
    const auto too_large = [&](uint64_t size) {
        return fail(ErrorCode::too_large,
                    fmt::format("{} has {} bytes or more; at most {} are read", path.string(), size, most),
                    "check that this is the right file");
    };
    if (uint64_t(st.st_size) > most) return too_large(uint64_t(st.st_size));
    FileText text{{}, facts_of(st)};
    text.bytes.resize(size_t(st.st_size) +
                      1);  // one more, to notice a file that grows, and /proc files of size 0
    size_t have = 0;
    for (;;) {
        if (have == text.bytes.size()) text.bytes.resize(text.bytes.size() * 2 + 4096);
        const size_t room = text.bytes.size() - have;
        const ssize_t n = ::read(fd.get(), text.bytes.data() + have, room);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(system_error("cannot read " + path.string(), errno));
        if (n == 0) break;
        have += size_t(n);
        if (have > most) return too_large(have);
        // All that it had when it was opened, and no more: its end, without asking once more.
        if (size_t(n) < room && have == size_t(st.st_size)) break;
    }
    text.bytes.resize(have);
    return text;
}

Result<FileFacts> file_facts(const std::filesystem::path& path) {
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) return fail(system_error("cannot look at " + path.string(), errno));
    return facts_of(st);
}

Status replace_file(const std::filesystem::path& named, std::string_view bytes,
                    const ReplaceOptions& options) {
    std::error_code error;
    std::filesystem::path path = named;
    if (std::filesystem::is_symlink(named, error)) {
        path = std::filesystem::canonical(named, error);
        if (error) return fail(system_error("cannot follow the link " + named.string(), error.value()));
    }
    struct stat st {};
    const bool replaces = ::lstat(path.c_str(), &st) == 0;
    if (!replaces && errno != ENOENT) return fail(system_error("cannot look at " + path.string(), errno));
    if (replaces && !S_ISREG(st.st_mode))
        return fail(ErrorCode::invalid,
                    fmt::format("{} is {}, not a file", path.string(), kind_of(st.st_mode)));

    std::string name = (path.parent_path() / ("." + path.filename().string() + ".XXXXXX.tmp")).string();
    const Fd fd(::mkostemps(name.data(), 4, O_CLOEXEC));
    if (!fd) return fail(system_error("cannot make a temporary file beside " + path.string(), errno));
    const FileFacts old = replaces ? facts_of(st) : FileFacts{};
    Status done =
        fill_new_file(fd.get(), name, bytes, options.mode, replaces && options.keep_owner ? &old : nullptr);
    if (done && ::rename(name.c_str(), path.c_str()) != 0)
        done = fail(system_error("cannot rename " + name + " to " + path.string(), errno));
    if (!done) {
        ::unlink(name.c_str());
        return done;
    }
    return sync_folder_of(path);
}

Status create_file(const std::filesystem::path& path, std::string_view bytes, mode_t mode) {
    const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return fail(system_error("cannot create " + path.string(), errno));
    if (Status done = fill_new_file(fd.get(), path.string(), bytes, mode, nullptr); !done) {
        ::unlink(path.c_str());
        return done;
    }
    return sync_folder_of(path);
}

Result<FileLock> FileLock::acquire(const std::filesystem::path& path, Deadline deadline) {
    Fd fd = open_lock(path);
    if (!fd) return fail(system_error("cannot open the lock " + path.string(), errno));
    while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return fail(system_error("cannot lock " + path.string(), errno));
        if (deadline.passed()) {
            std::string holder(32, '\0');
            const ssize_t n = ::pread(fd.get(), holder.data(), holder.size(), 0);
            holder.resize(n > 0 ? size_t(n) : 0);
            return fail(
                ErrorCode::conflict,
                fmt::format("{} is locked by process {}", path.string(), holder.empty() ? "?" : holder),
                "wait for it to end, then try again");
        }
        std::this_thread::sleep_for(std::min(deadline.remaining(), Millis(20)));
    }
    // Only a courtesy for the message above: the lock itself is the flock.
    const std::string self = std::to_string(::getpid());
    if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), self.data(), self.size(), 0) < 0) errno = 0;
    return FileLock(fd.release());
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

FileLock::~FileLock() {
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace logbook::host
