// Runs the prepared statements of standard input on a real server, a JSON array each line: [sql, value, …];
// prints what comes back, a JSON document each line. `sql_probe PORT USER DATABASE MILLISECONDS`; the
// password is in SQL_PASSWORD.
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>

#include "logbook/base/json.h"
#include "logbook/net/sql_session.h"

using namespace logbook;

namespace {

net::SqlParam param_of(const Json& value) {
    if (const int64_t* number = value.as_int()) return *number;
    if (const std::string* text = value.as_string()) return *text;
    return nullptr;
}

Json told(const Result<net::SqlOutcome>& outcome) {
    if (!outcome)
        return Json::object(
            {{"failed", std::string(name_of(outcome.error().code))}, {"what", outcome.error().what}});
    Json rows = Json(Json::Array{});
    for (const auto& row : outcome->rows.rows) {
        Json::Array values;
        for (const net::SqlValue& value : row) values.push_back(value ? Json(*value) : Json());
        rows.push(Json(std::move(values)));
    }
    return Json::object({{"columns", Json::array(outcome->rows.columns)},
                         {"rows", std::move(rows)},
                         {"affected", int64_t(outcome->affected)},
                         {"insert_id", int64_t(outcome->insert_id)}});
}

}  // namespace

int main(int count, char** words) {
    if (count != 5) return 2;
    net::SqlEndpoint endpoint;
    endpoint.port = uint16_t(std::atoi(words[1]));
    endpoint.user = words[2];
    endpoint.database = words[3];
    const char* password = std::getenv("SQL_PASSWORD");
    endpoint.password = Secret(password ? password : "");
    const Millis limit(std::atoi(words[4]));
    const auto connector = net::make_mysql_connector();
    const auto session = connector->connect(endpoint, Deadline::in(Millis(10'000)));
    if (!session) {
        std::cout << session.error().what << '\n';
        return 1;
    }
    for (std::string line; std::getline(std::cin, line);) {
        const auto statement = parse_json(line, {size_t(64) << 20, 8});
        if (!statement || !statement->as_array() || statement->as_array()->empty()) return 2;
        const Json::Array& parts = *statement->as_array();
        std::vector<net::SqlParam> values;
        for (size_t i = 1; i < parts.size(); ++i) values.push_back(param_of(parts[i]));
        std::cout << told((*session)->execute(*parts[0].as_string(), values, Deadline::in(limit))).dump()
                  << std::endl;
    }
    return 0;
}
