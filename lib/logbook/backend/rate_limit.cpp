// The window in Redis, and the one in memory.
#include "logbook/backend/rate_limit.h"

#include <atomic>
#include <charconv>
#include <deque>
#include <list>
#include <mutex>
#include <unordered_map>

#include <fmt/format.h>

#include "logbook/crypto/random.h"

namespace logbook::backend {
namespace {

using std::chrono::seconds;
using Steady = std::chrono::steady_clock::time_point;

// One script, so that nothing comes between counting and adding; Redis' own clock, since the machines that
// share the window need not agree on theirs. Scores are seconds, as in the application's sets of the same
// names. Only the newest `allowed` tries decide, so no more are kept, however many come. Answers 0, or the
// milliseconds until the next try would pass.
// KEYS: the set. ARGV: window in seconds, allowed, a name for this try (none: it is not counted).
constexpr std::string_view script = R"(
local t = redis.call('TIME')
local now = tonumber(t[1]) + tonumber(t[2]) / 1000000
local window, allowed = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.6f', now - window))
local before = redis.call('ZCARD', KEYS[1])
if ARGV[3] ~= '' then
  redis.call('ZADD', KEYS[1], string.format('%.6f', now), ARGV[3])
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -(allowed + 1))
  redis.call('EXPIRE', KEYS[1], math.ceil(window) + 1)
end
if before < allowed then return 0 end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return math.max(1, math.ceil((tonumber(oldest[2]) + window - now) * 1000))
)";

constexpr size_t most_addresses = 10'000;

seconds at_least_one(std::chrono::nanoseconds wait) {
    return std::max(std::chrono::ceil<seconds>(wait), seconds(1));
}

// The same window once more, for as long as Redis is away.
class Window {
  public:
    // Nothing: it may go on.
    std::optional<seconds> ask(const RateLimit& limit, Steady now, bool counts) {
        if (now < locked_until_) return at_least_one(locked_until_ - now);
        while (!tries_.empty() && now - tries_.front() >= limit.window) tries_.pop_front();
        if (tries_.size() < size_t(limit.allowed)) {
            if (counts) tries_.push_back(now);
            return std::nullopt;
        }
        locked_until_ = now + limit.fallback_lockout;
        tries_.clear();
        return at_least_one(limit.fallback_lockout);
    }

  private:
    std::deque<Steady> tries_;
    Steady locked_until_{};
};

std::string fresh_name() {
    const auto random = crypto::random_hex(8);
    return random ? std::string(random->reveal()) : "process";
}

}  // namespace

// By key; the one that was asked for last stands first.
class RateLimiter::Memory {
  public:
    std::optional<seconds> ask(const std::string& key, const RateLimit& limit, Steady now, bool counts) {
        const std::lock_guard lock(guard_);
        const auto found = places_.find(key);
        if (found != places_.end()) {
            order_.splice(order_.begin(), order_, found->second);
        } else {
            if (order_.size() >= most_addresses) {
                places_.erase(order_.back().first);
                order_.pop_back();
            }
            order_.emplace_front(key, Window{});
            places_[key] = order_.begin();
        }
        return order_.front().second.ask(limit, now, counts);
    }

    std::string next_try() { return fmt::format("{}:{}", process_, ++tries_); }

  private:
    std::mutex guard_;
    std::list<std::pair<std::string, Window>> order_;
    std::unordered_map<std::string, std::list<std::pair<std::string, Window>>::iterator> places_;
    const std::string process_ = fresh_name();  // no two processes name a try alike
    std::atomic<uint64_t> tries_{0};
};

RateLimiter::RateLimiter(Cache& cache, const Clock& clock)
    : cache_(cache), clock_(clock), memory_(std::make_unique<Memory>()) {}

RateLimiter::~RateLimiter() = default;

std::optional<seconds> RateLimiter::check(const RateLimit& limit, std::string_view address) {
    return ask(limit, address, true);
}

std::optional<seconds> RateLimiter::look(const RateLimit& limit, std::string_view address) {
    return ask(limit, address, false);
}

std::optional<seconds> RateLimiter::ask(const RateLimit& limit, std::string_view address, bool counts) {
    const std::string key = fmt::format("rate_limit:{}:{}", limit.name, address);
    const auto reply =
        cache_.command({"EVAL", std::string(script), "1", key, std::to_string(limit.window.count()),
                        std::to_string(limit.allowed), counts ? memory_->next_try() : std::string()});
    if (!reply || reply->kind != net::RedisReply::Kind::integer)
        return memory_->ask(key, limit, clock_.steady(), counts);
    if (reply->integer == 0) return std::nullopt;
    return at_least_one(Millis(reply->integer));
}

}  // namespace logbook::backend
