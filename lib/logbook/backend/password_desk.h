// Where passwords are hashed: two at a time and no more, since each takes 64 MiB (LOGBOOK.md §6). Others wait
// for a bounded time, and a bounded number of them.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include "logbook/base/clock.h"
#include "logbook/base/result.h"
#include "logbook/base/secret.h"
#include "logbook/crypto/password_hash.h"

namespace logbook::backend {

struct DeskLimits {
    size_t at_once = 2;
    size_t waiting = 16;  // callers; the next one is refused at once
    Millis wait{4'000};
};

// Thread-safe. One for a process.
class LOGBOOK_EXPORT PasswordDesk {
  public:
    explicit PasswordDesk(DeskLimits limits = {}) : limits_(limits) {}
    PasswordDesk(const PasswordDesk&) = delete;
    PasswordDesk& operator=(const PasswordDesk&) = delete;

    // Each fails with `conflict` when too many wait or the wait was too long, and as crypto's functions do.
    Result<std::string> hash(const Secret& password);
    Result<crypto::PasswordMatch> verify(std::string_view encoded, const Secret& password);
    // Takes as long as verify() and answers nothing: for an account that is not there, is locked, or has no
    // password, so that nobody can tell them apart by the time.
    Status verify_nothing(const Secret& password);

  private:
    class Place;  // of one that is being served
    Status enter();
    void leave();

    const DeskLimits limits_;
    std::mutex guard_;
    std::condition_variable free_;
    size_t served_ = 0, waiting_ = 0;
};

}  // namespace logbook::backend
