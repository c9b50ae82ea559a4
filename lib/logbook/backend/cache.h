// Redis, as the routes use it: a few connections, made when they are needed and made anew after it was away
// (the application never does that, LOGBOOK.md §3).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/net/redis_session.h"

namespace logbook::backend {

struct CacheLimits {
    size_t connections = 8;  // kept; more are made when all are lent, and closed afterwards
    Millis connect{500};
    Millis command{500};
    Millis pause{1'000};  // after a failure nobody tries again for so long: callers fail at once
};

// Thread-safe.
class LOGBOOK_EXPORT Cache {
  public:
    // Connects to nothing yet. Connector and clock must outlive it.
    // `warn` gets one line for the log when it goes away, and one when it is back.
    Cache(const net::RedisConnector& connector, net::RedisEndpoint endpoint, const Clock& clock,
          CacheLimits limits = {}, std::function<void(std::string_view line)> warn = {});
    Cache(const Cache&) = delete;
    Cache& operator=(const Cache&) = delete;
    ~Cache();

    // One command. An error reply of the server is a failure (`protocol`, its words). A connection that the
    // server had closed meanwhile is replaced before the command is sent; no command is ever sent twice.
    Result<net::RedisReply> command(const std::vector<std::string>& words);

  private:
    class Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace logbook::backend
