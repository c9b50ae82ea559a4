// Every subcommand, in the order in which help shows them. A new one is a file here and a line in
// catalogue.cpp.
#pragma once

#include "app.h"
#include "command.h"

namespace logbook::cli {

void add_complete(const Command& parent);
void add_completion(const Command& parent);
void add_explain(const Command& parent);

void add_all_commands(const Command& root);

void add_config_check(const Command& parent);
void add_config_drift(const Command& parent);
void add_config_show(const Command& parent);
void add_doctor(const Command& parent);
void add_health(const Command& parent);
void add_logs_follow(const Command& parent);
void add_logs_grep(const Command& parent);
void add_logs_requests(const Command& parent);
void add_logs_scan(const Command& parent);
void add_logs_show(const Command& parent);
void add_migrate_backup(const Command& parent);
void add_migrate_branches(const Command& parent);
void add_migrate_check(const Command& parent);
void add_migrate_current(const Command& parent);
void add_migrate_graph(const Command& parent);
void add_migrate_heads(const Command& parent);
void add_migrate_history(const Command& parent);
void add_migrate_plan(const Command& parent);
void add_migrate_record(const Command& parent);
void add_migrate_status(const Command& parent);
void add_migrate_upgrade(const Command& parent);
void add_mysql_kill(const Command& parent);
void add_mysql_locks(const Command& parent);
void add_mysql_processlist(const Command& parent);
void add_mysql_slow(const Command& parent);
void add_mysql_status(const Command& parent);
void add_ps(const Command& parent);
void add_redis_latency(const Command& parent);
void add_redis_memory(const Command& parent);
void add_redis_stats(const Command& parent);
void add_restart(const Command& parent);
void add_sandbox_down(const Command& parent);
void add_sandbox_status(const Command& parent);
void add_sandbox_up(const Command& parent);
void add_secrets_check(const Command& parent);
void add_secrets_generate(const Command& parent);
void add_serve(const Command& parent);
void add_stats(const Command& parent);

}  // namespace logbook::cli
