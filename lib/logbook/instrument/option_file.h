// MySQL's option files, as far as a login goes: user, password and where to connect.
#pragma once

#include <cstdint>
#include <optional>

#include "logbook/base/result.h"
#include "logbook/base/secret.h"

namespace logbook::instrument {

// What the sections [client], [mysql], [mariadb], [client-server], [client-mariadb] and [mariadb-client] say;
// a later line wins, as for the server's own clients. Absent: not said.
struct LoginFile {
    std::optional<std::string> user, host, socket, ca;
    std::optional<Secret> password;
    std::optional<uint16_t> port;
};

// Pure, for any bytes. Quotes around a value go, \s \n \t \r \b \\ are read, what stands behind a `#` outside
// quotes is a comment. Fails with `invalid`, naming the line and never a value: on a port that is none, on an
// !include (another file would have to be trusted too), and on bytes that are no text. Options that are not
// of a login are passed over.
LOGBOOK_EXPORT Result<LoginFile> parse_login_file(std::string_view bytes);

}  // namespace logbook::instrument
