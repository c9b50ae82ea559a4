// The backend's request lines, `GET /api/v1/users → 200 (35ms) [rid=48a2…]`, per route: how often, how slow,
// how often wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/logscan/record.h"

namespace logbook::logscan {

struct Request {
    std::string_view method, path;  // point into the line
    int status = 0;
    uint64_t millis = 0;
    std::string_view id;  // may be empty
};
// Of a record's message. nullopt for any other. Pure.
LOGBOOK_EXPORT std::optional<Request> parse_request(std::string_view message);

// "/api/v1/users/7781a4457d054099?page=2" → "/api/v1/users/{id}": numbers, UUIDs and hexadecimal ids folded,
// the query dropped. Pure.
LOGBOOK_EXPORT std::string route_of(std::string_view path);

struct RouteFigures {
    std::string route;  // "GET /api/v1/users/{id}"
    uint64_t count = 0;
    uint64_t server_errors = 0;  // 5xx
    uint64_t client_errors = 0;  // 4xx
    uint64_t p50 = 0, p95 = 0;   // ms, within 4 % of the true value
    uint64_t slowest = 0;        // ms
    std::string slowest_id;
    std::optional<WallTime> slowest_at;
};

// Memory depends on the number of routes only, which is bounded: further ones count as "(other routes)". Not
// thread-safe.
class LOGBOOK_EXPORT RequestTable {
  public:
    static constexpr size_t most_routes = 2000;
    // False when the record is no request line.
    bool add(const Record& record);
    uint64_t requests() const { return requests_; }
    // The one with the highest p95 first; among equals the one with more requests.
    std::vector<RouteFigures> slowest_first() const;

  private:
    struct Tally {
        uint64_t count = 0, server_errors = 0, client_errors = 0, slowest = 0;
        std::string slowest_id;
        std::optional<WallTime> slowest_at;
        std::map<uint16_t, uint64_t> buckets;
    };
    uint64_t requests_ = 0;
    std::map<std::string, Tally> routes_;
};

}  // namespace logbook::logscan
