// Lending, waiting, and looking at what has been idle.
#include "logbook/backend/sql_pool.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

// After these the two ends no longer agree on where an answer begins.
bool ends_connection(const Error& error) {
    switch (error.code) {
    case ErrorCode::timeout:
    case ErrorCode::closed:
    case ErrorCode::protocol:
    case ErrorCode::too_large:
    case ErrorCode::tls:
    case ErrorCode::unreachable:
        return true;
    default:
        return false;
    }
}

}  // namespace

SqlPool::SqlPool(const net::SqlConnector& connector, net::SqlEndpoint endpoint, const Clock& clock,
                 DatabaseLimits limits, std::function<void(std::string_view)> warn)
    : connector_(connector)
    , endpoint_(std::move(endpoint))
    , clock_(clock)
    , limits_(limits)
    , warn_(std::move(warn)) {}

SqlPool::Lease::~Lease() {
    if (session_) pool_->give_back(std::move(session_), spoiled_);
}

void SqlPool::Lease::judge(const Error& error) {
    if (!ends_connection(error) || spoiled_) return;
    spoiled_ = true;
    pool_->warn("Database connection lost: " + error.what);
}

Result<net::SqlOutcome> SqlPool::Lease::execute(std::string_view sql,
                                                const std::vector<net::SqlParam>& values) {
    ++pool_->statements_;
    auto outcome = session_->execute(sql, values, Deadline::in(pool_->limits_.statement));
    if (!outcome) judge(outcome.error());
    return outcome;
}

Status SqlPool::Lease::query(std::string_view sql) {
    ++pool_->statements_;
    const auto done = session_->query(sql, Deadline::in(pool_->limits_.statement));
    if (done) return {};
    judge(done.error());
    return fail(done.error());
}

Result<SqlPool::Lease> SqlPool::lend() {
    Idle idle;
    Sessions stale;  // closed when the guard is open again
    {
        std::unique_lock lock(guard_);
        stale = take_stale(clock_.steady());
        if (idle_.empty() && open_ >= limits_.connections) {
            if (waiting_ >= limits_.waiting) {
                ++refused_;
                return fail(ErrorCode::conflict, "too many wait for a connection to the database");
            }
            ++waiting_;
            const bool mine = free_.wait_for(lock, limits_.wait,
                                             [&] { return !idle_.empty() || open_ < limits_.connections; });
            --waiting_;
            if (!mine) {
                ++refused_;
                return fail(ErrorCode::conflict, "no connection to the database became free in time");
            }
        }
        if (idle_.empty()) {
            if (clock_.steady() < paused_until_) {
                free_.notify_one();  // the next one who waits is to hear of it, too
                return fail(last_failure_);
            }
            ++open_;
        } else {
            idle = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    auto session = usable(std::move(idle.session), idle.since);
    if (!session) return fail(session.error());
    return Lease(*this, std::move(*session));
}

Result<std::unique_ptr<net::SqlSession>> SqlPool::usable(std::unique_ptr<net::SqlSession> session,
                                                         Moment since) {
    if (!session) return connect();
    if (session->lost()) {
        session.reset();
        forget_idle();  // the server was restarted: the others are as old
        return connect();
    }
    if (clock_.steady() - since <= limits_.idle_check) return session;
    ++statements_;
    const auto asked = session->query("DO 0", Deadline::in(limits_.connect));
    if (asked) return session;
    warn("Database connection lost: " + asked.error().what);
    session.reset();
    forget_idle();
    if (asked.error().code != ErrorCode::timeout) return connect();
    // It hangs; another wait would double this one.
    const std::lock_guard lock(guard_);
    paused_until_ = clock_.steady() + limits_.pause;
    last_failure_ = asked.error();
    --open_;
    free_.notify_one();
    return fail(asked.error());
}

Result<std::unique_ptr<net::SqlSession>> SqlPool::connect() {
    const Deadline deadline = Deadline::in(limits_.connect);
    auto session = connector_.connect(endpoint_, deadline);
    if (session)
        if (const Status ready = prepare(**session, deadline); !ready) session = fail(ready.error());
    if (session) {
        const std::lock_guard lock(guard_);
        ++connected_;
        paused_until_ = {};
        return session;
    }
    warn("Database connection failed: " + session.error().what);
    {
        const std::lock_guard lock(guard_);
        --open_;
        if (deadline.passed()) {
            paused_until_ = clock_.steady() + limits_.pause;
            last_failure_ = session.error();
        }
    }
    free_.notify_one();
    return session;
}

Status SqlPool::prepare(net::SqlSession& session, Deadline deadline) {
    // Strict types: a text that is too long must fail, and never be cut. A lock is waited for shorter than
    // an answer, so that the server says which it was and the connection lives on.
    const auto lock_seconds =
        std::max<int64_t>(1, std::chrono::duration_cast<std::chrono::seconds>(limits_.statement).count() / 2);
    const std::string settings =
        fmt::format("SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci, time_zone = '+00:00', "
                    "sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
                    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', "
                    "innodb_lock_wait_timeout = {}, autocommit = 1",
                    lock_seconds);
    for (const std::string& statement :
         {settings, std::string("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")}) {
        const auto done = session.query(statement, deadline);
        if (!done) return fail(done.error());
    }
    return {};
}

void SqlPool::give_back(std::unique_ptr<net::SqlSession> session, bool spoiled) {
    if (spoiled) {
        session.reset();
        give_up_place();
        return;
    }
    {
        const std::lock_guard lock(guard_);
        idle_.push_back({std::move(session), clock_.steady()});
    }
    free_.notify_one();
}

void SqlPool::give_up_place() {
    {
        const std::lock_guard lock(guard_);
        --open_;
    }
    free_.notify_one();
}

void SqlPool::forget_idle() {
    std::vector<Idle> gone;
    {
        const std::lock_guard lock(guard_);
        gone.swap(idle_);
        open_ -= gone.size();
    }
    free_.notify_all();
}

SqlPool::Sessions SqlPool::take_stale(Moment now) {
    Sessions stale;
    const auto first_fresh = std::find_if(
        idle_.begin(), idle_.end(), [&](const Idle& one) { return now - one.since <= limits_.idle_close; });
    for (auto one = idle_.begin(); one != first_fresh; ++one) stale.push_back(std::move(one->session));
    open_ -= stale.size();
    idle_.erase(idle_.begin(), first_fresh);
    return stale;
}

void SqlPool::warn(const std::string& line) const {
    if (warn_) warn_(printable(line, 500));
}

Database::Counts SqlPool::counts() const {
    const std::lock_guard lock(guard_);
    Database::Counts counts;
    counts.open = open_;
    counts.lent = open_ - idle_.size();
    counts.waiting = waiting_;
    counts.statements = statements_;
    counts.connected = connected_;
    counts.refused = refused_;
    return counts;
}

}  // namespace logbook::backend
