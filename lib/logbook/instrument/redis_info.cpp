// Lines, titles and fields.
#include "logbook/instrument/redis_info.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "logbook/base/text.h"

namespace logbook::instrument {
namespace {

constexpr std::string_view error_prefix = "errorstat_";

uint64_t unsigned_of(std::string_view text) {
    uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Json value_of(const std::string& bytes) {
    if (valid_utf8(bytes)) return bytes;
    return Json::object({{"hex", hex(bytes)}});
}

}  // namespace

const std::string* RedisInfo::find(std::string_view name) const {
    for (const InfoSection& section : sections)
        for (const InfoField& field : section.fields)
            if (field.name == name) return &field.value;
    return nullptr;
}

std::string RedisInfo::text(std::string_view name) const {
    const std::string* value = find(name);
    return value ? *value : std::string();
}

std::optional<int64_t> RedisInfo::number(std::string_view name) const {
    const std::string* value = find(name);
    int64_t number = 0;
    if (!value) return std::nullopt;
    const auto [end, bad] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (bad != std::errc() || end != value->data() + value->size()) return std::nullopt;
    return number;
}

std::optional<double> RedisInfo::decimal(std::string_view name) const {
    const std::string* value = find(name);
    double number = 0;
    if (!value || value->empty()) return std::nullopt;
    const auto [end, bad] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (bad != std::errc() || (end != value->data() + value->size() && *end != '%')) return std::nullopt;
    if (!std::isfinite(number)) return std::nullopt;  // JSON has no such numbers
    return number;
}

const InfoSection* RedisInfo::section(std::string_view title) const {
    for (const InfoSection& section : sections)
        if (section.title == title) return &section;
    return nullptr;
}

RedisInfo parse_redis_info(std::string_view text) {
    RedisInfo info;
    const auto current = [&info]() -> InfoSection& {
        if (info.sections.empty()) info.sections.emplace_back();
        return info.sections.back();
    };
    while (!text.empty()) {
        const size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.empty()) continue;
        const size_t colon = line.find(':');
        if (line.substr(0, 2) == "# ") {
            info.sections.push_back({std::string(line.substr(2)), {}, {}});
        } else if (colon == std::string_view::npos) {
            current().others.emplace_back(line);
        } else {
            current().fields.push_back(
                {std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
        }
    }
    return info;
}

Json to_json(const RedisInfo& info) {
    Json::Object sections;
    for (const InfoSection& section : info.sections) {
        // A section that comes twice (none does today) must not make a key that comes twice.
        std::string title = printable(section.title, 80);
        for (const Json::Member& other : sections)
            if (other.first == title) title += "'";
        Json::Object fields;
        std::map<std::string, size_t> at;
        const auto add = [&](const std::string& name, const std::string& bytes) {
            const auto [known, is_new] = at.emplace(name, fields.size());
            if (is_new) {
                fields.emplace_back(name, value_of(bytes));
                return;
            }
            Json& first = fields[known->second].second;
            if (!first.as_array()) first = Json(Json::Array{first});
            first.push(value_of(bytes));
        };
        for (const InfoField& field : section.fields) add(printable(field.name, 400), field.value);
        for (const std::string& line : section.others) add("", line);
        sections.emplace_back(std::move(title), Json(std::move(fields)));
    }
    return Json(std::move(sections));
}

std::map<std::string, std::string> parse_info_parts(std::string_view value) {
    std::map<std::string, std::string> parts;
    for (const std::string& part : split(value, ',')) {
        const size_t equals = part.find('=');
        if (equals != std::string::npos) parts.emplace(part.substr(0, equals), part.substr(equals + 1));
    }
    return parts;
}

std::vector<Keyspace> keyspace_of(const RedisInfo& info) {
    std::vector<Keyspace> spaces;
    const InfoSection* section = info.section("Keyspace");
    if (!section) return spaces;
    for (const InfoField& field : section->fields) {
        if (field.name.compare(0, 2, "db") != 0) continue;
        auto parts = parse_info_parts(field.value);
        Keyspace space;
        space.number = int(unsigned_of(std::string_view(field.name).substr(2)));
        space.keys = unsigned_of(parts["keys"]);
        space.expires = unsigned_of(parts["expires"]);
        space.average_ttl = Millis(int64_t(std::min<uint64_t>(unsigned_of(parts["avg_ttl"]), INT64_MAX)));
        spaces.push_back(space);
    }
    return spaces;
}

std::map<std::string, uint64_t> errors_of(const RedisInfo& info) {
    std::map<std::string, uint64_t> errors;
    const InfoSection* section = info.section("Errorstats");
    if (!section) return errors;
    for (const InfoField& field : section->fields)
        if (field.name.compare(0, error_prefix.size(), error_prefix) == 0)
            errors[field.name.substr(error_prefix.size())] =
                unsigned_of(parse_info_parts(field.value)["count"]);
    return errors;
}

}  // namespace logbook::instrument
