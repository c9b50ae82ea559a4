// Reading INFO and the slow log, and comparing two readings.
#include "logbook/instrument/redis_stats.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::instrument {
namespace {

Result<std::string> ask_info(net::RedisSession& session, Deadline deadline, RedisReading& reading) {
    Result<net::RedisReply> reply = fail(ErrorCode::io, "");
    for (const char* section : {"everything", "all", ""}) {
        std::vector<std::string> words = {"INFO"};
        if (*section) words.emplace_back(section);
        reply = session.command(words, deadline);
        ++reading.commands;
        if (!reply) return fail(reply.error());
        // Servers before 7 know no `everything`, and answer with nothing at all.
        if (!reply->is_error() && contains(reply->text, "redis_version:")) return reply->text;
    }
    if (!reply->is_error()) return reply->text;
    const bool refused = contains(reply->text, "NOPERM") || contains(reply->text, "NOAUTH");
    return fail(refused ? ErrorCode::auth : ErrorCode::unsupported,
                "Redis does not answer INFO: " + printable(reply->text, 200),
                refused ? "its user needs the right +info" : "INFO was renamed away on this server");
}

double percent(double part, double whole) {
    return whole > 0 ? 100 * part / whole : 0;
}

}  // namespace

Millis uptime_of(const RedisInfo& info) {
    constexpr int64_t longest = 10'000'000'000;
    return Millis(1000 * std::clamp<int64_t>(info.number("uptime_in_seconds").value_or(0), 0, longest));
}

Result<RedisReading> read_redis(net::RedisSession& session, const Clock& clock, Deadline deadline) {
    RedisReading reading;
    const auto text = ask_info(session, deadline, reading);
    if (!text) return fail(text.error());
    reading.at = clock.wall();
    reading.info = parse_redis_info(*text);
    const auto slow = session.command({"SLOWLOG", "LEN"}, deadline);
    ++reading.commands;
    if (!slow) return fail(slow.error());
    if (slow->kind == net::RedisReply::Kind::integer)
        reading.slow_commands = slow->integer;
    else if (const std::string_view digits = trim(slow->text);
             !slow->is_error() && !digits.empty() &&
             digits.find_first_not_of("0123456789") == std::string_view::npos)
        reading.slow_commands = std::atoll(std::string(digits).c_str());  // of a client inside its container
    else
        reading.missing.push_back("the slow log (" + printable(slow->text, 120) + ")");
    return reading;
}

std::optional<RedisRates> rates_between(const RedisReading& before, const RedisReading& after) {
    if (before.info.text("run_id") != after.info.text("run_id")) return std::nullopt;
    // The server's own clock counts, where it tells it.
    const auto from = before.info.number("server_time_usec"), to = after.info.number("server_time_usec");
    RedisRates rates;
    rates.seconds = from && to ? (double(*to) - double(*from)) / 1e6
                               : std::chrono::duration<double>(after.at - before.at).count();
    if (rates.seconds <= 0) return std::nullopt;
    const auto each_second = [&](std::string_view name) {
        const auto old = before.info.number(name), now = after.info.number(name);
        return old && now && *now > *old ? (double(*now) - double(*old)) / rates.seconds
                                         : 0.0;  // CONFIG RESETSTAT
    };
    rates.commands = each_second("total_commands_processed");
    rates.connections = each_second("total_connections_received");
    rates.hits = each_second("keyspace_hits");
    rates.misses = each_second("keyspace_misses");
    rates.expired = each_second("expired_keys");
    rates.evicted = each_second("evicted_keys");
    rates.rejected = each_second("rejected_connections");
    rates.errors = each_second("total_error_replies");
    rates.received = each_second("total_net_input_bytes");
    rates.sent = each_second("total_net_output_bytes");
    if (rates.hits + rates.misses > 0) rates.hit_rate = percent(rates.hits, rates.hits + rates.misses);
    return rates;
}

}  // namespace logbook::instrument
