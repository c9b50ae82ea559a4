// By what the engine shows of the containers' processes.
#include "logbook/migration/alembic_at_work.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

#include "logbook/base/text.h"
#include "logbook/host/child.h"

namespace logbook::migration {
namespace {

// Of this boot and this view of the processes: a process number means something else in another.
std::string this_machine() {
    std::string boot;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
    std::array<char, 64> space{};
    const ssize_t n = ::readlink("/proc/self/ns/pid", space.data(), space.size());
    return boot + "/" + std::string(space.data(), size_t(std::max<ssize_t>(n, 0)));
}

std::vector<docker::Container> made_ones(const docker::Engine& engine, Deadline deadline) {
    docker::ContainerFilter filter;
    filter.labels = {std::string(made_for_alembic)};
    auto found = engine.list_containers(filter, deadline);
    return found ? std::move(*found) : std::vector<docker::Container>();
}

Result<std::vector<std::string>> commands_of(const docker::Engine& engine, const docker::Container& container,
                                             Deadline deadline) {
    std::vector<std::string> commands;
    const auto processes = engine.processes(container.id, deadline);
    if (processes) {
        for (const docker::Process& process : *processes) commands.push_back(process.command);
        return commands;
    }
    if (processes.error().code != ErrorCode::io && processes.error().code != ErrorCode::protocol)
        return fail(processes.error());
    docker::ExecRequest request;
    request.argv = {"sh", "-c",
                    R"(for p in /proc/[0-9]*; do tr '\0' ' ' <"$p/cmdline"; echo; done 2>/dev/null)"};
    const auto done = engine.exec(container.id, request, deadline);
    if (!done) return fail(done.error());
    return split(done->out, '\n');
}

}  // namespace

bool is_alembic_at_work(std::string_view command) {
    const std::vector<std::string> words = split(command, ' ');
    const auto named = std::find_if(words.begin(), words.end(), [](const std::string& word) {
        const size_t slash = word.rfind('/');
        const std::string_view name = std::string_view(word).substr(slash == word.npos ? 0 : slash + 1);
        return name == "alembic" || name == "logbookctl-alembic";
    });
    const auto follows = [&](std::string_view word) {
        return std::find(named, words.end(), word) != words.end();
    };
    return (follows("upgrade") || follows("downgrade") || follows("stamp")) && !follows("--sql");
}

Result<std::vector<AlembicAtWork>> find_alembic_at_work(const docker::Engine& engine,
                                                        const std::vector<const docker::Container*>& backends,
                                                        Deadline deadline) {
    std::vector<AlembicAtWork> found;
    const auto look = [&](const docker::Container& container, bool made) -> Status {
        if (container.state != docker::ContainerState::running) return {};
        const auto commands = commands_of(engine, container, deadline);
        if (!commands) {
            // It may have ended since it was listed.
            const bool ended =
                commands.error().code == ErrorCode::conflict || commands.error().code == ErrorCode::not_found;
            return ended ? Status() : fail(commands.error());
        }
        for (const std::string& command : *commands)
            if (is_alembic_at_work(command)) found.push_back({container.name, command, made});
        return {};
    };
    for (const docker::Container* backend : backends)
        if (Status looked = look(*backend, false); !looked) return fail(looked.error());
    for (const docker::Container& container : made_ones(engine, deadline)) {
        const auto project = container.labels.find(std::string(made_for_project));
        const bool ours =
            project == container.labels.end() || backends.empty() ||
            std::any_of(backends.begin(), backends.end(), [&](const docker::Container* backend) {
                return backend->compose.project == project->second;
            });
        if (!ours) continue;
        if (Status looked = look(container, true); !looked) return fail(looked.error());
    }
    return found;
}

std::string owner_of_this_process() {
    return fmt::format("{}/{}/{}", this_machine(), ::getpid(), host::start_time_of(::getpid()).value_or(0));
}

bool is_gone(std::string_view owner) {
    const std::string here = this_machine() + "/";
    if (owner.substr(0, here.size()) != here) return false;
    const std::vector<std::string> numbers = split(owner.substr(here.size()), '/');
    pid_t process = 0;
    uint64_t start = 0;
    if (numbers.size() != 2) return false;
    std::from_chars(numbers[0].data(), numbers[0].data() + numbers[0].size(), process);
    std::from_chars(numbers[1].data(), numbers[1].data() + numbers[1].size(), start);
    return host::start_time_of(process) != start;
}

void remove_idle_alembic_containers(const docker::Engine& engine, Deadline deadline) {
    for (const docker::Container& container : made_ones(engine, deadline)) {
        const auto owner = container.labels.find(std::string(made_for_alembic));
        if (owner == container.labels.end() || !is_gone(owner->second)) continue;
        if (container.state == docker::ContainerState::running) {
            const auto commands = commands_of(engine, container, deadline);
            const bool busy =
                !commands || std::any_of(commands->begin(), commands->end(), [](const std::string& command) {
                    return is_alembic_at_work(command);
                });
            if (busy) continue;
        }
        (void)engine.remove(container.id, true, deadline);
    }
}

}  // namespace logbook::migration
