// SCAN in small steps, three short questions a key.
#include "logbook/instrument/redis_memory.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "logbook/base/text.h"

namespace logbook::instrument {
namespace {

using Reply = net::RedisReply;

constexpr size_t longest_word = 24;  // longer parts of a name are no words

bool is_value(std::string_view part) {
    if (part.empty()) return false;
    size_t digits = 0, hexes = 0;
    for (const char c : part) {
        if (c == '@' || c == '.' || c == '%' || static_cast<unsigned char>(c) < 0x20 ||
            (static_cast<unsigned char>(c) & 0x80) != 0)
            return true;
        const bool digit = c >= '0' && c <= '9';
        digits += digit ? 1 : 0;
        hexes += digit || (c >= 'a' && c <= 'f') || c == '-' ? 1 : 0;
    }
    if (part.size() > longest_word) return true;
    return digits == part.size() || (digits > 0 && hexes == part.size()) || digits * 3 >= part.size() ||
           digits >= 4;
}

Result<Reply> ask(net::RedisSession& session, const std::vector<std::string>& words, Deadline deadline,
                  MemoryReading& reading) {
    auto reply = session.command(words, deadline);
    ++reading.asked;
    if (!reply) return fail(reply.error());
    if (!reply->is_error()) return reply;
    const bool refused = contains(reply->text, "NOPERM") || contains(reply->text, "NOAUTH");
    return fail(refused ? ErrorCode::auth : ErrorCode::unsupported,
                fmt::format("Redis does not answer {}: {}", words[0], printable(reply->text, 160)));
}

// Nothing for a key that has gone meanwhile.
Result<std::optional<KeySample>> sample(net::RedisSession& session, const std::string& name,
                                        Deadline deadline, MemoryReading& reading) {
    KeySample one;
    one.name = name;
    const auto bytes = ask(session, {"MEMORY", "USAGE", name}, deadline, reading);
    if (!bytes) return fail(bytes.error());
    if (bytes->kind != Reply::Kind::integer) return std::optional<KeySample>();
    one.bytes = uint64_t(std::max<int64_t>(bytes->integer, 0));
    const auto type = ask(session, {"TYPE", name}, deadline, reading);
    if (!type) return fail(type.error());
    one.type = printable(type->text, 40);
    const auto ttl = ask(session, {"PTTL", name}, deadline, reading);
    if (!ttl) return fail(ttl.error());
    if (ttl->integer == -2) return std::optional<KeySample>();
    if (ttl->integer >= 0) one.ttl = Millis(ttl->integer);
    return std::optional<KeySample>(std::move(one));
}

Status scan(net::RedisSession& session, const MemoryBudget& budget, Deadline deadline, MemoryReading& reading,
            std::vector<KeySample>& samples) {
    const Deadline end = deadline.at_most(std::min(budget.longest, deadline.remaining() * 3 / 4));
    std::set<std::string> seen;  // SCAN may tell a key twice
    std::string cursor = "0";
    do {
        const auto reply = ask(session, {"SCAN", cursor, "COUNT", "100"}, deadline, reading);
        if (!reply) return fail(reply.error());
        if (reply->items.size() != 2) return fail(ErrorCode::protocol, "Redis' answer to SCAN is none");
        cursor = reply->items[0].text;
        for (const Reply& key : reply->items[1].items) {
            if (samples.size() >= budget.keys || end.passed()) return {};
            if (!seen.insert(key.text).second) continue;
            auto one = sample(session, key.text, deadline, reading);
            if (!one) return fail(one.error());
            if (*one) samples.push_back(std::move(**one));
        }
    } while (cursor != "0" && !end.passed());
    reading.whole = cursor == "0";
    return {};
}

}  // namespace

std::string key_prefix(std::string_view name) {
    std::vector<std::string> parts;
    for (const std::string& part : split(name.substr(0, 512), ':')) {
        const bool value = is_value(part);
        if (value && !parts.empty() && parts.back() == "*") continue;
        parts.push_back(value ? "*" : part);
    }
    return join(parts, ":");
}

std::vector<KeyGroup> group_keys(const std::vector<KeySample>& samples) {
    std::map<std::string, KeyGroup> found;
    for (const KeySample& sample : samples) {
        KeyGroup& group = found[key_prefix(sample.name)];
        ++group.keys;
        group.bytes += sample.bytes;
        group.largest = std::max(group.largest, sample.bytes);
        group.without_ttl += sample.ttl ? 0 : 1;
        ++group.types[sample.type];
    }
    std::vector<KeyGroup> groups;
    for (auto& [prefix, group] : found) {
        group.prefix = prefix;
        groups.push_back(std::move(group));
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const KeyGroup& a, const KeyGroup& b) { return a.bytes > b.bytes; });
    return groups;
}

Result<MemoryReading> read_memory(net::RedisSession& session, const Clock& clock, const MemoryBudget& budget,
                                  Deadline deadline) {
    MemoryReading reading;
    if (budget.database != 0)
        if (const auto chosen = ask(session, {"SELECT", std::to_string(budget.database)}, deadline, reading);
            !chosen)
            return fail(chosen.error());
    const auto size = ask(session, {"DBSIZE"}, deadline, reading);
    if (!size && size.error().code != ErrorCode::auth && size.error().code != ErrorCode::unsupported)
        return fail(size.error());
    if (size)
        reading.keys = uint64_t(std::max<int64_t>(size->integer, 0));
    else
        reading.missing.push_back("how many keys there are");
    std::vector<KeySample> samples;
    if (Status scanned = scan(session, budget, deadline, reading, samples); !scanned)
        return fail(scanned.error());
    if (const auto info = read_redis(session, clock, deadline)) {
        reading.asked += info->commands;
        reading.used = info->info.number("used_memory");
        reading.dataset = info->info.number("used_memory_dataset");
        reading.most = info->info.number("maxmemory");
        reading.policy = printable(info->info.text("maxmemory_policy"), 40);
    } else {
        reading.missing.push_back("memory in all (" + info.error().what + ")");
    }
    reading.sampled = samples.size();
    for (const KeySample& one : samples) reading.sampled_bytes += one.bytes;
    reading.groups = group_keys(samples);
    std::stable_sort(samples.begin(), samples.end(),
                     [](const KeySample& a, const KeySample& b) { return a.bytes > b.bytes; });
    if (samples.size() > budget.top) samples.resize(budget.top);
    reading.largest = std::move(samples);
    return reading;
}

}  // namespace logbook::instrument
