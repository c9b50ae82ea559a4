// Prints the Compose model of a folder as JSON, for the differential test: compose_probe <folder> [<compose
// program>]. Values are printed: it is a test's program, never installed.
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

#include "logbook/base/json.h"
#include "logbook/deployment/compose_project.h"

using namespace logbook;
using namespace logbook::deployment;

namespace {

Json to_json(const ComposeService& service) {
    Json environment = Json::object(), needs = Json::object();
    Json::Array ports, mounts;
    for (const ServiceVariable& v : service.environment)
        environment.set(v.name, v.value ? Json(v.value->reveal()) : Json());
    for (const ServiceDependency& d : service.depends_on) needs.set(d.service, d.condition);
    for (const PublishedPort& p : service.ports)
        ports.push_back(Json::object({{"host_ip", p.host_ip},
                                      {"published", p.host_ports},
                                      {"target", int64_t(p.target)},
                                      {"protocol", p.protocol}}));
    for (const ServiceMount& m : service.mounts)
        mounts.push_back(Json::object({{"type", m.kind == ServiceMount::Kind::bind ? "bind" : "volume"},
                                       {"source", m.source},
                                       {"target", m.target}}));
    return Json::object({{"image", service.image},
                         {"built", service.built},
                         {"container_name", service.container_name},
                         {"restart", service.restart},
                         {"environment", environment},
                         {"depends_on", needs},
                         {"ports", Json(std::move(ports))},
                         {"mounts", Json(std::move(mounts))},
                         {"healthcheck", service.has_healthcheck},
                         {"memory", service.memory_limit}});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    ComposeInput input;
    input.folder = argv[1];
    input.env_path = input.folder / ".env";
    for (char** entry = environ; *entry; ++entry) input.environment.emplace_back(*entry);
    const auto outer = [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string(name).c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
    const auto env = settings::load_env(input.env_path, outer);
    const settings::Lookup value = [&](std::string_view name) -> std::optional<std::string> {
        if (auto set = outer(name)) return set;
        const settings::EnvAssignment* found = env ? env->file.find(name) : nullptr;
        return found ? std::optional(std::string(found->value.reveal())) : std::nullopt;
    };
    ComposeProgram program{{argc > 2 ? argv[2] : ""}, "2"};
    const ComposeProject project =
        read_compose_project(input, value, argc > 2 ? &program : nullptr, Deadline::in(Millis(20'000)));
    Json services = Json::object(), volumes = Json::object();
    for (const ComposeService& service : project.model.services) services.set(service.name, to_json(service));
    for (const ComposeVolume& volume : project.model.volumes) volumes.set(volume.key, volume.name);
    Json::Array problems;
    for (const Error& problem : project.refusals) problems.emplace_back(problem.what);
    for (const Error& problem : project.problems) problems.emplace_back(problem.what);
    std::puts(Json::object({{"project", project.model.project},
                            {"services", services},
                            {"volumes", volumes},
                            {"read_by", project.read_by},
                            {"problems", Json(std::move(problems))}})
                  .dump()
                  .c_str());
    return 0;
}
