// The written list of subcommands. `add_<file name>` stands in the file of that name.
#include "commands/catalogue.h"

namespace logbook::cli {

void add_all_commands(const Command& root) {
    add_doctor(root);
    add_health(root);
    add_explain(root);
    add_ps(root);
    add_stats(root);
    add_restart(root);
    const Command secrets = root.add_noun("secrets", "Make and audit the secrets in .env", "Configure");
    add_secrets_generate(secrets);
    add_secrets_check(secrets);
    const Command config =
        root.add_noun("config", "Judge, show and follow the settings in .env", "Configure");
    add_config_check(config);
    add_config_show(config);
    add_config_drift(config);
    const Command logs = root.add_noun("logs", "Read, search and judge logs, record by record", "Diagnose");
    add_logs_show(logs);
    add_logs_grep(logs);
    add_logs_follow(logs);
    add_logs_scan(logs);
    add_logs_requests(logs);
    const Command migrate =
        root.add_noun("migrate", "Migrations: what is applied, what is pending, a backup", "Configure");
    add_migrate_heads(migrate);
    add_migrate_history(migrate);
    add_migrate_branches(migrate);
    add_migrate_current(migrate);
    add_migrate_status(migrate);
    add_migrate_check(migrate);
    add_migrate_plan(migrate);
    add_migrate_upgrade(migrate);
    add_migrate_backup(migrate);
    add_migrate_record(migrate);
    add_migrate_graph(migrate);
    const Command mysql =
        root.add_noun("mysql", "Who is at work in the database, who blocks whom, how it stands", "Diagnose");
    add_mysql_processlist(mysql);
    add_mysql_locks(mysql);
    add_mysql_status(mysql);
    add_mysql_slow(mysql);
    add_mysql_kill(mysql);
    const Command redis =
        root.add_noun("redis", "Whether the cache is healthy, and what fills it", "Diagnose");
    add_redis_stats(redis);
    add_redis_latency(redis);
    add_redis_memory(redis);
    add_serve(root);
    const Command sandbox =
        root.add_noun("sandbox", "A throw-away stack of real servers on this machine", "Embed");
    add_sandbox_up(sandbox);
    add_sandbox_down(sandbox);
    add_sandbox_status(sandbox);
    add_completion(root);
    add_complete(root);
}

}  // namespace logbook::cli
