// The two ways to run it: by the engine, inside a container; and as a child of this process.
#include "logbook/migration/alembic_run.h"

#include <charconv>
#include <fmt/format.h>
#include <utility>

#include "logbook/base/text.h"
#include "logbook/host/child.h"

namespace logbook::migration {
namespace {

using docker::Channel;
using Line = std::function<void(Channel, std::string_view)>;

constexpr std::chrono::seconds to_end{10};  // after Ctrl-C
constexpr Millis to_tell_the_end{15'000};   // after the deadline
constexpr int no_program = 127;
constexpr size_t longest_line = size_t(1) << 20;

// Tells its own number first, so that it can be ended; then becomes Alembic.
constexpr const char* script = R"(echo "$$"
command -v alembic >/dev/null || exit 127
exec alembic "$@")";

// The lines of one stream.
class Lines {
  public:
    Lines(Channel channel, const Line& sink) : channel_(channel), sink_(sink) {}

    Status feed(std::string_view bytes) {
        for (size_t end; (end = bytes.find('\n')) != std::string_view::npos; bytes.remove_prefix(end + 1)) {
            held_ += bytes.substr(0, end);
            tell();
        }
        held_ += bytes;
        if (held_.size() > longest_line) tell();
        return {};
    }
    void finish() {
        if (!held_.empty()) tell();
    }

  private:
    void tell() {
        if (!held_.empty() && held_.back() == '\r') held_.pop_back();
        if (sink_) sink_(channel_, held_);
        held_.clear();
    }

    Channel channel_;
    const Line& sink_;
    std::string held_;
};

// When to end Alembic, and how hard.
class Ending {
  public:
    Ending(const AlembicCall& call, Deadline deadline) : call_(call), deadline_(deadline) {}

    // The signal that is due now; empty where none is.
    std::string_view due() {
        if (!asked_) {
            late_ = deadline_.passed();
            if (!late_ && !(call_.stopped && call_.stopped())) return {};
            asked_ = Deadline::in(to_end);
            return "INT";
        }
        if (forced_ || !asked_->passed()) return {};
        forced_ = true;
        return "KILL";
    }
    AlembicEnd end(int exit_code) const { return {exit_code, asked_.has_value(), late_}; }

  private:
    const AlembicCall& call_;
    const Deadline deadline_;
    std::optional<Deadline> asked_;
    bool late_ = false, forced_ = false;
};

Error no_alembic(const std::string& where) {
    return {ErrorCode::unsupported, fmt::format("there is no program `alembic` {}", where),
            "is it the application's? Name its image with --image, or run it on this machine with --local"};
}

class ContainedAlembic final : public Alembic {
  public:
    ContainedAlembic(const docker::Engine& engine, const docker::Container& container)
        : engine_(engine), container_(container) {}

    std::string where() const override { return "inside " + printable(container_.name, 80); }

    Result<AlembicEnd> run(const AlembicCall& call, Deadline deadline) const override {
        Ending ending(call, deadline);
        std::optional<int64_t> process;
        const Line beyond_the_number = [&](Channel channel, std::string_view line) {
            if (channel == Channel::out && !process) {
                int64_t number = 0;
                std::from_chars(line.data(), line.data() + line.size(), number);
                process = number;
            } else if (call.line) {
                call.line(channel, line);
            }
        };
        Lines out(Channel::out, beyond_the_number), err(Channel::err, beyond_the_number);
        docker::ExecRequest request;
        request.argv = {"sh", "-c", script, "logbookctl-alembic"};
        request.argv.insert(request.argv.end(), call.arguments.begin(), call.arguments.end());
        request.environment = call.environment;
        request.environment.push_back({"PYTHONUNBUFFERED", Secret("1")});
        request.working_dir = container_.working_dir;
        request.output = [&](std::string_view bytes) { return out.feed(bytes); };
        request.errors = [&](std::string_view bytes) { return err.feed(bytes); };
        request.stopped = [&] {
            if (const std::string_view signal = ending.due(); !signal.empty() && process.value_or(0) > 1)
                send(signal, *process);
            return false;
        };
        const auto done =
            engine_.exec(container_.id, request, Deadline::in(deadline.remaining() + to_tell_the_end));
        out.finish();
        err.finish();
        if (!done) return fail(done.error());
        if (done->exit_code == no_program) return fail(no_alembic(where()));
        return ending.end(done->exit_code);
    }

  private:
    void send(std::string_view signal, int64_t process) const {
        docker::ExecRequest request;
        request.argv = {"sh", "-c", R"(kill -"$0" "$1")", std::string(signal), std::to_string(process)};
        (void)engine_.exec(container_.id, request, Deadline::in(Millis(3000)));
    }

    const docker::Engine& engine_;
    const docker::Container container_;
};

class LocalAlembic final : public Alembic {
  public:
    LocalAlembic(std::filesystem::path program, AlembicHere here)
        : program_(std::move(program)), here_(std::move(here)) {}

    std::string where() const override { return "in " + printable(here_.folder.string(), 300); }

    Result<AlembicEnd> run(const AlembicCall& call, Deadline deadline) const override {
        Ending ending(call, deadline);
        Lines out(Channel::out, call.line), err(Channel::err, call.line);
        host::ChildSpec spec;
        spec.argv = {program_.string()};
        spec.argv.insert(spec.argv.end(), call.arguments.begin(), call.arguments.end());
        spec.environment = environment(call);
        spec.folder = here_.folder;
        host::RunLimits limits;
        limits.output = [&](std::string_view bytes) { return out.feed(bytes); };
        limits.errors = [&](std::string_view bytes) { return err.feed(bytes); };
        limits.interrupted = [&] { return !ending.due().empty(); };
        // It is killed when it has not ended by then.
        const auto done = host::run(spec, {}, Deadline::in(deadline.remaining() + to_end), limits);
        out.finish();
        err.finish();
        if (!done && done.error().code == ErrorCode::timeout) return ending.end(-1);
        if (!done) return fail(done.error());
        return ending.end(done->end.exit_code);
    }

  private:
    std::vector<std::string> environment(const AlembicCall& call) const {
        std::vector<std::string> list{"PYTHONUNBUFFERED=1"};
        const auto is_given = [&](const std::string& name) {
            for (const docker::EnvironmentValue& value : call.environment)
                if (value.name == name) return true;
            return name == "PYTHONUNBUFFERED";
        };
        const auto add = [&](const docker::EnvironmentValue& value) {
            list.push_back(value.name + "=" + std::string(value.value.reveal()));
        };
        for (const docker::EnvironmentValue& value : here_.environment)
            if (!is_given(value.name)) add(value);
        for (const docker::EnvironmentValue& value : call.environment) add(value);
        return list;
    }

    const std::filesystem::path program_;
    const AlembicHere here_;
};

}  // namespace

std::unique_ptr<Alembic> alembic_inside(const docker::Engine& engine, const docker::Container& container) {
    return std::make_unique<ContainedAlembic>(engine, container);
}

Result<std::unique_ptr<Alembic>> alembic_here(AlembicHere here) {
    auto program = host::find_program("alembic", here.search_path);
    if (!program)
        return fail(ErrorCode::unsupported, "there is no program `alembic` on this machine's PATH",
                    "activate the application's virtual environment, or leave --local out");
    return std::unique_ptr<Alembic>(std::make_unique<LocalAlembic>(std::move(*program), std::move(here)));
}

}  // namespace logbook::migration
