// Redis, as the routes use it: a few connections, made when they are needed and made anew after it was away
// (the application never does that, LOGBOOK.md §3).
#pragma once

#include <memory>
#include <string>
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
    Cache(const net::RedisConnector& connector, net::RedisEndpoint endpoint, const Clock& clock,
          CacheLimits limits = {});
    Cache(const Cache&) = delete;
    Cache& operator=(const Cache&) = delete;
    ~Cache();

    // One command. An error reply of the server is a failure (`protocol`, its words). A connection that the
    // server had closed meanwhile is replaced once, unless a byte of the reply had come.
    Result<net::RedisReply> command(const std::vector<std::string>& words);

  private:
    class Pool;
    std::unique_ptr<Pool> pool_;
};

}  // namespace logbook::backend
