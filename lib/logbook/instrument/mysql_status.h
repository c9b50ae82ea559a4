// How the database server stands, in figures with thresholds. Read-only.
#pragma once

#include <map>

#include "logbook/instrument/innodb_status.h"
#include "logbook/instrument/judgement.h"
#include "logbook/net/sql_session.h"

namespace logbook::instrument {

struct TableSize {
    std::string name;  // "the_logbook.audit_logs"
    std::string engine;
    uint64_t rows = 0;  // about
    uint64_t bytes = 0;
};

struct AccountUse {
    std::string user;
    uint64_t connections = 0, busy = 0;
};

struct MysqlReading {
    std::string version;
    std::map<std::string, std::string> status, variables;  // by their names in small letters
    std::vector<AccountUse> accounts;                      // most connections first
    InnodbStatus innodb;
    std::vector<TableSize> largest;              // at most ten
    std::vector<std::string> without_key;        // tables without a primary key; at most fifty
    std::map<std::string, std::string> replica;  // of SHOW REPLICA STATUS; empty where it is none
    std::vector<std::string> missing;
    size_t statements = 0, rows = 0;  // sent, and read

    LOGBOOK_EXPORT std::optional<int64_t> number(std::string_view status_name) const;
    LOGBOOK_EXPORT std::optional<int64_t> setting(std::string_view variable_name) const;
};
LOGBOOK_EXPORT Result<MysqlReading> read_mysql_status(net::SqlSession& session, Deadline deadline);

// What the application may open: its processes times the connections of each one's pool.
struct PoolUse {
    std::optional<int64_t> workers;  // nothing: not known
    int64_t each = 30;
};

struct MysqlThresholds {
    double connections_warn = 80, connections_fail = 95;  // percent of max_connections
    double buffer_pool_warn = 99, buffer_pool_fail = 90;  // percent of reads, below
    double disk_tables_warn = 25;                         // percent of temporary tables
    int64_t history_warn = 100'000, history_fail = 1'000'000;
    int64_t fewest_reads = 100'000, fewest_tables = 1000;  // less say nothing
};
// Pure.
LOGBOOK_EXPORT std::vector<Judgement> judge_mysql(const MysqlReading& reading, const PoolUse& pool,
                                                  const MysqlThresholds& thresholds = {});

}  // namespace logbook::instrument
