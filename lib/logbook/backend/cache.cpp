// A few connections to Redis.
#include "logbook/backend/cache.h"

#include <atomic>
#include <mutex>

#include "logbook/base/text.h"

namespace logbook::backend {

class Cache::Pool {
  public:
    Pool(const net::RedisConnector& connector, net::RedisEndpoint endpoint, const Clock& clock,
         CacheLimits limits, std::function<void(std::string_view)> warn)
        : connector_(connector)
        , endpoint_(std::move(endpoint))
        , clock_(clock)
        , limits_(limits)
        , warn_(std::move(warn)) {}

    Result<net::RedisReply> command(const std::vector<std::string>& words) {
        auto session = take();
        if (!session) return fail(session.error());
        auto reply = (*session)->command(words, Deadline::in(limits_.command));
        if (!reply) {
            away(reply.error());
            return reply;
        }
        keep(std::move(*session));
        if (reply->is_error()) return fail(ErrorCode::protocol, printable(reply->text, 200));
        return reply;
    }

  private:
    using Session = std::unique_ptr<net::RedisSession>;

    Result<Session> take() {
        std::vector<Session> lost;  // closed when the guard is open again
        {
            const std::lock_guard lock(guard_);
            if (clock_.steady() < paused_until_) return fail(last_failure_);
            while (!idle_.empty()) {
                Session session = std::move(idle_.back());
                idle_.pop_back();
                if (!session->lost()) return session;
                lost.push_back(std::move(session));
            }
        }
        auto session = connector_.connect(endpoint_, Deadline::in(limits_.connect));
        if (!session) {
            away(session.error());
            return session;
        }
        if (is_away_.exchange(false) && warn_) warn_("Redis is back");
        return session;
    }

    void keep(Session session) {
        const std::lock_guard lock(guard_);
        if (idle_.size() < limits_.connections) idle_.push_back(std::move(session));
    }

    // One that ended just now may be back at once; nobody waits for another that hangs or refuses.
    void away(const Error& error) {
        std::vector<Session> gone;
        {
            const std::lock_guard lock(guard_);
            gone.swap(idle_);
            last_failure_ = error;
            if (error.code != ErrorCode::closed) paused_until_ = clock_.steady() + limits_.pause;
        }
        if (!is_away_.exchange(true) && warn_) warn_("Redis unavailable: " + printable(error.what, 300));
    }

    const net::RedisConnector& connector_;
    const net::RedisEndpoint endpoint_;
    const Clock& clock_;
    const CacheLimits limits_;
    const std::function<void(std::string_view)> warn_;

    std::mutex guard_;
    std::vector<Session> idle_;
    std::chrono::steady_clock::time_point paused_until_{};
    Error last_failure_;
    std::atomic<bool> is_away_{false};
};

Cache::Cache(const net::RedisConnector& connector, net::RedisEndpoint endpoint, const Clock& clock,
             CacheLimits limits, std::function<void(std::string_view)> warn)
    : pool_(std::make_unique<Pool>(connector, std::move(endpoint), clock, limits, std::move(warn))) {}

Cache::~Cache() = default;

Result<net::RedisReply> Cache::command(const std::vector<std::string>& words) {
    return pool_->command(words);
}

}  // namespace logbook::backend
