// The written list of subcommands. `add_<file name>` stands in the file of that name.
#include "commands/catalogue.h"

namespace logbook::cli {
namespace {

// A word that only holds verbs: `secrets`, `config`.
CLI::App& noun(CLI::App& root, const std::string& name, const std::string& description,
               const std::string& group) {
    CLI::App* app = root.add_subcommand(name, description);
    app->fallthrough();
    app->group(group);
    app->require_subcommand(0, 1);
    return *app;
}

}  // namespace

void add_all_commands(CLI::App& root, CommandLine& line) {
    add_doctor(root, line);
    add_health(root, line);
    add_explain(root, line);
    add_ps(root, line);
    add_stats(root, line);
    add_restart(root, line);
    CLI::App& secrets = noun(root, "secrets", "Make and audit the secrets in .env", "Configure");
    add_secrets_generate(secrets, line);
    add_secrets_check(secrets, line);
    CLI::App& config = noun(root, "config", "Judge, show and follow the settings in .env", "Configure");
    add_config_check(config, line);
    add_config_show(config, line);
    add_config_drift(config, line);
    CLI::App& logs = noun(root, "logs", "Read, search and judge logs, record by record", "Diagnose");
    add_logs_show(logs, line);
    add_logs_grep(logs, line);
    add_logs_follow(logs, line);
    add_logs_scan(logs, line);
    add_logs_requests(logs, line);
    CLI::App& migrate =
        noun(root, "migrate", "Migrations: what is applied, what is pending, a backup", "Configure");
    add_migrate_heads(migrate, line);
    add_migrate_history(migrate, line);
    add_migrate_branches(migrate, line);
    add_migrate_current(migrate, line);
    add_migrate_status(migrate, line);
    add_migrate_check(migrate, line);
    add_migrate_backup(migrate, line);
    add_migrate_graph(migrate, line);
    add_serve(root, line);
    CLI::App& sandbox = noun(root, "sandbox", "A throw-away stack of real servers on this machine", "Embed");
    add_sandbox_up(sandbox, line);
    add_sandbox_down(sandbox, line);
    add_sandbox_status(sandbox, line);
    add_completion(root, line);
    add_complete(root, line);
}

}  // namespace logbook::cli
