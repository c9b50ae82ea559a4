// Reading, and transactions that end in the audit chain.
#include "logbook/backend/database.h"

#include <fmt/format.h>
#include <stdexcept>

#include "logbook/api/errors.h"
#include "logbook/backend/audit_chain.h"
#include "logbook/backend/sql_pool.h"

namespace logbook::backend {
namespace {

constexpr int most_tries = 3;

enum ServerError {
    deadlock = 1213,
    lock_wait_timeout = 1205,
    duplicate = 1062,
};

class Plain final : public Connection {
  public:
    explicit Plain(SqlPool::Lease& lease) : lease_(lease) {}
    Result<net::SqlOutcome> run(std::string_view sql, const std::vector<net::SqlParam>& values) override {
        return lease_.execute(sql, values);
    }

  private:
    SqlPool::Lease& lease_;
};

// Rolled back at the end of its life, unless it was committed.
class Changing final : public Transaction {
  public:
    explicit Changing(SqlPool::Lease& lease) : lease_(lease) {}
    Changing(const Changing&) = delete;
    Changing& operator=(const Changing&) = delete;
    ~Changing() override {
        if (begun_ && !lease_.spoiled() && !lease_.query("ROLLBACK")) lease_.spoil();
    }

    Status begin() {
        const Status done = lease_.query("START TRANSACTION");
        begun_ = done.has_value();
        return done;
    }

    Result<net::SqlOutcome> run(std::string_view sql, const std::vector<net::SqlParam>& values) override {
        if (broken_) return fail(*broken_);
        auto outcome = lease_.execute(sql, values);
        // The server has rolled back what came before: nothing after may count as part of it.
        if (!outcome && (net::server_errno(outcome.error()) == deadlock || lease_.spoiled()))
            broken_ = outcome.error();
        return outcome;
    }

    void audit(AuditEvent event) override { events_.push_back(std::move(event)); }

    const std::optional<Error>& broken() const { return broken_; }
    const std::vector<AuditEvent>& events() const { return events_; }

    // What the server did with it is known only where it says so.
    Status commit() {
        begun_ = false;
        const Status done = lease_.query("COMMIT");
        if (done) return done;
        const int number = net::server_errno(done.error());
        if (number == deadlock || number == lock_wait_timeout) {
            begun_ = true;
            return done;
        }
        lease_.spoil();
        return fail(ErrorCode::interrupted, "the outcome of a COMMIT is unknown: " + done.error().what);
    }

  private:
    SqlPool::Lease& lease_;
    bool begun_ = false;
    std::optional<Error> broken_;
    std::vector<AuditEvent> events_;
};

bool is_deadlock(const Error& error) {
    return net::server_errno(error) == deadlock;
}

// Of the server itself, all of them passing: full, shutting down, killed, too slow, without a free place.
bool is_passing(int number) {
    switch (number) {
    case 1020:  // record has changed since last read
    case 1021:  // disk full
    case 1040:  // too many connections
    case 1041:  // out of resources
    case 1044:
    case 1045:  // access denied: the settings and the server disagree
    case 1049:  // no such database
    case 1053:  // server shutdown in progress
    case 1114:  // table is full
    case 1129:
    case 1130:  // host is blocked, or not allowed
    case 1203:  // too many connections of this user
    case 1205:  // lock wait timeout
    case 1206:  // lock table is full
    case 1213:  // deadlock
    case 1226:  // a limit of this user
    case 1290:  // read-only server
    case 1317:  // query interrupted
    case 1698:  // access denied
    case 1836:  // read-only mode
    case 1927:  // connection killed
    case 1969:  // MariaDB: statement timeout
    case 3024:  // MySQL: statement timeout
    case 4031:  // MySQL: closed for inactivity
        return true;
    default:
        return false;
    }
}

}  // namespace

class Database::Work {
  public:
    Work(const net::SqlConnector& connector, net::SqlEndpoint endpoint, const Clock& clock, Secret audit_key,
         DatabaseLimits limits, std::function<void(std::string_view)> warn)
        : clock_(clock)
        , audit_key_(std::move(audit_key))
        , pool_(connector, std::move(endpoint), clock, limits, std::move(warn)) {}

