// The SQL seam through the client program of a database's own container: for servers that no network way
// leads to from here.
#pragma once

#include <memory>
#include <string>

#include "logbook/docker/engine.h"
#include "logbook/net/sql_session.h"

namespace logbook::deployment {

// Runs `mariadb` or `mysql` against the container's loopback, one process for each statement; the endpoint's
// host is not looked at. The password goes by environment, the statement by standard input, neither by argv.
// In its rows a text that reads "NULL" comes as SQL NULL: the client's table form does not tell them apart.
// Fails with `unsupported` where the container has no client. `engine` must outlive it.
std::unique_ptr<net::SqlConnector> contained_sql(const docker::Engine& engine, std::string container,
                                                 std::string container_name);

// What the client printed with --batch: a line of names, then a line for each row. Pure. Fails with
// `protocol` for a row of another width.
Result<net::SqlRows> parse_batch_output(std::string_view text);

}  // namespace logbook::deployment
