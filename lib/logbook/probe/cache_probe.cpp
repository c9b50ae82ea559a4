// Reading Redis.
#include "logbook/probe/cache_probe.h"

#include <charconv>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::probe {
namespace {

CacheStage stage_of(const Error& error) {
    switch (error.code) {
    case ErrorCode::not_found:
        return CacheStage::name;
    case ErrorCode::unreachable:
        return CacheStage::connect;
    case ErrorCode::auth:
        return CacheStage::login;
    default:
        return CacheStage::greeting;
    }
}

// The value of "name:value" among INFO's CRLF lines.
std::string_view info_value(std::string_view info, std::string_view name) {
    for (size_t at = info.find(name); at != std::string_view::npos; at = info.find(name, at + 1)) {
        const bool starts_line = at == 0 || info[at - 1] == '\n';
        const size_t colon = at + name.size();
        if (!starts_line || colon >= info.size() || info[colon] != ':') continue;
        return trim(info.substr(colon + 1, info.find('\n', colon) - colon - 1));
    }
    return {};
}

std::optional<int64_t> number(std::string_view text) {
    int64_t value = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (bad != std::errc() || end == text.data()) return std::nullopt;
    return value;
}

std::optional<Error> read_info(net::RedisSession& session, Deadline deadline, CacheReading& reading) {
    const auto pong = session.command({"PING"}, deadline);
    if (!pong) return pong.error();
    if (pong->is_error()) {
        if (pong->text.substr(0, 7) == "LOADING")
            reading.loading = true;
        else if (contains(pong->text, "NOAUTH") || contains(pong->text, "NOPERM"))
            return Error{ErrorCode::auth, printable(pong->text), {}};
        // MISCONF comes here too; INFO tells the reason.
    }
    const auto info = session.command({"INFO"}, deadline);
    if (!info) return info.error();
    const std::string_view text = info->text;
    reading.version = printable(info_value(text, "redis_version"), 32);
    reading.role = printable(info_value(text, "role"), 16);
    reading.eviction_policy = printable(info_value(text, "maxmemory_policy"), 32);
    reading.used_memory = number(info_value(text, "used_memory"));
    reading.most_memory = number(info_value(text, "maxmemory"));
    reading.last_save = printable(info_value(text, "rdb_last_bgsave_status"), 8);
    reading.last_append = printable(info_value(text, "aof_last_write_status"), 8);
    if (info_value(text, "loading") == "1") reading.loading = true;
    reading.master_link = printable(info_value(text, "master_link_status"), 8);
    if (!reading.master_link.empty())
        reading.master = fmt::format("{}:{}", printable(info_value(text, "master_host"), 255),
                                     printable(info_value(text, "master_port"), 8));
    reading.read_only = info_value(text, "slave_read_only") == "1";
    reading.hits = number(info_value(text, "keyspace_hits"));
    reading.misses = number(info_value(text, "keyspace_misses"));
    reading.evicted = number(info_value(text, "evicted_keys"));
    reading.clients = number(info_value(text, "connected_clients"));
    reading.most_clients = number(info_value(text, "maxclients"));
    reading.rejected = number(info_value(text, "rejected_connections"));
    return std::nullopt;
}

}  // namespace

std::string_view name_of(CacheStage stage) {
    switch (stage) {
    case CacheStage::name:
        return "name";
    case CacheStage::connect:
        return "connect";
    case CacheStage::greeting:
        return "greeting";
    case CacheStage::login:
        return "login";
    case CacheStage::ready:
        return "ready";
    }
    return "?";
}

bool no_connection_left(const Error& error) {
    return contains(error.what, "max number of clients reached");
}

CacheReading read_cache(const net::RedisConnector& redis, const net::RedisEndpoint& endpoint,
                        const Clock& clock, Deadline deadline) {
    CacheReading reading;
    reading.host = endpoint.host;
    reading.port = endpoint.port;
    const auto start = clock.steady();
    auto session = redis.connect(endpoint, deadline);
    if (session)
        reading.failure = read_info(**session, deadline, reading);
    else
        reading.failure = session.error();
    if (reading.failure) reading.stage = stage_of(*reading.failure);
    reading.took = std::chrono::duration_cast<Millis>(clock.steady() - start);
    return reading;
}

}  // namespace logbook::probe
