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

// The ways, and the one that was used last. What is referred to must outlive it. Thread-safe.
class LOGBOOK_EXPORT Ladder {
  public:
    // The way that the last connection, request, or their failure, came by.
    std::optional<Way> used() const;

  protected:
    Ladder(std::vector<Way> ways, const docker::Engine& engine) : ways_(std::move(ways)), engine_(engine) {}
    ~Ladder() = default;
    void remember(std::optional<Way> used) const;

    const std::vector<Way> ways_;
    const docker::Engine& engine_;

  private:
    mutable std::mutex mutex_;
    mutable std::optional<Way> used_;
};

// Of a connection's user, password and database; host and port of the endpoint are only what people read.
// A way that nobody listens on costs at most half of what is left; a server that answers, and be it with a
// refusal, or accepts and stays silent, ends the climb.
class LOGBOOK_EXPORT SqlLadder final : public net::SqlConnector, public Ladder {
  public:
    SqlLadder(std::vector<Way> ways, const net::SqlConnector& network, const docker::Engine& engine)
        : Ladder(std::move(ways), engine), network_(network) {}
    Result<std::unique_ptr<net::SqlSession>> connect(const net::SqlEndpoint& endpoint,
                                                     Deadline deadline) const override;

  private:
    const net::SqlConnector& network_;
};

// The same for Redis.
class LOGBOOK_EXPORT RedisLadder final : public net::RedisConnector, public Ladder {
  public:
    RedisLadder(std::vector<Way> ways, const net::RedisConnector& network, const docker::Engine& engine)
        : Ladder(std::move(ways), engine), network_(network) {}
    Result<std::unique_ptr<net::RedisSession>> connect(const net::RedisEndpoint& endpoint,
                                                       Deadline deadline) const override;

  private:
    const net::RedisConnector& network_;
};

// The same for HTTP: of a request's URL only the path counts. The server is asked as `localhost`, the one
// name that the application accepts in every configuration.
class LOGBOOK_EXPORT HttpLadder final : public net::Transport, public Ladder {
  public:
    HttpLadder(std::vector<Way> ways, const net::Transport& network, const docker::Engine& engine)
        : Ladder(std::move(ways), engine), network_(network) {}
    tl::expected<net::HttpReply, net::HttpFailure> send(const net::HttpRequest& request,
                                                        Deadline deadline) const override;

  private:
    const net::Transport& network_;
};

}  // namespace logbook::deployment
