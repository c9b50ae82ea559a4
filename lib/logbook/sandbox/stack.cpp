// Starting the servers, one step after the other; the cache starts while the database is prepared.
#include "logbook/sandbox/stack.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "logbook/base/fd.h"
#include "logbook/base/text.h"
#include "logbook/host/child.h"
#include "logbook/host/file.h"
#include "logbook/host/port.h"
#include "logbook/sandbox/folder.h"
#include "logbook/sandbox/seed.h"
#include "logbook/sandbox/servers.h"

namespace logbook::sandbox {
namespace {

constexpr Millis poll_interval{15};
constexpr Millis probe_time{1000};
constexpr int port_tries = 3;
constexpr uint64_t most_log_bytes = 256 << 20;

struct Server {
    std::string role;
    uint16_t port = 0;
    host::Child child;
};

class RunningStack final : public Stack {
  public:
    RunningStack(const UpOptions& options, const Probes& probes, const Progress& progress)
        : folder_(std::filesystem::absolute(options.folder))
        , program_(options.program)
        , cancelled_(options.cancelled)
        , probes_(probes)
        , progress_(progress) {}
    ~RunningStack() override {
        if (made_) down(Deadline::in(Millis(3000)));
    }

    Status start(Deadline deadline) {
        if (Status done = prepare(); !done) return done;
        if (Status done = start_cache(deadline); !done) return done;
        if (Status done = install_database(deadline); !done) return done;
        if (Status done = start_database(deadline); !done) return done;
        if (!program_.empty())
            if (Status done = start_backend(deadline); !done) return done;
        return write_settings();
    }

    const State& state() const override { return state_; }

    void reap() override {
        for (Server& server : servers_) (void)server.child.alive();
    }

