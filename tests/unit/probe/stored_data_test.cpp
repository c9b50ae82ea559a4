// The proof of emptiness: nothing but a clear answer counts.
#include "logbook/probe/stored_data.h"

#include <doctest/doctest.h>
#include <map>

using namespace logbook;
using namespace std::chrono_literals;
using probe::StoredData;

namespace {

// A server that holds tables with a number of rows; -1: forbidden to this user.
class TinyServer final : public net::SqlConnector {
  public:
    std::map<std::string, int> tables;
    std::optional<Error> refusal;

    Result<std::unique_ptr<net::SqlSession>> connect(const net::SqlEndpoint&, Deadline) const override {
        if (refusal) return fail(*refusal);
        return std::unique_ptr<net::SqlSession>(std::make_unique<Session>(tables));
    }

  private:
    class Session final : public net::SqlSession {
      public:
        explicit Session(const std::map<std::string, int>& held) : tables_(held) {}
        Result<net::SqlRows> query(std::string_view sql, Deadline) override {
            for (const auto& [name, rows] : tables_) {
                if (sql.find("`" + name + "`") == std::string_view::npos) continue;
                if (rows < 0) return fail(ErrorCode::auth, "1142 SELECT command denied");
                net::SqlRows result{{"one"}, {}};
                if (rows > 0) result.rows.push_back({"1"});
                return result;
            }
            return fail(ErrorCode::invalid, "1146 Table does not exist");
        }
        std::string quoted(std::string_view text) const override { return "'" + std::string(text) + "'"; }
        std::string server_version() const override { return "10.11"; }

      private:
        const std::map<std::string, int>& tables_;
    };
};

StoredData reading(const TinyServer& server) {
    const auto result = probe::read_stored_data(server, {}, Deadline::in(1s));
    CHECK_FALSE(result.evidence.empty());
    return result.data;
}

}  // namespace

TEST_CASE("absent or empty tables are proof, rows are data, everything else is unknown") {
    TinyServer server;
    CHECK(reading(server) == StoredData::none);
    server.tables = {{"users", 0}, {"organizations", 0}};
    CHECK(reading(server) == StoredData::none);
    server.tables = {{"users", 3}, {"organizations", 0}};
    CHECK(reading(server) == StoredData::present);
    server.tables = {{"organizations", 1}};
    CHECK(reading(server) == StoredData::present);
    server.tables = {{"users", -1}};
    CHECK(reading(server) == StoredData::unknown);
    server.tables = {{"users", 0}, {"organizations", -1}};
    CHECK(reading(server) == StoredData::unknown);
    for (const char* refusal : {"1049 Unknown database 'x'", "1045 Access denied", "connection refused"}) {
        server.refusal = Error{ErrorCode::unreachable, refusal, {}};
        CHECK(reading(server) == StoredData::unknown);
    }
}
