// The SQL seam: one connection to MySQL or MariaDB. Fakes and the real client (MariaDB Connector/C) stand
// behind it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/base/result.h"
#include "logbook/base/secret.h"

namespace logbook::net {

// How the channel is protected. There is no "encrypt without verifying": Connector/C would hand the
// clear-text password to a server, or a man in the middle, that offers no TLS.
enum class SqlTls { plain, ca, fingerprint };

struct SqlEndpoint {
    std::string host = "127.0.0.1";
    uint16_t port = 3306;
    std::string socket;  // a unix socket path; used instead of host and port when not empty
    std::string user;
    Secret password;
    std::string database;  // empty: none is selected
    SqlTls tls = SqlTls::plain;
    std::string tls_ca;           // file, for `ca`
    std::string tls_fingerprint;  // SHA-1 hex of the certificate, for `fingerprint`
};

using SqlValue = std::optional<std::string>;  // nullopt is SQL NULL

struct SqlRows {
    std::vector<std::string> columns;
    std::vector<std::vector<SqlValue>> rows;

    // The value at a row and a column's name; empty when NULL or absent.
    LOGBOOK_EXPORT std::string_view text(size_t row, std::string_view column) const;
};

// A value for a `?` of a prepared statement: NULL, a number, or bytes.
using SqlParam = std::variant<std::nullptr_t, int64_t, std::string>;

struct SqlOutcome {
    SqlRows rows;            // of a statement that gives some
    uint64_t affected = 0;   // rows, of one that does not
    uint64_t insert_id = 0;  // of AUTO_INCREMENT
};

// An Error of the server carries its number in front: "1045 Access denied for user …".
// `server_errno` finds it again; 0 when the failure was not the server's.
LOGBOOK_EXPORT int server_errno(const Error& error);
// The Error for a server's number and its printable words, with the code that fits: `auth`, `not_found` (no
// such database or table), `conflict` (no connection left), else `io`. Pure.
Error server_error(int number, std::string_view said);

// One connection. Not thread-safe. The end of its life closes it.
class LOGBOOK_EXPORT SqlSession {
  public:
    virtual ~SqlSession() = default;
    // One statement; at most 10,000 rows and 16 MiB are taken, more fails with `too_large`. After a `timeout`
    // the connection is unusable.
    virtual Result<SqlRows> query(std::string_view sql, Deadline deadline) = 0;
    // A prepared statement, as `query` otherwise; its text is prepared once a connection. Fails with
    // `unsupported` where the way to the server has none (a client inside a container).
    virtual Result<SqlOutcome> execute(std::string_view sql, const std::vector<SqlParam>& values,
                                       Deadline deadline);
    // Whether the server has ended the connection since the last answer, as far as can be seen without asking
    // it. Never waits.
    virtual bool lost() const { return false; }
    virtual std::string quoted(std::string_view text) const = 0;  // a string literal, with its quotes
    virtual std::string server_version() const = 0;               // "10.11.14-MariaDB-…"
};

// Thread-safe: any number of calls at once.
class LOGBOOK_EXPORT SqlConnector {
  public:
    virtual ~SqlConnector() = default;
    virtual Result<std::unique_ptr<SqlSession>> connect(const SqlEndpoint& endpoint,
                                                        Deadline deadline) const = 0;
};

// MariaDB Connector/C, which reads no option file here.
LOGBOOK_EXPORT std::unique_ptr<SqlConnector> make_mysql_connector();

}  // namespace logbook::net
