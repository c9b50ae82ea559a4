// Redis' INFO, read without losing a byte. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/base/json.h"

namespace logbook::instrument {

struct InfoField {
    std::string name;   // what stands before the first colon
    std::string value;  // all that follows it, as it came
};

struct InfoSection {
    std::string title;  // "Memory"; empty for what stands before the first title
    std::vector<InfoField> fields;
    std::vector<std::string> others;  // lines that are no field
};

// A value. Field names are looked up in all sections; the first of a name counts.
struct RedisInfo {
    std::vector<InfoSection> sections;

    LOGBOOK_EXPORT const std::string* find(std::string_view name) const;
    LOGBOOK_EXPORT std::string text(std::string_view name) const;  // empty where absent
    LOGBOOK_EXPORT std::optional<int64_t> number(std::string_view name) const;
    LOGBOOK_EXPORT std::optional<double> decimal(std::string_view name) const;
    LOGBOOK_EXPORT const InfoSection* section(std::string_view title) const;
};

// Any bytes are taken; never fails.
LOGBOOK_EXPORT RedisInfo parse_redis_info(std::string_view text);

// {"Memory": {"used_memory": "1292288", …}, …}. A name that stands more than once in its section has a list
// of its values; a value that is no UTF-8 is {"hex": "…"}; lines that are no field stand under "".
LOGBOOK_EXPORT Json to_json(const RedisInfo& info);

// "keys=2,expires=2,avg_ttl=121191" in parts.
LOGBOOK_EXPORT std::map<std::string, std::string> parse_info_parts(std::string_view value);

// One database's line of the section Keyspace.
struct Keyspace {
    int number = 0;
    uint64_t keys = 0, expires = 0;
    Millis average_ttl{0};  // of those that expire
};
LOGBOOK_EXPORT std::vector<Keyspace> keyspace_of(const RedisInfo& info);

// {"NOAUTH": 14}: how often each kind of error was answered since the start.
LOGBOOK_EXPORT std::map<std::string, uint64_t> errors_of(const RedisInfo& info);

}  // namespace logbook::instrument
