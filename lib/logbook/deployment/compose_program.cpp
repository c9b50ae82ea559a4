// Running Compose; only `version` and `config`, which need no engine.
#include "logbook/deployment/compose_program.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/host/child.h"

namespace logbook::deployment {
namespace {

constexpr size_t most_rendered_bytes = 8 << 20;

// "2.26.1" out of "2.26.1", "v2.26.1+ds1-1" and "docker-compose version 1.29.2, build unknown".
std::string version_in(std::string_view said) {
    const size_t digit = said.find_first_of("0123456789");
    if (digit == std::string_view::npos) return {};
    const size_t end = said.find_first_not_of("0123456789.", digit);
    return std::string(said.substr(digit, end == std::string_view::npos ? end : end - digit));
}

std::optional<ComposeProgram> ask_version(std::vector<std::string> argv, Deadline deadline) {
    host::ChildSpec spec;
    spec.argv = argv;
    spec.argv.insert(spec.argv.end(), {"version", "--short"});
    spec.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "HOME=/nonexistent"};
    const auto done = host::run(spec, {}, deadline);
    if (!done || !done->end.success()) return std::nullopt;
    ComposeProgram program{std::move(argv), version_in(done->out)};
    if (program.version.empty()) return std::nullopt;
    return program;
}

std::string last_line(std::string_view text) {
    const std::vector<std::string> lines = split(trim(text), '\n');
    return printable(lines.empty() ? std::string() : lines.back(), 300);
}

}  // namespace

std::string ComposeProgram::spelling() const {
    return argv.size() > 1 ? "docker compose" : "docker-compose";
}

std::vector<ComposeProgram> find_compose_programs(std::string_view folders, Deadline deadline) {
    std::vector<ComposeProgram> programs;
    if (const auto docker = host::find_program("docker", folders))
        if (auto plugin = ask_version({docker->string(), "compose"}, deadline))
            programs.push_back(std::move(*plugin));
    if (const auto alone = host::find_program("docker-compose", folders))
        if (auto program = ask_version({alone->string()}, deadline)) programs.push_back(std::move(*program));
    std::stable_sort(programs.begin(), programs.end(), [](const ComposeProgram& a, const ComposeProgram& b) {
        return a.generation() > b.generation();
    });
    return programs;
}

Result<std::string> render_with(const ComposeProgram& program, const ComposeInput& input, Deadline deadline) {
    host::ChildSpec spec;
    spec.argv = program.argv;
    if (!input.project_name.empty()) spec.argv.insert(spec.argv.end(), {"-p", input.project_name});
    if (input.env_path.filename() != ".env" || input.env_path.parent_path() != input.folder)
        spec.argv.insert(spec.argv.end(), {"--env-file", input.env_path.string()});
    spec.argv.push_back("config");
    spec.folder = input.folder;
    spec.environment = input.environment;
    host::RunLimits limits;
    limits.most_bytes = most_rendered_bytes;
    const auto done = host::run(spec, {}, deadline, limits);
    if (!done) return fail(done.error());
    if (!done->end.success())
        return fail(ErrorCode::invalid,
                    fmt::format("{} refuses the files: {}", program.spelling(), last_line(done->err)),
                    fmt::format("see it whole: {} config --quiet", program.spelling()));
    return done->out;
}

}  // namespace logbook::deployment
