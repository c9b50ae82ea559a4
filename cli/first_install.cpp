// Containers, volumes and folders of the database, asked one after the other.
#include "first_install.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <set>
#include <unistd.h>

#include "containers.h"
#include "logbook/base/text.h"
#include "project.h"

namespace logbook::cli {
namespace {

namespace fs = std::filesystem;
using deployment::ComposeService;
using deployment::ServiceMount;

FirstInstall not_proven(std::string why) {
    return {false, std::move(why)};
}

std::string shown(const std::string& name) {
    return "`" + printable(name, 120) + "`";
}

// Under each of these names Compose may have made the containers and volumes: this shell's name would count,
// and must not hide what the project's own name has made.
std::set<std::string> project_names(const App& app, const deployment::ComposeModel& model) {
    std::set<std::string> names = {model.project};
    if (!app.global.project_name.empty()) names.insert(app.global.project_name);
    if (const auto exported = process_environment()("COMPOSE_PROJECT_NAME"); exported && !exported->empty())
        names.insert(*exported);
    return names;
}

// A folder of the host can be judged only where the engine's machine is this one.
bool is_this_machine(const docker::Engine& engine, Deadline deadline) {
    if (engine.endpoint().socket.empty()) return false;
    char name[256] = {};
    const auto info = engine.info(deadline);
    return info && ::gethostname(name, sizeof name - 1) == 0 && info->name == name;
}

class Search {
  public:
    Search(App& app, const deployment::ComposeProject& compose, const fs::path& folder,
           const docker::Engine& engine, Deadline deadline)
        : compose_(compose)
        , folder_(folder)
        , engine_(engine)
        , deadline_(deadline)
        , projects_(project_names(app, compose.model)) {}

    FirstInstall run() {
        const auto containers = engine_.list_containers({}, deadline_);
        if (!containers) return not_proven(containers.error().what);
        const auto volumes = engine_.list_volumes(deadline_);
        if (!volumes) return not_proven(volumes.error().what);
        for (const docker::Volume& volume : *volumes) volumes_.insert(volume.name);
        for (const ComposeService& service : compose_.model.services) {
            if (service.role() != deployment::Role::database) continue;
            if (std::string found = container_of(service, *containers); !found.empty())
                return not_proven(std::move(found));
            if (std::string found = data_of(service); !found.empty()) return not_proven(std::move(found));
        }
        return {true, fmt::format("the engine at {} has {}", engine_.endpoint().text(), join(absent_, ", "))};
    }

  private:
    std::string container_of(const ComposeService& service, const std::vector<docker::Container>& all) {
        for (const docker::Container& container : all) {
            const bool ours =
                projects_.count(container.compose.project) > 0 && container.compose.service == service.name;
            const bool named = !service.container_name.empty() && container.name == service.container_name;
            if (ours || named)
                return fmt::format("the database's container {} exists ({})", shown(container.name),
                                   docker::name_of(container.state));
        }
        for (const std::string& project : projects_)
            absent_.push_back(
                fmt::format("no container of service {} of project {}", shown(service.name), shown(project)));
        if (!service.container_name.empty())
            absent_.push_back("no container " + shown(service.container_name));
        return {};
    }

    // Why the data may exist; empty where it does not.
    std::string data_of(const ComposeService& service) {
        bool kept = false;
        for (const ServiceMount& mount : service.mounts) {
            if (mount.read_only || mount.kind == ServiceMount::Kind::other) continue;
            if (mount.source.empty()) continue;  // an anonymous volume: judged below
            kept = kept || mount.target == "/var/lib/mysql" || mount.target == "/var/lib/mysql/";
            std::string found = mount.kind == ServiceMount::Kind::volume ? volume_of(mount) : bind_of(mount);
            if (!found.empty()) return found;
        }
        if (!kept)
            return fmt::format("the Compose files name no place for the data of service {}, so it cannot be "
                               "told whether some exists",
                               shown(service.name));
        return {};
    }

    std::string volume_of(const ServiceMount& mount) {
        const auto& known = compose_.model.volumes;
        const auto declared =
            std::find_if(known.begin(), known.end(),
                         [&](const deployment::ComposeVolume& v) { return v.key == mount.source; });
        std::vector<std::string> names;
        const bool external = declared != known.end() && declared->external;
        if (declared != known.end() && !declared->name.empty())
            names.push_back(declared->name);
        else if (external)
            names.push_back(mount.source);
        else
            for (const std::string& project : projects_) names.push_back(project + "_" + mount.source);
        for (const std::string& name : names) {
            if (volumes_.count(name))
                return fmt::format("the database's {}volume {} exists", external ? "external " : "",
                                   shown(name));
            absent_.push_back("no volume " + shown(name));
        }
        return {};
    }

    std::string bind_of(const ServiceMount& mount) {
        std::string source = mount.source;
        if (source[0] == '~') {
            const char* home = std::getenv("HOME");
            if (!home || source.substr(0, 2) != "~/")
                return fmt::format("the database's folder {} cannot be looked at", shown(mount.source));
            source = home + source.substr(1);
        }
        const fs::path path = (folder_ / source).lexically_normal();
        if (!is_this_machine(engine_, deadline_))
            return fmt::format(
                "the database's folder {} is on the engine's machine, which cannot be looked at "
                "from here",
                shown(path.string()));
        std::error_code error;
        const fs::file_status status = fs::status(path, error);
        if (status.type() == fs::file_type::not_found) {
            absent_.push_back("no folder " + shown(path.string()));
            return {};
        }
        const bool empty = fs::is_directory(status) && fs::is_empty(path, error);
        if (error) return fmt::format("the database's folder {} cannot be read", shown(path.string()));
        if (!empty) return fmt::format("the database's folder {} is not empty", shown(path.string()));
        absent_.push_back("nothing in the folder " + shown(path.string()));
        return {};
    }

    const deployment::ComposeProject& compose_;
    const fs::path& folder_;
    const docker::Engine& engine_;
    Deadline deadline_;
    std::set<std::string> projects_, volumes_;
    std::vector<std::string> absent_;
};

}  // namespace

FirstInstall prove_first_install(App& app, const deployment::ComposeProject& compose,
                                 const std::filesystem::path& folder) {
    const ComposeService* backend = compose.model.of_role(deployment::Role::backend);
    const ComposeService* database = compose.model.of_role(deployment::Role::database);
    if (!backend || !database)
        return not_proven("the Compose files have no backend with a database of their own");
    // Only what the backend really asks for is its data's place.
    const deployment::ServiceVariable* host = backend->variable("DB_HOST");
    const std::string named = host && host->value ? std::string(host->value->reveal()) : std::string();
    if (named != database->name && (named.empty() || named != database->container_name))
        return not_proven(fmt::format("the backend's database is {}, not the Compose service {}",
                                      named.empty() ? "not named in the Compose files" : shown(named),
                                      shown(database->name)));
    const auto engine = open_engine(app);
    if (!engine) return not_proven(engine.error().what);
    const Deadline deadline = app.deadline.at_most(Millis(3000));
    return Search(app, compose, folder, **engine, deadline).run();
}

}  // namespace logbook::cli
