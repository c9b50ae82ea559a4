// The written list of checks: a cause before what it causes. `check_<file name>` stands in checks/<file
// name>.cpp.
#include "logbook/doctor/checks/checks.h"

namespace logbook::doctor {

const std::vector<Check>& all_checks() {
    static const std::vector<Check> checks = {
        check_env_file(),
        check_env_syntax(),
        check_env_mode(),
        check_config_secrets(),
        check_config_gate(),
        check_host_disk(),
        check_engine_reachable(),
        check_engine_deployment(),
        check_engine_clock(),
        check_db_container(),
        check_db_host(),
        check_db_connect(),
        check_db_greets(),
        check_db_lock_wait(),
        check_db_connections(),
        check_db_login(),
        check_db_rights(),
        check_db_database(),
        check_db_damaged(),
        check_db_wipe_trap(),
        check_db_revision(),
        check_db_read_only(),
        check_db_slow_query(),
        check_db_deadlock(),
        check_db_idle_transaction(),
        check_db_history(),
        check_db_version(),
        check_db_charset(),
        check_db_clock(),
        check_cache_container(),
        check_cache_host(),
        check_cache_connect(),
        check_cache_clients(),
        check_cache_login(),
        check_cache_role(),
        check_cache_memory(),
        check_cache_persistence(),
        check_cache_hit_rate(),
        check_backend_container(),
        check_backend_network(),
        check_backend_start(),
        check_backend_port(),
        check_backend_answers(),
        check_backend_health(),
        check_backend_database(),
        check_backend_cache(),
        check_backend_clock(),
        check_frontend_container(),
        check_frontend_proxy(),
        check_config_applied(),
        check_config_passed(),
        check_container_health(),
        check_container_memory(),
        check_container_image(),
        check_container_log_size(),
        check_container_log_errors(),
    };
    return checks;
}

const Check* find_check(std::string_view id) {
    for (const Check& check : all_checks())
        if (check.id == id) return &check;
    return nullptr;
}

}  // namespace logbook::doctor
