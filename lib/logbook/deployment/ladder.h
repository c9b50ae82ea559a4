// Clients that climb the ways to a server: they connect by the first way that leads to one, and remember
// which.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "logbook/deployment/reach.h"
#include "logbook/docker/engine.h"
#include "logbook/net/transport.h"

namespace logbook::deployment {

// Of a connection's user, password and database; host and port of the endpoint are only what people read.
// A way that nobody listens on costs at most half of what is left; a server that answers, and be it with a
// refusal, or accepts and stays silent, ends the climb. What is referred to must outlive it. Thread-safe.
class LOGBOOK_EXPORT SqlLadder final : public net::SqlConnector {
  public:
    SqlLadder(std::vector<Way> ways, const net::SqlConnector& network, const docker::Engine& engine)
        : ways_(std::move(ways)), network_(network), engine_(engine) {}

    Result<std::unique_ptr<net::SqlSession>> connect(const net::SqlEndpoint& endpoint,
                                                     Deadline deadline) const override;
    // The way that the last connection, or its failure, came by.
    std::optional<Way> used() const;

  private:
    std::vector<Way> ways_;
    const net::SqlConnector& network_;
    const docker::Engine& engine_;
    mutable std::mutex mutex_;
    mutable std::optional<Way> used_;
};

// The same for HTTP: of a request's URL only the path counts. The server is asked as `localhost`, the one
// name that the application accepts in every configuration.
class LOGBOOK_EXPORT HttpLadder final : public net::Transport {
  public:
    HttpLadder(std::vector<Way> ways, const net::Transport& network, const docker::Engine& engine)
        : ways_(std::move(ways)), network_(network), engine_(engine) {}

    tl::expected<net::HttpReply, net::HttpFailure> send(const net::HttpRequest& request,
                                                        Deadline deadline) const override;
    // The way that the last request went.
    std::optional<Way> used() const;

  private:
    std::vector<Way> ways_;
    const net::Transport& network_;
    const docker::Engine& engine_;
    mutable std::mutex mutex_;
    mutable std::optional<Way> used_;
};

// The same for Redis.
class LOGBOOK_EXPORT RedisLadder final : public net::RedisConnector {
  public:
    RedisLadder(std::vector<Way> ways, const net::RedisConnector& network, const docker::Engine& engine)
        : ways_(std::move(ways)), network_(network), engine_(engine) {}

    Result<std::unique_ptr<net::RedisSession>> connect(const net::RedisEndpoint& endpoint,
                                                       Deadline deadline) const override;
    std::optional<Way> used() const;

  private:
    std::vector<Way> ways_;
    const net::RedisConnector& network_;
    const docker::Engine& engine_;
    mutable std::mutex mutex_;
    mutable std::optional<Way> used_;
};

}  // namespace logbook::deployment
