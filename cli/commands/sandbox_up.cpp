// `logbookctl sandbox up`: starts a throw-away stack; this process, or a detached one, watches over it.
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "commands/catalogue.h"
#include "logbook/base/fd.h"
#include "logbook/base/text.h"
#include "logbook/sandbox/stack.h"
#include "stop_signals.h"
#include "view/sandbox_lines.h"

namespace logbook::cli {
namespace {

struct SandboxUpOptions {
    std::string folder;
    bool detach = false;
    bool no_backend = false;
};

constexpr Millis start_time{60'000};
constexpr Millis stop_time{5'000};

Result<sandbox::UpOptions> plan(const SandboxUpOptions& options) {
    sandbox::UpOptions up;
    up.folder = sandbox_folder(options.folder);
    if (options.no_backend) return up;
    std::error_code error;
    up.program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return fail(ErrorCode::io, "cannot find this program's own file: " + error.message());
    return up;
}

sandbox::Probes probes_of(const App& app) {
    return {app.seams.clock, app.seams.sql, app.seams.redis, app.seams.http};
}

void show_step(App& app, std::string_view step) {
    if (app.global.quiet) return;
    app.err.line("· " + std::string(step));
    (void)app.err.flush();
}

// What is up, and what to do with it.
void present(App& app, const std::filesystem::path& folder, const sandbox::State& state, bool detached,
             Millis took) {
    if (app.global.json()) {
        emit_sandbox(app, folder, state);
        (void)app.out.flush();
        return;
    }
    const std::string place = shell_quoted(folder.string());
    app.out.line(fmt::format("✔ the sandbox is up in {} ({})", folder.string(), human_duration(took)));
    if (!app.global.quiet) {
        for (const sandbox::Process& server : state.servers)
            app.out.line(fmt::format("    {:<9} 127.0.0.1:{}", server.role, server.port));
        app.out.line(fmt::format("    settings  {}", (folder / ".env").string()));
        app.out.line(fmt::format("    next      logbookctl -C {} doctor", place));
        app.out.line(detached ? fmt::format("    end it    logbookctl sandbox down --dir {}", place)
                              : std::string("    end it    Ctrl-C"));
    }
    (void)app.out.flush();
}

// Until a signal asks to end. A server that stops or dies is left so: drills do that on purpose.
void watch_over(sandbox::Stack& stack, const StopSignals& signals) {
    for (;;) {
        const int number = signals.wait(Millis(1000));
        stack.reap();
        if (number != 0 && number != SIGCHLD) return;
    }
}

// Whether a signal to end has come meanwhile.
bool asked_to_end(const StopSignals& signals) {
    for (int number = signals.wait(Millis(0)); number != 0; number = signals.wait(Millis(0)))
        if (number != SIGCHLD) return true;
    return false;
}

ExitCode run_in_foreground(App& app, sandbox::UpOptions up) {
    const StopSignals signals({SIGTERM, SIGINT, SIGHUP, SIGCHLD});
    const auto begun = app.seams.clock.steady();
    up.cancelled = [&signals] { return asked_to_end(signals); };
    auto stack = sandbox::Stack::up(
        up, probes_of(app), [&app](std::string_view step) { show_step(app, step); },
        Deadline::in(start_time));
    if (!stack) return app.report(stack.error());
    present(app, up.folder, (*stack)->state(), false,
            std::chrono::duration_cast<Millis>(app.seams.clock.steady() - begun));
    watch_over(**stack, signals);
    show_step(app, "ending the servers");
    (*stack)->down(Deadline::in(stop_time));
    return ExitCode::ok;
}

// One JSON object a line, from the detached supervisor to the process that the user started.
bool tell(int pipe, const Json& message) {
    const std::string line = message.dump() + "\n";
    return ::write(pipe, line.data(), line.size()) == ssize_t(line.size());
}

// Never returns: the process ends here.
[[noreturn]] void supervise(const App& app, sandbox::UpOptions up, int pipe) {
    ::setsid();
    const StopSignals signals({SIGTERM, SIGINT, SIGHUP, SIGCHLD});
    const Fd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (int fd = 0; fd <= 2; ++fd) ::dup2(nothing.get(), fd);
    bool heard = true;  // whether somebody still waits for the start
    up.cancelled = [&] { return !heard || asked_to_end(signals); };
    auto stack = sandbox::Stack::up(
        up, probes_of(app),
        [&](std::string_view step) {
            heard = tell(pipe, Json::object({{"step", step}})) && heard;
        },
        Deadline::in(start_time));
    if (!stack) {
        tell(pipe, Json::object({{"code", int(stack.error().code)},
                                 {"what", stack.error().what},
                                 {"hint", stack.error().hint}}));
        ::_exit(1);
    }
    if (tell(pipe, Json::object({{"ready", true}}))) {
        ::close(pipe);
        watch_over(**stack, signals);
    }
    (*stack)->down(Deadline::in(stop_time));
    ::_exit(0);
}

// Shows the supervisor's steps until it is ready, has failed, or is silent for too long.
Status follow(App& app, int pipe, Deadline deadline) {
    std::string held;
    while (!deadline.passed()) {
        pollfd wait{pipe, POLLIN, 0};
        if (::poll(&wait, 1, int(deadline.remaining().count())) <= 0) continue;
        char piece[4096];
        const ssize_t n = ::read(pipe, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail(ErrorCode::closed, "the sandbox's supervisor ended without a word");
        held.append(piece, size_t(n));
        for (size_t end; (end = held.find('\n')) != std::string::npos; held.erase(0, end + 1)) {
            const Result<Json> message = parse_json(std::string_view(held).substr(0, end));
            if (!message) return fail(message.error());
            if (message->find("ready")) return {};
            if (message->find("step")) {
                show_step(app, message->text("step"));
                continue;
            }
            const Json* code = message->find("code");
            return fail(ErrorCode(code && code->as_int() ? *code->as_int() : 0),
                        std::string(message->text("what")), std::string(message->text("hint")));
        }
    }
    return fail(ErrorCode::timeout, "the sandbox did not start in time");
}

ExitCode run_detached(App& app, const sandbox::UpOptions& up) {
    const auto begun = app.seams.clock.steady();
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return app.report(system_error("cannot make a pipe", errno));
    Fd read(ends[0]), write(ends[1]);
    const pid_t pid = ::fork();
    if (pid < 0) return app.report(system_error("cannot start the supervisor", errno));
    if (pid == 0) {
        read.reset();
        supervise(app, up, write.release());
    }
    write.reset();
    // A little more than the supervisor's own deadline, so that its words come first.
    const Status started = follow(app, read.get(), Deadline::in(start_time + stop_time));
    if (!started) return app.report(started.error());
    const Result<sandbox::State> state = sandbox::read_state(up.folder);
    if (!state) return app.report(state.error());
    present(app, up.folder, *state, true,
            std::chrono::duration_cast<Millis>(app.seams.clock.steady() - begun));
    return ExitCode::ok;
}

ExitCode run_sandbox_up(App& app, const SandboxUpOptions& options) {
    const Result<sandbox::UpOptions> up = plan(options);
    if (!up) return app.report(up.error());
    return options.detach ? run_detached(app, *up) : run_in_foreground(app, *up);
}

}  // namespace

void add_sandbox_up(const Command& parent) {
    const auto options = std::make_shared<SandboxUpOptions>();
    const Command cmd = parent.add_subcommand(
        "up", "Start a real MariaDB, a real Redis and the API core on free ports of this machine");
    cmd.add_option("--dir", options->folder, "Folder to make for it (default: one in the runtime folder)")
        .type_name("DIR");
    cmd.add_flag("--detach", options->detach, "Return when it is up, and leave a supervisor behind");
    cmd.add_flag("--no-backend", options->no_backend, "Only the database and the cache");
    cmd.set_help(
        {{{"logbookctl sandbox up", "in the foreground; Ctrl-C ends everything"},
          {"logbookctl sandbox up --detach --dir /tmp/box && logbookctl -C /tmp/box doctor",
           "in the background, then a diagnosis of it"}},
         {"0  it is up, or was ended", "1  a server did not start; nothing is left", "130  interrupted"},
         {"sandbox status", "sandbox down", "doctor", "serve"},
         "The servers listen on 127.0.0.1 only, with generated passwords that stand in the folder's .env "
         "(0600). "
         "The folder is private (0700) and must not exist yet. The database holds a small department: one "
         "organization, five members who cannot sign in, and one sane row in alembic_version.\n\n"
         "When the supervisor dies, by whatever signal, the kernel ends every server. Started as root, the "
         "servers run as `nobody`. A server that is killed or stopped is neither started again nor a reason "
         "to "
         "end the others.\n\n"
         "It needs Debian's packages mariadb-server-core and redis-server."});
    cmd.on_chosen([options](App& app) { return run_sandbox_up(app, *options); });
}

}  // namespace logbook::cli
