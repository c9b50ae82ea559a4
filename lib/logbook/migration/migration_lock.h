// The application's own lock on migrations, held on a connection of ours: whoever migrates meanwhile, a
// starting backend included, waits or gives up.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "logbook/net/sql_session.h"

namespace logbook::migration {

// Move-only, not thread-safe. Its end of life frees the lock, and so does the end of this process.
class LOGBOOK_EXPORT MigrationLock {
  public:
    MigrationLock(MigrationLock&&) noexcept = default;
    MigrationLock& operator=(MigrationLock&&) = delete;
    ~MigrationLock();

    // Fails at once with `conflict`, naming the holder, where somebody else has it; with `unsupported` where
    // the way to the database does not keep a connection open.
    static Result<MigrationLock> take(const net::SqlConnector& sql, const net::SqlEndpoint& database,
                                      Deadline deadline);

    // Whether it is ours still; takes it again where the connection was lost and nobody came between. Fails
    // with `conflict` where somebody did.
    Status keep(Deadline deadline);

    // Its number, for whoever asks who holds it.
    Result<std::string> connection(Deadline deadline);

    // The connection that holds it. A query on it that times out loses the lock.
    net::SqlSession& session() { return *session_; }

  private:
    MigrationLock(const net::SqlConnector& sql, net::SqlEndpoint database,
                  std::unique_ptr<net::SqlSession> session)
        : sql_(&sql), database_(std::move(database)), session_(std::move(session)) {}

    const net::SqlConnector* sql_;
    net::SqlEndpoint database_;
    std::unique_ptr<net::SqlSession> session_;
};

// The rows of alembic_version, sorted; nothing where there is no such table.
LOGBOOK_EXPORT Result<std::optional<std::vector<std::string>>> version_rows(net::SqlSession& session,
                                                                            Deadline deadline);

}  // namespace logbook::migration
