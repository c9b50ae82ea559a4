// A point in real time after which a wait must have ended. Every socket, child process and lock takes one.
// It reads the real steady clock on purpose: the kernel's waits cannot be faked.
#pragma once

#include <algorithm>

#include "logbook/base/clock.h"

namespace logbook {

// A small value; copies are independent. There is no "never".
class Deadline {
  public:
    static Deadline in(Millis how_long) { return Deadline(std::chrono::steady_clock::now() + how_long); }

    // The sooner of this one and `how_long` from now: how a step gets its share of a longer run.
    Deadline at_most(Millis how_long) const { return Deadline(std::min(at_, in(how_long).at_)); }

    // Never negative; rounded up, so that a positive remainder never becomes "do not wait".
    Millis remaining() const {
        const auto left = std::chrono::ceil<Millis>(at_ - std::chrono::steady_clock::now());
        return std::max(left, Millis(0));
    }
    bool passed() const { return std::chrono::steady_clock::now() >= at_; }
    std::chrono::steady_clock::time_point at() const { return at_; }

  private:
    explicit Deadline(std::chrono::steady_clock::time_point at) : at_(at) {}
    std::chrono::steady_clock::time_point at_;
};

}  // namespace logbook
