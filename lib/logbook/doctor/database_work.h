// What the database is doing while it is asked: who waits for whom, who has been at work for how long, and
// what it counts. One connection more than the probe's, with the login that sees most; read-only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/instrument/blame_tree.h"

namespace logbook::doctor {

struct AccountUse {
    std::string account;  // "logbook_user@172.18.0.4"
    size_t connections = 0, idle = 0;
};

struct DatabaseWork {
    std::string login;             // who looked: "root"
    std::optional<Error> failure;  // then nothing of what follows is known
    instrument::LockReading locks;
    instrument::BlameTree blame;
    std::vector<AccountUse> accounts;  // the one with most connections first

    std::optional<Millis> uptime;
    std::optional<int64_t> deadlocks;  // since the server's start
    bool deadlocks_now = false;        // there were more of them a moment later
    std::optional<int64_t> history;    // old versions of rows that are still kept for somebody
    bool read_only = false;
    std::vector<std::string> damaged;  // tables that the server cannot use, in its own words
    bool schema_exists = false;        // the application's database is there, whoever may use it
};

// Root's login where its password is known, else the application's. Each statement stands alone: what one
// server does not tell must not hide the rest. Never longer than `deadline`. Thread-safe.
DatabaseWork read_database_work(const net::SqlConnector& sql, const net::SqlEndpoint& as_application,
                                const Secret& root_password, Deadline deadline);

// "#790 backup@172.18.0.9, idle in its transaction for 11 min". Printable; no value of a statement. Pure.
std::string shown_process(const instrument::LockReading& locks, uint64_t id);

}  // namespace logbook::doctor
