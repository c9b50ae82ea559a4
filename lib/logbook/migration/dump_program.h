// The database server's own dump program, run where the database is: inside its container, else on this
// machine.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "logbook/docker/engine.h"
#include "logbook/net/sql_session.h"

namespace logbook::migration {

struct DumpProgram {
    // Inside this container; without an engine, on this machine by the programs of `search_path`.
    const docker::Engine* engine = nullptr;
    std::string container, container_name;
    std::string search_path;  // "/usr/sbin:/usr/bin"

    // Tables, views, routines, triggers and events of the endpoint's database, as SQL in one consistent
    // moment; `mariadb` tells whose server it is. The password is in the program's environment, never among
    // its arguments. Fails with `unsupported` where there is no such program, and with the program's own
    // words.
    LOGBOOK_EXPORT Status run(const net::SqlEndpoint& endpoint, bool mariadb,
                              const std::function<Status(std::string_view)>& output, Deadline deadline) const;
};

}  // namespace logbook::migration
