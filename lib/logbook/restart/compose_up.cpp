// Choosing and running Compose.
#include "logbook/restart/compose_up.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/host/child.h"

namespace logbook::restart {
namespace {

constexpr std::string_view engine_names[] = {"DOCKER_HOST",          "DOCKER_CONTEXT",   "DOCKER_TLS",
                                             "DOCKER_TLS_VERIFY",    "DOCKER_CERT_PATH", "COMPOSE_ANSI",
                                             "COMPOSE_STATUS_STDOUT"};

// Both generations colour and move the cursor, also in a pipe.
std::string without_escapes(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\x1b') {
            out += text[i];
            continue;
        }
        if (i + 1 < text.size() && text[i + 1] == '[')
            for (i += 2; i < text.size() && (text[i] < '@' || text[i] > '~');) ++i;
    }
    return out;
}

std::string last_words(std::string_view text) {
    std::string last;
    for (const std::string& line : split(replace_all(without_escapes(text), "\r", "\n"), '\n'))
        if (!trim(line).empty()) last = std::string(trim(line));
    return printable(last, 300);
}

}  // namespace

Result<deployment::ComposeProgram> choose_generation(const std::vector<deployment::ComposeProgram>& installed,
                                                     std::string_view made_by) {
    if (made_by.empty()) {
        if (!installed.empty()) return installed.front();
        return fail(ErrorCode::unsupported, "no Compose program is installed, so no container can be made",
                    "install it: apt-get install docker-compose, or the docker-compose-plugin of Docker's "
                    "own packages");
    }
    const int wanted = made_by.substr(0, 2) == "1." ? 1 : 2;
    for (const deployment::ComposeProgram& program : installed)
        if (program.generation() == wanted) return program;
    const std::string there = installed.empty() ? "none is installed"
                                                : fmt::format("here is {} {}", installed.front().spelling(),
                                                              installed.front().version);
    return fail(ErrorCode::unsupported,
                fmt::format("these containers were made by Compose {}; {}, and another generation would "
                            "recreate every container",
                            printable(made_by, 40), there),
                wanted == 1 ? "install Compose 1.29: apt-get install docker-compose"
                            : "install Compose v2: the package docker-compose-plugin, or docker-compose-v2");
}

std::vector<std::string> compose_environment(std::vector<std::string> inherited,
                                             const docker::Endpoint& engine,
                                             const std::string& compose_file) {
    const auto replaced = [&](const std::string& entry) {
        const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
        if (name == "COMPOSE_FILE" || name == "COMPOSE_PATH_SEPARATOR") return !compose_file.empty();
        return std::find(std::begin(engine_names), std::end(engine_names), name) != std::end(engine_names);
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

Status compose_up(const ComposeUp& compose, const std::string& service, Deadline deadline) {
    // Compose would take it for an option, and a container's label may say anything.
    if (service.empty() || service.front() == '-')
        return fail(ErrorCode::invalid, fmt::format("`{}` is no name of a service", printable(service, 60)),
                    {});
    const deployment::ComposeInput& input = compose.input;
    host::ChildSpec spec;
    spec.argv = compose.program.argv;
    if (!input.project_name.empty()) spec.argv.insert(spec.argv.end(), {"-p", input.project_name});
    if (input.env_path.filename() != ".env" || input.env_path.parent_path() != input.folder)
        spec.argv.insert(spec.argv.end(), {"--env-file", input.env_path.string()});
    spec.argv.insert(spec.argv.end(), {"up", "-d", "--no-deps", service});
    spec.folder = input.folder;
    spec.environment = input.environment;
    const auto done = host::run(spec, {}, deadline);
    if (!done) return fail(done.error());
    if (done->end.success()) return {};
    const std::string said = last_words(done->err.empty() ? done->out : done->err);
    return fail(ErrorCode::io,
                fmt::format("{} up of {} ended with {}: {}", compose.program.spelling(),
                            printable(service, 60), describe(done->end), said),
                fmt::format("see it whole: {} up -d --no-deps {}", compose.program.spelling(),
                            printable(shell_quoted(service))));
}

}  // namespace logbook::restart
