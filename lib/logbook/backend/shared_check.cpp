// The single flight.
#include "logbook/backend/shared_check.h"

#include <utility>

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

bool SharedCheck::within(Millis age) const {
    return answers_ > 0 && std::chrono::steady_clock::now() - finished_ <= age;
}

void SharedCheck::want() {
    if (!std::exchange(asked_, true)) wanted_.notify_one();
}

void SharedCheck::begin() {
    const std::lock_guard lock(guard_);
    if (!within(reuse_)) want();
}

std::optional<ComponentHealth> SharedCheck::at_hand(Millis oldest) {
    const std::lock_guard lock(guard_);
    if (!within(oldest)) return std::nullopt;
    if (!within(reuse_ / 2)) want();
    return last_;
}

ComponentHealth SharedCheck::ask(Deadline deadline) {
    const auto begun = std::chrono::steady_clock::now();
    std::unique_lock lock(guard_);
    if (!within(reuse_)) {
        want();
        // Counted, not timed: a caller that is woken late still takes the answer that came for it.
        const uint64_t before = answers_;
        answered_.wait_until(lock, deadline.at(), [&] { return answers_ != before || ending_; });
        if (answers_ == before)
            return {false, std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - begun),
                    "no answer in time"};
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
        if (within(reuse_ / 2)) continue;
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
