// The single flight.
#include "logbook/backend/shared_check.h"

#include "logbook/base/deadline.h"

namespace logbook::backend {

SharedCheck::SharedCheck(std::function<ComponentHealth()> check, Millis reuse)
    : check_(std::move(check)), reuse_(reuse), thread_([this] { work(); }) {}

SharedCheck::~SharedCheck() {
    {
        const std::lock_guard lock(guard_);
        ending_ = true;
    }
    wanted_.notify_all();
    answered_.notify_all();
    thread_.join();
}

bool SharedCheck::fresh() const {
    return answers_ > 0 && std::chrono::steady_clock::now() - finished_ <= reuse_;
}

ComponentHealth SharedCheck::ask(Millis budget) {
    const Deadline deadline = Deadline::in(budget);
    std::unique_lock lock(guard_);
    if (!fresh()) {
        asked_ = true;
        wanted_.notify_one();
        // Counted, not timed: a caller that is woken late still takes the answer that came for it.
        const uint64_t before = answers_;
        answered_.wait_until(lock, deadline.at(), [&] { return answers_ != before || ending_; });
        if (answers_ == before) return {false, budget, "no answer in time"};
    }
    return last_;
}

void SharedCheck::work() {
    std::unique_lock lock(guard_);
    for (;;) {
        wanted_.wait(lock, [this] { return asked_ || ending_; });
        if (ending_) return;
        // Cleared before the check: whoever asks while it runs takes its answer, and need not start another.
        asked_ = false;
        if (fresh()) continue;
        lock.unlock();
        ComponentHealth health = check_();
        lock.lock();
        last_ = std::move(health);
        ++answers_;
        finished_ = std::chrono::steady_clock::now();
        answered_.notify_all();
    }
}

}  // namespace logbook::backend
