// Running Compose: `version`, `config`; and how it is started for whatever else.
#include "logbook/deployment/compose_program.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::deployment {
namespace {

constexpr size_t most_rendered_bytes = 8 << 20;

constexpr std::string_view engine_names[] = {"DOCKER_HOST",          "DOCKER_CONTEXT",   "DOCKER_TLS",
                                             "DOCKER_TLS_VERIFY",    "DOCKER_CERT_PATH", "COMPOSE_ANSI",
                                             "COMPOSE_STATUS_STDOUT"};

bool chooses_engine(const std::string& entry) {
    const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
    return std::find(std::begin(engine_names), std::end(engine_names), name) != std::end(engine_names);
}

// "2.26.1" out of "2.26.1", "v2.26.1+ds1-1" and "docker-compose version 1.29.2, build unknown".
std::string version_in(std::string_view said) {
    const size_t digit = said.find_first_of("0123456789");
    if (digit == std::string_view::npos) return {};
    const size_t end = said.find_first_not_of("0123456789.", digit);
    return std::string(said.substr(digit, end == std::string_view::npos ? end : end - digit));
}

std::optional<ComposeProgram> ask_version(std::vector<std::string> argv,
                                          const std::vector<std::string>& environment, Deadline deadline) {
    host::ChildSpec spec;
    spec.argv = argv;
    spec.argv.insert(spec.argv.end(), {"version", "--short"});
    // A context that does not exist must not hide the program.
    std::copy_if(environment.begin(), environment.end(), std::back_inserter(spec.environment),
                 [](const std::string& entry) { return !chooses_engine(entry); });
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

std::vector<ComposeProgram> find_compose_programs(const std::vector<std::string>& environment,
                                                  Deadline deadline) {
    std::vector<ComposeProgram> programs;
    std::string_view folders;
    for (const std::string& entry : environment)
        if (entry.rfind("PATH=", 0) == 0) folders = std::string_view(entry).substr(5);
    if (const auto docker = host::find_program("docker", folders))
        if (auto plugin = ask_version({docker->string(), "compose"}, environment, deadline))
            programs.push_back(std::move(*plugin));
    if (const auto alone = host::find_program("docker-compose", folders))
        if (auto program = ask_version({alone->string()}, environment, deadline))
            programs.push_back(std::move(*program));
    std::stable_sort(programs.begin(), programs.end(), [](const ComposeProgram& a, const ComposeProgram& b) {
        return a.generation() > b.generation();
    });
    return programs;
}

std::vector<std::string> compose_environment(std::vector<std::string> inherited,
                                             const docker::Endpoint& engine,
                                             const std::string& compose_file) {
    const auto replaced = [&](const std::string& entry) {
        const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
        if (name == "COMPOSE_FILE" || name == "COMPOSE_PATH_SEPARATOR") return !compose_file.empty();
        return chooses_engine(entry);
    };
    inherited.erase(std::remove_if(inherited.begin(), inherited.end(), replaced), inherited.end());
    inherited.push_back("DOCKER_HOST=" + engine.text());
    inherited.emplace_back("COMPOSE_ANSI=never");
    if (engine.tls) {
        if (engine.tls->verify) inherited.emplace_back("DOCKER_TLS_VERIFY=1");
        const std::string& file = engine.tls->certificate.empty() ? engine.tls->ca : engine.tls->certificate;
        if (!file.empty())
            inherited.push_back("DOCKER_CERT_PATH=" + std::filesystem::path(file).parent_path().string());
    }
    if (!compose_file.empty()) {
        inherited.push_back("COMPOSE_FILE=" + compose_file);
        inherited.emplace_back("COMPOSE_PATH_SEPARATOR=:");
    }
    return inherited;
}

host::ChildSpec compose_call(const ComposeProgram& program, const ComposeInput& input,
                             const std::vector<std::string>& words) {
    host::ChildSpec spec;
    spec.argv = program.argv;
    if (!input.project_name.empty()) spec.argv.insert(spec.argv.end(), {"-p", input.project_name});
    if (input.env_path.filename() != ".env" || input.env_path.parent_path() != input.folder)
        spec.argv.insert(spec.argv.end(), {"--env-file", input.env_path.string()});
    spec.argv.insert(spec.argv.end(), words.begin(), words.end());
    spec.folder = input.folder;
    spec.environment = input.environment;
    return spec;
}

Result<std::string> render_with(const ComposeProgram& program, const ComposeInput& input, Deadline deadline) {
    host::RunLimits limits;
    limits.most_bytes = most_rendered_bytes;
    const auto done = host::run(compose_call(program, input, {"config"}), {}, deadline, limits);
    if (!done) return fail(done.error());
    if (!done->end.success())
        return fail(ErrorCode::invalid,
                    fmt::format("{} refuses the files: {}", program.spelling(), last_line(done->err)),
                    fmt::format("see it whole: {} config --quiet", program.spelling()));
    return done->out;
}

std::map<std::string, std::string> hashes_with(const ComposeProgram& program, const ComposeInput& input,
                                               Deadline deadline) {
    std::map<std::string, std::string> hashes;
    const auto done = host::run(compose_call(program, input, {"config", "--hash=*"}), {}, deadline);
    if (!done || !done->end.success()) return hashes;
    for (const std::string& line : split(done->out, '\n')) {  // "mysql 0b4cdda8…"
        const size_t blank = line.find(' ');
        if (blank != std::string::npos) hashes[line.substr(0, blank)] = std::string(trim(line.substr(blank)));
    }
    return hashes;
}

}  // namespace logbook::deployment
