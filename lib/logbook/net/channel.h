// A connected stream of bytes under deadlines: plain TCP, or TLS that was verified before it is handed out.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "logbook/base/deadline.h"
#include "logbook/base/fd.h"
#include "logbook/base/result.h"
#include "logbook/net/redis_session.h"

namespace logbook::net {

// Not thread-safe. A failure ends it: `timeout`, `closed`, or `tls`.
class Channel {
  public:
    virtual ~Channel() = default;
    virtual Status send_all(std::string_view bytes, Deadline deadline) = 0;
    // At least one byte.
    virtual Result<size_t> receive(char* into, size_t most, Deadline deadline) = 0;
    // Whether the peer has ended it, as far as can be seen. Never waits.
    virtual bool lost() const = 0;
};

// `place` names the peer in errors: "Redis at 127.0.0.1:6379".
std::unique_ptr<Channel> plain_channel(Fd fd, std::string place);

// Shakes hands as the client, and fails with `tls` before a byte of ours is sent where the peer has no TLS,
// or its certificate is not signed by the authority of `trust.ca` and made for `trust.name`, or is not the
// one of `trust.fingerprint`.
Result<std::unique_ptr<Channel>> tls_channel(Fd fd, std::string place, const RedisTls& trust,
                                             Deadline deadline);

}  // namespace logbook::net
