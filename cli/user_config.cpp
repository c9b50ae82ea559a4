// Where the config files are, and what beats them.
#include "user_config.h"

#include <cstdlib>
#include <filesystem>

#include "logbook/deployment/compose_project.h"
#include "logbook/deployment/user_config.h"
#include "project.h"

namespace logbook::cli {
namespace {

namespace fs = std::filesystem;
using deployment::UserConfig;

constexpr const char* option_name = "--deployment";

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// Nothing where no home is known.
fs::path users_file() {
    // The specification of these folders takes absolute paths only.
    if (const std::string base = variable("XDG_CONFIG_HOME"); !base.empty() && base[0] == '/')
        return fs::path(base) / "logbookctl/config.yaml";
    const std::string home = variable("HOME");
    return home.empty() ? fs::path() : fs::path(home) / ".config/logbookctl/config.yaml";
}

Result<UserConfig> read_all() {
    auto system = deployment::load_user_config("/etc/logbookctl/config.yaml");
    if (!system) return fail(system.error());
    UserConfig all = system->value_or(UserConfig{});
    const fs::path path = users_file();
    if (path.empty()) return all;
    auto user = deployment::load_user_config(path);
    if (!user) return fail(user.error());
    return *user ? deployment::merge_user_config(std::move(all), **user) : all;
}

bool is_set(const Command& root, const std::string& option) {
    return root.option(option).given();
}

// A folder that is itself a project is meant when one stands in it.
bool holds_project(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / ".env", ignored) ||
           !deployment::compose_paths(folder, process_environment()).empty();
}

// The project's own word: it stands above the user's config.
bool project_says_its_name(const GlobalOptions& global) {
    const settings::Lookup outer = process_environment();
    if (outer("COMPOSE_PROJECT_NAME")) return true;
    const auto env = settings::load_env(global.env_path(), outer);
    return env && env->file.find("COMPOSE_PROJECT_NAME");
}

std::string& url_of_this_run() {
    static std::string url;
    return url;
}

}  // namespace

void add_deployment_option(const Command& root) {
    root.add_option("-d,--deployment", "A deployment named in your config file")
        .type_name("DEPLOYMENT")
        .variable("LOGBOOKCTL_DEPLOYMENT");
}

Status apply_user_config(const Command& root, GlobalOptions& global) {
    const auto config = read_all();
    if (!config) return fail(config.error());
    deployment::ConfigChoice choice;
    choice.home = variable("HOME");
    if (is_set(root, option_name)) choice.name = root.option(option_name).text();
    const bool folder_given = is_set(root, "--project-dir");
    if (folder_given || holds_project(global.project_dir))
        choice.folder = fs::absolute(global.project_dir).lexically_normal();
    const auto defaults = deployment::choose_defaults(*config, choice);
    if (!defaults) return fail(defaults.error());

    if (!defaults->folder.empty() && !folder_given && (!choice.folder || !choice.name.empty()))
        global.project_dir = defaults->folder;
    if (!defaults->engine.empty() && !is_set(root, "--host")) global.engine = defaults->engine;
    if (!defaults->output.empty() && !is_set(root, "--output")) global.output = defaults->output;
    if (!defaults->color.empty() && !is_set(root, "--color")) global.color = defaults->color;
    if (defaults->timeout && !is_set(root, "--timeout")) global.timeout = *defaults->timeout;
    global.timeout_given = defaults->timeout || is_set(root, "--timeout");
    if (!defaults->project.empty() && !is_set(root, "--project-name") && !project_says_its_name(global))
        global.project_name = defaults->project;
    url_of_this_run() = defaults->url;
    return {};
}

const std::string& configured_url() {
    return url_of_this_run();
}

std::vector<std::string> configured_deployments() {
    std::vector<std::string> names;
    if (const auto config = read_all())
        for (const deployment::NamedDeployment& named : config->deployments) names.push_back(named.name);
    return names;
}

}  // namespace logbook::cli
