// The HTTP listener of an opened API, where this build has one (LOGBOOK_SERVER).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "logbook/api/service.h"
#include "logbook/base/clock.h"
#include "logbook/base/result.h"

namespace logbook::c {

// Serves on a thread of its own until the end of its life, which waits for requests in flight.
class Listener {
  public:
    virtual ~Listener() = default;
    virtual uint16_t port() const = 0;
};

// Both must outlive it. Fails with `unsupported` in a build without a listener.
Result<std::unique_ptr<Listener>> listen(const api::Service& service, const Clock& clock, std::string address,
                                         uint16_t port);

}  // namespace logbook::c
