// The pool, transactions and the chain, on a server that is a small world of its own.
#include <atomic>
#include <doctest/doctest.h>
#include <map>
#include <mutex>
#include <thread>

#include "logbook/backend/database.h"
#include "logbook/backend/sql_values.h"
#include "logbook/base/text.h"
#include "logbook/crypto/mac.h"

using namespace logbook;
using namespace logbook::backend;
using namespace std::chrono_literals;

namespace {

class TestClock final : public Clock {
  public:
    WallTime wall() const override { return from_unix_seconds(1'800'000'000) + 250ms; }
    std::chrono::steady_clock::time_point steady() const override {
        return std::chrono::steady_clock::time_point(Millis(1'000'000 + passed.load()));
    }
    void sleep(Millis) const override {}
    std::atomic<int64_t> passed{0};
};

// What the server holds, and how it is to behave. Guarded by its mutex.
struct World {
    std::mutex guard;
    std::vector<std::string> log;      // every statement, in order
    std::vector<std::string> pending;  // hashes of audit rows that are not committed
    std::vector<std::string> chain;
    int connected = 0, open = 0, lock_holder = 0;
    bool refuse = false, lock_is_taken = false;
    int epoch = 0;                         // a restart ends all connections of an earlier one
    std::map<std::string, Error> failing;  // by the beginning of a statement, once

    size_t count(std::string_view start) {
        const std::lock_guard lock(guard);
        size_t n = 0;
        for (const std::string& line : log) n += line.rfind(start, 0) == 0 ? 1 : 0;
        return n;
    }
    void fail_once(const std::string& start, Error error) {
        const std::lock_guard lock(guard);
        failing[start] = std::move(error);
    }
};

class Session final : public net::SqlSession {
  public:
    Session(World& world, int id) : world_(world), id_(id), epoch_(world.epoch) {}
    ~Session() override {
        const std::lock_guard lock(world_.guard);
        --world_.open;
        if (world_.lock_holder == id_) world_.lock_holder = 0;
        world_.pending.clear();
    }
    Result<net::SqlRows> query(std::string_view sql, Deadline) override {
        const auto done = answer(sql, {});
        if (!done) return fail(done.error());
        return done->rows;
    }
    Result<net::SqlOutcome> execute(std::string_view sql, const std::vector<net::SqlParam>& values,
                                    Deadline) override {
        return answer(sql, values);
    }
    bool lost() const override { return epoch_ != world_.epoch; }
    std::string quoted(std::string_view text) const override { return "'" + std::string(text) + "'"; }
    std::string server_version() const override { return "fake"; }

  private:
    Result<net::SqlOutcome> answer(std::string_view sql, const std::vector<net::SqlParam>& values) {
        const std::lock_guard lock(world_.guard);
        world_.log.emplace_back(sql);
        if (lost()) return fail(ErrorCode::closed, "gone");
        for (auto it = world_.failing.begin(); it != world_.failing.end(); ++it)
            if (sql.rfind(it->first, 0) == 0) {
                Error error = it->second;
                world_.failing.erase(it);
                return fail(std::move(error));
            }
        net::SqlOutcome outcome;
        if (sql.rfind("SELECT GET_LOCK", 0) == 0) {
            const bool free = !world_.lock_is_taken && world_.lock_holder == 0;
            if (free) world_.lock_holder = id_;
            outcome.rows = {{"taken"}, {{free ? "1" : "0"}}};
        } else if (sql.rfind("SELECT RELEASE_LOCK", 0) == 0) {
            outcome.rows = {{"released"}, {{world_.lock_holder == id_ ? "1" : "0"}}};
            world_.lock_holder = 0;
        } else if (sql.rfind("SELECT current_hash", 0) == 0) {
            outcome.rows.columns = {"current_hash"};
            if (!world_.chain.empty()) outcome.rows.rows.push_back({world_.chain.back()});
        } else if (sql.rfind("INSERT INTO audit_logs", 0) == 0) {
            CHECK(world_.lock_holder == id_);
            REQUIRE(values.size() == 15);
            last_insert = values;
            world_.pending.push_back(std::get<std::string>(values[13]));
        } else if (sql == "COMMIT") {
            world_.chain.insert(world_.chain.end(), world_.pending.begin(), world_.pending.end());
            world_.pending.clear();
        } else if (sql == "ROLLBACK") {
            world_.pending.clear();
        }
        return outcome;
    }

  public:
    static inline std::vector<net::SqlParam> last_insert;

  private:
    World& world_;
    const int id_, epoch_;
};

class Connector final : public net::SqlConnector {
  public:
    explicit Connector(World& world) : world_(world) {}
    Result<std::unique_ptr<net::SqlSession>> connect(const net::SqlEndpoint&, Deadline) const override {
        const std::lock_guard lock(world_.guard);
        if (world_.refuse) return fail(ErrorCode::unreachable, "refused");
        ++world_.open;
        return std::make_unique<Session>(world_, ++world_.connected);
    }

  private:
    World& world_;
};

struct Stack {
    explicit Stack(DatabaseLimits limits = {}) : database(connector, {}, clock, Secret("key"), limits) {}
    TestClock clock;
    World world;
    Connector connector{world};
    Database database;

    Result<api::Reply> write(int status = 201, const char* type = "made") {
        return database.write([&](Transaction& transaction) -> Result<api::Reply> {
            if (const auto done = transaction.run("INSERT INTO t"); !done) return fail(done.error());
            if (type) transaction.audit({type, "tests", "info", "u", "", "", "o", "", "", Json::object()});
            return api::json_reply(status, Json());
        });
    }
    Result<api::Reply> read(std::string_view sql = "SELECT 1") {
        return database.read([&](Connection& connection) -> Result<api::Reply> {
            if (const auto done = connection.run(sql); !done) return fail(done.error());
            return api::json_reply(200, Json());
        });
    }
};

const Error deadlock{ErrorCode::io, "1213 Deadlock found", {}};
const Error gone{ErrorCode::closed, "closed", {}};

}  // namespace

TEST_CASE("every new connection speaks UTC, READ COMMITTED and strict types") {
    Stack stack;
    REQUIRE(stack.read());
    REQUIRE(stack.world.log.size() == 3);
    CHECK(contains(stack.world.log[0], "time_zone = '+00:00'"));
    CHECK(contains(stack.world.log[0], "utf8mb4"));
    CHECK(contains(stack.world.log[0], "STRICT_TRANS_TABLES"));
    CHECK(stack.world.log[1] == "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    REQUIRE(stack.read());
    CHECK(stack.world.connected == 1);
    CHECK(stack.database.counts().statements == 2);
}

TEST_CASE("callers wait for a connection a bounded time, and a bounded number of them") {
    DatabaseLimits limits;
    limits.connections = 1;
    limits.waiting = 1;
    limits.wait = 300ms;
    Stack stack(limits);
    std::atomic<bool> inside{false}, leave{false};
    std::thread holder([&] {
        (void)stack.database.read([&](Connection&) -> Result<api::Reply> {
            inside = true;
            while (!leave) std::this_thread::sleep_for(1ms);
            return api::Reply{};
        });
    });
    while (!inside) std::this_thread::sleep_for(1ms);
    Result<api::Reply> patient = api::Reply{};
    std::thread waiter([&] { patient = stack.read(); });
    while (stack.database.counts().waiting == 0) std::this_thread::sleep_for(1ms);
    const auto third = stack.read();
    REQUIRE(!third);
    CHECK(third.error().code == ErrorCode::conflict);
    waiter.join();
    REQUIRE(!patient);
    CHECK(patient.error().code == ErrorCode::conflict);
    CHECK(stack.database.counts().refused == 2);
    std::thread next([&] { patient = stack.read(); });
    while (stack.database.counts().waiting == 0) std::this_thread::sleep_for(1ms);
    leave = true;
    holder.join();
    next.join();
    CHECK(patient.has_value());
    CHECK(stack.database.counts().lent == 0);
    CHECK(stack.database.counts().open == 1);
}

TEST_CASE("no more connections than allowed, whatever the number of callers") {
    DatabaseLimits limits;
    limits.connections = 3;
    Stack stack(limits);
    std::atomic<int> now{0}, most{0}, failed{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 16; ++i)
        callers.emplace_back([&] {
            for (int k = 0; k < 20; ++k) {
                const auto done = stack.database.read([&](Connection& connection) -> Result<api::Reply> {
                    const int here = ++now;
                    int seen = most;
                    while (here > seen && !most.compare_exchange_weak(seen, here)) {
                    }
                    (void)connection.run("SELECT 1");
                    --now;
                    return api::Reply{};
                });
                if (!done) ++failed;
            }
        });
    for (std::thread& caller : callers) caller.join();
    CHECK(failed == 0);
    CHECK(most <= 3);
    CHECK(stack.world.connected <= 3);
}

TEST_CASE("a restarted server costs nobody a request") {
    Stack stack;
    REQUIRE(stack.read());
    ++stack.world.epoch;
    REQUIRE(stack.read());
    REQUIRE(stack.write());
    CHECK(stack.world.connected == 2);
    CHECK(stack.world.open == 1);
}

TEST_CASE("what was idle for long is asked first, for longer closed") {
    Stack stack;
    REQUIRE(stack.read());
    stack.clock.passed += 1'000;
    REQUIRE(stack.read());
    CHECK(stack.world.count("DO 0") == 0);
    stack.clock.passed += 1'001;
    REQUIRE(stack.read());
    CHECK(stack.world.count("DO 0") == 1);
    stack.clock.passed += 2'000;
    stack.world.fail_once("DO 0", gone);
    REQUIRE(stack.read());
    CHECK(stack.world.connected == 2);
    stack.clock.passed += 300'001;
    REQUIRE(stack.read());
    CHECK(stack.world.connected == 3);
    CHECK(stack.world.open == 1);
}

TEST_CASE("a lost connection is not lent again") {
    Stack stack;
    stack.world.fail_once("SELECT 1", gone);
    REQUIRE(!stack.read());
    CHECK(stack.world.open == 0);
    CHECK(stack.database.counts().open == 0);
    REQUIRE(stack.read());
    // A refusal of the statement is no reason.
    stack.world.fail_once("SELECT 1", {ErrorCode::io, "1064 syntax", {}});
    REQUIRE(!stack.read());
    CHECK(stack.world.open == 1);
}

TEST_CASE("a server that is away fails, and the places come back") {
    DatabaseLimits limits;
    limits.connections = 2;
    Stack stack(limits);
    stack.world.refuse = true;
    for (int i = 0; i < 5; ++i) {
        const auto done = stack.read();
        REQUIRE(!done);
        CHECK(done.error().code == ErrorCode::unreachable);
    }
    stack.world.refuse = false;
    CHECK(stack.read().has_value());
}

TEST_CASE("a change ends in the chain, under its lock") {
    Stack stack;
    REQUIRE(stack.write());
    REQUIRE(stack.write());
    CHECK(stack.world.chain.size() == 2);
    CHECK(stack.world.lock_holder == 0);
    const std::vector<std::string> order(stack.world.log.begin() + 2, stack.world.log.begin() + 9);
    CHECK(order[0] == "START TRANSACTION");
    CHECK(order[1] == "INSERT INTO t");
    CHECK(order[2].rfind("SELECT GET_LOCK", 0) == 0);
    CHECK(order[3].rfind("SELECT current_hash", 0) == 0);
    CHECK(order[4].rfind("INSERT INTO audit_logs", 0) == 0);
    CHECK(order[5] == "COMMIT");
    CHECK(order[6].rfind("SELECT RELEASE_LOCK", 0) == 0);
    const auto& row = Session::last_insert;
    const auto text = [&](size_t i) { return std::get<std::string>(row[i]); };
    CHECK(text(0) == "2027-01-15 08:00:00");
    CHECK(std::get<int64_t>(row[1]) == 1'800'000'000'250'000'000);
    CHECK(text(12) == stack.world.chain[0]);
    const std::string signed_text =
        "2027-01-15T08:00:00.000000+00:00|1800000000250000000|made|u|o|None|{}|" + stack.world.chain[0];
    CHECK(text(13) == hex(crypto::hmac_sha256(Secret("key"), signed_text)));
}

TEST_CASE("what is refused is rolled back and leaves no row") {
    Stack stack;
    const auto refused = stack.write(409);
    REQUIRE(refused);
    CHECK(refused->status == 409);
    CHECK(stack.world.chain.empty());
    CHECK(stack.world.count("ROLLBACK") == 1);
    CHECK(stack.world.count("COMMIT") == 0);
    CHECK(stack.world.open == 1);
    stack.world.fail_once("INSERT INTO t", {ErrorCode::io, "1062 Duplicate entry 'a' for key 'k'", {}});
    CHECK(!stack.write());
    CHECK(stack.world.count("ROLLBACK") == 2);
}

TEST_CASE("a change without an audit event is a bug") {
    Stack stack;
    CHECK_THROWS_AS((void)stack.write(201, nullptr), std::logic_error);
    CHECK(stack.world.count("ROLLBACK") == 1);
    CHECK(stack.write().has_value());
    CHECK(stack.world.open == 1);
}

TEST_CASE("an exception rolls back and gives the connection back") {
    Stack stack;
    CHECK_THROWS_AS((void)stack.database.write(
                        [](Transaction&) -> Result<api::Reply> { throw std::runtime_error("bug"); }),
                    std::runtime_error);
    CHECK(stack.world.count("ROLLBACK") == 1);
    CHECK(stack.database.counts().lent == 0);
}

TEST_CASE("the victim of a deadlock is tried again, three times in all") {
    Stack stack;
    stack.world.fail_once("INSERT INTO t", deadlock);
    CHECK(stack.write().has_value());
    CHECK(stack.world.count("INSERT INTO t") == 2);
    // Even where the work makes a reply of it.
    int runs = 0;
    stack.world.fail_once("INSERT INTO x", deadlock);
    const auto done = stack.database.write([&](Transaction& transaction) -> Result<api::Reply> {
        ++runs;
        (void)transaction.run("INSERT INTO x");
        transaction.audit({"made", "tests", "info", "", "", "", "", "", "", Json::object()});
        return api::json_reply(201, Json());
    });
    CHECK(done.has_value());
    CHECK(runs == 2);
    CHECK(stack.world.chain.size() == 2);
    runs = 0;
    const auto never = stack.database.write([&](Transaction& transaction) -> Result<api::Reply> {
        ++runs;
        stack.world.fail_once("INSERT INTO x", deadlock);
        const auto failed = transaction.run("INSERT INTO x");
        return fail(failed.error());
    });
    REQUIRE(!never);
    CHECK(runs == 3);
    CHECK(net::server_errno(never.error()) == 1213);
    stack.world.fail_once("COMMIT", deadlock);
    CHECK(stack.write().has_value());
    CHECK(stack.world.chain.size() == 3);
}

TEST_CASE("a commit whose outcome is unknown is never repeated") {
    Stack stack;
    for (const Error& error : {gone, Error{ErrorCode::timeout, "slow", {}},
                               Error{ErrorCode::io, "1053 Server shutdown in progress", {}}}) {
        const size_t before = stack.world.count("COMMIT");
        stack.world.fail_once("COMMIT", error);
        const auto done = stack.write();
        REQUIRE(!done);
        CHECK(done.error().code == ErrorCode::interrupted);
        CHECK(stack.world.count("COMMIT") == before + 1);
        CHECK(stack.world.open == 0);  // and the chain's lock went with it
        const api::Reply reply = database_failure(done.error());
        CHECK(reply.status == 503);
        CHECK(!reply.headers.get("Retry-After"));
    }
}

TEST_CASE("a lock of the chain that may still be held goes with its connection") {
    Stack stack;
    for (const char* at : {"SELECT GET_LOCK", "SELECT current_hash", "INSERT INTO audit_logs"}) {
        stack.world.fail_once(at, {ErrorCode::io, "1064 syntax", {}});
        CHECK(!stack.write());
        CHECK(stack.world.lock_holder == 0);
        CHECK(stack.world.open == 0);
    }
    stack.world.fail_once("SELECT RELEASE_LOCK", gone);
    CHECK(stack.write().has_value());
    CHECK(stack.world.open == 0);
    stack.world.lock_is_taken = true;
    const auto busy = stack.write();
    REQUIRE(!busy);
    CHECK(busy.error().code == ErrorCode::conflict);
    CHECK(stack.world.open == 1);
}

TEST_CASE("which failures are the database's own, and pass") {
    for (const ErrorCode code : {ErrorCode::conflict, ErrorCode::timeout, ErrorCode::unreachable,
                                 ErrorCode::closed, ErrorCode::tls, ErrorCode::not_found}) {
        const api::Reply reply = database_failure({code, "words", {}});
        CHECK(reply.status == 503);
        CHECK(reply.headers.get("Retry-After") == "5");
        CHECK(contains(reply.body, "LB-SYS-002"));
        CHECK(!contains(reply.body, "words"));
    }
    for (const char* what : {"1040 Too many connections", "1205 Lock wait", "1213 Deadlock", "1045 denied"})
        CHECK(database_failure(net::server_error(std::atoi(what), what + 5)).status == 503);
    for (const char* what : {"1064 syntax", "1146 no table", "1054 no column", "1406 too long", "1062 twice"})
        CHECK_THROWS_AS((void)database_failure(net::server_error(std::atoi(what), what + 5)),
                        std::runtime_error);
    CHECK_THROWS_AS((void)database_failure({ErrorCode::invalid, "values", {}}), std::runtime_error);
}

TEST_CASE("the key of a duplicate") {
    const auto key = [](const char* text) { return duplicate_key(net::server_error(1062, text)); };
    CHECK(key("Duplicate entry 'a-b' for key 'uq_item_org_barcode'") == "uq_item_org_barcode");
    CHECK(key("Duplicate entry 'a' for key 'users.idx_user_org_email'") == "idx_user_org_email");
    CHECK(key("Duplicate entry 'x' for key 'fake'' for key 'idx_user_org_email'") == "idx_user_org_email");
    CHECK(key("Duplicate entry") == "");
    CHECK(key("'") == "");
    CHECK(duplicate_key({ErrorCode::io, "1213 Deadlock 'x'", {}}).empty());
}

TEST_CASE("as Python writes JSON") {
    CHECK(python_json(Json()) == "null");
    CHECK(python_json(
              Json::object({{"b", 1}, {"a", Json::Array{true, nullptr, "x"}}, {"B", Json::object()}})) ==
          R"({"B": {}, "a": [true, null, "x"], "b": 1})");
    CHECK(python_json("é😀\"\\/\n\r\t\b\f\x01\x7f") == R"("\u00e9\ud83d\ude00\"\\/\n\r\t\b\f\u0001\u007f")");
    CHECK(python_json(1.0) == "1.0");
    CHECK(python_json(0.1) == "0.1");
    CHECK(python_json(-2.5e-7) == "-2.5e-07");
    CHECK(python_json(1e16) == "1e+16");
    CHECK(python_json(123456789012345680.0) == "1.2345678901234568e+17");
    CHECK(python_json(INT64_MIN) == "-9223372036854775808");
    CHECK(python_json(std::string("a\xff")) == R"("a\ufffd")");
}
