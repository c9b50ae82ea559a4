// Signals that are waited for, instead of interrupting.
#pragma once

#include <initializer_list>
#include <signal.h>

#include "logbook/base/clock.h"

namespace logbook::cli {

// From its making on, these signals come to wait() only. Make it before any thread is started.
class StopSignals {
  public:
    explicit StopSignals(std::initializer_list<int> numbers);

    // The number of the one that came, or 0 when none came within that time.
    int wait(Millis how_long) const;

  private:
    sigset_t set_;
};

}  // namespace logbook::cli
