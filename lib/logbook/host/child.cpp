// Starting, feeding, watching and ending child processes. Between fork and exec only async-signal-safe calls
// stand, since the parent may have threads.
#include "logbook/host/child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "logbook/base/text.h"

namespace logbook::host {
namespace {

struct Pipe {
    Fd read, write;
};

Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
    return Pipe{Fd(ends[0]), Fd(ends[1])};
}

int open_handle(pid_t pid) {
    return int(::syscall(SYS_pidfd_open, pid, 0));
}

// Where a child failed before it became the program; sent through a pipe that exec closes.
struct StartFailure {
    int step = 0;
    int error_number = 0;
};
constexpr std::array<const char*, 6> steps = {"set up its streams",          "enter its folder",
                                              "drop its privileges",         "tie it to its parent",
                                              "run it (the parent is gone)", "run it"};

// Everything the child needs, laid out before fork: it must not allocate.
struct Prepared {
    std::vector<char*> argv, environment;
    const char* folder = nullptr;
    std::optional<Credentials> run_as;
    int in = -1, out = -1, err = -1, report = -1;
    pid_t parent = 0;
};

[[noreturn]] void give_up(const Prepared& p, int step) {
    const StartFailure failure{step, errno};
    (void)!::write(p.report, &failure, sizeof failure);
    ::_exit(127);
}

[[noreturn]] void become(const Prepared& p) {
    ::setpgid(0, 0);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    if (::dup2(p.in, 0) < 0 || ::dup2(p.out, 1) < 0 || ::dup2(p.err, 2) < 0) give_up(p, 0);
    if (p.folder && ::chdir(p.folder) != 0) give_up(p, 1);
    if (p.run_as) {
        if (::setgroups(0, nullptr) != 0 || ::setgid(p.run_as->group) != 0 || ::setuid(p.run_as->user) != 0 ||
            ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
            give_up(p, 2);
    }
    // After the change of credentials, which would clear it. The parent may have died before: then no signal
    // will ever come, and this process must not go on.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up(p, 3);
    if (::getppid() != p.parent) give_up(p, 4);
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execve(p.argv[0], p.argv.data(), p.environment.data());
    give_up(p, 5);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    for (const std::string& text : texts) list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
}

struct Started {
    pid_t pid = -1;
    Fd handle;
};

Result<Started> start(const ChildSpec& spec, int in, int out, int err) {
    if (spec.argv.empty()) return fail(ErrorCode::invalid, "no program to start");
    auto report = make_pipe();
    if (!report) return fail(report.error());
    // The streams must not sit on 0 to 2 themselves, or the dup2 of one would close the next.
    std::array<Fd, 3> streams;
    const int given[3] = {in, out, err};
    for (size_t i = 0; i < 3; ++i) {
        streams[i] = Fd(::fcntl(given[i], F_DUPFD_CLOEXEC, 3));
        if (!streams[i]) return fail(system_error("cannot copy a descriptor", errno));
    }
    Prepared p;
    p.argv = pointers(spec.argv);
    p.environment = pointers(spec.environment);
    if (!spec.folder.empty()) p.folder = spec.folder.c_str();
    p.run_as = spec.run_as;
    p.in = streams[0].get();
    p.out = streams[1].get();
    p.err = streams[2].get();
    p.report = report->write.get();
    p.parent = ::getpid();

    const pid_t pid = ::fork();
    if (pid < 0) return fail(system_error("cannot start a process", errno));
    if (pid == 0) become(p);
    ::setpgid(pid, pid);  // also here: whoever comes first, the group exists before anything is signalled
    report->write.reset();
    Started started{pid, Fd(open_handle(pid))};
    const int handle_error = errno;

    StartFailure failure;
    ssize_t n;
    do n = ::read(report->read.get(), &failure, sizeof failure);
    while (n < 0 && errno == EINTR);
    const bool failed = n == ssize_t(sizeof failure);
    if (!failed && started.handle) return started;
    if (!failed) ::kill(-pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (!failed) return fail(system_error("cannot watch a process", handle_error));
    return fail(
        system_error(fmt::format("cannot start {}: could not {}", spec.argv[0], steps[size_t(failure.step)]),
                     failure.error_number));
}

ChildEnd end_of(int status) {
    if (WIFSIGNALED(status)) return {-1, WTERMSIG(status)};
    return {WEXITSTATUS(status), 0};
}

ChildEnd reap(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return end_of(status);
}

// One output stream of a child.
struct Intake {
    Fd fd;
    std::string bytes;
    bool overflow = false;
    std::function<Status(std::string_view)> output{};  // takes the bytes instead
    std::optional<Error> refused{};                    // by it
    size_t passed_on = 0;                              // to it, in bytes

    bool broken() const { return overflow || refused; }

    // Takes what is there; with `output` one piece of it, since a child that never stops writing must not
    // keep the caller from looking at the clock. Closes at the end of the stream.
    void take(size_t most) {
        std::array<char, 65536> piece;
        for (;;) {
            const ssize_t n = ::read(fd.get(), piece.data(), piece.size());
            if (n > 0 && output) {
                passed_on += size_t(n);
                if (const Status passed = output({piece.data(), size_t(n)}); !passed)
                    refused = passed.error();
                return;
            }
            if (n > 0) {
                if (bytes.size() + size_t(n) > most) overflow = true;
                bytes.append(piece.data(), std::min(size_t(n), most - bytes.size()));
                if (overflow) return;
                continue;
            }
            if (n < 0 && errno == EINTR) continue;
            if (n == 0 || errno != EAGAIN) fd.reset();
            return;
        }
    }

    // What stands in the pipe when the child has ended.
    void take_rest(size_t most, Deadline deadline) {
        if (fd && !output) return take(most);
        for (size_t had = 1; fd && !broken() && had > 0 && !deadline.passed();) {
            had = passed_on;
            take(most);
            had = passed_on - had;
        }
    }
};

}  // namespace

Result<std::filesystem::path> find_program(std::string_view name, std::string_view folders) {
    const auto executable = [](const std::filesystem::path& path) {
        struct stat facts {};
        return ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) &&
               ::access(path.c_str(), X_OK) == 0;
    };
    if (contains(name, "/")) {
        if (executable(name)) return std::filesystem::path(name);
        return fail(ErrorCode::not_found, fmt::format("{} is not an executable file", name));
    }
    for (const std::string& folder : split(folders, ':')) {
        // An empty part means the working folder to a shell; a program must never be taken from there.
        if (folder.empty() || folder[0] != '/') continue;
        std::filesystem::path path = std::filesystem::path(folder) / name;
        if (executable(path)) return path;
    }
    return fail(ErrorCode::not_found, fmt::format("there is no program `{}` in {}", name, folders));
}

std::string describe(const ChildEnd& end) {
    if (end.signal != 0) return fmt::format("signal {} ({})", end.signal, ::strsignal(end.signal));
    return fmt::format("exit code {}", end.exit_code);
}

Result<ChildExit> run(const ChildSpec& spec, std::string_view input, Deadline deadline, RunLimits limits) {
    auto in = make_pipe(), out = make_pipe(), err = make_pipe();
    if (!in || !out || !err) return fail(!in ? in.error() : !out ? out.error() : err.error());
    auto started = start(spec, in->read.get(), out->write.get(), err->write.get());
    if (!started) return fail(started.error());
    in->read.reset();
    out->write.reset();
    err->write.reset();
    for (const int fd : {in->write.get(), out->read.get(), err->read.get()})
        ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    Intake output{std::move(out->read), {}, false, limits.output},
        errors{std::move(err->read), {}, false, limits.errors};

    // A grandchild may hold the streams open for longer: the child's own end is what ends the wait.
    bool ended = false;
    while (!ended && !output.broken() && !errors.broken() && !deadline.passed()) {
        if (in->write && input.empty()) in->write.reset();
        std::array<pollfd, 4> waits{pollfd{started->handle.get(), POLLIN, 0},
                                    pollfd{in->write ? in->write.get() : -1, POLLOUT, 0},
                                    pollfd{output.fd ? output.fd.get() : -1, POLLIN, 0},
                                    pollfd{errors.fd ? errors.fd.get() : -1, POLLIN, 0}};
        if (limits.interrupted && limits.interrupted()) {
            ::kill(-started->pid, SIGINT);
            limits.interrupted = nullptr;
        }
        const auto wait = std::min(deadline.remaining(), Millis(limits.interrupted ? 100 : 60'000));
        if (::poll(waits.data(), waits.size(), int(wait.count())) < 0 && errno != EINTR) break;
        if (waits[1].revents != 0) {
            // SIGPIPE must not end this process when the child does not read on.
            sigset_t broken, before;
            sigemptyset(&broken);
            sigaddset(&broken, SIGPIPE);
            ::pthread_sigmask(SIG_BLOCK, &broken, &before);
            const ssize_t n = ::write(in->write.get(), input.data(), input.size());
            if (n < 0 && errno == EPIPE) {
                const timespec now{};
                while (::sigtimedwait(&broken, nullptr, &now) < 0 && errno == EINTR) {
                }
                input = {};
            }
            ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
            if (n > 0) input.remove_prefix(size_t(n));
        }
        if (waits[2].revents != 0) output.take(limits.most_bytes);
        if (waits[3].revents != 0) errors.take(limits.most_bytes);
        ended = waits[0].revents != 0;
    }
    for (Intake* rest : {&output, &errors})
        if (ended) rest->take_rest(limits.most_bytes, deadline);
    ::kill(-started->pid, SIGKILL);  // the rest of its group, and itself when it is late
    ChildExit result{reap(started->pid), std::move(output.bytes), std::move(errors.bytes)};
    for (const Intake* taken : {&output, &errors})
        if (taken->refused) return fail(*taken->refused);
    if (output.overflow || errors.overflow)
        return fail(ErrorCode::too_large,
                    fmt::format("{} wrote more than {} bytes", spec.argv[0], limits.most_bytes));
    if (!ended) return fail(ErrorCode::timeout, fmt::format("{} did not end in time", spec.argv[0]));
    return result;
}

Result<Child> Child::start(const ChildSpec& spec, int output) {
    const Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!nothing) return fail(system_error("cannot open /dev/null", errno));
    auto started = host::start(spec, nothing.get(), output, output);
    if (!started) return fail(started.error());
    return Child(started->pid, std::move(started->handle));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), handle_(std::move(other.handle_)), end_(other.end_) {}

Child& Child::operator=(Child&& other) noexcept {
    if (this != &other) {
        kill_and_reap();
        pid_ = std::exchange(other.pid_, -1);
        handle_ = std::move(other.handle_);
        end_ = other.end_;
    }
    return *this;
}

Child::~Child() {
    kill_and_reap();
}

void Child::kill_and_reap() {
    if (pid_ < 0 || end_) return;
    ::kill(-pid_, SIGKILL);
    end_ = reap(pid_);
}

bool Child::alive() {
    if (pid_ < 0 || end_) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) end_ = end_of(status);
    return !end_;
}

void Child::ask_to_end() {
    if (!alive()) return;
    ::kill(pid_, SIGTERM);
    ::kill(pid_, SIGCONT);
}

ChildEnd Child::terminate(Deadline deadline) {
    ask_to_end();
    while (alive() && !deadline.passed()) {
        pollfd wait{handle_.get(), POLLIN, 0};
        ::poll(&wait, 1, int(std::min(deadline.remaining(), Millis(60'000)).count()));
    }
    kill_and_reap();
    return end_.value_or(ChildEnd{});
}

std::optional<uint64_t> start_time_of(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string line;
    if (pid <= 0 || !std::getline(file, line)) return {};
    // The second field, the name in parentheses, may itself hold blanks and parentheses: count from its end.
    const size_t after_name = line.rfind(')');
    if (after_name == std::string::npos || after_name + 2 >= line.size()) return {};
    const std::vector<std::string> fields = split(std::string_view(line).substr(after_name + 2), ' ');
    constexpr size_t state = 0, start = 19;  // fields 3 and 22 of proc(5)
    if (fields.size() <= start || fields[state] == "Z" || fields[state] == "X") return {};
    return std::strtoull(fields[start].c_str(), nullptr, 10);
}

}  // namespace logbook::host
