// Blocked in every thread, and taken by sigtimedwait.
#include "stop_signals.h"

#include <cerrno>

#include "logbook/base/deadline.h"

namespace logbook::cli {

StopSignals::StopSignals(std::initializer_list<int> numbers) {
    sigemptyset(&set_);
    for (const int number : numbers) sigaddset(&set_, number);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

int StopSignals::wait(Millis how_long) const {
    const Deadline deadline = Deadline::in(how_long);
    for (;;) {
        const Millis left = deadline.remaining();
        const timespec time{left.count() / 1000, left.count() % 1000 * 1'000'000};
        const int number = ::sigtimedwait(&set_, nullptr, &time);
        if (number > 0) return number;
        if (errno != EINTR) return 0;
    }
}

}  // namespace logbook::cli
