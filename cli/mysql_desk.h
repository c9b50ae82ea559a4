// What the `mysql` commands work with: one connection to the deployment's database, with the login that sees
// most.
#pragma once

#include "database_door.h"
#include "logbook/instrument/client_names.h"
#include "logbook/net/sql_session.h"

namespace logbook::cli {

class Command;

struct MysqlLogin {
    std::string login = "auto";           // auto, root or app
    std::filesystem::path defaults_file;  // MySQL's option file; empty: the deployment's own logins
    deployment::Trust trust;
};
void add_mysql_login(const Command& command, MysqlLogin& login);

struct MysqlDesk {
    DatabaseDoor door;
    net::SqlEndpoint endpoint;  // with the login that was let in
    std::unique_ptr<net::SqlSession> session;
    instrument::ClientNames names;
    std::string place;               // "intranet_db at 127.0.0.1:13306, its published port, as root"
    std::vector<std::string> notes;  // why a lesser login had to do

    // Another session of the same login.
    Result<std::unique_ptr<net::SqlSession>> connect(const App& app, Deadline deadline) const;
};

// `auto` takes root where its password is known (from the option file, the database's container or .env), and
// the application's own login where it is not, or is refused. Every secret is known to the redactor before.
Result<MysqlDesk> open_mysql_desk(App& app, const MysqlLogin& login);

// Reports; what could not be asked is unknown, not wrong.
ExitCode report_mysql(App& app, const Error& error);

}  // namespace logbook::cli
