// The Redis seam: one connection. Fakes and the real client (hiredis' reader on our own socket) stand behind
// it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/base/result.h"
#include "logbook/base/secret.h"

namespace logbook::net {

// How a server's certificate is verified. There is no way to encrypt without: AUTH hands the password to
// whoever is at the other end.
struct RedisTls {
    bool on = false;
    std::string ca;           // a file of authorities' certificates
    std::string name;         // that the certificate must be made for; an address counts as one
    std::string fingerprint;  // SHA-1 or SHA-256, hex; instead of authority and name
};

struct RedisEndpoint {
    std::string host = "127.0.0.1";
    uint16_t port = 6379;
    RedisTls tls;
    std::string user;  // empty: the default user
    Secret password;   // empty: no AUTH is sent
};

struct RedisReply {
    enum class Kind { nil, status, error, text, integer, array };
    Kind kind = Kind::nil;
    std::string text;  // of a status, error or text
    int64_t integer = 0;
    std::vector<RedisReply> items;

    bool is_error() const { return kind == Kind::error; }
};

// One connection. Not thread-safe. The end of its life closes it.
class LOGBOOK_EXPORT RedisSession {
  public:
    virtual ~RedisSession() = default;
    // One command, binary-safe. An error reply of the server is a reply, not a failure. Replies are bounded:
    // 8 MiB, depth 8.
    virtual Result<RedisReply> command(const std::vector<std::string>& words, Deadline deadline) = 0;
    // Whether the server has ended the connection since the last reply, as far as can be seen without asking
    // it. Never waits.
    virtual bool lost() const { return false; }
};

// Thread-safe: any number of calls at once.
class LOGBOOK_EXPORT RedisConnector {
  public:
    virtual ~RedisConnector() = default;
    // Connects; sends AUTH when a password is given. Fails with `not_found` (host name), `unreachable` (no
    // TCP connection), `timeout`, `closed` or `protocol` (connected, but no usable answer), `tls`
    // (encryption was asked for and cannot be trusted; nothing was sent), `auth` (the server's words).
    virtual Result<std::unique_ptr<RedisSession>> connect(const RedisEndpoint& endpoint,
                                                          Deadline deadline) const = 0;
};

LOGBOOK_EXPORT std::unique_ptr<RedisConnector> make_redis_connector();

}  // namespace logbook::net
