// A listening HTTP/1.1 server in front of an api::Service. Every wait has a deadline and every resource a
// cap.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "logbook/api/service.h"
#include "logbook/base/clock.h"
#include "logbook/base/result.h"
#include "logbook/server/limits.h"

namespace logbook::server {

struct ServerOptions {
    std::string address = "127.0.0.1";
    uint16_t port = 0;  // 0: a free one is chosen, see Server::port()
    RequestLimits limits;
    Deadlines deadlines;
    Caps caps;
};

class LOGBOOK_EXPORT Server {
  public:
    // Binds and listens; nothing is accepted before run(). `service` and `clock` must outlive the server.
    static Result<std::unique_ptr<Server>> listen(const api::Service& service, const Clock& clock,
                                                  ServerOptions options);
    virtual ~Server() = default;

    virtual uint16_t port() const = 0;

    // Serves until stop() has done its work. Call it once, from one thread.
    virtual void run() = 0;

    // Closes the listener, lets requests in flight finish within the deadline, then ends run(). Returns at
    // once; thread-safe; further calls do nothing. Not for signal handlers.
    virtual void stop() = 0;
};

}  // namespace logbook::server
