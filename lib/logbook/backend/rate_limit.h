// How often one address may try: in Redis, exact for all processes together; in this process' memory while
// Redis is away. There an address that passes its limit is locked out for longer, since each process counts
// for itself alone; and no more than 10,000 addresses are remembered: beyond that the one that has been quiet
// for longest is forgotten, which gains whoever has so many addresses nothing that they do not give him
// anyway.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "logbook/backend/cache.h"

namespace logbook::backend {

struct RateLimit {
    std::string name;  // "auth:login": the key is rate_limit:<name>:<address>
    int allowed = 5;   // requests within the window; the next one is refused
    std::chrono::seconds window{60};
    std::chrono::seconds fallback_lockout{1800};  // without Redis, as the application does (LOGBOOK.md §5)
};

// Thread-safe.
class LOGBOOK_EXPORT RateLimiter {
  public:
    // Both must outlive it.
    RateLimiter(Cache& cache, const Clock& clock);
    ~RateLimiter();

    // Counts this try, refused or not, so that nobody gets in by knocking on.
    // Nothing: it may go on; else how long to wait, at least a second.
    std::optional<std::chrono::seconds> check(const RateLimit& limit, std::string_view address);

    // The same answer, and nothing is counted: for limits on failures, which are counted when they have
    // happened.
    std::optional<std::chrono::seconds> look(const RateLimit& limit, std::string_view address);

  private:
    class Memory;
    std::optional<std::chrono::seconds> ask(const RateLimit& limit, std::string_view address, bool counts);
    Cache& cache_;
    const Clock& clock_;
    std::unique_ptr<Memory> memory_;
};

}  // namespace logbook::backend
