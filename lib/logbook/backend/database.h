// The connections to the application's database: so many and no more, each in UTC, each looked at before it
// is handed out when it has been idle. A caller waits a bounded time for one, and never hangs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/api/message.h"
#include "logbook/backend/audit.h"
#include "logbook/base/clock.h"
#include "logbook/net/sql_session.h"

namespace logbook::backend {

struct DatabaseLimits {
    size_t connections = 10;   // at once
    size_t waiting = 64;       // callers; the next one is refused at once
    Millis wait{2'000};        // for a free connection
    Millis connect{3'000};     //
    Millis pause{500};         // after a server that gave no answer to that; callers fail at once meanwhile
    Millis statement{10'000};  // each; afterwards the connection is given up. A row's lock: half of it
    Millis idle_check{1'000};  // a connection idle for longer is asked before it is handed out
    Millis idle_close{300'000};
};

// What a route does with the database: statements on one connection. Not thread-safe; lives for one call.
class LOGBOOK_EXPORT Connection {
  public:
    virtual ~Connection() = default;
    // A prepared statement. Fails as SqlSession::execute does; a server's number is found with
    // net::server_errno().
    virtual Result<net::SqlOutcome> run(std::string_view sql,
                                        const std::vector<net::SqlParam>& values = {}) = 0;
};

// A connection inside a transaction (READ COMMITTED).
class LOGBOOK_EXPORT Transaction : public Connection {
  public:
    // Stands in the chain when the transaction is committed: the last thing before, so that the chain's lock
    // is held shortly and never while a row's is waited for.
    virtual void audit(AuditEvent event) = 0;
};

// Thread-safe.
class LOGBOOK_EXPORT Database {
  public:
    // Connects to nothing yet. Connector and clock must outlive it; `audit_key` signs the chain. `warn` gets
    // one line for the log whenever a connection could not be made or was lost; no secret is in it.
    Database(const net::SqlConnector& connector, net::SqlEndpoint endpoint, const Clock& clock,
             Secret audit_key, DatabaseLimits limits = {},
             std::function<void(std::string_view line)> warn = {});
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    // Work of single statements. Failures: `conflict` when too many wait or the wait was too long, `timeout`,
    // `unreachable`, `closed`, and what the server said. A connection that the server had closed meanwhile is
    // seen to be so, and replaced, before the work begins.
    Result<api::Reply> read(const std::function<Result<api::Reply>(Connection&)>& work);

    // Work that changes something: committed when its reply's status is below 400, else rolled back. It is
    // done again, up to three times, when the server chose it as the victim of a deadlock (1213); nothing but
    // the database may be changed in it. A commit whose outcome is unknown (the connection ended in it) fails
    // with `interrupted` and is never repeated. One that succeeds without an audit event is a bug:
    // std::logic_error.
    Result<api::Reply> write(const std::function<Result<api::Reply>(Transaction&)>& work);

    // A change that belongs to no chain: a session's last sight, a counter of failed sign-ins.
    Status note(const std::function<Status(Connection&)>& work);

    struct Counts {
        size_t open = 0, lent = 0, waiting = 0;
        uint64_t statements = 0, connected = 0, refused = 0;  // since the beginning; BEGIN and COMMIT count
    };
    Counts counts() const;

  private:
    class Work;
    std::unique_ptr<Work> work_;
};

// The reply for a failure of the database: 503 LB-SYS-002 with Retry-After while it is away, overloaded or
// slow, and without where the outcome is unknown: nobody is to try again before he has looked. Anything else
// is a bug, and thrown as std::runtime_error, so that it becomes a 500 with its text in the log only.
LOGBOOK_EXPORT api::Reply database_failure(const Error& error);

// The name of the unique key that a 1062 names ("uq_item_org_barcode"); empty for other errors. Pure.
LOGBOOK_EXPORT std::string duplicate_key(const Error& error);

}  // namespace logbook::backend
