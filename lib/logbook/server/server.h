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
#include "logbook/server/strict_head.h"

namespace logbook::server {

struct Deadlines {
    Millis head{5'000};    // for the whole head, from its first byte or from the connection's beginning
    Millis body{15'000};   // for the whole body, from the end of the head
    Millis idle{15'000};   // between requests
    Millis write{10'000};  // for the whole reply
    Millis linger{1'000};  // for the client to read the reply to a refused request
    Millis stop{10'000};   // for requests in flight, once told to stop
};

struct Caps {
    size_t connections = 512;
    size_t connections_per_address = 64;  // an IPv6 /64 counts as one address
    size_t workers = 8;                   // threads for routes that block
    size_t queue = 64;                    // requests that wait for a worker; more: 503
};

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
