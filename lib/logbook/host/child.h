// Child processes without a shell: one that runs to its end within a deadline, and one that serves until it
// is ended. No child outlives the thread that started it: the kernel kills it then (PR_SET_PDEATHSIG),
// whatever that thread died of. So start long-lived children from a thread that lives as long as they shall.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/base/fd.h"
#include "logbook/base/result.h"

namespace logbook::host {

struct Credentials {
    uid_t user = 0;
    gid_t group = 0;
};

// What to start. The environment is complete (nothing is inherited); argv must hold no secret, since every
// user of the machine can read it.
struct ChildSpec {
    std::vector<std::string> argv;         // argv[0] is a path; find_program() makes one of a name
    std::vector<std::string> environment;  // "NAME=value"
    std::filesystem::path folder;          // to start in; empty: this process's
    std::optional<Credentials> run_as;     // supplementary groups are dropped too; needs root
};

// The first executable file of that name in a list of folders like PATH's ("/usr/sbin:/usr/bin"). A name with
// a slash is taken as it stands. Fails with `not_found`.
LOGBOOK_EXPORT Result<std::filesystem::path> find_program(std::string_view name, std::string_view folders);

// How a child ended: by a signal, or with an exit code.
struct ChildEnd {
    int exit_code = -1;
    int signal = 0;  // 0: it ended by itself

    bool success() const { return signal == 0 && exit_code == 0; }
};

// "exit code 1", "signal 9 (Killed)".
LOGBOOK_EXPORT std::string describe(const ChildEnd& end);

struct ChildExit {
    ChildEnd end;
    std::string out;
    std::string err;
};

struct RunLimits {
    size_t most_bytes = 1 << 20;  // of each output stream; more ends the child, and fails with `too_large`
    // Standard output goes there as it comes, however long it is; a failure ends the child, and is passed on.
    std::function<Status(std::string_view)> output{};
    std::function<Status(std::string_view)> errors{};  // the same of standard error
    // Asked at least ten times a second; once true the child gets SIGINT, and goes on until it ends.
    std::function<bool()> interrupted{};
};

// Runs a program to its end, feeding `input` to its standard input. The child leads a process group of its
// own; at the deadline the whole group is killed, and this fails with `timeout`. A program that cannot be
// started fails with the system's reason. An exit code other than 0 is a result, not a failure. Thread-safe.
LOGBOOK_EXPORT Result<ChildExit> run(const ChildSpec& spec, std::string_view input, Deadline deadline,
                                     RunLimits limits = {});

// A child that serves. Owns the process: the end of its life kills it. Move-only; not thread-safe.
class LOGBOOK_EXPORT Child {
  public:
    // Standard input is /dev/null; both output streams go to `output` (a file opened by the caller; a pipe
    // would block a chatty child that nobody reads).
    static Result<Child> start(const ChildSpec& spec, int output);

    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    pid_t pid() const { return pid_; }
    // Reaps it when it has ended. A stopped process (SIGSTOP) is alive.
    bool alive();
    const std::optional<ChildEnd>& end() const { return end_; }

    // Asks first (SIGTERM, and SIGCONT for one that is stopped): lets several children end at once.
    void ask_to_end();
    // Asks, waits until the deadline, then kills. Returns when it is reaped.
    ChildEnd terminate(Deadline deadline);

  private:
    Child(pid_t pid, Fd handle) : pid_(pid), handle_(std::move(handle)) {}
    void kill_and_reap();
    pid_t pid_ = -1;
    Fd handle_;  // a pidfd: it names this very process, even after its number is used again
    std::optional<ChildEnd> end_;
};

// When a process started, in clock ticks since boot. With its number it names a process for ever, while the
// number alone may be given to another. Nothing when there is no such process; a zombie counts as none.
LOGBOOK_EXPORT std::optional<uint64_t> start_time_of(pid_t pid);

}  // namespace logbook::host