    SqlPool& pool() { return pool_; }

    // One try. `again`: the server rolled it back as the victim of a deadlock.
    Result<api::Reply> change(const std::function<Result<api::Reply>(Transaction&)>& work, bool& again) {
        again = false;
        auto lease = pool_.lend();
        if (!lease) return fail(lease.error());
        AuditChain chain(*lease, audit_key_, pool_.database(), pool_.statement_limit());
        Changing transaction(*lease);
        if (const Status begun = transaction.begin(); !begun) return fail(begun.error());
        const auto failed = [&again](const Error& error) {
            again = is_deadlock(error);
            return fail(error);
        };
        Result<api::Reply> reply = work(transaction);
        if (transaction.broken()) return failed(*transaction.broken());
        if (!reply) return failed(reply.error());
        if (reply->status >= 400) return reply;
        if (transaction.events().empty())
            throw std::logic_error("a change of the database without an audit event");
        if (const Status done = chain.append(transaction.events(), clock_.wall()); !done)
            return failed(done.error());
        if (const Status done = transaction.commit(); !done) return failed(done.error());
        chain.release();
        return reply;
    }

  private:
    const Clock& clock_;
    const Secret audit_key_;
    SqlPool pool_;
};

Database::Database(const net::SqlConnector& connector, net::SqlEndpoint endpoint, const Clock& clock,
                   Secret audit_key, DatabaseLimits limits, std::function<void(std::string_view)> warn)
    : work_(std::make_unique<Work>(connector, std::move(endpoint), clock, std::move(audit_key), limits,
                                   std::move(warn))) {}

Database::~Database() = default;

Result<api::Reply> Database::read(const std::function<Result<api::Reply>(Connection&)>& work) {
    auto lease = work_->pool().lend();
    if (!lease) return fail(lease.error());
    Plain connection(*lease);
    return work(connection);
}

Status Database::note(const std::function<Status(Connection&)>& work) {
    auto lease = work_->pool().lend();
    if (!lease) return fail(lease.error());
    Plain connection(*lease);
    return work(connection);
}

Result<api::Reply> Database::write(const std::function<Result<api::Reply>(Transaction&)>& work) {
    for (int attempt = 1;; ++attempt) {
        bool again = false;
        Result<api::Reply> reply = work_->change(work, again);
        if (!again || attempt == most_tries) return reply;
    }
}

Database::Counts Database::counts() const {
    return work_->pool().counts();
}

api::Reply database_failure(const Error& error) {
    if (error.code == ErrorCode::interrupted)
        return api::error_reply(503,
                                "The database went away while this change was being stored. Look whether it "
                                "was stored before you try again.",
                                "LB-SYS-002");
    const int number = net::server_errno(error);
    bool away = is_passing(number);
    if (number == 0) {
        switch (error.code) {
        case ErrorCode::conflict:
        case ErrorCode::timeout:
        case ErrorCode::unreachable:
        case ErrorCode::closed:
        case ErrorCode::tls:
        case ErrorCode::protocol:
        case ErrorCode::not_found:  // the host's name
        case ErrorCode::auth:
            away = true;
            break;
        default:
            break;
        }
    }
    if (!away) throw std::runtime_error("database: " + error.what);
    api::Reply reply =
        api::error_reply(503, "Database temporarily unavailable. Please try again shortly.", "LB-SYS-002");
    reply.headers.set("Retry-After", "5");
    return reply;
}

std::string duplicate_key(const Error& error) {
    if (net::server_errno(error) != duplicate) return {};
    // "… for key 'uq_item_org_barcode'"; MySQL 8 puts the table in front:
    // 'inventory_items.uq_item_org_barcode'. The value stands before and may hold anything, so the key is
    // looked for from the end.
    const std::string_view text = error.what;
    const size_t end = text.rfind('\'');
    if (end == std::string_view::npos || end == 0) return {};
    const size_t begin = text.rfind('\'', end - 1);
    if (begin == std::string_view::npos) return {};
    const std::string_view key = text.substr(begin + 1, end - begin - 1);
    const size_t dot = key.rfind('.');
    return std::string(dot == std::string_view::npos ? key : key.substr(dot + 1));
}

}  // namespace logbook::backend
