// Every subcommand, in the order in which help shows them. A new one is a file here and a line in
// catalogue.cpp.
#pragma once

#include "command_line.h"

namespace logbook::cli {

void add_complete(CLI::App& parent, CommandLine& line);
void add_completion(CLI::App& parent, CommandLine& line);
void add_explain(CLI::App& parent, CommandLine& line);

void add_all_commands(CLI::App& root, CommandLine& line);

void add_config_check(CLI::App& parent, CommandLine& line);
void add_config_drift(CLI::App& parent, CommandLine& line);
void add_config_show(CLI::App& parent, CommandLine& line);
void add_doctor(CLI::App& parent, CommandLine& line);
void add_health(CLI::App& parent, CommandLine& line);
void add_logs_follow(CLI::App& parent, CommandLine& line);
void add_logs_grep(CLI::App& parent, CommandLine& line);
void add_logs_requests(CLI::App& parent, CommandLine& line);
void add_logs_scan(CLI::App& parent, CommandLine& line);
void add_logs_show(CLI::App& parent, CommandLine& line);
void add_migrate_backup(CLI::App& parent, CommandLine& line);
void add_migrate_branches(CLI::App& parent, CommandLine& line);
void add_migrate_check(CLI::App& parent, CommandLine& line);
void add_migrate_current(CLI::App& parent, CommandLine& line);
void add_migrate_graph(CLI::App& parent, CommandLine& line);
void add_migrate_heads(CLI::App& parent, CommandLine& line);
void add_migrate_history(CLI::App& parent, CommandLine& line);
void add_migrate_status(CLI::App& parent, CommandLine& line);
void add_ps(CLI::App& parent, CommandLine& line);
void add_restart(CLI::App& parent, CommandLine& line);
void add_sandbox_down(CLI::App& parent, CommandLine& line);
void add_sandbox_status(CLI::App& parent, CommandLine& line);
void add_sandbox_up(CLI::App& parent, CommandLine& line);
void add_secrets_check(CLI::App& parent, CommandLine& line);
void add_secrets_generate(CLI::App& parent, CommandLine& line);
void add_serve(CLI::App& parent, CommandLine& line);
void add_stats(CLI::App& parent, CommandLine& line);

}  // namespace logbook::cli