    void down(Deadline deadline) override {
        for (Server& server : servers_) server.child.ask_to_end();
        for (Server& server : servers_) server.child.terminate(deadline);
        servers_.clear();
        if (!made_) return;
        made_ = false;
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

  private:
    Status prepare() {
        const auto programs = find_programs();
        if (!programs) return fail(programs.error());
        programs_ = *programs;
        const auto owner = unprivileged();
        if (!owner) return fail(owner.error());
        owner_ = *owner;
        auto secrets = make_secrets();
        if (!secrets) return fail(secrets.error());
        secrets_ = std::move(*secrets);
        if (Status made = make_folder(folder_, owner_); !made) return made;
        made_ = true;
        if (Status open = reachable(folder_, owner_); !open) return open;
        for (const char* name : {"database", "cache", "backend", "database/data"})
            if (Status made = make_folder(folder_ / name, owner_); !made) return made;
        struct stat facts {};
        if (::lstat(folder_.c_str(), &facts) != 0)
            return fail(system_error("cannot look at " + folder_.string(), errno));
        state_.device = facts.st_dev;
        state_.inode = facts.st_ino;
        state_.created = iso8601(probes_.clock.wall());
        state_.supervisor = {"supervisor", ::getpid(), host::start_time_of(::getpid()).value_or(0), 0};
        return write_state(folder_, state_);
    }

    Status start_cache(Deadline deadline) {
        progress_("starting redis-server");
        return on_a_free_port(
            "cache", deadline,
            [&](uint16_t port) -> Result<host::ChildSpec> {
                ports_.cache = port;
                const std::filesystem::path file = folder_ / "cache" / "redis.conf";
                ::unlink(file.c_str());
                if (Status made = make_file(file, cache_configuration(folder_, port, secrets_.cache), owner_);
                    !made)
                    return fail(made.error());
                return cache_server(programs_, folder_);
            },
            [&](Deadline by) -> Status {
                net::RedisEndpoint endpoint;
                endpoint.port = ports_.cache;
                endpoint.password = secrets_.cache;
                auto session = probes_.redis.connect(endpoint, by);
                if (!session) return fail(session.error());
                const auto reply = (*session)->command({"PING"}, by);
                if (!reply) return fail(reply.error());
                return {};
            });
    }

    Status install_database(Deadline deadline) {
        progress_("preparing an empty database");
        const auto input = database_installer_input(programs_);
        if (!input) return fail(input.error());
        host::ChildSpec spec = database_installer(programs_, folder_);
        spec.run_as = owner_;
        const auto done = host::run(spec, *input, deadline);
        if (!done) return fail(done.error());
        if (!done->end.success()) {
            show_last_lines(done->err);
            return fail(ErrorCode::io, "mariadbd could not prepare an empty database: " + describe(done->end),
                        "its last lines stand above");
        }
        return make_file(folder_ / "database" / "seed.sql",
                         seed_sql({secrets_.database_root, secrets_.database}), owner_);
    }

    Status start_database(Deadline deadline) {
        progress_("starting mariadbd, with five members in it");
        Status started = on_a_free_port(
            "database", deadline,
            [&](uint16_t port) -> Result<host::ChildSpec> {
                ports_.database = port;
                return database_server(programs_, folder_, port);
            },
            [&](Deadline by) -> Status {
                net::SqlEndpoint endpoint;
                endpoint.port = ports_.database;
                endpoint.user = "logbook_user";
                endpoint.password = secrets_.database;
                endpoint.database = "the_logbook";
                auto session = probes_.sql.connect(endpoint, by);
                if (!session) return fail(session.error());
                const auto rows = (*session)->query("SELECT COUNT(*) FROM users", by);
                if (!rows) return fail(rows.error());
                return {};
            });
        ::unlink((folder_ / "database" / "seed.sql").c_str());
        return started;
    }

    Status start_backend(Deadline deadline) {
        progress_("starting logbookctl serve");
        return on_a_free_port(
            "backend", deadline,
            [&](uint16_t port) -> Result<host::ChildSpec> {
                ports_.backend = port;
                return backend_server(program_, folder_, settings_of(ports_, secrets_), port);
            },
            [&](Deadline by) -> Status {
                net::HttpRequest request;
                request.url = fmt::format("http://127.0.0.1:{}/health", ports_.backend);
                const auto reply = probes_.http.send(request, by);
                if (!reply) return fail(reply.error().error);
                if (reply->status != 200) return fail(ErrorCode::protocol, "/health is not healthy");
                return {};
            });
    }

    Status write_settings() {
        return make_file(folder_ / ".env", std::string(env_text(settings_of(ports_, secrets_)).reveal()),
                         std::nullopt);
    }

    // Starts a server and waits until it answers. A port that was taken in between is a reason to try
    // another.
    template <typename Prepare, typename Ready>
    Status on_a_free_port(const std::string& role, Deadline deadline, Prepare prepare, Ready ready) {
        const std::filesystem::path log = folder_ / (role + ".log");
        for (int tries = 1;; ++tries) {
            const auto port = host::free_loopback_port();
            if (!port) return fail(port.error());
            Result<host::ChildSpec> spec = prepare(*port);
            if (!spec) return fail(spec.error());
            spec->run_as = owner_;
            const Fd output(
                ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
            if (!output) return fail(system_error("cannot open " + log.string(), errno));
            auto child = host::Child::start(*spec, output.get());
            if (!child) return fail(child.error());
            const pid_t pid = child->pid();
            servers_.push_back({role, *port, std::move(*child)});
            state_.servers.push_back({role, pid, host::start_time_of(pid).value_or(1), *port});
            if (Status written = write_state(folder_, state_); !written) return written;

            Status last = fail(ErrorCode::timeout, "it was not asked");
            while (servers_.back().child.alive() && !deadline.passed()) {
                if (cancelled_ && cancelled_())
                    return fail(ErrorCode::interrupted, "the start was interrupted");
                last = ready(deadline.at_most(probe_time));
                // A port taken in between is somebody else's: only a live child's answer counts.
                if (last && servers_.back().child.alive()) return {};
                std::this_thread::sleep_for(poll_interval);
            }
            const std::string said = log_of(log);
            const bool died = !servers_.back().child.alive();
            const std::string end =
                died ? describe(servers_.back().child.end().value_or(host::ChildEnd{})) : std::string();
            if (died && tries < port_tries &&
                (contains(said, "already in use") || contains(said, "is taken"))) {
                servers_.pop_back();
                state_.servers.pop_back();
                continue;
            }
            show_last_lines(said);
            if (died)
                return fail(ErrorCode::io, fmt::format("the {} did not start: {}", role, end),
                            "its last log lines stand above");
            return fail(ErrorCode::timeout,
                        fmt::format("the {} did not answer in time: {}", role, last.error().what),
                        "its last log lines stand above");
        }
    }

    std::string log_of(const std::filesystem::path& path) const {
        const auto text = host::read_file(path, most_log_bytes);
        return text ? text->bytes : text.error().what;
    }

    void show_last_lines(const std::string& text) const {
        const std::vector<std::string> lines = split(trim(text), '\n');
        for (size_t i = lines.size() > 8 ? lines.size() - 8 : 0; i < lines.size(); ++i)
            progress_("  " + printable(lines[i]));
    }

    const std::filesystem::path folder_, program_;
    const std::function<bool()> cancelled_;
    const Probes probes_;
    const Progress progress_;
    Programs programs_;
    std::optional<host::Credentials> owner_;
    Secrets secrets_;
    Ports ports_;
    State state_;
    std::vector<Server> servers_;
    bool made_ = false;
};

}  // namespace

Result<std::unique_ptr<Stack>> Stack::up(const UpOptions& options, const Probes& probes,
                                         const Progress& progress, Deadline deadline) {
    auto stack = std::make_unique<RunningStack>(options, probes, progress);
    if (Status started = stack->start(deadline); !started) return fail(started.error());
    return std::unique_ptr<Stack>(std::move(stack));
}

}  // namespace logbook::sandbox
