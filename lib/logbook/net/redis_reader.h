// Reads Redis' replies from bytes, however they are cut: hiredis' reader, which builds our reply within a
// budget.
#pragma once

#include <memory>
#include <optional>

#include "logbook/net/redis_session.h"

namespace logbook::net {

// Not thread-safe. After a failure nothing more can be read.
class RedisReader {
  public:
    // At most this many items in one reply, in all its arrays together: a few bytes may announce billions.
    static constexpr int64_t most_items = 100'000;

    RedisReader();
    ~RedisReader();
    RedisReader(const RedisReader&) = delete;
    RedisReader& operator=(const RedisReader&) = delete;

    void feed(std::string_view bytes);
    // The next whole reply; nothing when more bytes are needed. Fails with `protocol`.
    Result<std::optional<RedisReply>> next();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace logbook::net
