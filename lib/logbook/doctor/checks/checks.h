// Every check, one function a file; catalogue.cpp puts them in order.
#pragma once

#include "logbook/doctor/check.h"

namespace logbook::doctor {

Check check_backend_answers();
Check check_backend_cache();
Check check_backend_clock();
Check check_backend_container();
Check check_backend_database();
Check check_backend_health();
Check check_backend_network();
Check check_backend_port();
Check check_backend_start();
Check check_cache_clients();
Check check_cache_connect();
Check check_cache_container();
Check check_cache_hit_rate();
Check check_cache_host();
Check check_cache_login();
Check check_cache_memory();
Check check_cache_persistence();
Check check_cache_role();
Check check_config_applied();
Check check_config_gate();
Check check_config_passed();
Check check_config_secrets();
Check check_container_health();
Check check_container_image();
Check check_container_log_errors();
Check check_container_log_size();
Check check_container_memory();
Check check_db_charset();
Check check_db_clock();
Check check_db_connect();
Check check_db_connections();
Check check_db_container();
Check check_db_damaged();
Check check_db_database();
Check check_db_deadlock();
Check check_db_greets();
Check check_db_history();
Check check_db_host();
Check check_db_idle_transaction();
Check check_db_lock_wait();
Check check_db_login();
Check check_db_read_only();
Check check_db_revision();
Check check_db_rights();
Check check_db_slow_query();
Check check_db_version();
Check check_db_wipe_trap();
Check check_engine_clock();
Check check_engine_deployment();
Check check_engine_reachable();
Check check_env_file();
Check check_env_mode();
Check check_env_syntax();
Check check_frontend_container();
Check check_frontend_proxy();
Check check_host_disk();

}  // namespace logbook::doctor
