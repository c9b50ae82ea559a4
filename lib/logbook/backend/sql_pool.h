// The database's connections, lent to one caller each.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/backend/database.h"

namespace logbook::backend {

// Thread-safe. Nothing may be lent any more at the end of its life.
class SqlPool {
  public:
    SqlPool(const net::SqlConnector& connector, net::SqlEndpoint endpoint, const Clock& clock,
            DatabaseLimits limits, std::function<void(std::string_view)> warn);
    SqlPool(const SqlPool&) = delete;
    SqlPool& operator=(const SqlPool&) = delete;

    // A connection for as long as this lives, in UTC, READ COMMITTED, with strict types. Not thread-safe.
    class Lease {
      public:
        Lease(Lease&& other) noexcept : pool_(other.pool_), session_(std::move(other.session_)) {}
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        Lease& operator=(Lease&&) = delete;
        ~Lease();

        // Each counts as a statement and takes no longer than one may.
        Result<net::SqlOutcome> execute(std::string_view sql, const std::vector<net::SqlParam>& values);
        Status query(std::string_view sql);
        // Closed at the end instead of being lent again. It is so by itself after a lost connection.
        void spoil() { spoiled_ = true; }
        bool spoiled() const { return spoiled_; }

      private:
        friend SqlPool;
        Lease(SqlPool& pool, std::unique_ptr<net::SqlSession> session)
            : pool_(&pool), session_(std::move(session)) {}
        void judge(const Error& error);
        SqlPool* pool_;
        std::unique_ptr<net::SqlSession> session_;
        bool spoiled_ = false;
    };

    // Fails as Database::read() does before its work begins.
    Result<Lease> lend();

    const std::string& database() const { return endpoint_.database; }
    Millis statement_limit() const { return limits_.statement; }
    Database::Counts counts() const;

  private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Idle {
        std::unique_ptr<net::SqlSession> session;
        Moment since;
    };
    using Sessions = std::vector<std::unique_ptr<net::SqlSession>>;

    // With a place taken, which is given up again on a failure.
    Result<std::unique_ptr<net::SqlSession>> usable(std::unique_ptr<net::SqlSession> session, Moment since);
    Result<std::unique_ptr<net::SqlSession>> connect();
    Status prepare(net::SqlSession& session, Deadline deadline);
    void give_back(std::unique_ptr<net::SqlSession> session, bool spoiled);
    void give_up_place();
    void forget_idle();
    Sessions take_stale(Moment now);  // with guard_ held
    void warn(const std::string& line) const;

    const net::SqlConnector& connector_;
    const net::SqlEndpoint endpoint_;
    const Clock& clock_;
    const DatabaseLimits limits_;
    const std::function<void(std::string_view)> warn_;

    mutable std::mutex guard_;
    std::condition_variable free_;
    std::vector<Idle> idle_;  // the one that came back last is lent first
    size_t open_ = 0;         // lent, being made, or idle
    size_t waiting_ = 0;
    Moment paused_until_{};
    Error last_failure_;
    uint64_t connected_ = 0, refused_ = 0;
    std::atomic<uint64_t> statements_{0};
};

}  // namespace logbook::backend
