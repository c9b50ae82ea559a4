// One check for all who ask at once: however many requests want to know, one runs, and its answer is reused
// for a moment.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

#include "logbook/backend/readiness.h"

namespace logbook::backend {

// Short against the second that an answer may be old, long against a burst of probes.
constexpr Millis health_reuse{100};

// Thread-safe. The check runs on a thread of its own, so that a caller's wait is bounded even where the check
// itself does not keep its bound (a name server that does not answer). The end of its life waits for a check
// that runs.
class SharedCheck final : public ComponentCheck {
  public:
    // `reuse`: how old an answer may be. An answer is never older than that plus the caller's own wait.
    SharedCheck(std::function<ComponentHealth()> check, Millis reuse);
    SharedCheck(const SharedCheck&) = delete;
    SharedCheck& operator=(const SharedCheck&) = delete;
    ~SharedCheck() override;

    ComponentHealth ask(Deadline deadline) override;
    void begin() override;
    // From half of `reuse` on the next check is set going meanwhile: while many ask, one is always at hand.
    std::optional<ComponentHealth> at_hand(Millis oldest) override;

  private:
    void work();
    bool within(Millis age) const;  // with guard_ held, as the next one
    void want();

    const std::function<ComponentHealth()> check_;
    const Millis reuse_;
    std::mutex guard_;
    std::condition_variable wanted_, answered_;
    bool asked_ = false, ending_ = false;
    uint64_t answers_ = 0;
    ComponentHealth last_;
    std::chrono::steady_clock::time_point finished_;
    std::thread thread_;
};

}  // namespace logbook::backend
